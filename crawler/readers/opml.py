"""OPML: a list of feeds, each of them as an entry."""

from crawler.readers.addresses import absolute
from crawler.readers.notes import Notes
from crawler.readers.plain import one_line
from crawler.readers.tree import local, parse
from pipelines.records import Entry, FeedKind, Reading


def read(text: str, start: int, base_url: str, notes: Notes) -> Reading:
    """Return every outline that names a feed; what is only a folder or a link is left out."""
    root = parse(text, start, notes)
    outlines = (
        [] if root is None else [node for node in root.iter("{*}*") if local(node) == "outline"]
    )
    named = [{str(key).lower(): str(value) for key, value in node.items()} for node in outlines]
    entries = tuple(_entry(outline, base_url, notes) for outline in named if "xmlurl" in outline)
    titles = [] if root is None else [n.text for n in root.iter("{*}*") if local(n) == "title"]
    return Reading(
        kind=FeedKind.OPML, entries=entries, title=one_line(titles[0]) if titles else None
    )


def _entry(outline: dict[str, str], base_url: str, notes: Notes) -> Entry:
    url = absolute(outline.get("xmlurl"), base_url)
    if url is None:
        notes.count("no address")
    title = one_line(outline.get("text")) or one_line(outline.get("title"))
    return Entry(url=url, title=title, language=one_line(outline.get("language")))
