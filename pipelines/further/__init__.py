"""Articles that their paper spreads over several pages: which page goes on where, and the whole.

Pure. A page is asked for its next one only where ``may_go_on`` says so, which costs next to
nothing; all else here reads the page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from config.choice import ALL
from pipelines.enrich import strangers
from pipelines.extract import evidence as evidences
from pipelines.extract import extract, jsonld, parsed
from pipelines.extract.manuscript import Evidence, Manuscript, squeezed
from pipelines.extract.prose import is_prose
from pipelines.further import paging
from pipelines.further.numbered import firsts, numbered
from pipelines.identify.rules import names_article
from pipelines.letters import size
from pipelines.records import Draft, Dropped, Entry, Exclusion, Page, Sheet, Stripped

# what goes on by itself, shows one picture a page, is written by readers, or leads elsewhere
OTHER_KINDS = strangers.LISTS | {"LiveBlogPosting", "DiscussionForumPosting", "QAPage"}
LEAST_NEW = 60  # letters of prose that a page must add: else it is the last one with another list
REPEATED = "repeated-page"
"""Rule of the lines that an earlier page of the article has too."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of asking for the next page of an article."""

    is_of: bool
    """It goes on with the article."""
    following: str | None = None
    """Where the article goes on behind it."""
    closed: str | None = None
    """What came in place of the page, that may be there another time: one sentence."""


def may_go_on(body: bytes, first: str, number: int) -> bool:
    """Return whether a page may name page ``number`` of the article that begins at ``first``."""
    return paging.hints(body, first, number)


def may_be_behind(body: bytes, url: str) -> bool:
    """Return whether the page at ``url`` may be one behind the first of an article."""
    return any(_names(body, first) for first in firsts(url) if _is_place(first))


def following(page: Page) -> str | None:
    """Return where the article of a first page goes on; None: it certainly does nowhere."""
    if not _is_place(page.url):
        return None
    tree = parsed(page.body, page.content_type)
    if tree is None or not _is_article(tree):
        return None
    return paging.following(tree, page.url, page.url, 2)


def beginning(page: Page) -> str | None:
    """Return the first page of the article that a page belongs to; None: that is itself."""
    tree = parsed(page.body, page.content_type)
    if tree is None or not _is_article(tree):
        return None
    found = paging.beginning(tree, page.url)
    return found if found and _is_place(found) else None


def turned(page: Page, sheet: Sheet) -> Turn:
    """Return what a page is that was named as the next one behind ``page`` and its ``more``.

    It is of the article where its titles agree, its `rel=canonical` names no other article, and it
    adds to the text.
    """
    found = extract(_as_page(page, sheet))
    if isinstance(found, Dropped):
        return Turn(is_of=False, closed=found.detail)
    stranger = strangers.judged(found)
    if stranger and stranger.reason is not Exclusion.LIST:
        return Turn(is_of=False, closed=stranger.detail)
    if not any(map(is_prose, found.lines)):
        return Turn(is_of=False, closed="There is no text on the page.")
    before = [extract(one) for one in _nearest(page)]
    read = [one for one in before if isinstance(one, Manuscript)]
    if not read or not _is_same(page, sheet, read[0], found) or not _adds(found, read):
        return Turn(is_of=False)
    tree = parsed(sheet.body, sheet.content_type)
    number = len(page.more) + 3
    named = None if tree is None else paging.following(tree, sheet.url, page.url, number)
    return Turn(is_of=True, following=named)


def pages(page: Page) -> list[Page]:
    """Return the pages behind the first, each as one that stands for itself."""
    return [_as_page(page, sheet) for sheet in page.more]


def joined(first: Draft, rest: Sequence[Draft]) -> Draft:
    """Return the article of all pages: texts in order, without what an earlier page has too."""
    lines = first.text.split("\n\n")
    known = {_key(line) for line in (*lines, first.title or "", first.summary or "")}
    known |= {_key(one.text) for one in first.stripped}
    stripped = list(first.stripped)
    for draft in rest:
        for line in draft.text.split("\n\n"):
            if _key(line) in known:
                stripped.append(Stripped(text=line, rule=REPEATED, at=len(lines)))
            else:
                lines.append(line)
        stripped += [one for one in draft.stripped if _key(one.text) not in known]
        known |= {_key(line) for line in (*lines, *(one.text for one in draft.stripped))}
    return replace(first, text="\n\n".join(lines), stripped=tuple(stripped))


def _is_place(url: str) -> bool:
    """Return whether an address has the form of an article's, not of a section's."""
    parts = urlsplit(url)
    return names_article(parts.path) or any(letter.isdigit() for letter in parts.query)


def _names(body: bytes, first: str) -> bool:
    name = urlsplit(first).path.rstrip("/").rpartition("/")[2].encode()
    return name in body


def _is_article(tree: HtmlElement) -> bool:
    known = evidences.read(tree)
    kinds = {kind for thing in known.things for kind in jsonld.kinds(thing)}
    return strangers.declares_article(known) and OTHER_KINDS.isdisjoint(kinds)


def _as_page(page: Page, sheet: Sheet) -> Page:
    return replace(
        page,
        url=sheet.url,
        announced_url=sheet.url,
        body=sheet.body,
        content_type=sheet.content_type,
        entry=Entry(url=sheet.url),  # what a feed says is of the first page
        choice=ALL,  # so is what makes an article one that is wanted
        more=(),
        lacks=None,
    )


def _nearest(page: Page) -> list[Page]:
    """Return the first page and the last one so far."""
    return [page, *pages(page)[-1:]]


def _is_same(page: Page, sheet: Sheet, first: Manuscript, found: Manuscript) -> bool:
    claim = found.evidence.links.get("canonical")
    if claim and not _is_ours(paging.absolute(sheet.url, claim), page.url, first.evidence):
        return False
    return paging.agree(_titles(first.evidence), _titles(found.evidence))


def _is_ours(claim: str, first: str, evidence: Evidence) -> bool:
    """Return whether an address is the article's, or one below it: all of it on one page."""
    claimed = paging.absolute(first, evidence.links.get("canonical") or first)
    starts = (first.partition("?")[0].rstrip("/"), claimed)
    return claim.startswith(tuple(starts)) or any(numbered(claim, one) for one in starts)


def _titles(evidence: Evidence) -> Iterable[str]:
    return (*evidence.titles, *evidence.headings) or (evidence.title_tag or "",)


def _adds(found: Manuscript, before: Iterable[Manuscript]) -> bool:
    known = {_key(line.text) for one in before for line in one.lines}
    new = (line for line in found.lines if is_prose(line) and _key(line.text) not in known)
    return sum(size(line.text) for line in new) >= LEAST_NEW


def _key(line: str) -> str:
    return squeezed(line).casefold()
