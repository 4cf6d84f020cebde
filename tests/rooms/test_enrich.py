"""What a page says about its article ends in the right field, and nothing is invented."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pipelines.enrich import (
    about,
    access,
    authors,
    clues,
    dates,
    language,
    published,
    shown,
    titles,
)
from pipelines.enrich.published import Clue, Frame
from pipelines.enrich.tongue import Tongue
from pipelines.extract import Evidence, Line, Manuscript
from pipelines.line import prepare
from pipelines.records import Dropped, Entry, Page, Stripped

CASES = Path(__file__).parent.parent / "cases" / "enrich"
FETCHED = datetime(2026, 3, 19, 12, tzinfo=UTC)


def a_page(lines: list[Line] | None = None, **evidence: Any) -> Manuscript:
    """Return a manuscript with this evidence and these lines of page."""
    return Manuscript(lines=(), evidence=Evidence(**evidence), page=tuple(lines or ()))


def rows(name: str) -> list[Any]:
    """Return the rows of a table."""
    table = YAML(typ="safe", pure=True).load((CASES / name).read_text(encoding="utf-8"))
    return [pytest.param(row, id=row["why"]) for row in table["cases"]]


@pytest.mark.parametrize("row", rows("dates.yaml"))
def test_a_date_is_read_as_written(row: dict[str, Any]) -> None:
    found = dates.read(row["raw"], Tongue(row.get("language"), row.get("country")))

    if row["day"] is None:
        assert found is None
    else:
        assert found is not None
        assert found.day == date.fromisoformat(str(row["day"]))
        clock = found.clock.replace(microsecond=0) if found.clock else None
        assert clock == (time.fromisoformat(row["time"]) if row["time"] else None)
        assert found.offset == row["offset"]


@given(st.text(max_size=60))
def test_reading_a_date_never_raises(raw: str) -> None:
    dates.read(raw)


def test_the_first_clue_that_holds_is_taken_and_named() -> None:
    clues = [Clue("1970-01-01", "feed"), Clue("2031-01-01", "json-ld"), Clue("2026-03-14", "meta")]

    found = published.first(clues, Frame(FETCHED, "Asia/Almaty"))

    assert found is not None
    assert (found.source, found.day, found.precision) == ("meta", "2026-03-14", "day")
    assert found.at == datetime(2026, 3, 14, 7, tzinfo=UTC), "noon in Almaty"
    assert found.offset is None


def test_a_time_without_zone_is_the_papers_and_one_with_zone_its_own() -> None:
    almaty, lima = Frame(FETCHED, "Asia/Almaty"), Frame(FETCHED, "America/Lima")

    plain = published.first([Clue("2026-03-14T09:30:00", "meta")], almaty)
    zoned = published.first([Clue("2026-03-14T23:30:00+05:00", "meta")], lima)

    assert plain is not None
    assert zoned is not None
    assert plain.at == datetime(2026, 3, 14, 4, 30, tzinfo=UTC)
    assert (zoned.at, zoned.day) == (datetime(2026, 3, 14, 18, 30, tzinfo=UTC), "2026-03-14")
    assert (plain.offset, zoned.offset) == (None, 300)


def test_no_clue_is_no_date() -> None:
    assert published.first([], Frame(FETCHED)) is None
    assert published.first([Clue("soon", "meta")], Frame(FETCHED, "No/Where")) is None


def test_the_moment_of_the_fetch_is_the_servers_clock_unless_a_feed_says_it() -> None:
    now = FETCHED.isoformat()

    assert published.first([Clue(now, "meta")], Frame(FETCHED)) is None
    assert published.first([Clue(now, "feed")], Frame(FETCHED)) is not None


@pytest.mark.parametrize(
    ("declared", "shown", "expected"),
    [
        pytest.param("2026-03-14T09:30:05Z", "14 March 2026", ("json-ld", "2026-03-14"), id="same"),
        pytest.param("2026-03-14", "14 March 2026 9:30", ("page", "2026-03-14"), id="more precise"),
        pytest.param(
            "2026-03-14T02:30:05Z", "13 March 2026", ("json-ld", "2026-03-13"), id="night"
        ),
        pytest.param("2026-03-14T22:30:05Z", "15 March 2026", ("json-ld", "2026-03-15"), id="dawn"),
        pytest.param(
            "2026-03-14T02:30+05:00", "15 March 2026", ("json-ld", "2026-03-14"), id="own"
        ),
        pytest.param(
            "2026-03-14T02:30:05Z", "2 March 2026", ("page", "2026-03-02"), id="made anew"
        ),
        pytest.param(
            "2026-03-02T02:30:05Z", "14 March 2026", ("json-ld", "2026-03-02"), id="later"
        ),
        pytest.param(None, "14 March 2026", ("page", "2026-03-14"), id="only shown"),
        pytest.param("2026-03-14", None, ("json-ld", "2026-03-14"), id="only declared"),
    ],
)
def test_data_and_what_is_shown_settle_the_day(
    declared: str | None, shown: str | None, expected: tuple[str, str]
) -> None:
    frame = Frame(FETCHED)
    data = published.first([Clue(declared, "json-ld")], frame) if declared else None
    line = published.first([Clue(shown, "page")], frame) if shown else None

    found = published.settled(data, line)

    assert found
    assert (found.source, found.day) == expected


def test_what_is_shown_does_not_make_a_feeds_day_earlier() -> None:
    feed = published.first([Clue("2026-03-14T09:30:00+05:00", "feed")], Frame(FETCHED))
    shown = published.first([Clue("2 March 2026", "page")], Frame(FETCHED))

    assert published.settled(feed, shown) == feed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14 March 2026, updated 15 March 2026", "14 March 2026, "),
        ("Last updated 15 March 2026", ""),
        ("14 March 2026", "14 March 2026"),
    ],
)
def test_what_a_line_says_of_changes_is_no_publication(text: str, expected: str) -> None:
    assert shown.without_update(text) == expected


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        pytest.param(
            {"headings": ("The Gull", "Pier opens at last"), "title_tag": "Pier opens at last - X"},
            "Pier opens at last",
            id="the h1 that the head agrees with",
        ),
        pytest.param(
            {"headings": ("Latest",), "titles": ("Pier opens at last",)},
            "Pier opens at last",
            id="an h1 that nothing agrees with is not the title",
        ),
        pytest.param(
            {"title_tag": "Pier opens at last after nine years | The Gull"},
            "Pier opens at last after nine years",
            id="title tag less the site",
        ),
        pytest.param(
            {"titles": ("The Gull: pier opens",), "headings": ("Gulls",)},
            "The Gull: pier opens",
            id="a site's name that is part of the sentence stays",
        ),
        pytest.param(
            {"headings": ("Pier opens at last",), "title_tag": "Pier opens at last, Gull Live"},
            "Pier opens at last",
            id="an h1 that the title tag begins with",
        ),
        pytest.param({"headings": ("Pier opens",)}, "Pier opens", id="only an h1"),
        pytest.param({}, None, id="nothing"),
    ],
)  # fmt: skip
def test_title(evidence: dict[str, Any], expected: str | None) -> None:
    assert titles.title(a_page(**evidence), ["The Gull"]) == expected


@pytest.mark.parametrize(
    ("heading", "before", "expected"),
    [
        pytest.param(
            "Nine years on, the pier is back", 3, True, id="in other words, over the text"
        ),
        pytest.param("Nine years on, the pier is back", 40, False, id="far above the text"),
        pytest.param("Our weekly letter to readers", 3, False, id="of something else"),
        pytest.param("The pier", 3, False, id="too short for a title"),
    ],
)
def test_what_stands_over_the_text_is_the_title_where_it_is_about_the_same(
    heading: str, before: int, *, expected: bool
) -> None:
    said = "Watch: famous pier reopens after years"
    sentence = Line(
        "The ferry called at the pier at noon on Monday, as it used to.",
        before,
        "p",
        spots=(before,),
    )
    page = [
        Line(heading, 0, "h1"),
        *(Line(f"{at}", at, "div") for at in range(1, before)),
        sentence,
    ]

    manuscript = Manuscript(
        lines=(sentence,), evidence=Evidence(titles=(said,), headings=(heading,)), page=tuple(page)
    )

    assert titles.title(manuscript, []) == (heading if expected else said)


@pytest.mark.parametrize("row", rows("authors.yaml"))
def test_authors_are_who_the_page_names(row: dict[str, Any]) -> None:
    lines = [Line("Pier opens", 0, "h1", frozenset({"title"}))]
    for at, (text, signs, *links) in enumerate(row["page"], 1):
        tag, *marks = signs.split()
        lines.append(Line(text, at, tag, frozenset(marks), *links))
    evidence = Evidence(
        authors=tuple(row.get("declared", ())), profiles=tuple(row.get("profiles", ()))
    )

    announced = row.get("announced", ())
    found = authors.authors(evidence, lines, ["The Gull", "www.gullpaper.example"], None, announced)

    assert list(found) == row["expected"]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (("By Ana Bell and Tom Oak",), ("Ana Bell", "Tom Oak")),
        (("Ana Bell", "Bell, Ana"), ("Ana Bell",)),
        (("Ana Bell, Jr",), ("Ana Bell, Jr",)),
        (("https://social.example/ana", "Ana Bell"), ("Ana Bell",)),
        (("ana@gull.example",), ()),
        (("admin",), ()),
        (("The Gull", "Ana Bell"), ("Ana Bell",)),
        (("The Gull",), ("The Gull",)),
        (("Автор: Анна Белова",), ("Анна Белова",)),
        (("14 March 2026",), ()),
        ((), ()),
    ],
)
def test_authors_are_names(said: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert authors.authors(Evidence(authors=said), (), ["The Gull"]) == expected


def test_a_byline_below_the_title_names_the_author_where_the_head_does_not() -> None:
    page = [
        Line("Pier opens", 0, "h1"),
        Line("By Ana Bell", 1, "p"),
        Line("By land and sea the guests arrived, and by noon the pier was full.", 2, "p"),
    ]

    assert authors.authors(Evidence(), page, []) == ("Ana Bell",)


def test_a_name_taken_from_under_the_text_is_the_author_and_other_lines_are_not() -> None:
    taken = [
        Stripped(text="Translate", rule="tools", at=7),
        Stripped(text="Ana Bell", rule="signature", at=6),
    ]

    assert authors.signed(taken) == ("Ana Bell",)


def test_a_byline_taken_from_the_text_names_the_author_where_no_signature_does() -> None:
    byline = Stripped(text="Written by Ana Bell", rule="byline", at=0)
    reading = Stripped(text="8 min read", rule="byline", at=1)
    signature = Stripped(text="Tom Oak", rule="signature", at=9)

    assert authors.signed([reading, byline]) == ("Ana Bell",)
    assert authors.signed([byline, signature]) == ("Tom Oak",)
    assert authors.signed([reading]) == ()


def test_a_byline_stands_beside_the_title_where_the_page_has_no_h1() -> None:
    page = [
        Line("Harbour - Pier opens", 0, "h3"),
        Line("14 March 2026 | By Ana Bell", 1, "div"),
    ]

    assert authors.authors(Evidence(), page, [], "Pier opens") == ("Ana Bell",)
    assert authors.authors(Evidence(), page, [], "Ferry sails") == ()


def test_the_day_is_read_beside_the_title_and_not_beside_a_link_to_it() -> None:
    title = "Pier opens after nine years of repair"
    lines = [
        Line("14.03.2026", 0, "div"),
        Line(title, 1, "div", links=1.0),
        *(Line(f"{at} words about the weather", at, "div") for at in range(2, 12)),
        Line(title, 12, "div"),
        Line("19.03.2026", 13, "div"),
    ]
    url = "https://gull.example/pier"
    page = fetched(url)

    found = clues.published(page, a_page(lines, titles=(title,)), Frame(FETCHED))

    assert found
    assert found.day == "2026-03-19"


def test_the_day_beside_links_to_the_title_is_of_others_where_the_title_is_shown() -> None:
    title = "Pier opens after nine years of repair"
    lines = [
        Line(title, 0, "h2"),
        Line("19 March 2026. The pier opens, and all of the town was asked to come to it.", 1, "p"),
        *(Line(f"{at} words about the weather", at, "p") for at in range(2, 12)),
        Line(title, 12, "h3", links=1.0),
        Line("14.03.2026", 13, "div"),
    ]
    manuscript = replace(a_page(lines, titles=(title,)), lines=(lines[1],))

    found = clues.published(fetched("https://gull.example/pier"), manuscript, Frame(FETCHED))

    assert found
    assert found.day == "2026-03-19"


def fetched(url: str) -> Page:
    """Return a page that nobody announced a date of."""
    return Page(
        url=url,
        announced_url=url,
        body=b"",
        fetched_at=FETCHED,
        entry=Entry(url=url),
        source="gull",
    )


def test_the_day_beside_the_title_is_taken_as_its_time_element_writes_it() -> None:
    title = "Pier opens after nine years of repair"
    lines = [Line(title, 0, "h1"), Line("14 March 2026", 1, "div", frozenset({"time"}))]
    times = (
        ("2026-03-01T08:00:00Z", "1 March 2026"),
        ("2026-03-14T09:30:00+05:00", "14 March 2026"),
    )

    found = clues.published(
        fetched("https://gull.example/pier"),
        a_page(lines, titles=(title,), times=times),
        Frame(FETCHED),
    )

    assert found
    assert (found.day, found.precision, found.offset) == ("2026-03-14", "second", 300)


@pytest.mark.parametrize(
    ("other", "expected"), [("14 March 2026", "2026-03-14"), ("1 May 2025", None)]
)
def test_the_only_day_of_a_page_is_the_articles_and_one_of_several_is_not(
    other: str, expected: str | None
) -> None:
    far = [Line(f"{at} words about the weather", at, "p") for at in range(1, 30)]
    lines = [
        Line("Pier opens", 0, "h1"),
        *far,
        Line("14 March 2026", 30, "p"),
        Line(other, 31, "p"),
    ]

    found = clues.published(fetched("https://gull.example/p"), a_page(lines), Frame(FETCHED))

    assert (found.day if found else None) == expected


def test_a_day_in_a_tweet_or_a_caption_is_not_the_articles() -> None:
    title = "Pier opens after nine years of repair"
    tweet = Line("— Ana (@ana) March 1, 2026", 1, "p", frozenset({"quote"}))
    lines = [Line(title, 0, "h1"), tweet]
    evidence = {"titles": (title,), "meta": {"article:published_time": ("2026-03-14",)}}

    found = clues.published(
        fetched("https://gull.example/p"), a_page(lines, **evidence), Frame(FETCHED)
    )

    assert found
    assert found.day == "2026-03-14"


ENGLISH = "The ferry between the two harbours sails again from the first week of May on."
CHINESE = "渡轮因风暴停在港口，港务局说。"
UKRAINIAN = "Пором між двома пристанями знову ходить з першого тижня травня, повідомили в порту."
TIGRINYA = "ጀልባ ብሰንኪ ህቦብላ ኣብ ወደብ ተሪፋ ኣላ።"
SHANGHAI = (
    "阿拉今朝勿去码头，船勿开哉，伊讲明朝再来看看，码头浪人交关多，大家侪等辣海，勿晓得啥辰光开船。"
)
SERBIAN = "Trajekt između dve luke ponovo plovi od prve nedelje maja, saopštila je lučka uprava."


@pytest.mark.parametrize(
    ("text", "page", "source", "expected"),
    [
        (ENGLISH, None, None, "en"),
        (ENGLISH, "en_us", None, "en-US"),
        (ENGLISH, "ru", "kk", "en"),
        (ENGLISH * 6, "en-gb", None, "en-GB"),
        (ENGLISH * 6, "fr", "en-GB", "en-GB"),
        (ENGLISH * 6, "de", None, "en"),
        (SERBIAN, "sr-latn", None, "sr-Latn"),
        (CHINESE, "en", None, "zh"),
        (UKRAINIAN, "ru-RU", None, "uk"),
        (TIGRINYA, "ti", None, "ti"),
        (TIGRINYA, "en", None, "am"),
        ("Пором у порту", "uk", None, "uk"),
        (SHANGHAI, None, None, "zh"),
        (SHANGHAI, "zh-CN", None, "zh-CN"),
        (SHANGHAI, "wuu", None, "wuu"),
        ("12", "kk-KZ", None, "kk-KZ"),
        ("12", None, "iw", "he"),
        ("", None, None, None),
    ],
)
def test_language(text: str, page: str | None, source: str | None, expected: str | None) -> None:
    assert language.language(text, page, source) == expected


def test_access_and_rights_are_as_declared() -> None:
    locked = Evidence(article={"isAccessibleForFree": "False"})
    cut = Evidence(article={"isAccessibleForFree": False, "articleBody": "word " * 100})
    meta = {"robots": ("noarchive",), "tdm-reservation": ("1",)}
    declared = Evidence(meta=meta, links={"license": "https://licence.example/by"})

    assert access.access(Evidence(), "text") == "open"
    assert access.access(locked, "text") == "paywalled"
    assert access.access(cut, "text") == "truncated"
    rights = access.rights(declared, {"x-robots-tag": "noai"})
    assert (rights.license, rights.tdm) == ("https://licence.example/by", "1")
    assert rights.robots == "noarchive, noai"


@pytest.mark.parametrize("row", rows("strangers.yaml"))
def test_a_page_that_is_no_article_says_why(row: dict[str, Any]) -> None:
    page = replace(fetched("https://gull.example/pier"), body=f"<html>{row['html']}".encode())

    found = prepare(page)

    assert (str(found.reason) if isinstance(found, Dropped) else None) == row["reason"]


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        pytest.param({"article": {"isAccessibleForFree": "http://schema.org/False"}}, "paywalled"),
        pytest.param({"article": {"hasPart": {"isAccessibleForFree": "false"}}}, "paywalled"),
        pytest.param(
            {"article": {"isAccessibleForFree": True, "hasPart": [{"isAccessibleForFree": False}]}},
            "open",
            id="the article's own word weighs more than a part's",
        ),
        pytest.param({"meta": {"article:content_tier": ("metered",)}}, "paywalled"),
        pytest.param({"meta": {"article:content_tier": ("free",)}}, "open"),
    ],
)
def test_access_is_what_the_page_says(evidence: dict[str, Any], expected: str) -> None:
    assert access.access(Evidence(**evidence), "text") == expected


def test_a_licence_is_its_address() -> None:
    licence = {"@type": "CreativeWork", "name": "Attribution", "url": "https://licence.example/by"}

    assert access.rights(Evidence(article={"license": licence}), {}).license == licence["url"]


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        pytest.param({"article": {"@type": "AdvertiserContentArticle"}}, ("sponsored",)),
        pytest.param({"article": {"sponsor": {"name": "Net & Rope"}}}, ("sponsored",)),
        pytest.param({"sections": ("Advertorial",)}, ("sponsored",)),
        pytest.param({"sections": ("Sponsors of the regatta",)}, (), id="a section about sponsors"),
    ],
)
def test_what_was_paid_for_is_tagged(evidence: dict[str, Any], expected: tuple[str, ...]) -> None:
    assert about.tags(Evidence(**evidence), Entry(url=None)) == expected


def test_section_tags_image_and_summary() -> None:
    evidence = Evidence(
        sections=("Home", "Pier opens", "Harbour life"),
        meta={
            "news_keywords": ("pier, Pier ,harbour",),
            "og:image": ("/pier.jpg",),
            "og:description": ("The pier opens after nine years.",),
        },
    )

    assert about.section(evidence, "Pier opens") == "Harbour life"
    assert about.tags(evidence, Entry(url=None)) == ("pier", "harbour")
    assert about.image(evidence, "https://gull.example/a") == "https://gull.example/pier.jpg"
    assert about.summary(evidence, Entry(url=None)) == "The pier opens after nine years."
