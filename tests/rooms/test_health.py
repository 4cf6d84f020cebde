"""How a source is doing: each illness by its word, and what is none."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.health import Health, Patient, SourceState, Word, is_news, judge
from crawler.rhythm import Rhythm
from crawler.schedule import FeedState, Move, with_sitemaps
from crawler.signs import Signs

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
URL = "https://lantern.example/feed"
# an article an hour, for two weeks
HOURLY = Rhythm((14.0,) * 24, (48.0,) * 7, watched=336.0, seen_at=NOW)


def a_feed(**fields: object) -> FeedState:
    known: dict[str, object] = {"id": "f", "url": URL, "source": "lantern", "next_at": NOW}
    return FeedState(**{**known, **fields})  # type: ignore[arg-type]  # a test's shorthand


def a_source(health: Health, word: Word) -> SourceState:
    return SourceState(id="lantern", health=health, word=word, since=NOW - DAY)


def a_patient(feeds: list[dict[str, Any]], **fields: Any) -> Patient:
    known: dict[str, Any] = {"signs": Signs(), "language": "en", "now": NOW}
    return Patient(feeds=[a_feed(**feed) for feed in feeds], **{**known, **fields})


GOOD: dict[str, Any] = {
    "succeeded_at": NOW,
    "gained_at": NOW - HOUR,
    "entries": 20,
    "rhythm": HOURLY,
}


def failing(trouble: str, visits: int, hours: int, weight: float = 1.0) -> dict[str, Any]:
    return {
        "succeeded_at": NOW - hours * HOUR - HOUR,
        "rhythm": HOURLY,
        "failures": visits,
        "weight": visits * weight,
        "failing_since": NOW - hours * HOUR,
        "trouble": trouble,
        "detail": "what the server said",
    }


LOST = failing("not-found", 2, 1)
LAST = {"articles": 10}


@pytest.mark.parametrize(
    ("why", "feeds", "signs", "word"),
    [
        ("all is well", [GOOD], {}, Word.WORKING),
        ("one feed that answers is enough", [GOOD, failing("dns", 1, 1)], {}, Word.WORKING),
        ("one of two is dead", [GOOD, failing("not-found", 9, 99)], {}, Word.FAILING),
        ("one failure", [failing("not-found", 1, 0)], {}, Word.FAILING),
        ("the second 404", [LOST], {}, Word.GONE),
        ("no feed any more", [failing("not-a-feed", 2, 1)], {}, Word.GONE),
        ("refused twice", [failing("refused", 2, 1)], {}, Word.BLOCKED),
        ("its robots.txt forbids", [failing("robots", 2, 1)], {}, Word.BLOCKED),
        ("a bad certificate", [failing("tls", 2, 1)], {}, Word.UNREACHABLE),
        ("a restart", [failing("timeout", 3, 1, 0.5)], {}, Word.FAILING),
        ("a night without", [failing("connection", 14, 9, 0.5)], {}, Word.FAILING),
        ("a day without", [failing("connection", 20, 25, 0.5)], {}, Word.UNREACHABLE),
        ("its pages refuse us", [GOOD], {**LAST, "blocked": 8}, Word.BLOCKED),
        ("a page or two refuse us", [GOOD], {**LAST, "blocked": 2}, Word.WORKING),
        ("entries elsewhere", [{**GOOD, "elsewhere": "new.example"}], {}, Word.MOVED),
        (
            "a move of this visit",
            [{**GOOD, "moved": Move("https://n.example/", NOW - HOUR, 1)}],
            {},
            Word.WORKING,
        ),
        ("empty twice", [{**GOOD, "entries": 0, "empty": 2}], {}, Word.EMPTY),
        ("empty once", [{**GOOD, "entries": 0, "empty": 1}], {}, Word.WORKING),
        (
            "a news sitemap is empty at night",
            [{**GOOD, "entries": 0, "empty": 9, "kind": "sitemap"}],
            {},
            Word.WORKING,
        ),
        ("silent for two days", [{**GOOD, "gained_at": NOW - 2 * DAY}], {}, Word.STALE),
        ("silent for a night", [{**GOOD, "gained_at": NOW - 20 * HOUR}], {}, Word.WORKING),
        (
            "silent for two days, as it mostly is",
            [
                {
                    **GOOD,
                    "gained_at": NOW - 2 * DAY,
                    "rhythm": Rhythm((0.5,) * 24, (2.0,) * 7, watched=336.0, seen_at=NOW),
                }
            ],
            {},
            Word.WORKING,
        ),
        (
            "silent, beside one that never is first",
            [{**GOOD, "gained_at": NOW - 2 * DAY}, {**GOOD, "gained_at": None}],
            {},
            Word.STALE,
        ),
        (
            "silent, at an address that was adopted",
            [{**GOOD, "gained_at": NOW - 2 * DAY, "moved": Move("https://n.example/", NOW, 9)}],
            {},
            Word.STALE,
        ),
        ("the other feed gains", [GOOD, {**GOOD, "gained_at": NOW - 9 * DAY}], {}, Word.WORKING),
        ("most of it tomorrow", [{**GOOD, "future": 0.8}], {}, Word.FUTURE),
        ("an event or two announced", [{**GOOD, "future": 0.2}], {}, Word.WORKING),
        ("another language", [GOOD], {**LAST, "languages": (("pl", 8), ("en", 2))}, Word.LANGUAGE),
        ("a few in another", [GOOD], {**LAST, "languages": (("en", 8), ("pl", 2))}, Word.WORKING),
        ("too few to tell", [GOOD], {"articles": 3, "languages": (("pl", 3),)}, Word.WORKING),
        ("a few lines each", [GOOD], {**LAST, "thin": 8}, Word.THIN),
        ("some short ones", [GOOD], {**LAST, "thin": 4}, Word.WORKING),
        ("withheld", [GOOD], {**LAST, "withheld": 3}, Word.LAYOUT),
        ("slow", [{**GOOD, "seconds": 14.0}], {}, Word.SLOW),
    ],
)
def test_a_source_has_one_word(
    why: str, feeds: list[dict[str, Any]], signs: dict[str, Any], word: Word
) -> None:
    before = a_source(Health.WELL, Word.WORKING)

    after = judge(before, "lantern", a_patient(feeds, signs=Signs(**signs)))

    assert after.word == word, why
    calls = word not in {Word.WORKING, Word.SLOW, Word.FAILING}
    assert (after.health is Health.ILL) == calls
    assert (after.cause is None) == (word is Word.WORKING)
    assert (after.remedy is None) == (word is Word.WORKING)
    assert after.since == (before.since if word is Word.WORKING else NOW)


@pytest.mark.parametrize(
    ("why", "before", "feeds", "health"),
    [
        (
            "never answered is no alarm",
            (Health.NEW, Word.NEW),
            [{"failures": 9, "weight": 9.0}],
            Health.NEW,
        ),
        ("its first answer", (Health.NEW, Word.NEW), [GOOD], Health.WELL),
        ("it is back", (Health.ILL, Word.GONE), [GOOD], Health.WELL),
        (
            "it is back, another feed is dead",
            (Health.ILL, Word.UNREACHABLE),
            [GOOD, failing("not-found", 9, 99)],
            Health.WELL,
        ),
        ("still ill", (Health.ILL, Word.GONE), [LOST], Health.ILL),
        ("ill of something else", (Health.ILL, Word.GONE), [failing("timeout", 1, 0)], Health.ILL),
    ],
)
def test_an_illness_begins_once_and_ends_once(
    why: str, before: tuple[Health, Word], feeds: list[dict[str, Any]], health: Health
) -> None:
    after = judge(a_source(*before), "lantern", a_patient(feeds))

    assert after.health is health, why


@pytest.mark.parametrize(
    ("why", "before", "after", "told"),
    [
        ("it fell ill", (Health.WELL, Word.WORKING), (Health.ILL, Word.EMPTY), True),
        ("as before", (Health.ILL, Word.EMPTY), (Health.ILL, Word.EMPTY), False),
        ("of something else", (Health.ILL, Word.EMPTY), (Health.ILL, Word.GONE), True),
        ("gone or refused", (Health.ILL, Word.GONE), (Health.ILL, Word.BLOCKED), False),
        ("it is well", (Health.ILL, Word.EMPTY), (Health.WELL, Word.WORKING), False),
    ],
)
def test_an_illness_is_news_once(
    why: str, before: tuple[Health, Word], after: tuple[Health, Word], told: bool
) -> None:
    assert is_news(a_source(*before), a_source(*after)) == told, why


@pytest.mark.parametrize("days", [0, 9])
def test_a_move_is_told_and_calls_nobody(days: int) -> None:
    moving = {**GOOD, "moved": Move("https://n.example/", NOW - days * DAY, 9)}

    after = judge(a_source(Health.WELL, Word.WORKING), "lantern", a_patient([moving]))

    assert (after.word, after.health) == (Word.MOVED, Health.WELL)


def test_what_an_illness_cost_is_told() -> None:
    after = judge(None, "lantern", a_patient([failing("not-found", 9, 48)]))

    assert after.missed
    assert 40 <= int(after.missed.removeprefix("about ").removesuffix(" articles")) <= 56


def test_a_source_is_ill_of_what_ails_the_sitemaps_of_its_index() -> None:
    sitemaps = [a_feed(**failing("dns", 9, 48)), a_feed(**failing("not-found", 9, 48))]
    index = with_sitemaps(a_feed(**GOOD), sitemaps)
    patient = Patient(feeds=[index], signs=Signs(), language=None, now=NOW)

    ill = judge(a_source(Health.WELL, Word.WORKING), "lantern", patient)

    assert ill.health is Health.ILL
    assert "none of the 2 sitemaps" in (ill.cause or "")
