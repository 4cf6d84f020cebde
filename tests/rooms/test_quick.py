"""The quick way for usual feeds: what it finds is what feedparser finds, or it finds nothing."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from crawler.readers import NotAFeed, quick, read
from crawler.readers.mend import mend

CASES = Path(__file__).parent.parent / "cases" / "readers"
ROWS = YAML(typ="safe").load((CASES / "quick.yaml").read_text(encoding="utf-8"))
ADDRESS = "https://paper.example/feed"
# a namespace of which the quick way knows nothing, and of which feedparser makes nothing
ASIDE = r'\g<0> xmlns:aside="http://www.w3.org/1999/xlink"'


def is_quick(xml: str) -> bool:
    return quick.parse(mend(xml, 0).xml, "https://base.invalid/here/") is not None


def both(xml: str) -> tuple[Any, Any]:
    """Return what is read of a feed, and what with feedparser alone."""
    slow = re.sub(r"<[\w:]+", ASIDE, xml, count=1)
    assert not is_quick(slow)
    return outcome(xml), outcome(slow)


def outcome(xml: str) -> Any:
    try:
        return read(xml.encode(), ADDRESS)
    except NotAFeed as error:
        return error.found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["why"])
def test_feed_is_read_alike_on_both_ways(row: dict[str, Any]) -> None:
    """And goes the way that the table says."""
    ours, theirs = both(row["feed"])

    assert ours == theirs
    assert is_quick(row["feed"]) == row["quick"]


# --- feeds of elements in any order, from inside of the quick way and out of it

_USUAL = """
    title link description guid id pubDate updated category author summary content language image
    published issued source enclosure rights generator comments keywords score dc:creator dc:date
    dc:subject dc:title dc:language dc:publisher d:creator atom:link atom:id content:encoded
    media:content media:title media:description media:keywords m:title x:score itunes:author
    itunes:summary itunes:keywords thr:total georss:point dcterms:modified feedburner:origLink
"""
_UNUSUAL = """
    date url name email uri item entry channel textInput width docs svg div body atom:author
    media:group media:credit media:thumbnail m:category x:title itunes:owner itunes:category
    itunes:name xhtml:div y:title_detail modified
"""
_KEYS = """
    href url uri rel type mode isPermaLink ispermalink term scheme domain label lang xml:lang
    xml:base base src version x:href x:lang dc:type lastmod colour
"""
_VALUES = """
    https://p.example/1 /2?a=1 3 alternate self via Text html xhtml text/html image/png true false
    base64 escaped de pt_BR https://b.example/x/ http:y a&amp;b
"""
USUAL = _USUAL.split()
NAMES = USUAL + _UNUSUAL.split()
NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "d": "http://purl.org/dc/elements/1.1/",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "media": "http://search.yahoo.com/mrss/",
    "m": "http://search.yahoo.com/mrss",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "thr": "http://purl.org/syndication/thread/1.0",
    "georss": "http://www.georss.org/georss",
    "xhtml": "http://www.w3.org/1999/xhtml",
    "dcterms": "http://purl.org/dc/terms/",
    "feedburner": "http://rssnamespace.org/feedburner/ext/1.0",
    "x": "https://x.example/ns",
    "y": "https://y.example/ns",
}
DEFAULTS = ["http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#", "https://w.example/ns", ""]
TEXTS = st.sampled_from(
    [
        *("", " ", "\n ", "A word", " https://p.example/1 ", "/two?a=1&amp;b=2", "three", "#4"),
        *("https://P.example/a b", "http:///p.example", "https://p.example/?", "www.p.example/5"),
        *(
            "a@b.example (Ada)",
            "Ada &lt;a@b.co&gt;",
            "a@b.co",
            "()",
            "Tue, 05 May 2026 07:00:00 GMT",
        ),
        *(
            "2026-05-05",
            "2026-125T07:00:00Z",
            "gestern",
            "&lt;b>bold&lt;/b> &amp;amp; more",
            "a,b, a",
        ),
        *(
            "Été",
            "Ã©",
            "Ã<![CDATA[©]]>",
            "\x85",
            "буря",
            "<![CDATA[<p>a & b</p>]]>",
            "&#8211;&nbsp;",
        ),
        *(
            "en",
            "pt_BR",
            "&amp;copy; &amp;amp;lt;",
            "a<!-- b -->c",
            "<?php d ?>",
            "a much longer text",
        ),
    ]
)
VALUES = st.sampled_from([*_VALUES.split(), ""])
ATTRIBUTES = st.dictionaries(st.sampled_from(_KEYS.split()), VALUES, max_size=3)
BARE = st.just(dict[str, str]())


@st.composite
def elements(draw: st.DrawFn, names: list[str], oddity: int, depth: int = 2) -> str:
    """Of ``oddity`` in ten there are attributes, parts, a namespace."""

    def is_odd() -> bool:
        return draw(st.integers(0, 9)) < oddity

    name = draw(st.sampled_from(names))
    given = dict(draw(ATTRIBUTES)) if is_odd() else {}
    if is_odd() and is_odd():
        prefix = draw(st.sampled_from([*NAMESPACES, "DC", "xmlns"]))
        known = st.sampled_from([*NAMESPACES.values(), "https://z.example"])
        given["xmlns" if prefix == "xmlns" else f"xmlns:{prefix}"] = draw(known)
    inside = draw(TEXTS) + ("Ã<![CDATA[©]]>" if is_odd() and is_odd() else "")
    if depth and is_odd():
        parts = draw(st.lists(elements(NAMES, oddity, depth - 1), min_size=1, max_size=3))
        inside += "".join(part + draw(TEXTS) for part in parts)
    written = "".join(f' {key}="{value}"' for key, value in given.items())
    return f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"


CONTAINERS = st.sampled_from(
    [
        "<author> <name>Ada</name>\n<email>a@b.example</email></author>",
        "<author><uri>https://p.example</uri><x:p at='1'/></author>",
        "<author><name>Ada</name>{}</author>",
        "<media:content url='/p.jpg'>{}</media:content>",
        "<m:group>{}<media:title>Pictured</media:title></m:group>",
        "<image>{}<title>Logo</title><link>/logo</link></image>",
        "<x:score>3<x:of>{}</x:of></x:score>",
        "<link href='/one' rel='[]'/><link>{}</link>",
        "<guid isPermaLink='[]'>/two</guid>",
        "<category term='[]' label='b'>c</category>",
    ]
)


def _filled(container: str, inside: str, value: str) -> str:
    return container.replace("{}", inside).replace("[]", value)


@st.composite
def feeds(draw: st.DrawFn) -> str:
    root, entry = draw(st.sampled_from([("rss", "item"), ("feed", "entry")]))
    default = draw(st.sampled_from(DEFAULTS if root == "feed" else ["", "", *DEFAULTS]))
    declared = "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
    declared += f' xmlns="{default}"' if default else ""
    given = draw(st.one_of(BARE, BARE, ATTRIBUTES))
    declared += "".join(f' {key}="{value}"' for key, value in given.items())
    # most without a doubt: from feeds that have one in every entry there is nothing to learn
    oddity = draw(st.sampled_from([0, 0, 0, 1, 3]))
    # few names, so that they meet again
    pool = draw(st.sampled_from([USUAL, USUAL, NAMES]))
    names = draw(st.lists(st.sampled_from(pool), min_size=2, max_size=8, unique=True))
    one = elements(names, oddity)
    held = st.builds(_filled, CONTAINERS, TEXTS | one, VALUES)
    some = st.lists(st.one_of(one, one, one, held) if oddity else one | held, max_size=8)
    boxes = [
        "<textInput><title>Find</title><name>q</name><link>/q</link></textInput>",
        "<itunes:owner><itunes:name>Ada</itunes:name></itunes:owner>",
    ]
    parts = [*draw(some), *draw(st.lists(st.sampled_from(boxes), max_size=2))]
    parts += (f"<{entry}>{''.join(draw(some))}</{entry}>" for _ in range(2))
    inside = "".join(draw(st.permutations(parts)))
    inside = f"<channel>{inside}</channel>" if root == "rss" else inside
    return f"<{root}{declared}>{inside}</{root}>"


@given(feeds())
def test_any_feed_is_read_alike_on_both_ways(xml: str) -> None:
    """Whatever stands in it, in whatever order."""
    ours, theirs = both(xml)

    assert ours == theirs
