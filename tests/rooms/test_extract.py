"""Bytes of every kind become lines with their evidence, or a reason why not."""

import gzip
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from pipelines.extract import (
    Manuscript,
    counters,
    evidence,
    extract,
    jsonld,
    layout,
    places,
    streamed,
)
from pipelines.extract.decode import decode
from pipelines.records import Dropped, Entry, Exclusion, Page

SENTENCE = "The ferry between the two harbours sails again from the first week of May on."

NOISE = Random(1).randbytes(9_000)  # noqa: S311 no secret, but the same each time


def a_page(body: bytes, content_type: str | None = None) -> Page:
    """Return a fetched page with this body."""
    return Page(
        url="https://gull.example/a",
        announced_url="https://gull.example/a",
        body=body,
        content_type=content_type,
        fetched_at=datetime(2026, 3, 20, tzinfo=UTC),
        entry=Entry(url="https://gull.example/a"),
        source="gull",
    )


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "an empty page"),
        (b" \n\x00 ", "an empty page"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"\n\n%PDF-1.7 ...", "a PDF"),
        (b"\xff\xd8\xff\xe0 picture", "a JPEG picture"),
        (b"\x89PNG\r\n", "a PNG picture"),
        (b"RIFF....WEBPVP8", "a WebP picture"),
        (gzip.compress(b"<html>"), "a gzip file"),
        (b'<?xml version="1.0"?><rss version="2.0"></rss>', "an RSS feed"),
        (b'<!-- by hand --><feed xmlns="http://www.w3.org/2005/Atom"/>', "an Atom feed"),
        (b"<urlset></urlset>", "a sitemap"),
        (b'{"items": []}', "JSON"),
        (b"[1, 2]", "JSON"),
        (b"Not found.", "plain text"),
        (NOISE, "binary data"),
        (NOISE[:300], "binary data"),
        (b"<html><body><p>" + NOISE[300:5_300], "binary data"),
        (zlib.compress("".join(map(str, range(9_000))).encode())[2:], "binary data"),
        ('\ufeff{"items": []}'.encode("utf-16"), "JSON"),
    ],
)
def test_what_is_no_page_is_dropped_by_its_bytes(body: bytes, what: str) -> None:
    found = extract(a_page(body, "text/html"))

    assert isinstance(found, Dropped)
    assert found.reason == Exclusion.NOT_A_PAGE
    assert what in found.detail


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *[("Паром между двумя гаванями снова пойдёт с первой недели мая.", name)
          for name in ("utf-8", "koi8-r", "cp1251", "utf-16", "utf-16-le", "utf-16-be", "utf-32")],
        *[("港の渡し船は五月の第一週から再び運航すると夜に発表した。", name)
          for name in ("utf-8", "shift_jis", "euc_jp", "iso2022_jp", "utf-16")],
        ("两个港口之间的渡轮将于五月第一周恢复航行。", "gb18030"),
        ("두 항구 사이의 여객선이 오월 첫 주부터 다시 다닌다.", "iso2022_kr"),
    ],
)  # fmt: skip
def test_a_page_in_an_encoding_is_no_noise(text: str, encoding: str) -> None:
    page = f"<html><body><article>{f'<p>{text}</p>' * 30}</article></body></html>"

    found = extract(a_page(page.encode(encoding), f"text/html; charset={encoding}"))

    assert isinstance(found, Manuscript)


def test_japanese_in_escapes_needs_no_charset() -> None:
    text = "港の渡し船は五月の第一週から再び運航すると夜に発表した。"
    page = f"<html><body><article>{f'<p>{text}</p>' * 30}</article></body></html>"

    found = extract(a_page(page.encode("iso2022_jp"), "text/html"))

    assert isinstance(found, Manuscript)
    assert found.lines[0].text == text


@pytest.mark.parametrize("damage", [b"\xff\xfe\x80", b"\x08", b"\x00" * 900, b"\x1f\x0b"])
def test_a_damaged_page_is_no_noise(damage: bytes) -> None:
    paragraph = f"<p>{SENTENCE} Паром.</p>".encode()

    found = extract(a_page(b"<html><body>" + (paragraph * 3 + damage) * 5, "text/html"))

    assert isinstance(found, Manuscript)


RUSSIAN = "Паром между двумя гаванями снова пойдёт с первой недели мая, сообщило правление."
CHINESE = "两个港口之间的渡轮将于五月第一周恢复航行，港务局周二晚间表示。"


@pytest.mark.parametrize(
    ("text", "encoding", "content_type", "meta"),
    [
        (RUSSIAN, "utf-8", None, ""),
        (RUSSIAN, "utf-8", "text/html; charset=windows-1251", ""),
        (RUSSIAN, "cp1251", "text/html; charset=windows-1251", ""),
        (RUSSIAN, "cp1251", None, '<meta charset="windows-1251">'),
        (RUSSIAN, "cp1251", "text/html; charset=ISO-8859-1", '<meta charset="cp1251">'),
        (RUSSIAN, "koi8-r", "text/html; charset=koi8-r", ""),
        (RUSSIAN, "utf-16", None, ""),
        (RUSSIAN, "utf-16-le", "text/html", ""),
        (RUSSIAN, "utf-16-be", "text/html", ""),
        (RUSSIAN, "utf-8-sig", "text/html; charset=windows-1251", ""),
        (RUSSIAN * 20, "cp1251", None, ""),
        (CHINESE, "gb18030", None, '<meta http-equiv="x" content="text/html; charset=gb2312">'),
        ("兩個港口之間的渡輪將於五月第一週恢復航行", "big5", "text/html; charset=big5", ""),
        ("“Quoted”", "cp1252", "text/html; charset=iso-8859-1", ""),
    ],
)
def test_the_encoding_is_found(
    text: str, encoding: str, content_type: str | None, meta: str
) -> None:
    body = f"<html><head>{meta}</head><body><p>{text}</p></body></html>".encode(encoding, "replace")

    assert text in decode(body, content_type)


def test_a_few_broken_bytes_cost_only_themselves() -> None:
    body = RUSSIAN.encode() * 10 + b"\xff\xfe" + RUSSIAN.encode()

    assert decode(body).count(RUSSIAN) == 11


def test_nul_and_control_characters_disappear() -> None:
    assert decode(b"<p>a\x00b\x08c</p>") == "<p>abc</p>"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a&#x1b;b", "ab"),
        ("a&#0;b&#0008b&#x0C;&#XFFFE;&#65535;&#127;", "abb"),
        ("a&#&#8;8;b", "a b"),
        ("a&#9;b&#10;&#13;&#xA;&#xd;", "a&#9;b&#10;&#13;&#xA;&#xd;"),
        ("&#310;&#x1bc;&#1080;&#xFFF;&#655340;", "&#310;&#x1bc;&#1080;&#xFFF;&#655340;"),
        ("the tag &amp;#8; and #8", "the tag &amp;#8; and #8"),
    ],
)
def test_references_to_control_characters_disappear(written: str, read: str) -> None:
    assert decode(written.encode()) == read


@pytest.mark.parametrize(
    "odd",
    [*(f"&#{number};" for number in range(32)), "&#x7f;", "&#xfffe;", "&#xd800;", "&#&#8;8;",
     "\x00", "\x08", "\x1b", "\ufffe", "\uffff"],
)  # fmt: skip
def test_no_character_costs_the_article(odd: str) -> None:
    body = "".join(f"<p>{SENTENCE} {odd}Nr. {at}.</p>" for at in range(4))

    found = extract(a_page(f"<html><body><article>{body}</article></body></html>".encode()))

    assert isinstance(found, Manuscript)
    assert len(found.lines) >= 4
    assert [line.text.replace("\ufffd", "") for line in found.lines if "Nr. 3" in line.text]


@given(st.binary(max_size=400), st.one_of(st.none(), st.text(max_size=40)))
def test_decoding_never_raises(body: bytes, content_type: str | None) -> None:
    assert "\x00" not in decode(body, content_type)


def test_json_ld_is_read_as_it_is_written_in_the_wild() -> None:
    scripts = [
        '<!-- {"@type": "NewsArticle", "headline": "Pier &amp; ferry",} -->',
        '{"@graph": [{"@type": "Person", "@id": "#ana", "name": "Ana Bell"}]}',
        '{"@type": "NewsArticle", "headline": "A "broken" one", "datePublished": "2026-03-14"',
        "[[[" * 200,
        "not json",
    ]

    found = jsonld.things(scripts)

    assert jsonld.texts(found[0]["headline"]) == ["Pier & ferry"]
    assert jsonld.texts(jsonld.resolved({"@id": "#ana"}, found)) == ["Ana Bell"]
    assert jsonld.things([scripts[2]]) == (
        {"@type": "NewsArticle", "datePublished": "2026-03-14"},
    ), "a headline that breaks off is worse than none"


def test_json_ld_cannot_write_by_escapes_what_no_text_holds_nor_go_down_without_end() -> None:
    escaped = r'{"@type": "NewsArticle", "headline": "A \u0000f\ud800er\u001bry\udfff"'
    deep = '{"@type": "NewsArticle", "headline": ' + '{"name":' * 400 + '"x"' + "}" * 401

    whole, torn, buried = (
        jsonld.things([script])[0] for script in (escaped + "}", escaped + ", oops", deep)
    )

    assert whole["headline"] == torn["headline"] == "A ferry"
    assert jsonld.texts(buried["headline"]) == []


def test_a_line_knows_where_it_stands() -> None:
    tree = html.fromstring(
        "<html><body class='related'><nav><a href='/'>Home</a></nav>"
        "<div class='post category-tags'><h1>Pier <i>opens</i></h1><p>One<br>Two</p></div>"
        "<div class='relatedPosts' hidden><a href='/b'>Storm</a></div>"
        "<script>no</script><noscript>no</noscript></body></html>"
    )

    lines = places.lines(tree)

    assert [line.text for line in lines] == ["Home", "Pier opens", "One", "Two", "Storm"]
    assert [line.tag for line in lines] == ["nav", "h1", "p", "p", "div"]
    assert lines[0].marks == {"nav"}
    assert lines[0].links == 1
    assert "tags" in lines[2].marks
    assert {"related", "hidden"} <= lines[4].marks


def test_a_layout_table_is_opened_and_a_data_table_is_not() -> None:
    long = "".join(f"<p>{SENTENCE}</p>" for _ in range(8))
    tree = html.fromstring(
        f"<table id=outer><tr><td>menu</td><td>{long}"
        "<table id=inner><tr><td>May</td><td>2</td></tr></table></td></tr></table>"
    )

    layout.unfold(tree)

    assert [table.get("id") for table in tree.iter("table")] == ["inner"]
    assert len(list(tree.iter("td"))) == 2


def test_a_list_that_holds_articles_is_opened_and_a_list_of_the_text_is_not() -> None:
    long = "".join(f"<p>{SENTENCE}</p>" for _ in range(8))
    tree = html.fromstring(
        f"<div><ul id=outer><li>menu</li><li><h1>Pier</h1>{long}"
        f"<ul id=inner><li>{long}</li><li>June</li></ul></li></ul></div>"
    )

    layout.unfold(tree)

    assert [one.get("id") for one in tree.iter("ul")] == ["inner"]
    assert len(list(tree.iter("li"))) == 2


def test_a_counter_in_a_paragraph_is_taken_out_and_a_number_of_the_text_is_not() -> None:
    tree = html.fromstring(
        "<div><p><a class='comments_count' href='#c'>12</a>Nine of the <b>40</b> boats sailed.</p>"
        "<p>See <a class='note' href='#n'>3</a> and <span class='share-count'> 0 </span>.</p>"
        "<p>A <span class='vote-share'>52</span> per cent share.</p></div>"
    )

    counters.prune(tree)

    assert [line.text for line in places.lines(tree)] == [
        "Nine of the 40 boats sailed.",
        "See 3 and .",
        "A 52 per cent share.",
    ]


def test_a_part_that_was_streamed_is_set_in_its_place_and_one_without_a_place_stays() -> None:
    tree = html.fromstring(
        "<body><p>One</p><template id='B:1'></template><p>Four</p>"
        "<div hidden id='S:1'><p>Two</p><template id='P:a'></template></div>"
        "<div hidden id='S:a'><p>Three</p></div><div hidden id='S:7'><p>Seven</p></div>"
        "<div hidden id='menu'><p>Menu</p></div></body>"
    )

    streamed.settle(tree)

    found = [(line.text, "hidden" in line.marks) for line in places.lines(tree)]
    assert found == [("One", False), ("Two", False), ("Three", False), ("Four", False),
                     ("Seven", True), ("Menu", True)]  # fmt: skip


def test_the_text_that_the_feed_has_is_taken_where_the_page_shows_hardly_any() -> None:
    paragraphs = [f"{SENTENCE} {word}." for word in ("One", "Two", "Three", "Four", "Five")]
    content = "".join(f"<p>{text}</p>" for text in paragraphs) + "<script>no()</script>"
    page = a_page(b"<html><body><h1>Pier opens</h1><p>Log in to read on.</p></body></html>")
    page = replace(page, entry=replace(page.entry, content=content))

    found = extract(page)

    assert isinstance(found, Manuscript)
    assert [line.text for line in found.lines] == paragraphs
    assert found.extracted_by.endswith(", feed")


@pytest.mark.parametrize(
    ("shown", "said", "is_taken"),
    [
        ("Log in to read on.", "another", True),
        (
            "The pier opens on Sunday, the harbour office of Quill said in a brief note.",
            "another",
            False,
        ),
        (f"{SENTENCE} One.", "the same", True),
        (" ".join(f"{SENTENCE} {n} is said here alone." for n in range(9)), "another", False),
    ],
)
def test_a_page_that_is_a_teaser_gives_way_to_what_its_feed_says_whole(
    shown: str, said: str, is_taken: bool
) -> None:
    other = "Nobody in the council could explain why the lamps along the embankment stay dark"
    text = SENTENCE[:-1] if said == "the same" else other
    paragraphs = [f"{text}, {word} of nine." for word in map(str, range(40))]
    body = f"<html><body><h1>Pier opens</h1><p>{shown}</p></body></html>"
    page = a_page(body.encode())
    content = "".join(f"<p>{one}</p>" for one in paragraphs)

    found = extract(replace(page, entry=replace(page.entry, content=content)))

    assert isinstance(found, Manuscript)
    assert ([line.text for line in found.lines] == paragraphs) == is_taken


def test_the_evidence_of_a_page() -> None:
    tree = html.fromstring(
        "<html lang=kk><head><title> Pier  opens - The Gull </title>"
        "<meta property='og:title' content='Pier opens'><meta name=robots content=noarchive>"
        "<link rel=canonical href='https://gull.example/pier'>"
        "<script type='application/ld+json'>{'a'}</script>"
        '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Pier opens",'
        '"author":[{"name":"Ana Bell"}],"articleSection":["Harbour"]}</script></head>'
        "<body><h1>Pier opens</h1><time datetime='2026-03-14'>Saturday</time></body></html>"
    )

    found = evidence.read(tree)

    assert found.titles == ("Pier opens",)
    assert found.title_tag == "Pier opens - The Gull"
    assert (found.authors, found.sections) == (("Ana Bell",), ("Harbour",))
    assert found.links["canonical"] == "https://gull.example/pier"
    assert found.times == (("2026-03-14", "Saturday"),)
    assert (found.language, found.meta["robots"]) == ("kk", ("noarchive",))


def test_extraction_gives_the_lines_of_the_article() -> None:
    paragraphs = "".join(f"<p>{SENTENCE} Nr. {at}.</p>" for at in range(4))
    body = f"<html><body><article><h1>Pier</h1>{paragraphs}</article></body></html>".encode()

    found = extract(a_page(body))

    assert isinstance(found, Manuscript)
    assert [line.text for line in found.lines][-4:] == [f"{SENTENCE} Nr. {at}." for at in range(4)]
    assert found.extracted_by.startswith("trafilatura ")
