"""Where a page says when its article was published, the most trustworthy place first."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import htmldate

from pipelines.clean.bylines import RULE as BYLINE
from pipelines.clean.edges import LINK
from pipelines.enrich.dates import Clue, url_clues
from pipelines.extract import jsonld
from pipelines.extract.headline import is_title, proofs
from pipelines.extract.manuscript import Evidence, Manuscript
from pipelines.records import Entry, Page

_METAS = """
    article:published_time og:article:published_time datepublished article.published
    og:published_time rnews:datepublished dc.date.issued dcterms.issued dcterms.created
    dc.date.created parsely-pub-date sailthru.date cxenseparse:recs:publishtime publication_date
    publish-date publish_date pubdate published date.published article_date_original
    originalpublicationdate citation_publication_date dc.date dc.date.available dcterms.date date
    last-modified-date bt:pubdate displaydate
"""
METAS = tuple(_METAS.split())
ABOVE, BELOW = 4, 10  # lines
LINE_CHARS = 120
_MODIFIED = """
    article:modified_time og:updated_time datemodified dcterms.modified dc.date.modified lastmod
"""
MODIFIED = tuple(_MODIFIED.split())


def publication(page: Page, manuscript: Manuscript) -> Iterator[Clue]:
    """Yield the clues, each read only when those before it did not hold."""
    for source, raws in _places(page, manuscript):
        for raw in raws:
            yield Clue(raw, source)


def _places(page: Page, manuscript: Manuscript) -> Iterator[tuple[str, Iterable[str]]]:
    evidence = manuscript.evidence
    yield "feed", _announced(page.entry)
    yield "json-ld", _strings(evidence.article, "datePublished")
    yield "meta", (raw for name in METAS for raw in evidence.meta.get(name, ()))
    yield "page", (*evidence.items.get("datepublished", ()), *_time_tags(evidence))
    yield "json-ld", _strings(evidence.article, "dateCreated", "uploadDate", "dateModified")
    yield "url", url_clues(page.url)
    yield "page", _beside_title(manuscript)
    yield "page", (line.text for line in manuscript.stripped if line.rule == BYLINE)
    yield "page", _searched(manuscript, page.url, page.fetched_at)


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


def _time_tags(evidence: Evidence) -> Iterator[str]:
    """Yield the first time element: a page with many lists other articles or comments."""
    for written, text in evidence.times[:1]:
        yield written or text


def _beside_title(manuscript: Manuscript) -> Iterator[str]:
    """Yield the short lines around the title: a paper writes the day there, if anywhere."""
    forms = proofs(manuscript.evidence)
    titles = [
        line for line in manuscript.page if is_title(line.text, forms) and "nav" not in line.marks
    ]
    # a list of the latest articles names this one too, as a link, beside the days of others
    for line in sorted(titles, key=lambda line: line.tag != "h1" and line.links >= LINK):
        start = max(0, line.at - ABOVE)
        near = manuscript.page[start : line.at + BELOW]
        yield from (one.text for one in near if len(one.text) <= LINE_CHARS)
        if line.tag == "h1":
            return


def _searched(manuscript: Manuscript, url: str, fetched_at: datetime) -> Iterator[str]:
    """Yield the day that a search through the page's markup finds: slow, and last.

    Never htmldate's extensive search: its guesses from running text were right on 13 pages,
    wrong on 11, and cost 170 ms each.
    """
    if manuscript.tree is None:
        return
    latest = (fetched_at + timedelta(days=1)).strftime("%Y-%m-%d")
    try:
        found = htmldate.find_date(
            manuscript.tree, original_date=True, extensive_search=False, url=url, max_date=latest
        )
    except (ValueError, TypeError, AttributeError, RecursionError, re.error):
        return
    if found:
        yield found
