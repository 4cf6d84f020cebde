"""Bytes to text. What the bytes themselves show goes before what the document or server says.

Valid UTF-8 is UTF-8 whatever is announced; a few invalid bytes are replaced where they stand and
do not change the reading of the rest; for anything else the announced encodings and those in use
for news are compared by how much of the text comes out as letters that are common in them.
"""

import codecs
import re
from functools import cache

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
EBCDIC = b"\x4c\x6f\xa7\x94"  # <?xm
# browsers read these names as the larger set (WHATWG Encoding), and papers write for browsers
WIDER = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-7": "cp1253",
    "iso8859-8": "cp1255",
    "iso8859-9": "cp1254",
    "koi8-r": "koi8_u",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
# not encodings of a text that was seen to be ASCII up to its declaration, or no encodings of papers
REFUSED = re.compile(
    r"utf-?(7|16|32)|idna|punycode|unicode|undefined|mbcs|oem|cp(037|273|500|1140)"
)
SAMPLE_BYTES = 64_000
TRIPLE_WEIGHT = 10
ANNOUNCED_BONUS = 0.2  # windows-1250 as announced beats windows-1252 unless the letters are clear
TWICE = "encoded as UTF-8 twice; read as once"
LETTERS_MIN = 0.5  # under this no guess is better than UTF-8 with its bad bytes replaced

_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']""", re.I)
_CHARSET = re.compile(r"""charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.I)
_PAIR = re.compile(rb"[\xc2-\xdf][\x80-\xbf]")
_TRIPLE = re.compile(rb"[\xe0-\xef][\x80-\xbf]{2}")
# what UTF-8 becomes when read as windows-1252 or latin-1: a capital and a symbol behind a small
# letter ("Ã©", "Â»"), the beginning of a quotation mark or dash ("â€™"), a control character
# (each form begins with one set of characters, which `re` looks for fast)
_MISREAD = re.compile(
    "[\xc2-\xf4](?:(?<=[a-z][\xc2-\xd6\xd8-\xde])[\xa0-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf]"
    "|(?<=â)€[\x80-\xbf\u0152-\u2122]|[\x80-\x9f])"
)
_CP1252 = {
    ord(bytes((byte,)).decode("cp1252")): byte
    for byte in range(0x80, 0xA0)
    if byte not in {0x81, 0x8D, 0x8F, 0x90, 0x9D}  # windows-1252 has no character there
}
_WITHIN_ASCII = re.compile(r"[a-zA-Z][^\W\d_a-zA-Z]|[^\W\d_a-zA-Z][a-zA-Z]")
_QUOTES = "«»“”„‘’–—…№ \xa0"

# the letters beyond ASCII that make up most of a text, by encoding and language (or group of them)
_SLAVIC = "оеаинтсрвлкмдпуяыьгзб"  # all of them would make Hebrew bytes a Slavic text
_CENTRAL = (
    "ąćęłńóśźż",
    "áčďéěíňóřšťúůýžäľĺôŕ",
    "áéíóöőúüű",
    "ăâîşţ",
    "čćđšž",
)
_COMMON = {
    "cp1251": (_SLAVIC + "іїєўґ", "аеионтрсдвкмлупјзгбњљћђџѓќ"),
    "koi8_u": (_SLAVIC + "чйхжшюцщ",),
    "cp866": (_SLAVIC,),
    "iso8859-5": (_SLAVIC,),
    "cp1252": (
        "éèàçêâôîûùœëï",
        "äöüß",
        "áéíóúñü¿¡ºª",
        "ãõçáéíóúâêàº",
        "åøæäöé",
        "àèéìòù",
        "áéíóúýðþæö",
    ),
    "cp1250": _CENTRAL,
    "iso8859-2": _CENTRAL,
    "cp1254": ("ığşçöüâ",),
    "cp1257": ("āčēģīķļņšūž", "ąčęėįšųūž", "äöüõšž"),
    "cp1253": ("αοιετσνηυρπκμλςάέήίόύώδγθχφβω",),
    "cp1255": ("יוהלאתרשמבנעדקחכפםגטזסןצךףץ",),
    "cp1256": ("اليمونرتبةدعسفكقحجهشطصخىءأإئضذزغثظپچژگی،؟",),
    "cp874": ("านรกอเงมยลวดทสตะปบคหแจพชขใไโผถธญณซำุูิีึืั็่้์",),
}
# no script but the Latin has its letters within words of ASCII
_NOT_LATIN = {"cp1251", "koi8_u", "cp866", "iso8859-5", "cp1253", "cp1255", "cp1256", "cp874"}
# first and last lead byte of the rows that hold the characters in daily use
_ROWS = {
    "gb18030": ("gb2312", 0xB0, 0xD7),
    "cp949": ("euc_kr", 0xB0, 0xC8),
    "euc_jp": ("euc_jp", 0xB0, 0xCF),
    "big5hkscs": ("big5", 0xA4, 0xC6),
    "cp932": ("shift_jis", 0x88, 0x97),
}
_EAST = "，。、：；？！（）《》「」“”・ー"
_KANA = "".join(chr(c) for c in range(0x3041, 0x30F7))
# Korean text reads as daily Chinese or Japanese characters too, never the other way round
_TIE = {"cp949": 0.02}


def decode(body: bytes, content_type: str | None) -> tuple[str, list[str]]:
    """Return the text without byte order marks, and what was odd about its encoding."""
    for mark, name in BOMS:
        if body.startswith(mark) and name != "utf-8":
            return _forgiving(body[len(mark) :], name)
    body = body.removeprefix(codecs.BOM_UTF8)
    if wide := _by_first_bytes(body):
        return _forgiving(body, wide)
    announced = _announced(body, content_type)
    if "iso2022_jp" in announced and b"\x1b" in body:  # ASCII to look at, and valid UTF-8
        return _forgiving(body, "iso2022_jp")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return _mixed(body, announced)
    once = _once(text)
    return once or text, [TWICE] if once else _disagreement(body, announced)


def _once(text: str) -> str | None:
    """Return the text that was encoded twice; None unless all of it shows that it was.

    "Âª" is what a paper may write. Sure is a sign that nobody writes, where every character beyond
    ASCII reads as UTF-8 once more.
    """
    if not _MISREAD.search(text):
        return None
    try:
        return text.translate(_CP1252).encode("latin-1").decode()
    except UnicodeError:
        return None


def _by_first_bytes(body: bytes) -> str | None:
    """Return the encoding whose bytes are not ASCII, where its first bytes show it."""
    if body.startswith(EBCDIC):
        return "cp037"
    for wide in ("utf-32-be", "utf-32-le"):
        if body.startswith("<".encode(wide)):
            return wide
    head = body[:200]
    odd, even = head[1::2].count(0), head[::2].count(0)
    if max(odd, even) * 4 < len(head) or not head:
        return None
    return "utf-16-le" if odd > even else "utf-16-be"


def _announced(body: bytes, content_type: str | None) -> list[str]:
    """Return the usable encodings that document and server name, the document's first."""
    declared = _DECLARED.search(body[:1000])
    served = _CHARSET.search(content_type or "")
    names = [declared[1].decode("ascii")] if declared else []
    names += [served[1]] if served else []
    return list(dict.fromkeys(name for name in map(_known, names) if name))


def _known(name: str) -> str | None:
    try:
        codec = codecs.lookup(name).name
        "".encode(codec)  # LookupError for what is no text encoding (base64, rot13)
    except (LookupError, UnicodeError, ValueError):
        return None
    codec = WIDER.get(codec, codec)
    return None if REFUSED.search(codec) else codec


def _disagreement(body: bytes, announced: list[str]) -> list[str]:
    others = [name for name in announced if name != "utf-8"]
    if not others or body.isascii():
        return []
    return [f"announced as {others[0]}, but it is UTF-8; read as UTF-8"]


def _forgiving(body: bytes, name: str) -> tuple[str, list[str]]:
    text = body.decode(name, errors="replace").lstrip("\ufeff")
    bad = text.count("\ufffd")
    return text, [f"{bad} characters cannot be read in {name}; replaced"] if bad else []


def _mixed(body: bytes, announced: list[str]) -> tuple[str, list[str]]:
    """Read what is not valid UTF-8: UTF-8 with a few bad bytes, or another encoding."""
    text = body.decode(errors="replace")
    bad = text.count("\ufffd")
    warning = f"{bad} bytes are not UTF-8; replaced, the rest read as UTF-8"
    # in other encodings one pair of bytes in five is valid by chance at most, and hardly any triple
    if len(_PAIR.findall(body)) + TRIPLE_WEIGHT * len(_TRIPLE.findall(body)) >= bad:
        return text, [warning]
    name, score = _guess(body, announced)
    if score < LETTERS_MIN and name not in announced:
        return text, [warning]
    text, warnings = _forgiving(body, name)
    if announced and name != announced[0]:
        warnings.insert(0, f"announced as {announced[0]}, but its letters are {name}; read as that")
    return text, warnings


def _guess(body: bytes, announced: list[str]) -> tuple[str, float]:
    """Return the encoding in which most of the sample is common letters, and that share."""
    sample = _sample(body)
    told = {name for name in announced if name != "utf-8"}
    scores = {
        name: _share(sample, name) + (ANNOUNCED_BONUS if name in told else _TIE.get(name, 0))
        for name in (*_COMMON, *_ROWS)
    }
    scores |= {name: _share(sample, name) + ANNOUNCED_BONUS for name in told - scores.keys()}
    best = max(scores, key=lambda name: scores[name])
    return best, scores[best]


def _sample(body: bytes) -> bytes:
    """Return the pieces between tags that are not ASCII, up to ``SAMPLE_BYTES``."""
    pieces: list[bytes] = []
    size = 0
    for piece in body.split(b"<"):
        if not piece.isascii():
            pieces.append(piece)
            size += len(piece)
        if size > SAMPLE_BYTES:
            break
    return b"\n".join(pieces)[:SAMPLE_BYTES]


def _share(sample: bytes, name: str) -> float:
    """Return the share of the characters beyond ASCII that are common in it, 0 to 1.

    Of several languages written in it the best counts; a byte that it does not have counts against.
    """
    text = sample.decode(name, errors="replace")
    strange = [c for c in text if c > "\x7f"]
    if not strange:
        return 0.0
    misplaced = len(_WITHIN_ASCII.findall(text)) if name in _NOT_LATIN else 0
    sets = _common(name) or [frozenset(c for c in strange if c.isalpha())]
    good = max(sum(c in common for c in strange) for common in sets)
    return max(0.0, (good - strange.count("\ufffd") - misplaced) / len(strange))


@cache
def _common(name: str) -> list[frozenset[str]]:
    """Return the sets of common characters; none for an encoding that is in no table."""
    if name in _COMMON:
        return [
            frozenset(letters + _capitals(letters, name) + _QUOTES) for letters in _COMMON[name]
        ]
    if name not in _ROWS:
        return []
    codec, first, last = _ROWS[name]
    kana = _KANA if codec in {"euc_jp", "shift_jis"} else ""
    cells = (
        bytes((lead, trail)).decode(codec, errors="ignore")
        for lead in range(first, last + 1)
        for trail in range(0x40, 0xFF)
    )
    return [frozenset("".join(cells) + _EAST + kana) - frozenset(map(chr, range(128)))]


def _capitals(letters: str, name: str) -> str:
    # the small letters of windows-1251 are the capitals of KOI8: there capitals must not count
    return "" if name in _NOT_LATIN else letters.upper()
