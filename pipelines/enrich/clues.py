"""Where a page says when its article was published, and what its places say together."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

import htmldate

from pipelines.clean.bylines import RULE as BYLINE
from pipelines.enrich import dates
from pipelines.enrich.published import Clue, Frame, first, settled
from pipelines.extract import jsonld
from pipelines.extract.headline import is_title, proofs
from pipelines.extract.manuscript import Evidence, Line, Manuscript
from pipelines.extract.prose import LINK
from pipelines.records import Entry, Page, Published

_METAS = """
    article:published_time og:article:published_time datepublished article.published
    og:published_time rnews:datepublished dc.date.issued dcterms.issued dcterms.created
    dc.date.created parsely-pub-date sailthru.date cxenseparse:recs:publishtime publication_date
    publish-date publish_date pubdate published date.published article_date_original
    originalpublicationdate citation_publication_date dc.date dc.date.available dcterms.date date
    last-modified-date bt:pubdate displaydate
"""
METAS = tuple(_METAS.split())
_MODIFIED = """
    article:modified_time og:updated_time datemodified dcterms.modified dc.date.modified lastmod
"""
MODIFIED = tuple(_MODIFIED.split())
ABOVE, BELOW = 4, 10  # lines around the title
LINE_CHARS = 120
LABEL_CHARS, LABEL_WORDS = 70, 5  # of a line that says the day and hardly anything else
APART = frozenset({"caption", "comments", "related", "hidden", "nav", "quote", "title"})
FAR_APART = APART | {"footer", "aside", "list"}
WORDS = re.compile(r"[^\W\d_]+")
UPDATED = re.compile(
    r"updat|edited|revised|reviewed|modifi|aktuali[sz]|geändert|bearbeitet|editiert|actuali[sz]"
    r"|atuali[sz]|aggiorn|mise? à jour|maj\b|bijgewerkt|gewijzigd|oppdater|uppdater|opdater"
    r"|päivit|frissít|güncel|обновл|изменен|оновлен|змінен|актуализ|жаңарт|янгилан|ажурир"
    r"|ενημέρωσ|τροποπο"
    r"|تحديث|بروزرسانی|עודכן|अपडेट|แก้ไข|cập nhật|diperbarui|更新|修改|수정|업데이트",
    re.I,
)


def published(page: Page, manuscript: Manuscript, frame: Frame) -> Published | None:
    """Return when the article was published, None where no clue holds."""
    declared = first(_declared(page, manuscript.evidence), frame)
    shown = first(_shown(manuscript), frame)
    found = settled(declared, _precise(shown, manuscript.evidence, frame))
    return found or first(_others(page, manuscript), frame) or _only(manuscript, frame)


# Right and wrong on the pages of either half of the sample: JSON-LD 157:12 and 201:12,
# published_time 173:9 and 204:7, microdata 58:1 and 70:6, URL 67:1 and 63:1, a line beside the
# title 289:33 and 334:36, the first time element 159:24 and 190:18, JSON-LD of the change 112:47
# and 152:38, htmldate 382:41 and 415:45. No order of the first four is better on both halves.
def _declared(page: Page, evidence: Evidence) -> Iterator[Clue]:
    """Yield what is written for machines, the most trustworthy place first."""
    yield from _clues("feed", _announced(page.entry))
    yield from _clues("json-ld", _strings(evidence.article, "datePublished"))
    yield from _clues("meta", (raw for name in METAS for raw in evidence.meta.get(name, ())))
    yield from _clues("page", evidence.items.get("datepublished", ()))
    yield from _clues("url", filter(None, [dates.url_day(page.url)]))


def _others(page: Page, manuscript: Manuscript) -> Iterator[Clue]:
    """Yield what is worth a look where nothing better holds, each read only if it is."""
    evidence = manuscript.evidence
    # a page with many time elements lists other articles or comments
    yield from _clues("page", (written or text for written, text in evidence.times[:1]))
    yield from _clues("json-ld", _strings(evidence.article, "dateCreated", "uploadDate"))
    yield from _clues("page", (line.text for line in _near(manuscript)))
    yield from _clues("page", (one.text for one in manuscript.stripped if one.rule == BYLINE))
    yield from _clues("page", _searched(manuscript, page))
    yield from _clues("json-ld", _strings(evidence.article, "dateModified"))


def _clues(source: str, raws: Iterable[str]) -> Iterator[Clue]:
    return (Clue(raw, source) for raw in raws)


def _announced(entry: Entry) -> Iterator[str]:
    if entry.published_raw:
        yield entry.published_raw
    if entry.published:
        yield entry.published.isoformat()


def modification(evidence: Evidence) -> Iterator[str]:
    """Yield the times at which the page says it was changed."""
    yield from _strings(evidence.article, "dateModified")
    for name in MODIFIED:
        yield from evidence.meta.get(name, ())
    yield from evidence.items.get("datemodified", ())


def _strings(article: object, *names: str) -> Iterator[str]:
    for name in names:
        yield from jsonld.texts(article.get(name) if hasattr(article, "get") else None)


def _shown(manuscript: Manuscript) -> Iterator[Clue]:
    """Yield the lines beside the title that say a day and hardly anything else, less updates."""
    return _labels(_near(manuscript))


def _only(manuscript: Manuscript, frame: Frame) -> Published | None:
    """Return the one day that the page shows, wherever: on 5 pages of the sample, always right.

    None where it shows several: it lists other articles.
    """
    lines = (line for line in manuscript.page if not line.marks & FAR_APART)
    found = [one for label in _labels(lines) if (one := first([label], frame))]
    return found[0] if len({one.day for one in found}) == 1 else None


def _labels(lines: Iterable[Line]) -> Iterator[Clue]:
    for line in lines:
        text = without_update(line.text)
        if len(text) > LABEL_CHARS or line.marks & APART or not any(map(str.isdigit, text)):
            continue
        if len(WORDS.findall(text)) <= LABEL_WORDS:
            yield Clue(text, "page")


def without_update(text: str) -> str:
    """Return a line less what it says of changes: "14 March, updated 15 March"; "" if all of it."""
    found = UPDATED.search(text)
    if found is None:
        return text
    before = text[: found.start()]
    return before if any(map(str.isdigit, before)) else ""


def _near(manuscript: Manuscript) -> Iterator[Line]:
    """Yield the short lines around the title, those below it first."""
    for title in _titles(manuscript):
        start, end = max(0, title.at - ABOVE), title.at + 1 + BELOW
        near = (*manuscript.page[title.at + 1 : end], *reversed(manuscript.page[start : title.at]))
        yield from (line for line in near if len(line.text) <= LINE_CHARS)


def _titles(manuscript: Manuscript) -> list[Line]:
    """Return the lines that say the title; the h1 alone where it does."""
    forms = proofs(manuscript.evidence)
    lines = [line for line in manuscript.page if "nav" not in line.marks]
    for line in lines:
        if line.tag == "h1" and is_title(line.text, forms):
            return [line]
    # a list of the latest articles names this one too, as a link, beside the days of others
    titles = (line for line in lines if is_title(line.text, forms))
    return sorted(titles, key=lambda line: line.links >= LINK)


def _precise(shown: Published | None, evidence: Evidence, frame: Frame) -> Published | None:
    """Return what is shown as the time element that shows it has it, where that says more."""
    if shown is None:
        return None
    written = [at for at, text in evidence.times if at and text and text in (shown.raw or "")]
    found = first(_clues("page", written[:1]), frame)
    return found if found and found.day == shown.day else shown


def _searched(manuscript: Manuscript, page: Page) -> Iterator[str]:
    """Yield the day that a search through the page's markup finds: slow, and last.

    Never htmldate's extensive search: its guesses from running text were right on 13 pages,
    wrong on 11, and cost 170 ms each.
    """
    if manuscript.tree is None:
        return
    latest = (page.fetched_at + timedelta(days=1)).strftime("%Y-%m-%d")
    try:
        found = htmldate.find_date(
            manuscript.tree,
            original_date=True,
            extensive_search=False,
            url=page.url,
            max_date=latest,
        )
    except (ValueError, TypeError, AttributeError, RecursionError, re.error):
        return
    if found:
        yield found
