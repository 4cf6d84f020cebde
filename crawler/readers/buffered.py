"""The XML parser that feedparser is given: Python's, with each text in one piece.

Without it every line and every entity of a text is a call of its own, a third of the reading.
"""

from collections.abc import Mapping
from itertools import islice
from xml.parsers.expat import XMLParserType
from xml.sax.expatreader import ExpatParser

PIECE = 1 << 16  # characters; a longer text comes in several pieces
# of an element; for each of them feedparser looks through all: of 50,000 for 25 s
ATTRIBUTES_MAX = 200


class Buffered(ExpatParser):
    """Expat, which gathers what stands between two tags before it tells it."""

    _parser: XMLParserType

    def reset(self) -> None:
        """Begin a document."""
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = PIECE

    def start_element_ns(self, name: str, attrs: Mapping[str, str]) -> None:
        """Begin an element, with no more attributes than a feed may have a use for."""
        if len(attrs) > ATTRIBUTES_MAX:
            attrs = dict(islice(attrs.items(), ATTRIBUTES_MAX))
        super().start_element_ns(name, attrs)


def create_parser() -> Buffered:
    """Return a parser; the name is what xml.sax.make_parser looks for."""
    return Buffered()
