"""Where a page says when its article was published, and what its places say together."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta

import htmldate

from pipelines.enrich import dates, shown
from pipelines.enrich.published import Clue, Frame, first, settled
from pipelines.extract import jsonld
from pipelines.extract.manuscript import Evidence, Manuscript
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


def published(page: Page, manuscript: Manuscript, frame: Frame) -> Published | None:
    """Return when the article was published, None where no clue holds."""
    evidence = manuscript.evidence
    declared = first(_declared(page, evidence), frame) or _stated(evidence, frame)
    said = shown.beside_title(manuscript, frame) or _labelled(manuscript, frame)
    found = settled(declared, _precise(said, evidence, frame))
    return found or _others(page, manuscript, frame)


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


def _stated(evidence: Evidence, frame: Frame) -> Published | None:
    """Return the day of the page or recipe that JSON-LD has instead of an article.

    None where its objects are of several days: they are a list.
    """
    raws = (raw for thing in evidence.things for raw in _strings(thing, "datePublished"))
    return shown.agreed(_clues("json-ld", raws), frame)


def _labelled(manuscript: Manuscript, frame: Frame) -> Published | None:
    return shown.agreed(shown.labelled(manuscript), frame)


def _others(page: Page, manuscript: Manuscript, frame: Frame) -> Published | None:
    """Return what holds of the places that are worth a look where nothing better does."""
    evidence = manuscript.evidence
    # a page with many time elements lists other articles or comments
    times = _clues("page", (written or text for written, text in evidence.times[:1]))
    created = _clues("json-ld", _strings(evidence.article, "dateCreated", "uploadDate"))
    return (
        first(shown.timed(manuscript), frame)
        or first(shown.dateline(manuscript), frame)
        or first(times, frame)
        or first(created, frame)
        or shown.over_text(manuscript, frame)
        or first(shown.near_title(manuscript), frame)
        or first(shown.updates(manuscript), frame)
        or first(_clues("page", _searched(manuscript, page)), frame)
        or shown.only(manuscript, frame)
        or first(_clues("json-ld", _strings(evidence.article, "dateModified")), frame)
    )


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
