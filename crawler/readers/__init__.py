"""Readers: the bytes of a feed, sitemap or section page to entries. Pure: no network, no clock.

``read`` tells the kind by the bytes and hands the document to the reader of that kind:

    bytes -> unpack -> charset -> kind -> feed | jsonfeed | sitemap | opml -> Reading

``read_section`` reads a page for its links to articles, which only an operator can ask for;
``read_archive`` for the older pages of such a list, too.
"""

from dataclasses import replace

from crawler.readers import feed, jsonfeed, opml, sitemap
from crawler.readers.charset import decode
from crawler.readers.errors import NotAFeed, NotAList
from crawler.readers.kind import Found, look, refuse_binary
from crawler.readers.notes import Notes
from crawler.readers.paging import read_archive
from crawler.readers.section import read_section
from crawler.readers.unpack import unpack
from pipelines.records import FeedKind, Reading

__all__ = ["NotAFeed", "NotAList", "outlines", "read", "read_archive", "read_section"]


def read(body: bytes, base_url: str, content_type: str | None = None) -> Reading:
    """Return what ``body`` announces, in document order.

    ``base_url`` is where it came from, after redirects; "" where that is not known, and relative
    addresses then stay as written. ``content_type`` is the header as sent: only its charset
    counts. A feed without entries gives none and a warning; NotAFeed says what else it is.
    """
    notes = Notes()
    text, found = _look(body, content_type, notes)
    reading = _dispatch(text, found, base_url, notes)
    if not reading.entries:
        notes.add("it holds no entries")
    is_whole = not (notes.is_cut or (notes.is_flawed and not reading.entries))
    return replace(reading, warnings=notes.told(), is_whole=is_whole)


def outlines(body: bytes, base_url: str) -> tuple[tuple[opml.Outline, ...], tuple[str, ...]]:
    """Return the feeds of an OPML file with their folders, and warnings.

    NotAList for a feed; NotAFeed says what else it is.
    """
    notes = Notes()
    text, found = _look(body, None, notes)
    if found.kind is not FeedKind.OPML:
        raise NotAList(f"one feed ({found.kind}), not a list of feeds (OPML)")
    return opml.outlines(text, found.start, base_url, notes), notes.told()


def _look(body: bytes, content_type: str | None, notes: Notes) -> tuple[str, Found]:
    body, warnings = unpack(body)
    notes.cut(warnings)
    refuse_binary(body)
    text, warnings = decode(body, content_type)
    notes.extend(warnings)
    found = look(text)
    if found.warning:
        notes.add(found.warning)
    return text, found


def _dispatch(text: str, found: Found, base_url: str, notes: Notes) -> Reading:
    match found.kind:
        case FeedKind.JSONFEED:
            return jsonfeed.read(text[found.start :], base_url, notes)
        case FeedKind.SITEMAP | FeedKind.SITEMAP_INDEX:
            return sitemap.read(text, found.start, found.kind, base_url, notes)
        case FeedKind.OPML:
            return opml.read(text, found.start, base_url, notes)
        case _:
            return feed.read(text, found.start, found.kind, base_url, notes)
