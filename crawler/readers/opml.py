"""OPML: a list of feeds, each of them as an entry, or with the folders that it is in."""

from dataclasses import dataclass

from lxml import etree

from crawler.readers.addresses import absolute
from crawler.readers.notes import Notes
from crawler.readers.plain import one_line
from crawler.readers.tree import local, parse
from pipelines.records import Entry, FeedKind, Reading

OURS = "https://dateline.invalid/opml"
"""The namespace of what only Dateline writes into an OPML file."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list, or a paper that Dateline wrote into it; None: not said."""

    feed: str | None
    title: str | None
    homepage: str | None
    language: str | None
    folders: tuple[str, ...]
    """From the outermost in; what has no name is left out."""
    entry: str | None
    """The whole entry of a paper, as Dateline wrote it: JSON."""


def read(text: str, start: int, base_url: str, notes: Notes) -> Reading:
    """Return every outline that names a feed; what is only a folder or a link is left out."""
    root = parse(text, start, notes)
    entries = tuple(
        _entry(node, base_url, notes) for node in _all(root) if "xmlurl" in _attributes(node)
    )
    titles = [] if root is None else [n.text for n in root.iter("{*}*") if local(n) == "title"]
    return Reading(
        kind=FeedKind.OPML, entries=entries, title=one_line(titles[0]) if titles else None
    )


def outlines(text: str, start: int, base_url: str, notes: Notes) -> tuple[Outline, ...]:
    """Return every outline that names a feed or a whole entry, in document order."""
    root = parse(text, start, notes)
    found = (_outline(node, base_url, notes) for node in _all(root))
    return tuple(one for one in found if one is not None)


def _all(root: etree._Element | None) -> list[etree._Element]:
    return [] if root is None else [node for node in root.iter("{*}*") if local(node) == "outline"]


def _attributes(node: etree._Element) -> dict[str, str]:
    return {str(key).lower(): str(value) for key, value in node.items()}


def _entry(node: etree._Element, base_url: str, notes: Notes) -> Entry:
    outline = _attributes(node)
    url = absolute(outline.get("xmlurl"), base_url)
    if url is None:
        notes.count("no address")
    return Entry(url=url, title=_name(node), language=one_line(outline.get("language")))


def _outline(node: etree._Element, base_url: str, notes: Notes) -> Outline | None:
    outline = _attributes(node)
    entry = outline.get(f"{{{OURS}}}entry")
    if "xmlurl" not in outline and entry is None:
        return None
    feed = absolute(outline.get("xmlurl"), base_url)
    if feed is None and entry is None:
        notes.count("no address")
    above = [one for one in node.iterancestors() if local(one) == "outline"]
    folders = [_name(one) for one in reversed(above)]
    return Outline(
        feed=feed,
        title=_name(node),
        homepage=absolute(outline.get("htmlurl"), base_url),
        language=one_line(outline.get("language")),
        folders=tuple(name for name in folders if name),
        entry=entry,
    )


def _name(node: etree._Element) -> str | None:
    outline = _attributes(node)
    return one_line(outline.get("text")) or one_line(outline.get("title"))
