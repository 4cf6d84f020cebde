"""Text of a feed to XML that a parser can read. Without entities, without a document type.

What is mended is what papers' software gets wrong: bare ampersands, entities of HTML, control
characters, bytes after the end, an end that is missing. What is mended changes no entry's words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from html.entities import html5

# what XML 1.0 allows, section 2.2, less the C1 controls
_CONTROL = re.compile(
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_REFERENCE = re.compile(r"&(#[0-9]{1,8};|#[xX][0-9a-fA-F]{1,7};|[A-Za-z][\w.-]{0,40};)?")
_PREDEFINED = {"amp;", "lt;", "gt;", "quot;", "apos;"}
_OPEN = re.compile(r"<!\[CDATA\[|<!--")
_CLOSE = {"<![CDATA[": "]]>", "<!--": "-->"}
_ENTITY = re.compile(
    r"""<!ENTITY\s+([A-Za-z][\w.-]{0,40})\s+(?:"([^"<&%]{0,1000})"|'([^'<&%]{0,1000})')\s*>"""
)
_QNAME = re.compile(r"<\s?([A-Za-z_][\w:.-]{0,80})")
_ENTRY = re.compile(r"<(?:[\w.-]{1,40}:)?(?:item|entry|url|sitemap|outline)(?=[\s>/])", re.I)
_ENTRY_END = re.compile(r"</(?:[\w.-]{1,40}:)?(?:item|entry|url|sitemap)\s*>", re.I)
# entities that a document defines may make it this much longer; the billion laughs want more
EXPANSION_MAX = 200_000
_SPECIAL = re.compile("[<>&\"']")


@dataclass(frozen=True, slots=True)
class Mended:
    """A document from its root element to that element's end."""

    xml: str
    tags: int
    """How many "<" stand outside CDATA and comments."""
    warnings: tuple[str, ...] = ()


def mend(text: str, start: int) -> Mended:
    """Return the XML of the root element that begins at ``start``.

    An entry that the document breaks off in is left out: half an address is a wrong address,
    and the next visit brings the whole.
    """
    entities = _entities(text[:start], text)
    body, warnings = _to_its_end(text[start:])
    pieces: list[str] = []
    tags = 0
    for literal, piece in _pieces(body):
        pieces.append(piece if literal else _references(piece, entities))
        tags += 0 if literal else piece.count("<")
    return Mended(_CONTROL.sub("", "".join(pieces)), tags, tuple(warnings))


def _entities(prolog: str, text: str) -> dict[str, str]:
    """Return the plain entities that the document type defines; those of a bomb define others."""
    found = {f"{name};": one or two for name, one, two in _ENTITY.findall(prolog)}
    if not found:
        return {}
    grown = sum(len(found.get(reference, "")) for reference in _REFERENCE.findall(text))
    return found if grown <= EXPANSION_MAX else {}


def _to_its_end(body: str) -> tuple[str, list[str]]:
    root = _QNAME.match(body)
    assert root  # `look` found it there
    end = re.compile(rf"</{re.escape(root[1])}\s*>", re.I)
    if (close := body.rfind(f"</{root[1]}")) >= 0 and (closing := end.match(body, close)):
        return body[: closing.end()], []
    whole = _without_cut_entry(body)
    cut = " in an entry, which is left out" if len(whole) < len(body) else ""
    return whole, [f"the document ends without </{root[1]}>, broken off{cut}"]


def _without_cut_entry(body: str) -> str:
    """Return ``body`` up to the last entry that has an end, where entries have ends."""
    ends = [end.end() for end in _ENTRY_END.finditer(body)]
    if ends and (opened := _ENTRY.search(body, ends[-1])):
        return body[: opened.start()]
    return body


def _pieces(body: str) -> Iterator[tuple[bool, str]]:
    """Yield (is literal, piece): in CDATA and comments an ampersand is an ampersand."""
    at = 0
    while opening := _OPEN.search(body, at):
        close = body.find(_CLOSE[opening[0]], opening.end())
        if close < 0:  # never closed: then none after it is
            break
        yield False, body[at : opening.start()]
        at = close + 3
        yield True, body[opening.start() : at]
    yield False, body[at:]


def _references(piece: str, entities: dict[str, str]) -> str:
    """Write every `&` so that XML knows what it means."""

    def written(found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return "&amp;"
        if name in _PREDEFINED:
            return found[0]
        if name.startswith("#"):
            return _escape(_CONTROL.sub("", unescape(f"&{name}")))
        value = entities.get(name, html5.get(name))
        return f"&amp;{name}" if value is None else _escape(value)

    return _REFERENCE.sub(written, piece)


def _escape(text: str) -> str:
    # by number: in an attribute a plain quotation mark would end it
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)
