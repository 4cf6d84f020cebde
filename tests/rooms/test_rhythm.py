"""A feed is visited when articles are worth it, before its list scrolls, and when it lets us."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import rhythm
from crawler.rhythm import Asks, Because, Rhythm, bounds

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LIMITS = bounds(15 * MINUTE, 10 * MINUTE, 12 * HOUR)


def weeks(an_hour: float, hours: range, days: range = range(7)) -> Rhythm:
    """Return the rhythm of four weeks, visited each hour, with so many entries in those hours."""
    found = Rhythm()
    owed = 0.0
    for number in range(28 * 24):
        end = MONDAY + (number + 1) * HOUR
        is_open = end.hour in hours and end.weekday() in days
        owed += an_hour if is_open else 0.0
        came = [end - (1 + number * 7 % 59) * MINUTE] * int(owed)
        owed -= len(came)
        found = rhythm.learn(found, came, end - HOUR, end)
    return found


def wait(one: Rhythm, at: datetime, window: int | None = None) -> timedelta:
    return rhythm.plan(one, Asks(), LIMITS, at, window).at - at


LATER = MONDAY + 28 * DAY  # a Monday again


def test_one_article_an_hour_is_caught_within_the_time_aimed_at() -> None:
    steady = weeks(1.0, range(24))

    assert 25 * MINUTE <= wait(steady, LATER) <= 35 * MINUTE


def test_the_busier_the_sooner() -> None:
    waits = [wait(weeks(rate, range(24)), LATER) for rate in (0.05, 0.5, 2.0, 8.0)]

    assert waits == sorted(waits, reverse=True)
    assert len(set(waits)) == len(waits)


def test_at_its_quiet_hours_it_is_left_alone() -> None:
    office = weeks(3.0, range(8, 18), range(5))
    noon, night, sunday = LATER + 12 * HOUR, LATER + 22 * HOUR, LATER + 6 * DAY + 12 * HOUR

    assert wait(office, noon) < 30 * MINUTE
    assert wait(office, night) > 2 * HOUR
    assert wait(office, sunday) > 1.5 * HOUR


@pytest.mark.parametrize("pace", [1.0, 3.0, 0.6])
def test_what_a_plan_expects_is_what_the_rhythm_says_over_midnight_and_the_week(
    pace: float,
) -> None:
    office = weeks(0.4, range(8, 18), range(5))
    sunday = LATER + 6 * DAY + 21 * HOUR
    even = replace(office, minutes=(0.0,) * 12, pace=pace, seen_at=sunday - HOUR)

    found = rhythm.plan(even, Asks(), LIMITS, sunday)

    assert found.at - sunday > 4 * HOUR
    close = 1e-9 if pace == 1.0 else 0.2  # the one feels a burst by the hour
    said = rhythm.expected(even, sunday, found.at)
    assert found.expected == pytest.approx(said, rel=close)


def test_what_comes_at_the_full_hour_is_fetched_then() -> None:
    found = Rhythm()
    for number in range(14 * 24):
        end = MONDAY + (number + 1) * HOUR + 10 * MINUTE
        found = rhythm.learn(found, [end - 10 * MINUTE] * 2, end - HOUR, end)
    at = MONDAY + 14 * DAY + 10 * MINUTE

    due = rhythm.plan(found, Asks(), LIMITS, at).at

    assert at + 50 * MINUTE <= due <= at + 60 * MINUTE


def test_a_short_list_is_read_before_it_scrolls() -> None:
    busy = weeks(12.0, range(24))

    assert wait(busy, LATER, window=200) >= 10 * MINUTE
    assert wait(busy, LATER, window=2) < 10 * MINUTE


@pytest.mark.parametrize(("window", "expected"), [(20, 2 * HOUR), (200, 3 * HOUR)])
def test_a_short_list_has_room_for_a_burst_at_night(window: int, expected: timedelta) -> None:
    office = weeks(4.0, range(8, 18))

    waited = wait(office, LATER + 22 * HOUR, window)

    assert (waited <= expected) == (window == 20)


def test_a_new_feed_of_unknown_past_is_watched_for_its_first_hours() -> None:
    found = rhythm.learn(Rhythm(), [], None, MONDAY)
    found = rhythm.learn(found, [], MONDAY, MONDAY + HOUR)
    known = rhythm.learn(Rhythm(), [MONDAY - DAY], None, MONDAY)
    planned = rhythm.plan(found, Asks(), LIMITS, MONDAY + HOUR, 20)

    assert (planned.at, planned.because) == (MONDAY + HOUR + 20 * MINUTE, Because.NEW)
    assert wait(found, MONDAY + HOUR, window=20_000) > HOUR
    assert wait(known, MONDAY, window=20) > HOUR


def test_before_hours_to_be_skipped_it_is_read_once_more() -> None:
    asks = Asks(skip_hours=frozenset(range(6)))
    slow = weeks(0.2, range(24))

    early = rhythm.plan(slow, asks, LIMITS, LATER + 23 * HOUR)
    late = rhythm.plan(slow, asks, LIMITS, early.at)

    assert early.at == LATER + 24 * HOUR - rhythm.STEP
    assert late.at == LATER + 30 * HOUR


def test_a_feed_that_never_was_visited_is_guessed() -> None:
    assert 10 * MINUTE < wait(Rhythm(), MONDAY) < 3 * HOUR


def test_the_first_list_tells_of_its_past() -> None:
    came = [MONDAY - n * 30 * MINUTE for n in range(20)]

    learned = rhythm.learn(Rhythm(), came, None, MONDAY)

    assert 1.0 < learned.an_hour < 2.5


def test_the_archive_is_no_rhythm() -> None:
    came = [MONDAY - n * 365 * DAY for n in range(20)]

    assert sum(rhythm.learn(Rhythm(), came, None, MONDAY).hours) == 1


def test_a_burst_is_felt_for_some_hours() -> None:
    steady = weeks(1.0, range(24))
    burst = rhythm.learn(steady, [LATER] * 12, LATER - HOUR, LATER)

    assert wait(burst, LATER) < wait(steady, LATER)
    assert rhythm.rate(burst, LATER + DAY) < 1.5


def test_dates_that_lie_count_as_of_the_visit() -> None:
    lies = [LATER - 99 * DAY, LATER + 99 * DAY]

    learned = rhythm.learn(Rhythm(seen_at=LATER - HOUR), lies, LATER - HOUR, LATER)

    assert learned.hours[LATER.hour] == 2


@pytest.mark.parametrize(
    ("why", "asks", "at", "expected"),
    [
        ("nothing is skipped", Asks(), MONDAY, MONDAY),
        ("two hours", Asks(skip_hours=frozenset({0, 1})), MONDAY, MONDAY + 2 * HOUR),
        ("in the midst of one", Asks(skip_hours=frozenset({0})), MONDAY + MINUTE, MONDAY + HOUR),
        ("a day", Asks(skip_days=frozenset({0})), MONDAY + MINUTE, MONDAY + DAY),
        ("all hours: a mistake", Asks(skip_hours=frozenset(range(24))), MONDAY, MONDAY),
        ("all days: a mistake", Asks(skip_days=frozenset(range(7))), MONDAY, MONDAY),
    ],
)
def test_hours_that_a_feed_asks_to_skip_are_skipped(
    why: str, asks: Asks, at: datetime, expected: datetime
) -> None:
    assert rhythm.unskipped(asks, at) == expected, why


def test_what_fell_due_together_is_parted() -> None:
    found = rhythm.Next(MONDAY + 2 * HOUR, Because.EXPECTED, 1.0)

    times = {rhythm.spread(f"feed {n}", MONDAY, found) for n in range(100)}
    soon = rhythm.Next(MONDAY + 15 * MINUTE, Because.EXPECTED, 1.0)

    assert rhythm.spread("feed 1", MONDAY, soon) == soon.at
    assert len(times) == 100
    assert all(found.at <= at <= found.at + 12 * MINUTE for at in times)


@given(
    hours=st.lists(st.floats(0, 1e6), min_size=24, max_size=24),
    days=st.lists(st.floats(0, 1e6), min_size=7, max_size=7),
    watched=st.floats(0, 1e4),
    asked=st.integers(0, 10**7),
    skip=st.frozensets(st.integers(0, 23)),
    window=st.none() | st.integers(0, 10**6),
)
def test_whatever_was_learned_the_settings_bound_it(  # noqa: PLR0913 six fields of one state
    hours: list[float],
    days: list[float],
    watched: float,
    asked: int,
    skip: frozenset[int],
    window: int | None,
) -> None:
    learned = Rhythm(tuple(hours), tuple(days), watched=watched, seen_at=MONDAY - HOUR)
    asks = Asks(timedelta(minutes=asked), skip)

    found = rhythm.plan(learned, asks, LIMITS, MONDAY, window)

    assert found.at >= MONDAY + min(max(asks.wait, LIMITS.soonest / 2), LIMITS.latest)
    assert found.at <= MONDAY + LIMITS.latest + DAY
    assert not skip or len(skip) == 24 or found.at.hour not in skip
    assert found.expected >= 0
