"""What a visit makes of a feed's state: its next visit, its failures, its moves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.rhythm import UNKNOWN, Asks, Because, bounds
from crawler.schedule import (
    ADOPTED_AFTER,
    ADOPTED_VISITS,
    UNCONDITIONAL,
    FeedState,
    Found,
    Validators,
    Visit,
    failed,
    gained,
    held,
    is_due,
    read,
    unchanged,
    unnamed,
    with_sitemaps,
)
from pipelines.records import Failed, FeedKind, Trouble

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LIMITS = bounds(15 * MINUTE, 10 * MINUTE, 12 * HOUR)
VISIT = Visit(now=NOW, limits=LIMITS)
OLD = "https://lantern.example/feed"
NEW = "https://lantern.example/rss"


def a_feed(**fields: object) -> FeedState:
    known: dict[str, object] = {"id": "f", "url": OLD, "source": "lantern"}
    return FeedState(**{**known, "next_at": NOW, **fields})  # type: ignore[arg-type]  # a test's shorthand


def found(**fields: object) -> Found:
    return Found(kind=FeedKind.RSS, entries=7, **fields)  # type: ignore[arg-type]  # the same


def test_a_feed_is_due_from_its_time_on() -> None:
    assert is_due(a_feed(), NOW)
    assert not is_due(a_feed(next_at=NOW + timedelta(seconds=1)), NOW)


def test_an_answer_keeps_its_validators_and_ends_the_failures() -> None:
    before = a_feed(failures=2, weight=2.0, failing_since=NOW - DAY, trouble="dns")

    feed = read(before, found(), Validators(etag='"x"'), VISIT)

    assert (feed.etag, feed.entries, feed.failures, feed.weight) == ('"x"', 7, 0, 0.0)
    assert feed.failing_since is None
    assert NOW + LIMITS.soonest <= feed.next_at


def test_nothing_new_keeps_what_was_known() -> None:
    feed = unchanged(a_feed(etag='"x"', entries=7), VISIT)

    assert (feed.etag, feed.entries, feed.succeeded_at, feed.visits) == ('"x"', 7, NOW, 1)


@pytest.mark.parametrize(
    ("why", "asks", "visit", "wait", "because"),
    [
        ("as the catalogue says", Asks(), {"every": 2 * HOUR}, 2 * HOUR, Because.FIXED),
        ("its ttl is longer", Asks(3 * HOUR), {"every": 2 * HOUR}, 3 * HOUR, Because.ASKED),
        ("its ttl is a mistake", Asks(99 * DAY), {}, 12 * HOUR, Because.ASKED),
        (
            "its hours are skipped",
            Asks(skip_hours=frozenset({9, 10, 11, 12})),
            {"every": HOUR},
            4 * HOUR,
            Because.SKIPPED,
        ),
        (
            "the server calls its answer fresh",
            Asks(),
            {"every": HOUR, "fresh_until": NOW + 5 * HOUR},
            5 * HOUR,
            Because.ASKED,
        ),
        (
            "fresh for a year",
            Asks(),
            {"every": HOUR, "fresh_until": NOW + 365 * DAY},
            12 * HOUR,
            Because.ASKED,
        ),
    ],
)
def test_a_feed_is_not_visited_before_it_lets_us(
    why: str, asks: Asks, visit: dict[str, object], wait: timedelta, because: Because
) -> None:
    feed = read(a_feed(), found(asks=asks), Validators(), replace(VISIT, **visit))  # type: ignore[arg-type]  # the same

    assert (feed.next_at - NOW, feed.because) == (wait, str(because)), why


@pytest.mark.parametrize(
    ("failures", "since", "asked", "minutes"),
    [
        (0, 0, None, 10),
        (1, 1, None, 20),
        (5, 3, None, 40),
        (5, 30, None, 320),
        (30, 30, None, 1440),
        (0, 0, 120, 120),
        (5, 30, 1, 320),
    ],
)
def test_each_failure_in_a_row_doubles_the_wait(
    failures: int, since: int, asked: int | None, minutes: int
) -> None:
    retry_at = NOW + asked * MINUTE if asked else None
    before = a_feed(failures=failures, failing_since=NOW - since * HOUR)

    feed = failed(before, Failed(trouble=Trouble.DNS, retry_at=retry_at), VISIT)

    assert feed.next_at - NOW == minutes * MINUTE
    assert feed.failures == failures + 1


def test_a_static_list_without_entries_is_empty_at_each_visit() -> None:
    feed = read(a_feed(), Found(kind=FeedKind.RSS, entries=0), Validators(), VISIT)

    assert (feed.empty, unchanged(feed, VISIT).empty) == (1, 2)
    assert unchanged(a_feed(entries=7), VISIT).empty == 0


def test_what_does_not_pass_by_itself_is_not_soon_looked_for_again() -> None:
    short = a_feed(failures=4, failing_since=NOW - HOUR, entries=20)

    gone = failed(short, Failed(trouble=Trouble.NOT_FOUND), VISIT)
    down = failed(short, Failed(trouble=Trouble.TIMEOUT), VISIT)

    assert gone.next_at - NOW == 160 * MINUTE
    assert down.next_at - NOW <= 40 * MINUTE


def test_what_passes_by_itself_counts_in_part() -> None:
    soft = failed(a_feed(), Failed(trouble=Trouble.TIMEOUT), VISIT)
    hard = failed(a_feed(), Failed(trouble=Trouble.NOT_FOUND), VISIT)

    assert (soft.weight, hard.weight) == (0.5, 1.0)


@pytest.mark.parametrize(
    ("why", "before", "is_gone", "is_retired"),
    [
        ("410 at once", {}, True, False),
        (
            "410 for a day",
            {"failures": 1, "failing_since": NOW - 2 * DAY, "trouble": "not-found"},
            True,
            True,
        ),
        (
            "the first after an outage",
            {"failures": 9, "failing_since": NOW - 2 * DAY, "trouble": "timeout"},
            True,
            False,
        ),
        ("404 for a day", {"failures": 5, "failing_since": NOW - 2 * DAY}, False, False),
        ("dead for long", {"failures": 60, "failing_since": NOW - 70 * DAY}, False, True),
        (
            "for long, but hardly asked",
            {"failures": 3, "failing_since": NOW - 70 * DAY},
            False,
            False,
        ),
    ],
)
def test_what_is_gone_or_long_dead_is_retired(
    why: str, before: dict[str, object], is_gone: bool, is_retired: bool
) -> None:
    why_not = Failed(trouble=Trouble.NOT_FOUND)

    feed = failed(a_feed(**before), why_not, VISIT, is_gone=is_gone)

    assert (feed.retired_at is not None) == is_retired, why
    assert (feed.next_at - NOW >= 30 * DAY) == is_retired


def test_a_retired_feed_that_answers_is_taken_up_again() -> None:
    assert unchanged(a_feed(retired_at=NOW - DAY), VISIT).retired_at is None


def led(state: FeedState, to: str | None, hours: int) -> FeedState:
    """Return the feed after a visit so many hours on, at which its address led there for good."""
    return unchanged(state, replace(VISIT, now=NOW + hours * HOUR, permanently=to))


def test_a_move_is_adopted_once_it_held() -> None:
    feed = a_feed()
    addresses = []
    for hours in range(0, 24 * 6, 12):
        addresses.append(feed.address(NOW + hours * HOUR))
        feed = led(feed, NEW if addresses[-1] == OLD else None, hours)

    first = addresses.index(NEW)
    assert first >= ADOPTED_VISITS
    assert first * 12 * HOUR >= ADOPTED_AFTER
    assert set(addresses[first:]) == {NEW}


def test_a_move_that_flaps_is_never_adopted() -> None:
    feed = a_feed()
    for hours in range(0, 24 * 9, 6):
        feed = led(feed, NEW if hours % 24 else None, hours)

        assert feed.address(NOW + hours * HOUR) == OLD


def test_an_adopted_address_that_fails_gives_way_to_the_old_one() -> None:
    feed = a_feed()
    for hours in range(0, 24 * 6, 12):
        feed = led(feed, NEW, hours)
    later = NOW + 200 * HOUR

    assert feed.address(later) == NEW
    assert failed(feed, Failed(trouble=Trouble.DNS), VISIT).address(later) == OLD


def test_validators_that_lie_are_found_out() -> None:
    same = Validators(etag='"x"')
    known = a_feed(etag='"x"', entries=5, succeeded_at=NOW - HOUR, visits=UNCONDITIONAL - 1)
    assert known.asks_whole

    lied = read(known, found(came=(NOW,), known=4), same, VISIT)
    honest = read(known, found(came=(NOW,), known=4), Validators(etag='"y"'), VISIT)

    assert (lied.is_lied_to, lied.asks_whole) == (True, True)
    assert (honest.is_lied_to, honest.asks_whole) == (False, False)


@pytest.mark.parametrize(
    ("why", "before", "seen", "gaps"),
    [
        (
            "some of the last list are left",
            {"succeeded_at": NOW - HOUR, "entries": 5},
            {"known": 1},
            0,
        ),
        ("none are left", {"succeeded_at": NOW - HOUR, "entries": 5}, {"known": 0}, 1),
        ("its first visit", {}, {"known": 0}, 0),
        ("it was empty", {"succeeded_at": NOW - HOUR, "entries": 0}, {"known": 0}, 0),
    ],
)
def test_a_list_of_which_nothing_is_left_has_a_gap(
    why: str, before: dict[str, object], seen: dict[str, object], gaps: int
) -> None:
    feed = read(a_feed(**before), found(came=(NOW,), **seen), Validators(), VISIT)

    assert feed.gaps == gaps, why


def test_what_came_while_nobody_looked_is_no_slow_rhythm() -> None:
    hours, days = (60.0,) * 24, (206.0,) * 7
    busy = replace(UNKNOWN, hours=hours, days=days, watched=336.0, seen_at=NOW - 90 * DAY)
    then = NOW - 90 * DAY
    away = a_feed(rhythm=busy, entries=20, succeeded_at=then, gained_at=then)
    came = tuple(NOW - n * 12 * MINUTE for n in range(20))

    back = read(away, found(came=came), Validators(), VISIT)

    assert back.rhythm.an_hour > 3.0
    assert back.silence == 0.0


def test_an_index_is_visited_by_what_its_sitemaps_gain() -> None:
    index = read(a_feed(), Found(kind=FeedKind.SITEMAP_INDEX, entries=2), Validators(), VISIT)
    for hours in range(1, 60):
        when = replace(VISIT, now=NOW + hours * HOUR)
        seen = read(index, Found(kind=FeedKind.SITEMAP_INDEX, entries=2), Validators(), when)
        index = gained(index, seen, [when.now] * 4, when)

    assert 3.0 < index.rhythm.an_hour < 4.5
    assert index.next_at - index.gained_at < 30 * MINUTE  # type: ignore[operator]  # it gained
    assert index.because == Because.EXPECTED


HOLD = Failed(trouble=Trouble.BUSY, detail="left alone", retry_at=NOW + timedelta(hours=2))


@pytest.mark.parametrize(
    ("why", "before", "failures", "hours"),
    [
        ("a hold", {}, 1, 2),
        ("another hold later", {"failures": 1, "next_at": NOW}, 2, 2),
        ("the hold that is known", {"failures": 1, "next_at": NOW + timedelta(hours=2)}, 1, 2),
        ("a longer wait of its own", {"failures": 4, "next_at": NOW + timedelta(hours=9)}, 4, 9),
    ],
)
def test_a_hold_of_its_host_counts_once_as_a_failure_of_a_feed(
    why: str, before: dict[str, object], failures: int, hours: int
) -> None:
    feed = held(a_feed(**before), HOLD, NOW)

    assert (feed.failures, feed.next_at) == (failures, NOW + timedelta(hours=hours)), why
    assert feed.visited_at is None


def test_a_sitemap_that_its_index_names_no_more_is_not_ill() -> None:
    left = unnamed(a_feed(parent="i", failures=3, weight=3.0, trouble="dns", is_witness=True))

    assert (left.parent, left.failures, left.weight, left.trouble) == (None, 0, 0.0, None)
    assert not left.is_witness


GOOD = {"failures": 0, "succeeded_at": NOW}
BAD = {"failures": 3, "weight": 3.0, "trouble": "tls", "detail": "no trusted connection"}
DEAD = {"failures": 9, "trouble": "not-found", "detail": "the server answered 404"}


@pytest.mark.parametrize(
    ("why", "index", "sitemaps", "failures"),
    [
        ("an index that names nothing", GOOD, [], 0),
        ("all are well", GOOD, [GOOD, GOOD], 0),
        ("one dead sitemap among others", GOOD, [DEAD, GOOD], 0),
        ("a new one that fails beside a dead one", GOOD, [DEAD, {**BAD, "failures": 1}], 1),
        ("all have failed for long", GOOD, [DEAD, BAD], 3),
        ("the index itself fails", {**DEAD, "failures": 2}, [GOOD], 2),
    ],
)
def test_an_index_is_as_well_as_its_best_sitemap(
    why: str, index: dict[str, object], sitemaps: list[dict[str, object]], failures: int
) -> None:
    judged = with_sitemaps(a_feed(**index), [a_feed(**sitemap) for sitemap in sitemaps])

    assert judged.failures == failures, why
