"""What a visit makes of a feed's state: when it is due again, by which address, what ails it.

Decides only. When it pays to come again is ``rhythm``'s; how a source is doing, ``health``'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from crawler import rhythm
from crawler.rhythm import NOTHING_ASKED, UNKNOWN, Asks, Because, Bounds, Next, Rhythm
from pipelines.records import Failed, FeedKind, Trouble

BACKOFF_MAX = timedelta(hours=24)
# a failure that a person must mend counts whole; what passes by itself mostly counts in part
PASSING_WEIGHTS = {
    Trouble.TIMEOUT: 0.5,
    Trouble.CONNECTION: 0.5,
    Trouble.DNS: 0.5,
    Trouble.STATUS: 0.5,
    Trouble.DAMAGED: 0.5,
    Trouble.BUSY: 0.25,
}
# one visit in so many asks without validators: some servers say "unchanged" for ever
UNCONDITIONAL = 40
# a redirect for good is believed once it held for so long and so many visits
ADOPTED_AFTER, ADOPTED_VISITS = timedelta(days=3), 5
GONE_AFTER = timedelta(days=1)
DEAD_AFTER, DEAD_FAILURES = timedelta(days=60), 30
RETIRED_EVERY = timedelta(days=30)
SILENCE_HALF_LIFE = timedelta(days=60)
AWAY = timedelta(days=2)
SMOOTHED = 0.3  # of the last answer's time in what is kept


@dataclass(frozen=True, slots=True)
class Move:
    """Where a feed's address has led for good at its last visits."""

    to: str
    since: datetime
    visits: int = 1

    def is_adopted(self, now: datetime) -> bool:
        """Return whether it held long enough to be asked for in the old one's place."""
        return self.visits >= ADOPTED_VISITS and now - self.since >= ADOPTED_AFTER


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedState:
    """The live state of a feed or sitemap, as the collection ``feeds`` keeps it."""

    id: str
    """Hash of its address."""
    url: str
    source: str
    next_at: datetime
    because: str | None = None
    """A ``Because``: why it is visited then; None where the last visit failed."""
    expected: float | None = None
    """Entries that will have come by then."""
    parent: str | None = None
    """The sitemap index that names it."""
    is_witness: bool = False
    """It only says what the feeds did not, see ``coverage``."""
    kind: str | None = None
    etag: str | None = None
    """As the server last sent it, quotes included (RFC 9110, 8.8.3)."""
    last_modified: str | None = None
    body_hash: str | None = None
    is_lied_to: bool = False
    """Its server said "unchanged" of a list that had changed: it is asked without validators."""
    entries: int | None = None
    visited_at: datetime | None = None
    succeeded_at: datetime | None = None
    gained_at: datetime | None = None
    """When it last had an entry that was new."""
    silence: float = 0.0
    """Hours of its longest wait for an entry; what was long ago counts less."""
    visits: int = 0
    empty: int = 0
    """Visits in a row at which it had no entries."""
    gaps: int = 0
    """Visits at which nothing of the last list was left: entries may have been missed."""
    future: float = 0.0
    """Share of its entries that are dated in the future."""
    elsewhere: str | None = None
    """The host of most of its entries, where that is none of the source."""
    seconds: float | None = None
    """How long its answers take, smoothed."""
    rhythm: Rhythm = UNKNOWN
    asks: Asks = NOTHING_ASKED
    failures: int = 0
    """Failed visits in a row."""
    weight: float = 0.0
    """Of these together, see PASSING_WEIGHTS."""
    failing_since: datetime | None = None
    trouble: str | None = None
    detail: str | None = None
    moved: Move | None = None
    retired_at: datetime | None = None
    """It is gone, or long dead: visited once a month."""

    def address(self, now: datetime) -> str:
        """Return where it is asked for: where it moved to, while that answers."""
        moved = self.moved
        return moved.to if moved and moved.is_adopted(now) and not self.failures else self.url

    @property
    def asks_whole(self) -> bool:
        """Return whether the next visit asks without validators."""
        return self.is_lied_to or self.visits % UNCONDITIONAL == UNCONDITIONAL - 1


@dataclass(frozen=True, kw_only=True, slots=True)
class Validators:
    """What a server said by which its next answer can be short; and the hash of what it sent."""

    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """When a visit ended, what its answer was like, and what bounds the next."""

    now: datetime
    limits: Bounds
    every: timedelta | None = None
    """What the catalogue says; None leaves it to the rhythm."""
    fresh_until: datetime | None = None
    """As long the server calls its answer fresh."""
    seconds: float | None = None
    permanently: str | None = None
    """The address that the feed's own leads to for good; None where it leads nowhere."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What was read of a list."""

    kind: FeedKind
    entries: int
    came: tuple[datetime, ...] = ()
    """When each entry that is new was published; the visit's time where it does not say."""
    known: int = 0
    """Entries that were known."""
    future: float = 0.0
    elsewhere: str | None = None
    asks: Asks = NOTHING_ASKED


def is_sitemap(state: FeedState) -> bool:
    """Return whether it was a sitemap, or an index of sitemaps, when it was last read."""
    return state.kind in {FeedKind.SITEMAP, FeedKind.SITEMAP_INDEX}


def is_due(state: FeedState, now: datetime) -> bool:
    """Return whether a feed is to be visited."""
    return state.next_at <= now


def unchanged(state: FeedState, visit: Visit) -> FeedState:
    """Return the state after a visit that showed nothing new."""
    learned = rhythm.learn(state.rhythm, (), state.succeeded_at, visit.now)
    empty = state.empty + 1 if state.entries == 0 else 0
    answered = replace(_answered(state, visit), rhythm=learned, empty=empty)
    return _planned(answered, visit)


def read(state: FeedState, found: Found, validators: Validators, visit: Visit) -> FeedState:
    """Return the state after a list was read: what to ask with next, and what it showed."""
    has_lied = (
        state.asks_whole
        and not state.is_lied_to
        and bool(found.came)
        and _is_same(state, validators)
    )
    is_gap = bool(found.came and state.succeeded_at and state.entries and not found.known)
    # what came while nobody looked is told by what is left of it
    since = None if is_gap and _was_away(state, visit.now) else state.succeeded_at
    answered = replace(
        _answered(state, visit),
        kind=str(found.kind),
        entries=found.entries,
        etag=validators.etag,
        last_modified=validators.last_modified,
        body_hash=validators.body_hash,
        is_lied_to=state.is_lied_to or has_lied,
        gained_at=visit.now if found.came else state.gained_at,
        silence=_silence(state, visit.now) if found.came else state.silence,
        empty=0 if found.entries else state.empty + 1,
        gaps=state.gaps + is_gap,
        future=found.future,
        elsewhere=found.elsewhere,
        rhythm=rhythm.learn(state.rhythm, found.came, since, visit.now),
        asks=found.asks,
    )
    return _planned(answered, visit)


def gained(
    before: FeedState, after: FeedState, came: Sequence[datetime], visit: Visit
) -> FeedState:
    """Return the state of an index once the sitemaps that it names were read.

    ``came``: of their entries, those that were new. ``before`` and ``after`` its own visit.
    """
    learned = rhythm.learn(before.rhythm, came, before.succeeded_at, visit.now)
    if came:
        silence = _silence(before, visit.now)
        after = replace(after, gained_at=visit.now, silence=silence)
    return _planned(replace(after, rhythm=learned), visit)


def _silence(state: FeedState, now: datetime) -> float:
    """Return the longest wait for an entry by now, in hours."""
    if state.gained_at is None or _was_away(state, now):
        return state.silence
    waited = max(now - state.gained_at, timedelta(0))
    faded: float = state.silence * 0.5 ** (waited / SILENCE_HALF_LIFE)
    return max(faded, waited / timedelta(hours=1))


def _was_away(state: FeedState, now: datetime) -> bool:
    """Return whether it was not visited for so long that a silence may be ours."""
    return state.succeeded_at is not None and now - state.succeeded_at > AWAY


def _is_same(state: FeedState, validators: Validators) -> bool:
    """Return whether a server still calls what has changed by the name that it had before."""
    before = (state.etag, state.last_modified)
    return any(before) and before == (validators.etag, validators.last_modified)


def _answered(state: FeedState, visit: Visit) -> FeedState:
    seconds = visit.seconds
    if seconds is not None and state.seconds is not None:
        seconds = state.seconds + SMOOTHED * (seconds - state.seconds)
    return replace(
        state,
        visited_at=visit.now,
        succeeded_at=visit.now,
        visits=state.visits + 1,
        seconds=state.seconds if seconds is None else seconds,
        moved=_moved(state, visit),
        failures=0,
        weight=0.0,
        failing_since=None,
        trouble=None,
        detail=None,
        retired_at=None,
    )


def _moved(state: FeedState, visit: Visit) -> Move | None:
    """Return where the feed's own address leads now; a target that changes begins anew."""
    moved = state.moved
    if moved and state.address(visit.now) == moved.to:
        return moved  # its old address was not asked
    if visit.permanently is None:
        return None
    if moved and moved.to == visit.permanently:
        return replace(moved, visits=moved.visits + 1)
    return Move(visit.permanently, visit.now)


def _planned(state: FeedState, visit: Visit) -> FeedState:
    """Return the state with its next visit."""
    now, limits = visit.now, visit.limits
    if visit.every:
        found = Next(
            now + visit.every, Because.FIXED, rhythm.expected(state.rhythm, now, now + visit.every)
        )
        found = rhythm.allowed(found, state.rhythm, state.asks, limits, now)
    else:
        # out of a sitemap nothing scrolls for days
        window = None if is_sitemap(state) else state.entries
        found = rhythm.plan(state.rhythm, state.asks, limits, now, window)
    fresh = min(visit.fresh_until or now, now + limits.latest)
    if fresh > found.at:
        found = Next(fresh, Because.ASKED, rhythm.expected(state.rhythm, now, fresh))
    return replace(
        state,
        next_at=rhythm.unskipped(state.asks, rhythm.spread(state.id, now, found)),
        because=str(found.because),
        expected=round(found.expected, 2),
    )


def failed(state: FeedState, why: Failed, visit: Visit, *, is_gone: bool = False) -> FeedState:
    """Return the state after a visit that gave nothing; each failure in a row makes it wait longer.

    ``is_gone``: the server says 410. What says so for a day, or failed for two months, is retired.
    """
    now = visit.now
    since = state.failing_since or now
    # what passes by itself is soon looked for again, before its list scrolls
    passes = why.trouble in PASSING_WEIGHTS
    spare = rhythm.spare(state.rhythm, now, state.entries) if passes else BACKOFF_MAX
    wait = rhythm.after_failure(visit.limits, state.failures, now - since, BACKOFF_MAX, spare)
    wait = max(wait, visit.every or timedelta(0))
    is_dead = now - since >= DEAD_AFTER and state.failures + 1 >= DEAD_FAILURES
    was_gone = is_gone and state.trouble == Trouble.NOT_FOUND
    is_retired = state.retired_at or is_dead or (was_gone and now - since >= GONE_AFTER)
    if is_retired:
        wait = RETIRED_EVERY
    elif is_gone:
        wait = max(wait, min(GONE_AFTER, since + GONE_AFTER - now))
    return replace(
        _counted(state, why, now),
        visited_at=now,
        visits=state.visits + 1,
        next_at=max(now + wait, why.retry_at or now),
        retired_at=(state.retired_at or now) if is_retired else None,
    )


def _counted(state: FeedState, why: Failed, now: datetime) -> FeedState:
    """Return the state with one more failure in a row."""
    return replace(
        state,
        because=None,
        expected=None,
        failures=state.failures + 1,
        weight=state.weight + PASSING_WEIGHTS.get(why.trouble, 1.0),
        failing_since=state.failing_since or now,
        trouble=why.trouble,
        detail=why.detail[:500],
    )


def held(state: FeedState, why: Failed, now: datetime) -> FeedState:
    """Return the state of a due feed whose host is left alone until ``why.retry_at``.

    It counts as a failure, once a hold, and makes it due when the hold ends: nothing that was
    asked of the feed itself failed, so that the wait need not grow.
    """
    until = why.retry_at or state.next_at
    if state.failures and state.next_at >= until:
        return state
    return replace(_counted(state, why, now), next_at=until)


def is_news(before: FeedState) -> bool:
    """Return whether a run in which all fails calls a person for this feed; ``before`` its visit.

    The first failure in a row does, of one that never answered too: what is wrong may be ours. What
    fails again is known, and cron would mail it at each visit; its source becomes ill once.
    """
    return before.failures == 0


def unnamed(state: FeedState) -> FeedState:
    """Return the state of a sitemap that its index has ceased to name: nothing ails it any more."""
    return replace(
        state,
        parent=None,
        is_witness=False,
        failures=0,
        weight=0.0,
        failing_since=None,
        trouble=None,
        detail=None,
    )


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
        weight=best.weight,
        failing_since=best.failing_since,
        trouble=best.trouble,
        detail=f"{detail}: {best.detail}",
        succeeded_at=max(successes, default=None),
    )
