"""The bytes of a page as text. Never raises: what cannot be read becomes U+FFFD."""

import codecs
import re

from charset_normalizer import from_bytes

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# markup in units of two bytes, without the mark that should be before it
UNMARKED = (
    (re.compile(rb"(?:[\t\r\n ]\0)*<\0[!?A-Za-z]\0"), "utf-16-le"),
    (re.compile(rb"(?:\0[\t\r\n ])*\0<\0[!?A-Za-z]"), "utf-16-be"),
)
# what a page calls its encoding and what browsers read it as (WHATWG, Encoding, 4.2)
WIDER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_2",
}
CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.I)
XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,80}encoding\s*=\s*["']([\w:.-]{2,40})""", re.I)
JAPANESE = re.compile(rb"\x1b\$[@B][!-~]")  # opens two-byte characters in ISO-2022-JP
META_WITHIN = 8192  # browsers look at the first 1024 bytes; pages with long heads declare later
SERVER_DEFAULT = "cp1252"  # servers add latin-1 unasked: a page's own word outweighs it
BROKEN_SHARE = (
    0.05  # of the bytes above ASCII: a page with a few torn characters keeps its encoding
)
SAMPLE = 20_000
GUESSED = 400_000
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
CONTROLS = bytes([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F])
NO_LETTERS = re.compile("\ufffe|\uffff".encode())
# the same as references, less tab, newline and carriage return: no tree takes what they mean
UNREADABLE_REFERENCE = re.compile(
    r"&#(?:x0*(?:[0-8bcef]|1[0-9a-f]|7f|fff[ef])(?![0-9a-f])"
    r"|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|127|6553[45])(?![0-9]));?",
    re.I,
)


def decode(body: bytes, content_type: str | None = None) -> str:
    """Return the text of a page, without NULs, control characters and lone surrogates.

    Nor does it hold a character reference to one of them. The byte order mark or markup in UTF-16
    decides, then valid UTF-8, then what header and page declare where the bytes agree with it, then
    a guess from the bytes.
    """
    text = _marked(body) or _text(body.replace(b"\x00", b""), content_type)
    return _readable(text if _is_readable(text) else UNREADABLE.sub("", text))


def _is_readable(text: str) -> bool:
    """Return whether no letter is UNREADABLE; by the bytes, which takes half of the time."""
    try:
        written = text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return False
    is_plain = len(written.translate(None, CONTROLS)) == len(written)
    return is_plain and NO_LETTERS.search(written) is None


def _readable(text: str) -> str:
    if not UNREADABLE_REFERENCE.search(text):
        return text
    # what one leaves behind may be another ("&#&#8;8;"); a space puts nothing together
    return UNREADABLE_REFERENCE.sub(" ", UNREADABLE_REFERENCE.sub("", text))


def is_wide(body: bytes) -> bool:
    """Return whether the first bytes say that a character takes two bytes or four."""
    return (_by_its_start(body) or "utf-8") != "utf-8"


def _by_its_start(body: bytes) -> str | None:
    marked = next((encoding for mark, encoding in BOMS if body.startswith(mark)), None)
    return marked or next((encoding for start, encoding in UNMARKED if start.match(body)), None)


def _marked(body: bytes) -> str | None:
    encoding = _by_its_start(body)
    return body.decode(encoding, "replace").lstrip("\ufeff") if encoding else None


def _text(body: bytes, content_type: str | None) -> str:
    declared = _declared(body, content_type)
    if JAPANESE.search(body):
        declared = [WIDER["iso2022_jp"], *declared]
    escapes = any(name.startswith("iso2022") for name in declared)  # looks like ASCII, is not
    for name in declared if escapes else ["utf-8", *declared]:
        text = _strict(body, name)
        if text is not None:
            return text
    return _torn(body, declared) or _guessed(body)


def _declared(body: bytes, content_type: str | None) -> list[str]:
    """Return the encodings that header and page name, the more trustworthy first."""
    head = body[:META_WITHIN]
    header = CHARSET.search((content_type or "").encode("ascii", "replace"))
    own = CHARSET.search(head) or XML_ENCODING.search(head)
    names = [_known(found[1].decode("ascii")) for found in (header, own) if found]
    known = [name for name in names if name]
    return known[::-1] if known[:1] == [SERVER_DEFAULT] else known


def _known(label: str) -> str | None:
    try:
        name = codecs.lookup(label).name
    except LookupError:
        return None
    # "charset=unicode" and the like: codecs that are no character encoding of the web
    return None if name in {"punycode", "idna", "unicode_escape"} else WIDER.get(name, name)


def _strict(body: bytes, encoding: str) -> str | None:
    try:
        text = body.decode(encoding)
    except (UnicodeError, LookupError):
        return None
    # a page in ASCII may claim UTF-16: it was read in order to find the claim, so it is not
    return None if encoding.startswith(("utf-16", "utf-32")) else text


def _torn(body: bytes, declared: list[str]) -> str | None:
    """Return the text in a declared encoding in which only a few characters are broken."""
    high = len(body) - len(body.translate(None, bytes(range(128, 256))))
    for encoding in ["utf-8", *declared]:
        if encoding.startswith(("utf-16", "utf-32")):
            continue
        text = body.decode(encoding, "replace")
        if text.count("\ufffd") <= BROKEN_SHARE * high:
            return text
    return None


def _guessed(body: bytes) -> str:
    telling = re.sub(rb"<[^<>]*>", b" ", body[:GUESSED])
    high = re.search(rb"[\x80-\xff]", telling)
    start = max(0, high.start() - 200) if high else 0
    best = from_bytes(telling[start : start + SAMPLE]).best()
    return body.decode(best.encoding if best else "cp1252", "replace")
