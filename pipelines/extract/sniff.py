"""Whether bytes can be a page at all. Looks at them only, never at what the server calls them."""

import re

from pipelines.extract.decode import is_wide

MAGIC = (
    (b"%PDF-", "a PDF"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\x89PNG", "a PNG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM6", "a BMP picture"),
    (b"\x00\x00\x01\x00", "an icon"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"ID3", "a sound"),
    (b"OggS", "a sound"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"wOF", "a font"),
    (b"{\\rtf", "an RTF document"),
)
INSIDE = (
    (b"WEBP", 8, "a WebP picture"),
    (b"ftyp", 4, "a video or picture"),
    (b"WAVE", 8, "a sound"),
)
PDF_WITHIN = 1024  # readers accept the PDF mark anywhere in the first kilobyte
NOISE = 0.02  # of random bytes a tenth are control characters, of 2,198 pages 0.0003 at most
LOOKED_AT = 65_536
# ESC and the shifts switch alphabets in ISO 2022; some servers fill up with NULs
_OF_TEXT = b"\x00\t\n\f\r\x0e\x0f\x1b" + bytes(range(0x20, 0x100))
ROOT = re.compile(r"<(?![?!])\s*([a-z][\w:.-]*)", re.I)
FEEDS = {
    "rss": "an RSS feed",
    "feed": "an Atom feed",
    "rdf:rdf": "an RDF feed",
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap index",
    "opml": "an OPML file",
    "svg": "an SVG picture",
}


def not_binary(body: bytes) -> str | None:
    """Return what the bytes are where they are certainly no page, or None."""
    if not body.strip(b" \t\r\n\x00\xef\xbb\xbf"):
        return "an empty page"
    for magic, name in MAGIC:
        if body.startswith(magic):
            return name
    for magic, at, name in INSIDE:
        if body[at : at + 4] == magic:
            return name
    if b"%PDF-" in body[:PDF_WITHIN] and b"<" not in body[:8]:
        return "a PDF"
    return "binary data, not a page" if _is_noise(body) else None


def _is_noise(body: bytes) -> bool:
    """Return whether bytes are no text, in whatever encoding."""
    if is_wide(body):
        return False  # there half of all bytes may look like control characters
    start = body[:LOOKED_AT]
    return len(start.translate(None, _OF_TEXT)) > NOISE * len(start)


def not_text(text: str) -> str | None:
    """Return what the decoded text is where it is certainly no page, or None."""
    start = text[:4096].lstrip("\ufeff \t\r\n\x00")
    if not start and not text.strip():
        return "an empty page"
    if start[:1] in ("{", "["):
        return "JSON" if "<html" not in text[:100_000].lower() else None
    if "<" not in text:
        return "plain text, not HTML"
    root = ROOT.search(re.sub(r"<!--.*?-->", "", start, flags=re.S))
    return FEEDS.get(root[1].lower()) if root else None
