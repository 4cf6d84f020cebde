"""When a feed is due again, and when a source is ill."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.schedule import (
    FeedState,
    Health,
    SourceState,
    Validators,
    Visit,
    answered,
    failed,
    held,
    is_due,
    judge,
    unchanged,
    with_sitemaps,
)
from pipelines.records import Failed, FeedKind, Trouble

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
EVERY = timedelta(minutes=30)
VISIT = Visit(NOW, EVERY)


def a_feed(**fields: object) -> FeedState:
    known: dict[str, object] = {
        "id": "f",
        "url": "https://lantern.example/feed",
        "source": "lantern",
    }
    return FeedState(**{**known, "next_at": NOW, **fields})  # type: ignore[arg-type]  # a test's shorthand


def test_a_feed_is_due_from_its_time_on() -> None:
    assert is_due(a_feed(), NOW)
    assert not is_due(a_feed(next_at=NOW + timedelta(seconds=1)), NOW)


def test_an_answer_keeps_its_validators_and_ends_the_failures() -> None:
    feed = answered(a_feed(failures=2), (FeedKind.RSS, 7), Validators(etag='"x"'), VISIT)

    assert (feed.etag, feed.entries, feed.failures, feed.next_at) == ('"x"', 7, 0, NOW + EVERY)


def test_nothing_new_keeps_what_was_known() -> None:
    feed = unchanged(a_feed(etag='"x"', entries=7), NOW, EVERY)

    assert (feed.etag, feed.entries, feed.succeeded_at) == ('"x"', 7, NOW)


@pytest.mark.parametrize(
    ("failures", "asked", "minutes"),
    [(0, None, 30), (1, None, 60), (3, None, 240), (30, None, 1440), (0, 120, 120), (3, 1, 240)],
)
def test_each_failure_in_a_row_doubles_the_wait(
    failures: int, asked: int | None, minutes: int
) -> None:
    retry_at = NOW + timedelta(minutes=asked) if asked else None

    feed = failed(a_feed(failures=failures), Failed(trouble=Trouble.DNS, retry_at=retry_at), VISIT)

    assert feed.next_at - NOW == timedelta(minutes=minutes)
    assert feed.failures == failures + 1


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
    feed = held(a_feed(**before), HOLD)

    assert (feed.failures, feed.next_at) == (failures, NOW + timedelta(hours=hours)), why
    assert feed.visited_at is None


def a_source(health: Health) -> SourceState:
    return SourceState(id="lantern", health=health, since=NOW - timedelta(days=1))


GOOD = {"failures": 0, "succeeded_at": NOW}
BAD = {"failures": 3, "trouble": "dns", "detail": "no such host"}


@pytest.mark.parametrize(
    ("why", "before", "feeds", "health"),
    [
        ("one feed that answers is enough", Health.WELL, [GOOD, BAD], Health.WELL),
        ("all failed for long", Health.WELL, [BAD, BAD], Health.ILL),
        ("twice is no illness", Health.WELL, [{**BAD, "failures": 2}], Health.WELL),
        ("one that never answered is no alarm", Health.NEW, [BAD], Health.NEW),
        ("its first answer", Health.NEW, [GOOD], Health.WELL),
        ("it is back", Health.ILL, [GOOD], Health.WELL),
        ("still ill", Health.ILL, [BAD], Health.ILL),
    ],
)
def test_how_a_source_is_doing(
    why: str, before: Health, feeds: list[dict[str, object]], health: Health
) -> None:
    after = judge(a_source(before), "lantern", [a_feed(**feed) for feed in feeds], NOW)

    assert after.health is health, why
    assert (after.since == NOW) == (health is not before)
    assert health is not Health.ILL or after.cause or before is Health.ILL


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


def test_a_source_is_ill_of_what_ails_the_sitemaps_of_its_index() -> None:
    index = with_sitemaps(a_feed(**GOOD), [a_feed(**DEAD), a_feed(**BAD, succeeded_at=NOW)])

    ill = judge(a_source(Health.WELL), "lantern", [index], NOW)

    assert ill.health is Health.ILL
    assert "none of the 2 sitemaps" in (ill.cause or "")
    assert "no such host" in (ill.cause or "")
    assert ill.succeeded_at == NOW
