"""What an operator wants of a paper, from the sources file to what is left out, and why."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import patterns
from config.choice import Choice
from config.phrasebook import fold
from config.source import Source
from crawler.frontier import admit
from crawler.readers import read_section
from crawler.readers.shapes import Known
from crawler.wanted import believed, refusal
from pipelines.chosen import has, of_draft
from pipelines.line import observed, owned
from pipelines.records import Draft, Dropped, Entry, Page
from tests.samples import a_draft

NOW = datetime(2026, 11, 2, tzinfo=UTC)
URL = "https://quay.example/sport/ferry-race"


def a_source(**keys: Any) -> Source:
    usual = {"id": "quay", "name": "The Quay", "homepage": "https://quay.example/"}
    return Source.model_validate({**usual, "feeds": ["https://quay.example/feed"], **keys})


@pytest.mark.parametrize(
    ("why", "keys", "entry", "said"),
    [
        ("nothing is said", {}, {}, None),
        ("a pattern to follow is there", {"follow_patterns": ["/sport/"]}, {}, None),
        ("none of them is", {"follow_patterns": ["/news/", "^http:"]}, {}, "none of the patterns"),
        ("a pattern to ignore", {"ignore_patterns": ["/ads/", "-race$"]}, {}, "'-race$'"),
        ("it is not there", {"ignore_patterns": ["/race"]}, {}, None),
        ("ignoring goes before following",
         {"follow_patterns": ["/sport/"], "ignore_patterns": ["race"]}, {}, "'race'"),
        ("a word of the title", {"ignore_words": ["RACE"]}, {}, "'RACE'"),
        ("a part of a word is none", {"ignore_words": ["rac"]}, {}, None),
        ("a word of a tag", {"ignore_words": ["boats"]}, {}, "'boats'"),
        ("two words", {"ignore_words": ["the ferry"]}, {}, "'the ferry'"),
        ("not in this order", {"ignore_words": ["ferry the"]}, {}, None),
        ("its summary alone does not show it", {"ignore_words": ["harbour"]}, {}, None),
        ("words that are kept show on the page", {"keep_words": ["harbour"]}, {}, None),
        ("sections show on the page", {"ignore_sections": ["Boats"]}, {}, None),
        ("a feed may call it sponsored", {"sponsored": False}, {"tags": ("Sponsored",)}, "sponsor"),
        ("who wants that keeps it", {"sponsored": True}, {"tags": ("Sponsored",)}, None),
        ("another tag", {"sponsored": False}, {}, None),
    ],
)  # fmt: skip
def test_an_entry_is_left_out_where_it_shows_that_it_is_not_wanted(
    why: str, keys: dict[str, Any], entry: dict[str, Any], said: str | None
) -> None:
    announced = Entry(
        url=URL, title="Race of the ferry", summary="In the harbour.", tags=("Boats", "Island")
    )
    announced = replace(announced, title="A race: the ferry", **entry)

    found = refusal(announced, a_source(**keys))

    assert (found is None) == (said is None), why
    assert (said or "") in (found or "")


@pytest.mark.parametrize(
    ("fulltext", "by", "content"),
    [
        ("feed", "quay", "<p>Text"),
        ("feed", "other", None),
        ("page", "other", "<p>Text"),
        (None, "other", "<p>Text"),
    ],
)
def test_only_the_feeds_of_a_paper_have_its_texts(
    fulltext: str | None, by: str, content: str | None
) -> None:
    entry = Entry(url=URL, content="<p>Text")

    assert believed(entry, a_source(fulltext=fulltext), by).content == content
    assert believed(entry, None, by) is entry


def test_what_is_not_wanted_enters_the_ledger_as_ignored_with_its_reason() -> None:
    source = a_source(ignore_words=["race"])

    admission = admit(
        Entry(url=URL, title="A race"), "quay", lambda _: "quay", NOW,
        lambda _, entry: refusal(entry, source),
    )  # fmt: skip

    standing = admission.standing
    assert (standing.state, standing.reason, standing.next_at) == ("excluded", "ignored", None)
    assert standing.detail == "It holds the ignored word 'race'."


@pytest.mark.parametrize(
    ("why", "choice", "said"),
    [
        ("nothing is said", Choice(), None),
        ("a kept word in the text", Choice(keep_words=("lighthouse",)), None),
        ("in the title", Choice(keep_words=("dawn",)), None),
        ("in the summary", Choice(keep_words=("outer island",)), None),
        ("one of several", Choice(keep_words=("glacier", "lighthouse")), None),
        ("none of them", Choice(keep_words=("glacier", "desert")), "glacier, desert"),
        ("an ignored word in the text alone", Choice(ignore_words=("lighthouse",)), None),
        ("in the title too", Choice(ignore_words=("Dawn",)), "'Dawn'"),
        ("in a tag", Choice(ignore_words=("boats",)), "'boats'"),
        ("in the section", Choice(ignore_words=("coast",)), "'coast'"),
        ("a kept section", Choice(keep_sections=("coast",)), None),
        ("one above it", Choice(keep_sections=("NEWS",)), None),
        ("part of its name is another", Choice(keep_sections=("New",)), "in 'Coast'"),
        ("an ignored section", Choice(ignore_sections=("news",)), "'news'"),
        ("a tag is no section where there is one", Choice(ignore_sections=("Boats",)), None),
        ("sponsored", Choice(has_sponsored=False), "sponsored"),
    ],
)
def test_an_article_is_left_out_by_what_it_says(why: str, choice: Choice, said: str | None) -> None:
    draft = a_draft(
        section="Coast", tags=("sponsored", "Boats"), summary="To the outer island and back."
    )

    found = of_draft(draft, ("Coast", "News"), Entry(url=None, tags=("Boats",)), choice)

    assert (found is None) == (said is None), why
    assert (said or "") in (found or "")


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        (("Boats",), None),
        (("Letters",), "in 'Letters'"),
        ((), "in no section that is named"),
    ],
)
def test_where_a_page_names_no_section_the_tags_of_its_feed_stand_for_it(
    tags: tuple[str, ...], said: str | None
) -> None:
    draft = a_draft(section=None, tags=())
    choice = Choice(keep_sections=("boats",))

    found = of_draft(draft, (), Entry(url=None, tags=tags), choice)

    assert (said or "") in (found or "")
    assert (found is None) == (said is None)


@pytest.mark.parametrize(
    ("text", "word", "holds"),
    [
        ("Die STRASSE ist gesperrt", "Straße", True),
        ("L’eau est froide", "eau", True),
        ("Les bateaux", "eau", False),
        ("COVID-19 returns", "covid", True),
        ("नमस्ते दुनिया", "नमस्ते", True),
        ("नमस्ते दुनिया", "नमस", False),  # a vowel sign goes on with the word
        ("Порт закрыт", "порт", True),
        ("Портной", "порт", False),
        ("東京の港で火事", "港", True),
        ("ท่าเรือปิดแล้ว", "เรือ", True),
        ("부산항 폐쇄", "부산항", True),
        ("ميناء المدينة", "المدينة", True),
        ("ميناء المدينة", "مدينة", False),
    ],
)
def test_a_word_is_whole_in_every_script(text: str, word: str, *, holds: bool) -> None:
    assert has(fold(text), word) is holds


def test_a_word_is_one_of_the_text_alone_between_its_spaces() -> None:
    assert has(fold("a-b c"), "b")
    assert not has(fold("ab c"), "b")


@given(st.text(), st.text())
def test_any_word_is_looked_for_in_any_text(text: str, word: str) -> None:
    assert has(fold(f"{word} {text}"), word) or not fold(word)


@given(st.text(max_size=3_000))
def test_a_pattern_is_looked_for_in_any_address(address: str) -> None:
    assert patterns.matching(("^x{900}yz$", "(?s)^"), address) == "(?s)^"


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", "(.*)*x$", "([a-z]+/?)*!"])
def test_a_pattern_that_would_never_end_is_searched_in_time(pattern: str) -> None:
    """Python's own takes ages over 40 letters of it: were it asked, the suite would hang here."""
    assert patterns.matching((pattern,), "a" * 1_900 + "?b") is None


@pytest.mark.parametrize("pattern", ["(", "(?=a)", r"(a)\1", "a{3000}", "(a{999}){999}", "a" * 501])
def test_a_pattern_that_is_none_is_refused_as_the_file_is_read(
    pattern: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ValueError, match="not a regular expression: "):
        patterns.checked(pattern)

    assert capfd.readouterr().err == ""


LINKS = "".join(
    f'<li><a href="/{path}">{"The ferry to the outer island sails again on Monday, " + path}</a>'
    for path in ("news/1001-ferry-sails-again", "ads/1002-buy-a-ferry-now", "login", "a/b")
)


@pytest.mark.parametrize(
    ("why", "keys", "found"),
    [
        ("as it is", {}, ["/news/1001-ferry-sails-again", "/ads/1002-buy-a-ferry-now", "/a/b"]),
        ("an ignored link is none", {"ignore": ("/ads/",)},
         ["/news/1001-ferry-sails-again", "/a/b"]),
        ("what is followed is an article, and nothing else", {"follow": ("/login$",)}, ["/login"]),
        ("but for what is ignored", {"follow": ("ferry",), "ignore": ("buy",)},
         ["/news/1001-ferry-sails-again"]),
    ],
)  # fmt: skip
def test_the_links_of_a_section_are_chosen_by_patterns(
    why: str, keys: dict[str, Any], found: list[str]
) -> None:
    page = f"<html><body><main><ul>{LINKS}</ul></main></body></html>".encode()

    reading = read_section(page, "https://quay.example/coast", "text/html", Known(**keys))

    assert [entry.url for entry in reading.entries] == [f"https://quay.example{p}" for p in found]


HTML = (
    '<html><head><title>The ferry sails</title><meta property="article:section" content="Coast">'
    "</head><body><article><h1>The ferry sails</h1>"
    "<p>The ferry to the outer island sails again on Monday after a winter in the yard.</p>"
    "<p>Its captain said that the new engine burns a third less oil than the one before.</p>"
    "</article></body></html>"
)
PAGE = Page(
    url=URL, announced_url=URL, body=HTML.encode(), fetched_at=NOW, entry=Entry(url=URL),
    source="quay",
)  # fmt: skip


@pytest.mark.parametrize("keys", [{"keep_words": ["glacier"]}, {"ignore_sections": ["coast"]}])
def test_the_line_drops_what_is_not_wanted_but_not_what_is_stored(keys: dict[str, Any]) -> None:
    source = a_source(**keys)

    made, sighting = observed(owned(PAGE, source))
    again, _ = observed(owned(PAGE, source, is_stored=True))

    assert isinstance(made, Dropped)
    assert (made.reason, sighting) == ("ignored", None)
    assert isinstance(again, Draft)


def test_a_quoted_text_is_no_evidence_where_the_page_alone_counts() -> None:
    quoted = "<p>" + "The whole story of the ferry stands in the feed alone, sails and all. " * 9
    teaser = HTML.replace("<p>Its", "<p hidden>Its").replace(" after a winter in the yard", "")
    page = replace(PAGE, body=teaser.encode(), entry=Entry(url=URL, content=quoted))

    told, _ = observed(owned(page, a_source()))
    alone, _ = observed(owned(page, a_source(fulltext="page")))

    assert isinstance(told, Draft)
    assert "stands in the feed" in told.text
    assert not isinstance(alone, Draft) or "stands in the feed" not in alone.text
