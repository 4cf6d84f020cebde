"""A few hundred damaged and made-up inputs of each kind; thousands by `python -m tests.fuzz`."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS
from tests.fuzz.trial import input_of

ROOT = Path(__file__).parents[2]
COUNTS = {"readers": 120, "extraction": 25, "quoted": 40, "yaml": 100}
USUAL = 300
SEED = 20_261_102


@pytest.mark.parametrize("target", TARGETS)
def test_no_damage_is_more_than_a_room_can_say(target: str) -> None:
    for number in range(COUNTS.get(target, USUAL)):
        TARGETS[target].tries(input_of(target, SEED, number))


def test_a_damage_is_the_same_for_the_same_number() -> None:
    made = [input_of("urls", SEED, number) for number in range(50)]

    assert made == [input_of("urls", SEED, number) for number in range(50)]
    assert len(set(made)) > 40


def test_the_runner_counts_what_it_ran_and_shows_an_input() -> None:
    def ran(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        words = [sys.executable, "-m", "tests.fuzz", "--seed", str(SEED), *arguments]
        return subprocess.run(words, cwd=ROOT, capture_output=True, check=False, timeout=60)

    told, shown = ran("--count", "20", "urls", "warc"), ran("--show", "7", "urls")

    assert told.returncode == 0
    assert told.stdout.count(b": 20 inputs, 0 findings") == 2
    assert shown.stdout == input_of("urls", SEED, 7)


# --- inputs with a form, made by hypothesis

ODD = st.sampled_from(
    ["", "[", "]", "@", ":0", "%", "%00", "//", "..", "\x00", "\u202e", "ẞ", "。"]
)
HOSTS = st.one_of(
    st.sampled_from(["quay.example", "[::1]", "127.1", "xn--a", "fähre.example"]), ODD
)
WORDS = st.text(max_size=30)
ADDRESSES = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(["http://", "https://", "HTTP:", "//", "ftp://", "", "javascript:"]),
    st.one_of(ODD, WORDS.map(lambda word: f"{word}@")),
    HOSTS,
    st.one_of(ODD, st.integers(-1, 99_999).map(lambda port: f":{port}")),
    st.lists(st.one_of(ODD, WORDS), max_size=4).map("/".join),
    st.one_of(ODD, WORDS.map(lambda word: f"?{word}#{word}")),
)
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), WORDS, ADDRESSES),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=8,
)
KEYS = st.sampled_from(
    [
        "id",
        "name",
        "homepage",
        "feeds",
        "rules",
        "headers",
        "every",
        "timezone",
        "verified",
        "budget",
    ]
)
PAPERS = st.dictionaries(st.one_of(KEYS, WORDS), VALUES, max_size=8)
CATALOGUES = st.fixed_dictionaries({"region": VALUES, "sources": st.lists(PAPERS, max_size=3)})
ITEMS = st.dictionaries(
    st.sampled_from(["id", "url", "title", "content_html", "date_published", "authors", "tags"]),
    VALUES,
)
FEEDS = st.fixed_dictionaries({"version": st.just("jsonfeed.org"), "items": st.lists(ITEMS)})
THINGS = st.dictionaries(
    st.sampled_from(
        ["@type", "headline", "datePublished", "author", "articleBody", "@graph", "name", "image"]
    ),
    st.one_of(VALUES, st.just("NewsArticle")),
)


def _written(value: Any) -> bytes:
    return json.dumps(value, default=str).encode()


MADE = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


@MADE
@given(address=ADDRESSES)
def test_no_address_is_too_odd(address: str) -> None:
    TARGETS["urls"].tries(address.encode("utf-8", "surrogatepass"))


@MADE
@given(words=st.one_of(WORDS, st.from_regex(r"[0-9]{0,12}[smhdTZ:+-][0-9]{0,6}", fullmatch=True)))
def test_no_word_of_an_option_is_too_odd(words: str) -> None:
    TARGETS["parameters"].tries(words.encode("utf-8", "surrogatepass"))


@MADE
@given(catalogue=CATALOGUES)
def test_no_catalogue_is_too_odd(catalogue: dict[str, Any]) -> None:
    TARGETS["yaml"].tries(_written(catalogue))


@MADE
@given(feed=FEEDS)
def test_no_feed_of_json_is_too_odd(feed: dict[str, Any]) -> None:
    TARGETS["readers"].tries(_written(feed))


@settings(MADE, max_examples=25)
@given(things=st.lists(THINGS, max_size=3))
def test_no_data_of_a_page_are_too_odd(things: list[dict[str, Any]]) -> None:
    data = b'<script type="application/ld+json">' + _written(things) + b"</script><p>A ferry."
    TARGETS["extraction"].tries(data)
