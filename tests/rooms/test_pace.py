"""When a host may be asked again, as tables."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.politeness.pace import Pace, after, delay_for, retry_after, wait

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
DAY = 86_400.0
FRESH = Pace(host="lantern.example")


def held(pace: Pace, status: int | None, until: datetime | None = None) -> Pace:
    return after(pace, status=status, retry_after=until, delay=1.0, now=NOW)


def test_a_host_that_was_never_asked_may_be_asked() -> None:
    assert wait(FRESH, NOW) == 0


@pytest.mark.parametrize(
    ("status", "seconds"),
    [
        (200, 1),
        (304, 1),
        (404, 1),
        (410, 1),
        (403, 1),
        (429, 60),
        (503, 2),
        (500, 2),
        (None, 2),
    ],
)
def test_an_answer_sets_the_next_slot(status: int | None, seconds: float) -> None:
    assert wait(held(FRESH, status), NOW) == seconds


@pytest.mark.parametrize(
    ("status", "times", "seconds"), [(429, 3, 240), (429, 40, 3600), (503, 3, 8), (None, 40, 3600)]
)
def test_troubles_in_a_row_hold_longer(status: int | None, times: int, seconds: float) -> None:
    pace = FRESH
    for _ in range(times):
        pace = held(pace, status)

    assert wait(pace, NOW) == seconds


def test_a_good_answer_ends_the_row() -> None:
    pace = held(held(held(FRESH, 503), 503), 200)

    assert pace.troubles == 0


@pytest.mark.parametrize(
    ("status", "hold"), [(429, 300), (503, 300), (301, 300), (404, 300), (200, 1), (304, 1)]
)
def test_retry_after_holds_the_host_unless_we_got_what_we_asked_for(
    status: int, hold: float
) -> None:
    assert wait(held(FRESH, status, NOW + timedelta(seconds=300)), NOW) == hold


def test_no_hold_is_longer_than_a_day() -> None:
    assert wait(held(FRESH, 503, NOW + timedelta(days=400)), NOW) == DAY


def test_a_clock_that_was_wrong_keeps_nobody_for_longer_than_a_day() -> None:
    assert wait(Pace(host="lantern.example", next_at=NOW + timedelta(days=9000)), NOW) == DAY


def test_a_shorter_hold_does_not_end_a_longer_one() -> None:
    pace = held(held(FRESH, 503, NOW + timedelta(seconds=300)), 503, NOW + timedelta(seconds=5))

    assert wait(pace, NOW) == 300


def test_waiting_gets_shorter_and_ends() -> None:
    pace = held(FRESH, 429)

    assert wait(pace, NOW + timedelta(seconds=45)) == 15
    assert wait(pace, NOW + timedelta(seconds=61)) == 0


@pytest.mark.parametrize(
    ("setting", "asked", "delay"),
    [(1, None, 1), (1, 5, 5), (3, 2, 3), (0, None, 0), (0, 2, 2), (1, 120, 120), (1, 121, None)],
)
def test_the_longer_delay_holds_up_to_the_cap(
    setting: float, asked: float | None, delay: float | None
) -> None:
    assert delay_for(setting, asked, 120) == delay


@pytest.mark.parametrize(
    ("header", "date", "seconds"),
    [
        pytest.param("120", None, 120, id="seconds"),
        pytest.param(" 120 ", None, 120, id="seconds with spaces"),
        pytest.param("1.5", None, 1.5, id="a fraction"),
        pytest.param("9" * 40, None, DAY, id="a number out of all bounds"),
        pytest.param("Sat, 01 Mar 2025 12:02:00 GMT", None, 120, id="a date"),
        pytest.param("Saturday, 01-Mar-25 12:02:00 GMT", None, 120, id="the old form of a date"),
        pytest.param("Sat Mar  1 12:02:00 2025", None, 120, id="the oldest form of a date"),
        pytest.param(
            "Sat, 01 Mar 2025 09:02:00 GMT",
            "Sat, 01 Mar 2025 09:00:00 GMT",
            120,
            id="a date by a clock that is three hours slow",
        ),
        pytest.param("Sat, 01 Mar 2025 12:02:00 GMT", "today", 120, id="a Date that is none"),
        pytest.param("Sun, 01 Mar 2026 12:00:00 GMT", None, DAY, id="a date a year away"),
        pytest.param("Sat, 01 Mar 2025 11:59:00 GMT", None, None, id="a date that is past"),
        pytest.param("0", None, None, id="nought"),
        pytest.param("-5", None, None, id="less than nothing"),
        pytest.param("soon", None, None, id="a word"),
        pytest.param("", None, None, id="nothing in it"),
        pytest.param(None, None, None, id="no header"),
    ],
)
def test_retry_after_is_read(header: str | None, date: str | None, seconds: float | None) -> None:
    until = retry_after(header, NOW, date)

    assert (until and (until - NOW).total_seconds()) == seconds


@given(header=st.text(max_size=40), date=st.none() | st.text(max_size=40))
def test_no_header_is_too_odd_to_read(header: str, date: str | None) -> None:
    until = retry_after(header, NOW, date)

    assert until is None or NOW < until <= NOW + timedelta(days=1)
