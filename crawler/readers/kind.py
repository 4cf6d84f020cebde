"""What a document is, told by looking at it: never by its name or by what the server calls it."""

import re
from dataclasses import dataclass

from crawler.readers.errors import NotAFeed
from crawler.readers.plain import one_line
from pipelines.records import FeedKind

ROOTS = {
    "rss": FeedKind.RSS,
    "channel": FeedKind.RSS,
    "feed": FeedKind.ATOM,
    "rdf": FeedKind.RDF,
    "urlset": FeedKind.SITEMAP,
    "sitemapindex": FeedKind.SITEMAP_INDEX,
    "opml": FeedKind.OPML,
}
BINARY = (
    (b"%PDF-", "a PDF"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"RIFF", "a picture, sound or film (RIFF)"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ", "an xz file"),
    (b"ID3", "a sound file (MP3)"),
    (b"\x7fELF", "a program"),
)
TITLE_CHARACTERS = 80
LINKS_MAX = 5
HEAD_CHARACTERS = 200_000

_SPACE = " \t\r\n\v\f\ufeff\u200b\x00"
_NAME = re.compile(r"<\s?(?:([A-Za-z_][\w.-]{0,40}):)?([A-Za-z_][\w.-]{0,40})(?=[\s/>])")
_ROOT = re.compile(
    r"<(?:[A-Za-z_][\w.-]{0,40}:)?(rss|feed|rdf|urlset|sitemapindex|opml)(?=[\s>])[^<>]*>", re.I
)
_HTML_TAG = re.compile(
    r"<(?:html|head|body|title|meta|script|div|p|br|b|a|h[1-6]|table|center|font|span|ul)[\s/>]",
    re.I,
)
_OUTLINE = re.compile(r"<outline\s[^<>]*\bxmlurl\s*=", re.I)
_TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{0,2000})", re.I)
_LINK = re.compile(r"<link\s[^<>]{0,2000}>", re.I)
_HREF = re.compile(r"""href\s*=\s*["']?([^"'\s>]{1,2000})""", re.I)


@dataclass(frozen=True, slots=True)
class Found:
    """Which reader a document is for."""

    kind: FeedKind
    start: int
    """Where its root element begins, in characters."""
    warning: str | None = None


def refuse_binary(body: bytes) -> None:
    """Raise NotAFeed for an empty body and for what is no text by its first bytes."""
    if not body.strip(b" \t\r\n\x00"):
        raise NotAFeed("an empty answer")
    for magic, found in BINARY:
        if body.startswith(magic):
            raise NotAFeed(found)


def look(text: str) -> Found:
    """Return the kind of ``text``; NotAFeed, naming what it is, where no reader is for it."""
    start = _skip_prolog(text)
    if start >= len(text):
        raise NotAFeed("a document without content")
    if text[start] in "{[":
        return Found(FeedKind.JSONFEED, start)
    name = _NAME.match(text, start)
    if name and (kind := ROOTS.get(name[2].lower())):
        return Found(kind, start)
    if name and name[2].lower() in {"html", "head", "body"}:
        raise _html(text)
    return _further_down(text, name[2] if name else None)


def _skip_prolog(text: str) -> int:
    """Return where the first element begins, behind declarations, comments and blank space."""
    ends = {"<?": "?>", "<!--": "-->"}
    at = 0
    while at < len(text):
        if text[at] in _SPACE:
            at += 1
            continue
        opening = next((o for o in ends if text.startswith(o, at)), None)
        if opening:
            close = text.find(ends[opening], at)
            at = close + len(ends[opening]) if close >= 0 else len(text)
        elif text[at : at + 9].lower() == "<!doctype":
            at = _doctype_end(text, at)
        else:
            return at
    return at


def _doctype_end(text: str, at: int) -> int:
    close, subset = text.find(">", at), text.find("[", at)
    if 0 <= subset < close:
        end = re.compile(r"\]\s*>").search(text, subset)
        return end.end() if end else len(text)
    return close + 1 if close >= 0 else len(text)


def _further_down(text: str, first: str | None) -> Found:
    """Find a feed that stands behind something else: a warning of PHP, a stray tag."""
    if root := _ROOT.search(text):
        kind = ROOTS[root[1].lower()]
        return Found(kind, root.start(), "something stands before the feed; left out")
    if outline := _OUTLINE.search(text):
        start = outline.start() if first is None else _skip_prolog(text)
        return Found(FeedKind.OPML, start, "outlines without an <opml> around them")
    if _HTML_TAG.search(text[:HEAD_CHARACTERS]):
        raise _html(text)
    if first:
        raise NotAFeed(f"an XML document of another kind (<{first}>)")
    if _is_binary(text):
        raise NotAFeed("binary data")
    raise NotAFeed("plain text")


def _is_binary(text: str) -> bool:
    head = text[:2000]
    return sum((c < " " and c not in "\t\r\n\f") or c == "\ufffd" for c in head) * 10 > len(head)


def _html(text: str) -> NotAFeed:
    head = text[:HEAD_CHARACTERS]
    title = _TITLE.search(head)
    words = one_line(title[1] if title else head[:2000]) or ""
    named = f' ("{words[:TITLE_CHARACTERS]}")' if words else ""
    return NotAFeed(f"an HTML page{named}", _alternates(head))


def _alternates(head: str) -> str:
    """Return the feeds that a page names, as the end of a sentence."""
    links = [
        href[1]
        for link in _LINK.findall(head)
        if "alternate" in link.lower()
        and re.search(r"(?:rss|atom|feed)\+(?:xml|json)", link, re.I)
        and (href := _HREF.search(link))
    ]
    if not links:
        return ""
    return "; it names " + ", ".join(one_line(link) or "" for link in links[:LINKS_MAX])
