"""When a feed is due, what a visit makes of its state, how a source is doing. Decides only."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from pipelines.records import Failed, FeedKind

BACKOFF_MAX = timedelta(hours=24)
# a host that is down for one visit is nobody's news; three visits are more than a restart
ILL_AFTER = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedState:
    """The live state of a feed or sitemap, as the collection ``feeds`` keeps it."""

    id: str
    """Hash of its address."""
    url: str
    source: str
    next_at: datetime
    parent: str | None = None
    """The sitemap index that names it."""
    kind: str | None = None
    etag: str | None = None
    """As the server last sent it, quotes included (RFC 9110, 8.8.3)."""
    last_modified: str | None = None
    body_hash: str | None = None
    entries: int | None = None
    visited_at: datetime | None = None
    succeeded_at: datetime | None = None
    failures: int = 0
    """Failed visits in a row."""
    trouble: str | None = None
    detail: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Validators:
    """What a server said by which its next answer can be short; and the hash of what it sent."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None


def is_due(state: FeedState, now: datetime) -> bool:
    """Return whether a feed is to be visited."""
    return state.next_at <= now


def unchanged(state: FeedState, now: datetime, every: timedelta) -> FeedState:
    """Return the state after a visit that showed nothing new."""
    return replace(
        state,
        visited_at=now,
        succeeded_at=now,
        next_at=now + every,
        failures=0,
        trouble=None,
        detail=None,
    )


def answered(
    state: FeedState, found: tuple[FeedKind, int], validators: Validators, when: "Visit"
) -> FeedState:
    """Return the state after a feed was read: its kind, how many entries, what to ask with next."""
    kind, entries = found
    return replace(
        unchanged(state, when.now, when.every),
        kind=str(kind),
        entries=entries,
        etag=validators.etag,
        last_modified=validators.last_modified,
        body_hash=validators.body_hash,
    )


@dataclass(frozen=True, slots=True)
class Visit:
    """When a visit ended, and how often its feed is visited."""

    now: datetime
    every: timedelta


def failed(state: FeedState, why: Failed, when: Visit) -> FeedState:
    """Return the state after a visit that gave nothing; each failure in a row doubles the wait."""
    wait = min(when.every * 2 ** min(state.failures, 10), BACKOFF_MAX)
    wait = max(wait, when.every)
    return replace(
        state,
        visited_at=when.now,
        next_at=max(when.now + wait, why.retry_at or when.now),
        failures=state.failures + 1,
        trouble=why.trouble,
        detail=why.detail[:500],
    )


def held(state: FeedState, why: Failed) -> FeedState:
    """Return the state of a due feed whose host is left alone until ``why.retry_at``.

    It counts as a failure, once a hold, and makes it due when the hold ends: nothing that was
    asked of the feed itself failed, so that the wait need not grow.
    """
    until = why.retry_at or state.next_at
    if state.failures and state.next_at >= until:
        return state
    return replace(
        state,
        next_at=until,
        failures=state.failures + 1,
        trouble=why.trouble,
        detail=why.detail[:500],
    )


def is_news(before: FeedState) -> bool:
    """Return whether a run in which all fails calls a person for this feed; ``before`` its visit.

    The first failure in a row does, of one that never answered too: what is wrong may be ours. What
    fails again is known, and cron would mail it at each visit; its source becomes ill once.
    """
    return before.failures == 0


def unnamed(state: FeedState) -> FeedState:
    """Return the state of a sitemap that its index has ceased to name: nothing ails it any more."""
    return replace(state, parent=None, failures=0, trouble=None, detail=None)


def with_sitemaps(feed: FeedState, named: Sequence[FeedState]) -> FeedState:
    """Return a feed as its source is judged by it: an index is as well as its best sitemap.

    ``named``: the sitemaps that it names. One that is dead among others is nobody's illness.
    """
    if feed.failures or not named or not all(sitemap.failures for sitemap in named):
        return feed
    best = min(named, key=lambda sitemap: sitemap.failures)
    detail = f"none of the {len(named)} sitemaps it names can be read, not {best.url}"
    successes = [sitemap.succeeded_at for sitemap in named if sitemap.succeeded_at]
    return replace(
        feed,
        failures=best.failures,
        trouble=best.trouble,
        detail=f"{detail}: {best.detail}",
        succeeded_at=max(successes, default=None),
    )


class Health(StrEnum):
    """How a source is doing."""

    NEW = "new"
    """It never answered: listed, never an alarm."""
    WELL = "well"
    ILL = "ill"


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState:
    """The live state of a source, as the collection ``sources`` keeps it."""

    id: str
    health: Health
    since: datetime
    cause: str | None = None
    succeeded_at: datetime | None = None


def judge(
    before: SourceState | None, source: str, feeds: Sequence[FeedState], now: datetime
) -> SourceState:
    """Return how a source is doing after its feeds were visited.

    It is well while one of its feeds answers, and ill when all failed some visits in a row.
    """
    before = before or SourceState(id=source, health=Health.NEW, since=now)
    successes = [feed.succeeded_at for feed in feeds if feed.succeeded_at]
    succeeded_at = max(successes, default=before.succeeded_at)
    working = [feed for feed in feeds if feed.failures == 0 and feed.succeeded_at]
    failing = [feed for feed in feeds if feed.failures >= ILL_AFTER]
    health, cause = before.health, before.cause
    if working:
        health, cause = Health.WELL, None
    elif feeds and len(failing) == len(feeds) and before.health != Health.NEW:
        health = Health.ILL
        cause = f"{failing[0].url}: {failing[0].trouble}, {failing[0].detail}"
    elif feeds and before.health == Health.NEW:
        cause = next((f"{feed.trouble}, {feed.detail}" for feed in feeds if feed.trouble), None)
    since = before.since if health == before.health else now
    return SourceState(
        id=source, health=health, since=since, cause=cause, succeeded_at=succeeded_at
    )
