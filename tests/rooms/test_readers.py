"""Readers: bytes to entries, whatever the papers' software did to them."""

import gzip
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from crawler.readers import NotAFeed, charset, dates, months, read
from crawler.readers.plain import one_line
from crawler.readers.unpack import BYTES_MAX
from pipelines.records import FeedKind

CASES = Path(__file__).parent.parent / "cases" / "readers"
DOCUMENTS = sorted(path for path in CASES.iterdir() if path.suffix != ".yaml")


def table(name: str) -> Any:
    return YAML(typ="safe").load((CASES / name).read_text(encoding="utf-8"))


def fields(entry: Any) -> dict[str, Any]:
    """Return what an entry says, times as text and what is absent left out."""
    said = {key: value for key, value in asdict(entry).items() if value not in (None, ())}
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in said.items()}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_document_is_read_as_its_table_says(path: Path) -> None:
    """Each file beside a YAML of the same name gives exactly that."""
    expected = table(f"{path.stem}.yaml")

    reading = read(path.read_bytes(), expected.get("base", ""))

    wanted = [
        {k: tuple(v) if isinstance(v, list) else v for k, v in entry.items() if v is not None}
        for entry in expected["entries"]
    ]
    assert [fields(entry) for entry in reading.entries] == wanted
    assert (reading.kind, reading.title) == (expected["kind"], expected.get("title"))
    assert sorted(reading.warnings) == sorted(expected.get("warnings", []))


@pytest.mark.parametrize("row", table("not_feeds.yaml"), ids=lambda row: row["why"])
def test_what_is_no_feed_is_named(row: dict[str, str]) -> None:
    """Nothing that is no feed passes for an empty one."""
    with pytest.raises(NotAFeed) as raised:
        read(row["body"].encode(), "https://paper.example/feed")

    assert raised.value.found == row["found"]
    assert str(raised.value) == f"{row['found']}, not a feed"


def test_page_in_place_of_a_feed_helps_with_the_feeds_it_names() -> None:
    page = b"""<html><link rel="stylesheet" href="a.css"><link rel="alternate"
        type="application/rss+xml" href="/feed/"><link rel=alternate hreflang=fr href=/fr></html>"""

    with pytest.raises(NotAFeed, match=r"it names /feed/$"):
        read(page, "")


@pytest.mark.parametrize(("written", "moment"), table("dates.yaml"))
def test_date(written: str, moment: str | None) -> None:
    wanted = datetime.fromisoformat(moment).replace(tzinfo=UTC) if moment else None

    assert dates.parse(written) == wanted


def test_no_name_of_a_month_means_two_months() -> None:
    rows = [{(name, at % 12) for name in row.split()} for at, row in enumerate(months._ROWS)]
    meanings = Counter(name for name, _ in set().union(*rows))

    assert [name for name, count in meanings.items() if count > 1] == []


# --- encodings

SENTENCES = {
    "cp1251": "Посёлок остался без воды: в районе прорвало трубу, обещают исправить к среде",
    "koi8_r": "Посёлок остался без воды: в районе прорвало трубу, обещают исправить к среде",
    "cp1252": "Le marché d’été rouvrira après la tempête – « les étals sont prêts »",
    "cp1250": "Zima wróciła na północ: drogi są śliskie, szkoły zamknięte, ludzie czekają",
    "iso8859-2": "Příliš mnoho sněhu: žáci zůstávají doma, řidiči čekají na silničáře",
    "cp1254": "Belediye yağmur sonrası yolları kapattı; çalışmalar sürüyor, köprü açılacak",
    "cp1253": "Το χωριό έμεινε χωρίς νερό μετά τη βλάβη στο δίκτυο",
    "cp1255": "הכפר נשאר בלי מים אחרי התקלה ברשת",
    "cp1256": "بقيت القرية بلا ماء بعد عطل في الشبكة",
    "cp1257": "Ciemats trīs dienas bez ūdens, iedzīvotāji gaida remontētājus šodien",
    "cp874": "หมู่บ้านไม่มีน้ำใช้หลังท่อแตก",
    "gb18030": "村庄停水三天，居民等待维修人员到来。学校暂时停课",
    "big5": "村莊停水三天，居民等待維修人員到來。學校暫時停課",
    "cp949": "마을에 사흘째 물이 나오지 않아 주민들이 기다리고 있다",
    "euc_jp": "村では三日間断水が続き、住民は修理を待っている",
    "cp932": "村では三日間断水が続き、住民は修理を待っている",
    "utf-16": "村では三日間断水が続き",
    "utf-32-be": "Посёлок остался без воды",
}
RSS = (
    '<?xml version="1.0" encoding="{says}"?><rss version="2.0"><channel><title>{title}</title>'
    "<item><title>{title}</title><link>https://p.example/1</link></item></channel></rss>"
)


@pytest.mark.parametrize("says", ["utf-8", "windows-1251", "no-such-encoding", "true"])
@pytest.mark.parametrize("encoding", SENTENCES)
def test_encoding_is_found_whatever_is_announced(encoding: str, says: str) -> None:
    if encoding == "koi8_r" and says == "windows-1251":
        pytest.skip("two encodings of one alphabet: who announces one is believed")
    said = encoding if says == "true" else says
    body = RSS.format(says=said, title=SENTENCES[encoding]).encode(encoding)

    assert read(body, "").entries[0].title == SENTENCES[encoding]


def test_charset_of_the_header_counts_where_the_document_is_silent() -> None:
    body = RSS.replace(' encoding="{says}"', "").format(title="Żar").encode("iso8859-2")

    reading = read(body, "", "text/xml; charset=iso-8859-2")

    assert reading.entries[0].title == "Żar"


def test_few_bad_bytes_do_not_change_the_reading_of_the_rest() -> None:
    body = RSS.format(says="utf-8", title="‘Žalá’ příběh").encode()
    body = body.replace(b"<item>", b"<item><description>\xff\xfe\xc3(words</description>")

    reading = read(body, "")

    assert reading.entries[0].title == "‘Žalá’ příběh"
    assert reading.warnings == ("3 bytes are not UTF-8; replaced, the rest read as UTF-8",)


@pytest.mark.parametrize(
    "title",
    [
        "Le marché d’été rouvrira – « les étals sont prêts »",
        "Посёлок остался без воды",
        "SÃO JOÃO: às vésperas",
        "El niño volvió",
    ],
)
@pytest.mark.parametrize("misread", ["cp1252", "latin-1"])
def test_what_was_encoded_twice_is_read_as_once(title: str, misread: str) -> None:
    once = RSS.format(says="utf-8", title=title).encode()
    lost = b"\x81\x8d\x8f\x90\x9d" if misread == "cp1252" else b""
    twice = "".join(
        bytes((byte,)).decode("latin-1" if byte in lost else misread) for byte in once
    ).encode()

    reading = read(twice, "")

    assert reading.entries[0].title == title
    assert reading.warnings == ("encoded as UTF-8 twice; read as once",)


@pytest.mark.parametrize(
    "title",
    ["Âª", "AMANHÃ\xa0– nada", "ÐŸÐš", "litera «Â»", "A letra Ã© de quem?", "o cafÃ© de José"],
)
def test_what_may_have_been_written_so_stays(title: str) -> None:
    """One letter with a sign behind it is no proof, nor a word that only looks misread."""
    reading = read(RSS.format(says="utf-8", title=title).encode(), "")

    assert reading.entries[0].title == " ".join(title.split())
    assert reading.warnings == ()


@pytest.mark.parametrize("name", ["rot13", "utf-7", "unicode_escape", "idna", "undefined", "x\x00"])
def test_encoding_that_no_paper_uses_is_not_believed(name: str) -> None:
    text, _ = charset.decode(b"<rss>\xe9t\xe9</rss>", f"text/xml; charset={name}")

    assert "été" in text


# --- damage: each function spoils a good document without touching what its entries say


def news(kind: str) -> str:
    """Return a good document of three entries."""
    entry = {
        "rss": "<item><title>Заголовок {n}</title><link>https://p.example/{n}?a=1&amp;b=2</link>"
        "<guid>g{n}</guid><pubDate>Tue, 0{n} Mar 2026 09:00:00 GMT</pubDate>"
        "<description>Слова</description></item>\n",
        "atom": '<entry><title>Заголовок {n}</title><link href="https://p.example/{n}?a=1&amp;b=2"/>'
        "<id>g{n}</id><published>2026-03-0{n}T09:00:00Z</published>"
        "<summary>Слова</summary></entry>\n",
    }[kind]
    head, tail = {
        "rss": ('<rss version="2.0">\n<channel><title>T</title>\n', "</channel></rss>"),
        "atom": ('<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>\n', "</feed>"),
    }[kind]
    declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return declaration + head + "".join(entry.format(n=n) for n in (1, 2, 3)) + tail


DAMAGE: dict[str, Callable[[str], bytes]] = {
    "none": str.encode,
    "mark of byte order twice": lambda text: ("\ufeff\ufeff" + text).encode(),
    "blank lines before": lambda text: ("\n\n \n" + text).encode(),
    "declared twice": lambda text: (text.partition("\n")[0] + text).encode(),
    "a warning of PHP before": lambda text: ("<br />\n<b>Warning</b>: x in y\n" + text).encode(),
    "a script after": lambda text: (text + "\n<!-- cached --><script>a=1<2</script>").encode(),
    "no end": lambda text: re.sub(r"</channel></rss>|</feed>", "", text).encode(),
    "broken off in a fourth entry": lambda text: re.sub(
        r"(</channel></rss>|</feed>)", r"<item><entry><title>Half<link>https://p.ex", text
    ).encode(),
    "bare ampersands": lambda text: text.replace("&amp;", "&").encode(),
    "entities of HTML": lambda text: text.replace("Слова", "&laquo;Слова&raquo;&nbsp;").encode(),
    "control characters": lambda text: text.replace("Слова", "Сло\x08ва\x00\x1b").encode(),
    "references to controls": lambda text: text.replace("Слова", "Сло&#8;ва&#xFFFF;").encode(),
    "an open br": lambda text: text.replace("Слова", "Слова<br>и слова").encode(),
    "an unknown prefix": lambda text: text.replace("Слова", "Слова<x:y z='1'/>").encode(),
    "windows-1251 that says UTF-8": lambda text: text.encode("cp1251"),
    "UTF-8 that says windows-1251": lambda text: text.replace("UTF-8", "windows-1251").encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16 without a mark": lambda text: text.encode("utf-16-be"),
    "gzip": lambda text: gzip.compress(text.encode()),
    "gzip twice": lambda text: gzip.compress(gzip.compress(text.encode())),
    "gzip in two streams": lambda text: (
        gzip.compress(text.encode()[:100]) + gzip.compress(text.encode()[100:])
    ),
    "an entity that is fetched": lambda text: text.replace(
        "\n", '\n<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]>', 1
    ).encode(),
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_damage_costs_no_entry(kind: str, damage: str) -> None:
    """Titles, addresses, identifiers and dates are those of the good document."""
    entries = read(DAMAGE[damage](news(kind)), "").entries

    assert [(e.title, e.url, e.id, e.published) for e in entries] == [
        (
            f"Заголовок {n}",
            f"https://p.example/{n}?a=1&b=2",
            f"g{n}",
            datetime(2026, 3, n, 9, tzinfo=UTC),
        )
        for n in (1, 2, 3)
    ]


def test_mended_ampersand_keeps_a_link_in_a_document_that_is_broken_otherwise() -> None:
    body = news("rss").replace("&amp;b=2", "&utm_medium=rss&copy=3").replace("Слова", "<br>x")

    assert read(body.encode(), "").entries[0].url == "https://p.example/1?a=1&utm_medium=rss&copy=3"


def test_entities_of_the_document_are_read_but_not_multiplied() -> None:
    plain = news("rss").replace("\n", '\n<!DOCTYPE rss [<!ENTITY paper "Wire">]>', 1)
    bomb = '<!ENTITY l0 "lol">' + "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10)
    )
    laughs = news("rss").replace("\n", f"\n<!DOCTYPE rss [{bomb}]>", 1)

    assert read(plain.replace("Слова", "&paper;").encode(), "").entries[0].summary == "Wire"
    assert read(laughs.replace("Слова", "&l9;").encode(), "").entries[0].summary == "&l9;"


def test_a_blank_in_a_namespace_costs_no_entry() -> None:
    item = b"<item><title>Ferry</title><link>https://lantern.example/1</link></item>"
    body = b"<rss xmlns:x='http://a b'><channel><x:y>1</x:y>" + item + b"</channel></rss>"

    [entry] = read(body, "").entries

    assert (entry.title, entry.url) == ("Ferry", "https://lantern.example/1")


def test_what_feedparser_stumbles_over_twice_is_named() -> None:
    with pytest.raises(NotAFeed, match="cannot be made out"):
        read(b"<rss <channel<item<link</item></link<", "")


@pytest.mark.parametrize("name", ["title_detail", "author_detail", "published_parsed"])
def test_element_called_like_a_part_of_an_answer_costs_no_entry(name: str) -> None:
    """Its text is kept by feedparser where it keeps a part of its own."""
    item = f"<title>A</title><pubDate>gestern</pubDate><{name}>202605</{name}>"
    xml = f"<rss><channel><item>{item}</item></channel></rss>"

    assert [entry.title for entry in read(xml.encode(), "").entries] == ["A"]


@pytest.mark.parametrize(
    "odd",
    ["<links/>", "<links>foo</links>", "<links n='1'/>", "<authors/>", "<authors n='1'/>",
     "<Authors n='1'><x/></Authors>", "<contributors/>", "<author_detail/>",
     "<enclosures>2</enclosures>", "<author_detail>foo</author_detail>"],
)  # fmt: skip
def test_element_called_like_a_part_of_an_answer_hides_none_of_the_entry_s_own(odd: str) -> None:
    own = "<title>A</title><link>https://quay.example/a</link><author>Ada Brook</author>"
    person = "<author><name>Ada Brook</name></author>"
    atom = f"<title>A</title><link href='https://quay.example/a'/>{person}"
    xml = (
        f"<rss><channel><item>{odd}{own}</item></channel></rss>",
        f"<feed xmlns='http://www.w3.org/2005/Atom'><entry>{odd}{atom}</entry></feed>",
    )

    for one in xml:
        [entry] = read(one.encode(), "").entries
        assert (entry.url, entry.authors) == ("https://quay.example/a", ("Ada Brook",))


def test_gzip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = gzip.compress(bytes(BYTES_MAX + 1))

    with pytest.raises(NotAFeed, match="more than 15 MB when unpacked"):
        read(bomb, "")


def test_gzip_that_breaks_off_gives_what_came_before() -> None:
    whole = gzip.compress(news("rss").encode() + b" " * 5000 + zlib.compress(b"x" * 9000))

    reading = read(whole[:-20], "")

    assert len(reading.entries) == 3
    assert reading.warnings[0].startswith("the gzip stream is damaged")


def test_feed_without_entries_says_so() -> None:
    reading = read(b'<rss version="2.0"><channel><title>T</title></channel></rss>', "")

    assert (reading.entries, reading.warnings) == ((), ("it holds no entries",))


def test_json_feed_that_breaks_off_gives_its_whole_items() -> None:
    text = json.dumps(
        {"version": "https://jsonfeed.org/version/1", "items": [{"id": "a"}, {"id": "b"}]}
    )

    reading = read(text[: text.index('"b"')].encode(), "")

    assert [entry.id for entry in reading.entries] == ["a"]
    assert "damaged" in reading.warnings[0]


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("A &amp;amp; B", "A & B"),
        ("<b>Snow</b>fall<br>ends", "Snowfall ends"),
        ("profit < 5% but > 2%", "profit < 5% but > 2%"),
        ("<Unnamed> street", "<Unnamed> street"),
        ("red\x1b[31m and \u202eback", "red[31m and back"),
        ("<script>x()</script>Words<!-- no -->", "Words"),
        ("می\u200cرود", "می\u200cرود"),
        (" \n ", None),
    ],
)
def test_markup_becomes_plain_words(markup: str, plain: str | None) -> None:
    assert one_line(markup) == plain


# --- what holds for every input

FRAGMENTS = [
    b"<rss>", b"<channel>", b"<item>", b"</item>", b"<title>", b"<link>", b"<![CDATA[", b"]]>",
    b"<!--", b"-->", b"<!DOCTYPE rss [", b"]>", b"<?xml version='1.0' encoding='", b"'?>", b"&",
    b"&#x", b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"<entry>", b"<link href='//[", b"'/>",
    b"<urlset>", b"<url>", b"<loc>", b"<opml>", b"<outline xmlUrl='", b"<rdf:RDF>",
    b'{"items":[{"url":', b"}]}", b"\x1f\x8b\x08", b"\xff\xfe", b"<pubDate>", b"2026-13-40",
    b"99999999999", b"<guid>http://[", b"<content type='xhtml' xml:base='::'>", b"<div",
    b"<published>0001-01-01T00:00:00+14:00", b"mode='base64' type='x'", b"<dc:date>",
    b"xml:lang=''", b"\xd0\x9f",
]  # fmt: skip
PIECES = st.one_of(st.sampled_from(FRAGMENTS), st.binary(max_size=8))
BODIES = st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=30).map(b"".join))


@given(body=BODIES, base=st.sampled_from(["", "https://p.example/f", "http://["]))
def test_reading_raises_nothing_but_not_a_feed(body: bytes, base: str) -> None:
    try:
        reading = read(body, base, "text/xml; charset=koi8-r")
    except NotAFeed:
        return
    assert reading.entries or reading.warnings
    words = [word for e in reading.entries for word in (e.title, e.summary, e.url, e.id) if word]
    assert not any(c < " " and c not in "\t\n\r" for word in words for c in word)


WORDS = st.text(st.characters(categories=("Lu", "Ll", "Lo", "Nd")), min_size=1, max_size=30).filter(
    lambda word: one_line(word) == word
)
# feedparser resolves what is absolute too, and takes an empty end ("/?") off
PATHS = st.text(st.sampled_from("abcxyz0189-_/?=&,~%"), max_size=30).map(lambda path: path + "z")
MOMENTS = st.integers(0, 3_999_999_999).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
ENTRIES = st.lists(
    st.fixed_dictionaries({"title": WORDS, "path": PATHS, "at": MOMENTS}), min_size=1, max_size=4
)


def written(kind: FeedKind, entries: list[dict[str, Any]]) -> str:
    if kind is FeedKind.JSONFEED:
        items = [
            {"id": e["path"], "url": e["url"], "title": e["title"], "date_published": e["iso"]}
            for e in entries
        ]
        return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items})
    forms = {
        FeedKind.RSS: "<item><title>{title}</title><link>{url}</link>"
        "<pubDate>{rfc}</pubDate></item>",
        FeedKind.ATOM: '<entry><title>{title}</title><link href="{url}"/>'
        "<published>{iso}</published></entry>",
    }
    frame = {
        FeedKind.RSS: '<rss version="2.0"><channel>{}</channel></rss>',
        FeedKind.ATOM: '<feed xmlns="http://www.w3.org/2005/Atom">{}</feed>',
    }
    rows = [forms[kind].format(**{k: escape(str(v)) for k, v in e.items()}) for e in entries]
    return frame[kind].format("".join(rows))


@given(
    entries=ENTRIES,
    kind=st.sampled_from([FeedKind.RSS, FeedKind.ATOM, FeedKind.JSONFEED]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
@example(
    entries=[{"title": "Âª", "path": "z", "at": datetime(2026, 3, 1, tzinfo=UTC)}],
    kind=FeedKind.RSS,
    encoding="utf-8",
)
def test_what_is_written_is_read(
    entries: list[dict[str, Any]], kind: FeedKind, encoding: str
) -> None:
    """Titles in every script, addresses and dates come back from all three formats."""
    rows = [
        e
        | {
            "url": "https://p.example/" + e["path"],
            "iso": e["at"].isoformat(),
            "rfc": e["at"].strftime("%a, %d %b %Y %H:%M:%S +0000"),
        }
        for e in entries
    ]

    reading = read(written(kind, rows).encode(encoding), "")

    assert [(e.title, e.url, e.published) for e in reading.entries] == [
        (row["title"], row["url"], row["at"]) for row in rows
    ]
