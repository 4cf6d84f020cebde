"""Markup to plain text that is safe to show: no tags, no entities, no control characters."""

import html
import re
import unicodedata
from collections.abc import Iterable

_HIDDEN = re.compile(r"<(script|style)\b[^<>]*>", re.I)
_BLOCK = re.compile(
    r"</?(?:p|div|br|hr|li|ul|ol|dl|dt|dd|h[1-6]|tr|td|th|table|blockquote|figure|figcaption|pre|"
    r"section|article|header|footer|nav|aside|img|iframe|form|option|select|center)\b[^<>]*/?>",
    re.I,
)
# only names that HTML has: "profit <5% but >2%" and "<Unnamed>" stay
_INLINE = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|ins|kbd|label|mark|nobr|q|s|samp|"
    r"small|span|strike|strong|sub|sup|time|tt|u|var|wbr|o:p|ruby|rb|rt|rp|svg|path|video|audio|source|"
    r"noscript|object|embed|param|input|button|html|head|body|meta|link|title)\b[^<>]*/?>",
    re.I,
)
# controls, surrogates, what is no character, and marks that turn the order of a line about
_UNSAFE = re.compile(
    "[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ufeff"
    "\u202a-\u202e\u2066-\u2069]"
)


def safe(text: str) -> str:
    """Return ``text`` without characters that could steer a terminal or turn a line about."""
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub("", text)


def one_line(markup: str | None) -> str | None:
    """Return the words of ``markup`` on one line in NFC, or None where there are none."""
    if not markup:
        return None
    # entities come twice escaped so often that a literal "&amp;" in a title is the rarer case
    text = html.unescape(_untagged(html.unescape(_untagged(markup))))
    return unicodedata.normalize("NFC", " ".join(safe(text).split())) or None


def words(found: Iterable[object]) -> tuple[str, ...]:
    """Return each of ``found`` that is text, as one line, in order and once."""
    lines = (one_line(word) for word in found if isinstance(word, str))
    return tuple(dict.fromkeys(line for line in lines if line))


def _untagged(markup: str) -> str:
    if "<" not in markup:
        return markup
    return _INLINE.sub("", _BLOCK.sub(" ", _uncommented(_unhidden(markup))))


def _unhidden(markup: str) -> str:
    """Take out scripts and styles with what is in them."""
    kept, at = [], 0
    lower = markup.lower()
    while found := _HIDDEN.search(markup, at):
        end = lower.find(f"</{found[1].lower()}", found.end())
        kept.append(markup[at : found.start()])
        close = markup.find(">", end) if end >= 0 else -1
        at = close + 1 if close >= 0 else len(markup)
    return "".join((*kept, markup[at:]))


def _uncommented(markup: str) -> str:
    kept, at = [], 0
    while (start := markup.find("<!--", at)) >= 0:
        kept.append(markup[at:start])
        end = markup.find("-->", start)
        at = end + 3 if end >= 0 else len(markup)
    return "".join((*kept, markup[at:]))
