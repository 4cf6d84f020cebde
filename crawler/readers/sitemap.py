"""Sitemaps, news sitemaps among them, and indexes of sitemaps (sitemaps.org, Google News 0.9)."""

from collections.abc import Iterator

from lxml import etree

from crawler.readers import dates
from crawler.readers.addresses import absolute
from crawler.readers.notes import Notes
from crawler.readers.plain import one_line, words
from crawler.readers.tree import local, parse
from pipelines.records import Entry, FeedKind, Reading


def read(text: str, start: int, kind: FeedKind, base_url: str, notes: Notes) -> Reading:
    """Return the pages of a sitemap, or the sitemaps of an index."""
    root = parse(text, start, notes)
    wanted = "sitemap" if kind is FeedKind.SITEMAP_INDEX else "url"
    nodes = [] if root is None else [node for node in root.iter("{*}*") if local(node) == wanted]
    return Reading(kind=kind, entries=tuple(_entry(node, base_url, notes) for node in nodes))


def _entry(node: etree._Element, base_url: str, notes: Notes) -> Entry:
    said = dict(_said(node))
    url = absolute(said.get("loc"), base_url)
    if url is None:
        notes.count("no address")
    raw = said.get("publication_date")
    return Entry(
        url=url,
        title=one_line(said.get("title")),
        published=dates.noted(raw, notes),
        updated=dates.noted(said.get("lastmod"), notes),
        published_raw=raw,
        tags=words((said.get("keywords") or "").split(",")),
        language=one_line(said.get("language")),
    )


def _said(node: etree._Element) -> Iterator[tuple[str, str]]:
    """Yield the text of the page's own elements and of its `news`: images have titles too."""
    for child in node.iterchildren("{*}*"):
        name = local(child)
        if name == "news":
            for grandchild in child.iter("{*}*"):
                yield local(grandchild), (grandchild.text or "").strip()
        elif name in {"loc", "lastmod"}:
            yield name, (child.text or "").strip()
