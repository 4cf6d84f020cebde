"""Times as people write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.moments import MomentError, Span, span

EARLY, LATE = datetime(1990, 1, 1), datetime(2200, 1, 1)  # noqa: DTZ001 hypothesis adds the zone
NOW = datetime(2026, 11, 27, 22, 30, 15, tzinfo=UTC)  # a Friday


def at(words: str | None) -> datetime | None:
    """Return a moment of ISO 8601, in UTC; None for None."""
    return None if words is None else datetime.fromisoformat(words).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("today", "2026-11-27", "2026-11-28"),
        ("Yesterday", "2026-11-26", "2026-11-27"),
        ("monday", "2026-11-23", "2026-11-24"),
        ("friday", "2026-11-27", "2026-11-28"),
        ("last  friday", "2026-11-20", "2026-11-21"),
        ("this week", "2026-11-23", "2026-11-30"),
        ("last week", "2026-11-16", "2026-11-23"),
        ("this month", "2026-11-01", "2026-12-01"),
        ("last month", "2026-10-01", "2026-11-01"),
        ("last year", "2025-01-01", "2026-01-01"),
        ("2026", "2026-01-01", "2027-01-01"),
        ("2026-02", "2026-02-01", "2026-03-01"),
        ("2026-11-02", "2026-11-02", "2026-11-03"),
        ("2026-11-02T09:30+01:00", "2026-11-02T08:30", "2026-11-02T08:31"),
        ("2026-11-02T09:30:15", "2026-11-02T09:30:15", "2026-11-02T09:30:16"),
        ("2026-11-02 09:30", "2026-11-02T09:30", "2026-11-02T09:31"),
        ("2026-11-02T09+01:00", "2026-11-02T08:00", "2026-11-02T09:00"),
        ("3 days ago", "2026-11-24", "2026-11-25"),
        ("3d", "2026-11-24T22:30:15", "2026-11-27T22:30:15"),
        ("90m", "2026-11-27T21:00:15", "2026-11-27T22:30:15"),
        ("an hour ago", "2026-11-27T21:30:15", "2026-11-27T22:30:15"),
        ("2 months ago", "2026-09-27", "2026-09-28"),
        ("2026-11-01..", "2026-11-01", None),
        ("..yesterday", None, "2026-11-27"),
        ("2026-10..2026-11", "2026-10-01", "2026-12-01"),
        ("..", None, None),
    ],
)
def test_what_is_meant(words: str, since: str | None, until: str | None) -> None:
    assert span(words, NOW) == Span(at(since), at(until))


@pytest.mark.parametrize(
    "words",
    [
        *("", "nonsense", "2026-13", "2026-02-30", "0000-01", "9999", "03/04/2026", "12", "10:30"),
        *("2026-11-05..2026-11-01", "now..yesterday", "9999 years ago", "3 fortnights", "2026-W45"),
    ],
)
def test_what_nobody_knows_is_told(words: str) -> None:
    """A day written in another order is refused: of 03/04 nobody knows which is the month."""
    with pytest.raises(MomentError):
        span(words, NOW)


def test_a_month_back_from_a_day_that_it_has_not() -> None:
    day = datetime(2026, 3, 31, tzinfo=UTC)

    assert span("1 month ago", day).since == at("2026-02-28")


@given(st.text(max_size=40), st.datetimes(EARLY, LATE))
def test_any_words_are_a_time_or_refused(words: str, moment: datetime) -> None:
    try:
        found = span(words, moment.replace(tzinfo=UTC))
    except MomentError:
        return
    if found.since and found.until:
        assert found.since <= found.until + timedelta(seconds=1)
