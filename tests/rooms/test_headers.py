"""Headers of a paper: their form, their secrets, and which request gets them."""

from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import Catalogue
from config.headers import HeaderError, MissingVariable, checked, filled
from config.source import Source
from crawler.frontier import Ask, Fetch, host_of
from crawler.schedule import FeedState
from crawler.spiders.sent import Sent
from pipelines.records import Trouble

NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("why", "headers", "environ", "sent"),
    [
        ("as written", {"X-Edition": "harbour"}, {}, {"X-Edition": "harbour"}),
        ("a dollar is no variable", {"X-Price": "$5"}, {}, {"X-Price": "$5"}),
        ("in a value", {"Cookie": "id=${ID}; a=${A}"}, {"ID": "7", "A": "b"},
         {"Cookie": "id=7; a=b"}),
        ("a login is encoded", {"Authorization": "Basic ${L}"}, {"L": "me:höfn"},
         {"Authorization": f"Basic {b64encode('me:höfn'.encode()).decode()}"}),
        ("of two variables too", {"authorization": "basic ${U}:${P}"}, {"U": "me", "P": "x"},
         {"authorization": f"Basic {b64encode(b'me:x').decode()}"}),
        ("what is encoded is not again", {"Authorization": "Basic ${L}"}, {"L": "bWU6eA=="},
         {"Authorization": "Basic bWU6eA=="}),
        ("another scheme", {"Authorization": "Bearer ${T}"}, {"T": "a:b"},
         {"Authorization": "Bearer a:b"}),
        ("what a variable holds is no variable", {"X-Key": "${K}"}, {"K": "${HOME}"},
         {"X-Key": "${HOME}"}),
    ],
)  # fmt: skip
def test_a_header_is_filled_from_the_environment(
    why: str, headers: dict[str, str], environ: dict[str, str], sent: dict[str, str]
) -> None:
    assert filled(checked(headers), environ) == sent, why


@pytest.mark.parametrize("value", [None, "", "one\ntwo", "\x00", "\udcff"])
def test_a_variable_that_is_missing_or_no_header_is_named_without_its_value(
    value: str | None,
) -> None:
    environ = {} if value is None else {"TOKEN": value}

    with pytest.raises(MissingVariable, match="TOKEN") as caught:
        filled({"X-Token": "${TOKEN}"}, environ)

    assert "two" not in str(caught.value)


@pytest.mark.parametrize(
    "name",
    ["Authorization", "authorization", "Cookie", "Proxy-Authorization", "X-Api-Key", "X-Auth-Token",
     "X-Session", "X-Client-Secret"],
)  # fmt: skip
def test_a_secret_in_a_file_is_refused_and_not_shown(name: str) -> None:
    with pytest.raises(HeaderError, match="a secret in a file") as caught:
        checked({"Accept": "text/html", name: "hunter2"})

    assert caught.value.name == name
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({"": "a"}, "its name is none"),
        ({"A b": "c"}, "its name is none"),
        ({"User-Agent": "Browser"}, "not for a file"),
        ({"If-None-Match": '"1"'}, "not for a file"),
        ({"X": "a\r\nY: b"}, "one line"),
        ({"X": "\ud83d\ude00"}, "one line"),
        ({"X": "${}"}, "not closed, or names no variable"),
        ({"X": "${A} ${1B}"}, "not closed, or names no variable"),
        ({f"X-{n}": "a" for n in range(21)}, "more than 20"),
    ],
)
def test_what_is_no_header_is_refused(headers: dict[str, str], why: str) -> None:
    with pytest.raises(HeaderError, match=why):
        checked(headers)


@given(st.dictionaries(st.text(), st.text()))
def test_headers_are_refused_or_can_be_sent(headers: dict[str, str]) -> None:
    try:
        sent = filled(checked(headers), {})
    except (HeaderError, MissingVariable):
        return
    assert not [value for value in sent.values() if "\n" in value or "\r" in value]


def a_source(name: str, **keys: Any) -> Source:
    home = f"https://{name}.example/"
    usual = {"id": name, "name": name, "homepage": home, "feeds": [f"{home}feed"]}
    return Source.model_validate({**usual, **keys})


CATALOGUE = Catalogue(
    (
        a_source("club", headers={"X-Token": "${T}"}, hosts=["files.example"]),
        a_source("other", headers={"X-Other": "o"}),
        a_source("lacking", headers={"X-Key": "${NONE}"}),
    )
)


def a_feed(url: str, source: str = "club", first: str = "", ask: Ask = Ask.FEED) -> Fetch:
    state = FeedState(id="1", url=first or url, source=source, next_at=NOW)
    return Fetch(ask=ask, url=url, host=host_of(url), origin="", feed=state, hops=1 if first else 0)


@pytest.mark.parametrize(
    ("why", "fetch", "sent"),
    [
        ("its host", a_feed("https://club.example/feed"), {"X-Token": "t"}),
        ("as www. too", a_feed("https://www.club.example/feed"), {"X-Token": "t"}),
        ("another host of its", a_feed("https://files.example/feed"), {"X-Token": "t"}),
        ("nobody's host", a_feed("https://feeds.example/club"), {}),
        ("another's host", a_feed("https://other.example/club"), {}),
        ("by another", a_feed("https://club.example/feed", "other"), {}),
        ("robots.txt", a_feed("https://club.example/robots.txt", ask=Ask.ROBOTS), {}),
        ("redirected here", a_feed("https://club.example/b", first="https://club.example/a"),
         {"X-Token": "t"}),
        ("to www.", a_feed("https://www.club.example/", first="https://club.example/a"),
         {"X-Token": "t"}),
        ("to its other host", a_feed("https://files.example/b", first="https://club.example/"), {}),
        ("from nobody's", a_feed("https://club.example/b", first="https://feeds.example/a"), {}),
        ("to what others can read", a_feed("http://club.example/b", first="https://club.example/"),
         {}),
        ("announced in the clear", a_feed("http://club.example/feed"), {}),
        ("a port is another host", a_feed("https://club.example:8443/"), {"X-Token": "t"}),
        ("of a variable that is not set", a_feed("https://lacking.example/", "lacking"), {}),
    ],
)  # fmt: skip
def test_a_request_gets_the_headers_of_its_source(
    why: str, fetch: Fetch, sent: dict[str, str]
) -> None:
    assert Sent(CATALOGUE, {"T": "t"}).headers(fetch, NOW) == sent, why


def test_what_lacks_a_variable_is_refused_and_shows_no_secret() -> None:
    sent = Sent(CATALOGUE, {"T": "hunter2"})

    refused = sent.refusal(a_feed("https://lacking.example/", "lacking"))

    assert refused
    assert refused.trouble is Trouble.ENVIRONMENT
    assert "NONE" in refused.detail
    assert sent.refusal(a_feed("https://club.example/")) is None
    assert "hunter2" not in repr(sent)
