"""What feeds and servers ask of who visits them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.politeness.freshness import fresh_until
from crawler.readers import read
from crawler.readers.asks import asked

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("head", "wait", "hours", "days"),
    [
        ("", timedelta(0), (), ()),
        ("<ttl>60</ttl>", HOUR, (), ()),
        ("<ttl> 90 </ttl>", 90 * MINUTE, (), ()),
        ("<ttl>soon</ttl>", timedelta(0), (), ()),
        ("<sy:updatePeriod>hourly</sy:updatePeriod>", HOUR, (), ()),
        (
            "<sy:updatePeriod> daily </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            6 * HOUR,
            (),
            (),
        ),
        (
            "<sy:updatePeriod>dayly</sy:updatePeriod><sy:updateFrequency>.5</sy:updateFrequency>",
            2 * DAY,
            (),
            (),
        ),
        ("<sy:updatePeriod>always</sy:updatePeriod>", timedelta(0), (), ()),
        (
            "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>",
            timedelta(0),
            (),
            (),
        ),
        ("<ttl>5</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", HOUR, (), ()),
        (
            "<skipHours><hour>0</hour><hour>24</hour><hour>3</hour></skipHours>",
            timedelta(0),
            (0, 3),
            (),
        ),
        ("<skipDays><day>Sunday</day><day>Someday</day></skipDays>", timedelta(0), (), (6,)),
        ("<item><ttl>60</ttl></item>", timedelta(0), (), ()),
    ],
)
def test_what_a_feed_asks_for(
    head: str, wait: timedelta, hours: tuple[int, ...], days: tuple[int, ...]
) -> None:
    feed = f"<rss version='2.0'><channel><title>The Lantern</title>{head}<item/></channel></rss>"

    found = read(feed.encode(), "https://lantern.example/feed")

    assert (found.wait, found.skip_hours, found.skip_days) == (wait, hours, days)


@given(st.text(max_size=300))
def test_any_head_is_read(text: str) -> None:
    found = asked(f"<rss><channel><ttl>{text}</ttl><skipHours>{text}</skipHours>")

    assert found.wait >= timedelta(0)
    assert all(0 <= hour < 24 for hour in found.skip_hours)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ((None, None, None, None), None),
        (("max-age=600", None, None, None), 10 * MINUTE),
        (("public, Max-Age=600", None, "60", None), 9 * MINUTE),
        (("max-age=600", None, "900", None), None),
        (("no-cache, max-age=600", None, None, None), None),
        (("max-age=soon", None, None, None), None),
        ((None, "Mon, 02 Nov 2026 10:00:00 GMT", None, None), HOUR),
        # its clock is a day behind
        (
            (None, "Sun, 01 Nov 2026 09:30:00 GMT", None, "Sun, 01 Nov 2026 09:00:00 GMT"),
            30 * MINUTE,
        ),
        ((None, "0", None, None), None),
        ((None, "Thu, 01 Jan 1970 00:00:00 GMT", None, None), None),
        (("max-age=0", "Mon, 02 Nov 2026 10:00:00 GMT", None, None), None),
    ],
)
def test_how_long_an_answer_is_fresh(
    headers: tuple[str | None, str | None, str | None, str | None], wait: timedelta | None
) -> None:
    found = fresh_until(*headers, NOW)

    assert found == (NOW + wait if wait else None)


@given(st.tuples(*(st.none() | st.text(max_size=40) for _ in range(4))))
def test_any_header_is_read(headers: tuple[str | None, ...]) -> None:
    cache_control, expires, age, sent = headers

    found = fresh_until(cache_control, expires, age, sent, NOW)

    assert found is None or found > NOW
