"""The XML parser that feedparser is given: Python's, with each text in one piece.

Without it every line and every entity of a text is a call of its own, a third of the reading.
"""

from xml.parsers.expat import XMLParserType
from xml.sax.expatreader import ExpatParser

PIECE = 1 << 16  # characters; a longer text comes in several pieces


class Buffered(ExpatParser):
    """Expat, which gathers what stands between two tags before it tells it."""

    _parser: XMLParserType

    def reset(self) -> None:
        """Begin a document."""
        super().reset()
        self._parser.buffer_text = True
        self._parser.buffer_size = PIECE


def create_parser() -> Buffered:
    """Return a parser; the name is what xml.sax.make_parser looks for."""
    return Buffered()
