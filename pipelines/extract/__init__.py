"""From a fetched page's bytes to lines of text and the evidence about them. Pure."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree, html
from lxml.html import HtmlElement

from pipelines.extract import (
    announced,
    counters,
    evidence,
    layout,
    paper,
    places,
    sniff,
    stated,
    streamed,
)
from pipelines.extract.article import NAME, answer
from pipelines.extract.decode import decode
from pipelines.extract.located import located, marked
from pipelines.extract.manuscript import Evidence, Line, Manuscript
from pipelines.extract.mended import mended
from pipelines.extract.menus import without_menus
from pipelines.records import Dropped, Entry, Exclusion, Page, Path, Stripped

__all__ = ["Evidence", "Line", "Manuscript", "Opened", "extract", "opened", "parsed", "read"]

OUTSIDE: Final = "outside-article"
"""Rule of the lines that the extractor took from another part of the page."""
SCRIPTS: Final = ("script", "style", "svg", "template")
# lxml.html's own asks a function of Python for the class of each element that is looked at
ALIKE: Final = etree.ElementDefaultClassLookup(element=HtmlElement)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A page that was parsed, once for all that is to be known of it; nobody has read it yet."""

    page: Page
    tree: HtmlElement
    """Without scripts and what the paper's rules leave out."""
    evidence: Evidence
    lines: tuple[Line, ...]
    """Every line of the page, boilerplate included, but for the menus."""
    boxes: places.Boxes
    has_menus: bool = True


def extract(page: Page) -> Manuscript | Dropped:
    """Return the article's lines with their evidence, or why the body is no page."""
    found = opened(page)
    return found if isinstance(found, Dropped) else read(found)


def opened(page: Page, menus: Collection[Path] = ()) -> Opened | Dropped:
    """Return the page parsed, or why the body is no page.

    ``menus`` names boxes of nothing but links by their paths: their lines are left out.
    """
    what = sniff.not_binary(page.body)
    text = "" if what else decode(page.body, page.content_type)
    what = what or sniff.not_text(text)
    tree = None if what else _parsed(text)
    if tree is None:
        return Dropped(reason=Exclusion.NOT_A_PAGE, detail=f"The body is {what or 'not HTML'}.")
    return _opened(tree, page, menus)


def parsed(body: bytes, content_type: str | None) -> HtmlElement | None:
    """Return the tree of a page as it came, or None where there is none."""
    return None if sniff.not_binary(body) else _parsed(decode(body, content_type))


def _opened(tree: HtmlElement, page: Page, menus: Collection[Path]) -> Opened:
    streamed.settle(tree)
    known = evidence.read(tree)
    known = replace(known, stated=stated.read(known.article, _quoting(page)))
    if page.entry.title:
        known = replace(known, titles=(*known.titles, page.entry.title))
    if page.source_name:
        known = replace(known, sites=(page.source_name, *known.sites))
    # half of a page's bytes are scripts, and the extractor copies the tree five times
    etree.strip_elements(tree, *SCRIPTS, with_tail=False)
    paper.prune(tree, page.rules)
    counters.prune(tree)
    layout.unfold(tree)
    lines, boxes = places.read(tree, menus)
    return Opened(
        page=page, tree=tree, evidence=known, lines=lines, boxes=boxes, has_menus=not menus
    )


def read(found: Opened) -> Manuscript:
    """Return the article's lines as the extractor finds them, and what the page holds against."""
    page, tree = found.page, found.tree
    lines, boxes = (found.lines, found.boxes) if found.has_menus else places.read(tree)
    told = announced.BY if page.is_of_feed else ""
    said = answer(without_menus(tree, lines, boxes), page.url)
    opinion = mended(located(said, lines), lines, found.evidence)
    return Manuscript(
        lines=marked(opinion.kept, lines),
        evidence=found.evidence,
        page=lines,
        tree=tree,
        stripped=tuple(
            Stripped(text=line.text, rule=OUTSIDE, at=line.at) for line in opinion.dropped
        ),
        extracted_by=", ".join(filter(None, (NAME, opinion.by, told))),
        confidence=opinion.confidence,
    )


def _quoting(page: Page) -> Entry:
    """Return the entry that may quote the article; one that quotes nothing, if not believed."""
    return Entry(url=page.entry.url) if page.fulltext == "page" else page.entry


def _parsed(text: str) -> HtmlElement | None:
    parser = html.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False
    )
    parser.set_element_class_lookup(ALIKE)
    try:
        return html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
