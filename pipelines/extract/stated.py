"""The whole article as something beside the page's boxes says it: its JSON-LD, or the feed. Pure.

Both are often cut short, and may hold what is no article; so they are evidence, seldom the text.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from lxml import etree, html

from pipelines.extract import places
from pipelines.extract.jsonld import texts
from pipelines.extract.located import MARKER
from pipelines.extract.manuscript import Line, squeezed
from pipelines.extract.prose import is_prose
from pipelines.letters import size
from pipelines.records import Entry

BODY: Final = "articleBody"
FEED: Final = "feed"
LEAST = 200  # letters
LEAST_SUMMARY = 600  # a feed without content has the whole text for a summary, or a summary
TAGS = re.compile(r"</?[a-z][^<>]{0,400}>|\r", re.I)


def read(article: Mapping[str, Any], entry: Entry) -> dict[str, str]:
    """Return what is said to be the whole text, one paragraph a line, by who says it."""
    body = TAGS.sub("\n", "\n".join(texts(article.get(BODY))))
    summary = entry.summary or ""
    feed = max(plain(entry.content), summary if size(summary) >= LEAST_SUMMARY else "", key=len)
    said = {BODY: _lines(body), FEED: _lines(feed)}
    return {name: text for name, text in said.items() if size(text) >= LEAST}


def letters(line: Line) -> str:
    """Return a line in the form in which it is looked for in ``whole``."""
    return squeezed(MARKER.sub("", line.text)).casefold()


def whole(text: str) -> str:
    """Return a stated text in the form in which lines are looked for in it."""
    return squeezed(text).casefold()


def spots(lines: Iterable[Line], said: Mapping[str, str]) -> frozenset[int]:
    """Return the places in the page of the sentences that are said."""
    texts_said = [whole(text) for text in said.values()]
    return frozenset(
        spot
        for line in lines
        if is_prose(line) and any(letters(line) in text for text in texts_said)
        for spot in line.spots
    )


def _lines(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(filter(None, lines))


def plain(content: str | None) -> str:
    """Return the words of a feed's HTML, a block a line."""
    if not content:
        return ""
    try:
        tree = html.document_fromstring(f"<div>{content}</div>")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    return "\n".join(line.text for line in places.lines(tree))
