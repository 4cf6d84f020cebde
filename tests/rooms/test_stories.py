"""Which texts of a collection tell one story, and how each copies the earliest."""

from collections.abc import Sequence
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.identify.exact import is_telling
from pipelines.identify.relation import are_other, relation
from pipelines.identify.shingles import numbers, shingles, words
from pipelines.identify.stories import Collection, stories

SITES = 40
PLACES = ["Brackwater", "Ostley", "Quenby", "Tarn Hollow", "Vellmouth", "Wickersea"]
DOINGS = ["opened", "repaired", "counted", "painted", "carried", "planned", "sold", "sought"]
THINGS = ["bridge", "lantern", "orchard", "tram", "school", "ferry", "violin", "clock", "ledger"]
FURNITURE = (
    "If you find an error on this page write to our desk, which answers every letter within three "
    "days. Our paper is delivered to every village of the valley before seven in the morning, and "
    "its readers may walk through the printing hall on the first Saturday of each month."
)


def story(seed: int, sentences: int = 14) -> list[str]:
    """Return the sentences of an invented story, the same for the same seed."""
    random = Random(seed)  # noqa: S311 no secret, but the same each time
    return [
        f"{random.choice(PLACES)} {random.choice(DOINGS)} {random.randint(2, 999)} of its "
        f"{random.choice(THINGS)}s, said {random.choice('ABCDEFG')}. {random.choice(PLACES)} "
        f"{number}, who {random.choice(DOINGS)} the {random.choice(THINGS)}, is of "
        f"{random.choice(PLACES)}."
        for number in range(sentences)
    ]


def weather(day: int) -> list[str]:
    """Return the report of a day, as one form has it."""
    random = Random(day)  # noqa: S311 no secret, but the same each time
    one, two, three = (random.randint(1, 35) for _ in range(3))
    return [
        f"The weather service expects rain in {random.choice(PLACES)} on the {day}th.",
        f"Air temperature will be {one} degrees in the daytime and {two} degrees at night.",
        f"Wind from the north, with gusts of up to {three} metres per second.",
        "Drivers are asked to keep their distance on the passes, and walkers to stay on the paths.",
    ]


FIRST, SECOND = story(1), story(2)
# for each text its week, its site and its sentences; then which belong to the story of the first
CASES: dict[str, tuple[list[tuple[int, int, list[str]]], list[int]]] = {
    "the same text on another site": ([(1, 1, FIRST), (1, 2, FIRST)], [0, 1]),
    "the same text half a year later": ([(1, 1, FIRST), (27, 2, FIRST)], [0, 1]),
    "with a byline, another lead and its tail cut": (
        [(1, 1, FIRST), (1, 2, ["By our own desk.", "It was a busy week.", *FIRST[1:11]])],
        [0, 1],
    ),
    "the same so edited a month later": (
        [(1, 1, FIRST), (6, 2, ["By our own desk.", *FIRST[1:11]])],
        [0],
    ),
    "its first sentences and a link to the rest": (
        [(1, 1, FIRST), (2, 2, [*FIRST[:3], "Continue reading."])],
        [0, 1],
    ),
    "an excerpt that came first": ([(1, 2, [*FIRST[:3], "Read on."]), (1, 1, FIRST)], [0, 1]),
    "another story": ([(1, 1, FIRST), (1, 2, SECOND)], [0]),
    "another story that quotes a sentence": ([(1, 1, FIRST), (1, 2, [*SECOND, FIRST[4]])], [0]),
    "a report that repeats much of the last, at the same site": (
        [(1, 1, FIRST), (1, 1, [*SECOND[:8], *FIRST[:7]])],
        [0],
    ),
    "the same at another site": ([(1, 1, FIRST), (1, 2, [*SECOND[:8], *FIRST[:7]])], [0, 1]),
    "a digest of five stories": (
        [
            *((1, at, story(at)) for at in range(1, 6)),
            (1, 9, [line for at in range(1, 6) for line in story(at)[:2]]),
        ],
        [0],
    ),
    "an excerpt that a digest quotes too": (
        [
            (1, 1, FIRST),
            (1, 2, [*FIRST[:3], "Read on."]),
            (1, 9, [line for at in range(1, 6) for line in story(at)[:3]]),
        ],
        [0, 1],
    ),
    "a page of two whole reports that were told before": (
        [(1, 1, FIRST[:6]), (1, 2, SECOND[:6]), (1, 3, ["In brief.", *FIRST[:6], *SECOND[:6]])],
        [0],
    ),
    "an article of which others took its beginning and its end": (
        [(1, 1, FIRST), (1, 2, FIRST[:4]), (1, 3, FIRST[9:])],
        [0, 1, 2],
    ),
    "cut, a week after a copy of an old text": (
        [(1, 1, FIRST), (20, 2, FIRST), (21, 3, FIRST[:10])],
        [0, 1, 2],
    ),
    "a story that a hundred papers tell, each under a lead of its own": (
        [(1, at, [*story(1000 + at, 1), *FIRST]) for at in range(100)],
        list(range(100)),
    ),
    "reports of one form": ([(1 + day // 7, 1, weather(day)) for day in range(20)], [0]),
    "reports of one form by two papers, of which no more is known": (
        [(1, 1, weather(3)), (1, 2, weather(9))],
        [0],
    ),
    "short items under the furniture of a site": (
        [(1 + at // 3, 1, [*story(at, 1), FURNITURE]) for at in range(14)],
        [0],
    ),
    "a story that sixty papers edit, each in its way": (
        [(1, at, [f"By writer {at} of paper {at}.", *FIRST[: 14 - at % 7]]) for at in range(60)],
        list(range(60)),
    ),
    "a story that grows at its site": (
        [(1, 1, FIRST[: 2 + at]) for at in range(12)],
        list(range(12)),
    ),
    "texts without a word": ([(1, 1, ["…"]), (1, 2, ["***"])], [0]),
}


def told(texts: Sequence[tuple[int, int, list[str]]]) -> list[int]:
    """Return the story of each text, by the place of its earliest."""
    joined = [" ".join(lines) for _, _, lines in texts]
    runs = [shingles(text) for text in joined]
    return stories(
        Collection(
            weeks=[week for week, _, _ in texts],
            sites=[site for _, site, _ in texts],
            twins=[joined.index(text) for text in joined],
            sizes=[len(one) for one in runs],
            runs=runs.__getitem__,
            numbers=lambda place: numbers(joined[place]),
            is_short=lambda place: not is_telling(joined[place]),
        )
    ).heads


@pytest.mark.parametrize("why", CASES)
def test_which_texts_tell_the_story_of_the_first(why: str) -> None:
    texts, expected = CASES[why]

    found = told(texts)

    assert [place for place, head in enumerate(found) if head == 0] == expected


def test_reports_of_one_form_and_items_of_one_site_are_all_stories_of_their_own() -> None:
    for why in ("reports of one form", "short items under the furniture of a site"):
        found = told(CASES[why][0])
        assert found == list(range(len(found))), why


def test_texts_in_scripts_without_spaces_are_told_apart_and_together() -> None:
    one = "昨日下午三时，旧港口的灯塔重新点亮，镇上的居民在码头举行了庆祝活动，镇长感谢了修复工人。"
    other = "市议会周二通过了新的电车线路计划，预计明年春天动工，沿线将增设十二个车站和两座桥梁。"

    found = told([(1, 1, [one * 2]), (1, 2, [one * 2 + "本报记者。"]), (1, 3, [other * 2])])

    assert found == [0, 0, 2]


@pytest.mark.parametrize(
    ("why", "text", "is_same_site", "expected"),
    [
        ("the same words", FIRST, False, "copy"),
        ("a credit more", [*FIRST, "By Ana Bell"], False, "copy"),
        ("a few sentences of it", FIRST[:4], False, "excerpt"),
        ("cut, and a lead of its own", ["It was a long week.", *FIRST[1:10]], False, "reprint"),
        ("a sentence more at its own site", [*FIRST, SECOND[0]], True, "revision"),
    ],
)
def test_how_a_text_copies_the_earliest(
    why: str, text: list[str], *, is_same_site: bool, expected: str
) -> None:
    ours, head = shingles(" ".join(text)), shingles(" ".join(FIRST))

    assert relation(ours, head, is_same_site=is_same_site) == expected, why


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (
            "Rain of 4 mm at 06:30, gusts of 21 at 9.5 degrees",
            "Rain of 2 mm at 07:10, 21 at 8",
            True,
        ),
        (
            "1,204 votes, 37 more than in 2022, in 14 wards",
            "In 14 wards 1204 votes, 2022: 1167",
            False,
        ),
        ("3 boats and 12 men", "5 boats and 40 men, of 1908 and 1911", False),
        ("no number", "none", False),
    ],
)
def test_whether_numbers_say_that_two_texts_are_two_stories(
    one: str, other: str, *, expected: bool
) -> None:
    assert are_other(numbers(one), numbers(other)) is expected
    assert are_other(numbers(other), numbers(one)) is expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The pier — opened, “at last”, on 5 May", "the PIER opened at last on 5 May!"),
        ("Resid\u00adents of the quay met again", "Residents of the quay met again"),
        ("\ufb01ve boats left the quay", "five boats left the quay"),
    ],
)
def test_typography_is_no_difference(one: str, other: str) -> None:
    assert np.array_equal(shingles(one), shingles(other))


def test_a_run_is_the_same_on_every_machine() -> None:
    assert shingles("the ferry is late again").tolist() == [
        1_047_976_523_960_684_294,
        2_035_444_757_379_115_379,
    ]


@given(st.text())
def test_every_text_has_runs_in_order_and_as_many_as_it_has_words_at_most(text: str) -> None:
    found = shingles(text).tolist()

    assert found == sorted(set(found))
    assert bool(found) == bool(words(text))
    assert len(found) <= max(1, len(words(text)))


texts = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 3), st.lists(st.sampled_from(FIRST + SECOND))),
    max_size=12,
)


@given(texts)
def test_a_story_is_named_by_its_earliest_whatever_the_texts(
    found: list[tuple[int, int, list[str]]],
) -> None:
    heads = told(sorted(found, key=lambda one: one[0]))

    assert all(head <= place and heads[head] == head for place, head in enumerate(heads))
