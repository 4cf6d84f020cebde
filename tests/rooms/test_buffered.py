"""The parser that feedparser is given: the same document, in fewer pieces."""

from io import BytesIO
from pathlib import Path
from xml.sax.expatreader import ExpatParser
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

import feedparser
import pytest
from feedparser.api import PREFERRED_XML_PARSERS

from crawler.readers import buffered
from crawler.readers.buffered import ATTRIBUTES_MAX

CASES = Path(__file__).parent.parent / "cases" / "readers"
FEEDS = sorted(path for path in CASES.glob("*.xml") if "sitemap" not in path.name)
LINES = "<a>one\n&amp; two\n<![CDATA[three\n& four]]></a>"


class _Pieces(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def characters(self, content: str) -> None:
        self.pieces.append(content)


def pieces(parser: ExpatParser, xml: str) -> list[str]:
    handler = _Pieces()
    parser.setContentHandler(handler)
    parser.parse(BytesIO(xml.encode()))
    return handler.pieces


class _Attributes(ContentHandler):
    def __init__(self) -> None:
        super().__init__()
        self.counts: list[int] = []

    def startElementNS(self, name: object, qname: object, attrs: AttributesNSImpl) -> None:  # noqa: N802
        self.counts.append(len(attrs))


@pytest.mark.parametrize(
    ("given", "told"), [(0, 0), (2, 2), (ATTRIBUTES_MAX, ATTRIBUTES_MAX), (5_000, ATTRIBUTES_MAX)]
)
def test_no_more_attributes_are_told_than_a_feed_may_use(given: int, told: int) -> None:
    handler, parser = _Attributes(), buffered.create_parser()
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(handler)
    written = "".join(f' a{number}="1"' for number in range(given))
    parser.parse(BytesIO(f"<a{written}/>".encode()))

    assert handler.counts == [told]


def test_a_text_of_several_lines_and_entities_is_one_piece() -> None:
    """And is the text that Python's own parser gives in six."""
    whole, parted = pieces(buffered.create_parser(), LINES), pieces(ExpatParser(), LINES)

    assert whole == ["one\n& two\nthree\n& four"]
    assert len(parted) > 5
    assert "".join(parted) == whole[0]


def test_a_text_longer_than_a_piece_loses_nothing() -> None:
    """Several pieces then; between them no letter is lost."""
    text = "é and more\n" * buffered.PIECE

    assert "".join(pieces(buffered.create_parser(), f"<a>{text}</a>")) == text


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.name)
def test_feedparser_finds_the_same_with_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the first that feedparser takes; without it every entry is the same."""
    body = path.read_bytes()
    assert PREFERRED_XML_PARSERS[0] == buffered.__name__
    ours = feedparser.parse(body)

    monkeypatch.setattr("feedparser.api.PREFERRED_XML_PARSERS", ["no.such.parser"])
    theirs = feedparser.parse(body)

    assert ours.entries == theirs.entries
    assert ours.feed == theirs.feed
    assert ours.entries
