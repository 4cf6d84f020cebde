"""When a feed is to be visited next: by its own rhythm, never before it lets us. Decides only.

Articles that wait in a feed for their next visit are the price of a late one, a request that of an
early one. A visit is due once the articles expected since the last one would have waited together
for as long as a visit is worth: often where much is written, hardly at night. Over it: a list that
holds few entries is read before they scroll out of it; what the feed itself asks for; the settings.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from itertools import count
from typing import NamedTuple

HOURS, DAYS, PARTS = 24, 7, 12
# swept in bench/schedule.py: decision 0019
HALF_LIFE = timedelta(days=21)
MEMORY = timedelta(days=14)
"""What a list of the first visit says of its past."""
GUESS_ENTRIES, GUESS_HOURS = 1.0, 8.0
"""What is thought of a feed before its first visit: so many entries in so many hours."""
EVEN_HOURS, EVEN_DAYS, EVEN_MINUTES = 6.0, 14.0, 24.0
"""So many entries are spread evenly beside those seen: a few say little of hours and weekdays."""
BURST = timedelta(hours=1.5)
"""A busy hour is this long felt; busier or quieter than usual by these at the most."""
BUSIEST, QUIETEST = 12.0, 0.6
FILLED = 0.3
"""Of a full list so much may be new at the next visit, as things are expected."""
STEP = timedelta(minutes=5)
PATIENT, AFRESH = timedelta(minutes=40), timedelta(days=1)
"""So long is waited at the most on the first day of a feed's failures."""
SPARE = 0.1
BURSTS = 7.0
"""A burst brings so many times as much as usual, and asks nobody what the hour is."""
YOUNG, YOUNG_WAIT, YOUNG_ROOM = timedelta(hours=12), timedelta(minutes=20), 100
"""A list of so few entries is watched so long before it is left alone for longer."""
SPREAD, SPREAD_FROM = 0.1, timedelta(minutes=20)
"""Of the wait, by which feeds that fell due together are parted; shorter ones are left."""
A_STEP = STEP / BURST
EQUAL = 1e-8  # less is an error of the sums


class Because(StrEnum):
    """What decided when a feed is visited next."""

    EXPECTED = "expected"
    """By then articles are worth a visit."""
    WINDOW = "window"
    """Later, what is new might have scrolled out of the list."""
    ASKED = "asked"
    """The feed or its server asks us to wait so long."""
    SKIPPED = "skipped"
    """The feed says that nobody need come in the hours before, or in those that follow."""
    NEW = "new"
    """How its list gains entries is not known yet."""
    SOONEST = "soonest"
    LATEST = "latest"
    """As the settings bound it."""
    FIXED = "fixed"
    """As the catalogue says."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How a list gains entries, as its visits have shown; what is long ago counts less."""

    hours: tuple[float, ...] = (0.0,) * HOURS
    """Entries by the hour of the day they came in, UTC."""
    days: tuple[float, ...] = (0.0,) * DAYS
    """The same by weekday, Monday first."""
    minutes: tuple[float, ...] = (0.0,) * PARTS
    """Of those that say when they were published, by the twelfth of the hour: many papers let
    their articles go at the full hour."""
    watched: float = 0.0
    """Hours in which all these came."""
    seen_at: datetime | None = None
    """When it was last learned; None: never."""
    pace: float = 1.0
    """How much busier than usual it was then."""

    @property
    def an_hour(self) -> float:
        """Return how many entries come in an hour, over a week."""
        return (sum(self.hours) + GUESS_ENTRIES) / (self.watched + GUESS_HOURS)


@dataclass(frozen=True, slots=True)
class Asks:
    """What a feed or its server asks of who visits it."""

    wait: timedelta = timedelta(0)
    """ttl, sy:updatePeriod: nobody need come again sooner."""
    skip_hours: frozenset[int] = frozenset()
    """Hours of the day, UTC, in which nobody need come."""
    skip_days: frozenset[int] = frozenset()
    """Weekdays, Monday 0."""


UNKNOWN, NOTHING_ASKED = Rhythm(), Asks()


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the settings say."""

    worth: float
    """Hours that articles may wait together for one visit."""
    soonest: timedelta
    """Half of it where entries might scroll out of a list."""
    latest: timedelta


@dataclass(frozen=True, slots=True)
class Next:
    """When a feed is visited next, and why then."""

    at: datetime
    because: Because
    expected: float
    """Entries that will have come by then."""


def bounds(capture: timedelta, soonest: timedelta, latest: timedelta) -> Bounds:
    """Return the bounds under which a feed of one article an hour has it within ``capture``.

    On average: it is then visited every two ``capture``, and each article has waited half of that.
    """
    hours = _hours(capture)
    return Bounds(worth=2 * hours * hours, soonest=soonest, latest=max(soonest, latest))


def learn(
    before: Rhythm, came: Sequence[datetime], since: datetime | None, now: datetime
) -> Rhythm:
    """Return the rhythm after a visit.

    ``came``: when each entry that is new was published; a time that is not after ``since``, the
    visit before, or in the future, is wrong and counts at ``now``. ``since`` None: it is the first
    visit, and the times are the list's own past.
    """
    if since is None:
        since = max(min(came, default=now), now - MEMORY)
        times = told = [at for at in came if since <= at <= now]
    else:
        told = [at for at in came if since < at < now]
        times = told + [now] * (len(came) - len(told))
    watched = _hours(now - since)
    if watched <= 0:
        return before
    # a clock that was wrong for once has nothing grow
    passed = max(now - before.seen_at, timedelta(0)) if before.seen_at else timedelta(0)
    kept = 0.5 ** (passed / HALF_LIFE)
    hours = [kept * number for number in before.hours]
    days = [kept * number for number in before.days]
    for at in times:
        hours[at.astimezone(UTC).hour] += 1
        days[at.astimezone(UTC).weekday()] += 1
    minutes = [kept * number for number in before.minutes]
    for at in told:
        minutes[at.minute * PARTS // 60] += 1
    return Rhythm(
        hours=tuple(hours),
        days=tuple(days),
        minutes=tuple(minutes),
        watched=kept * before.watched + watched,
        seen_at=now,
        pace=_pace(before, len(times), since, now),
    )


def _pace(before: Rhythm, came: int, since: datetime, now: datetime) -> float:
    """Return how much busier than usual it was since a time; as usual where that is not known."""
    if before.seen_at is None:
        return 1.0
    usual = expected(replace(before, pace=1.0), since, now)
    return min(max((came + 1) / (usual + 1), QUIETEST), BUSIEST)


def expected(rhythm: Rhythm, start: datetime, end: datetime) -> float:
    """Return how many entries come between two times, as things are expected."""
    found, at = 0.0, start
    while at < end:
        step = min(timedelta(hours=1), end - at)
        found += rate(rhythm, at) * _hours(step)
        at += step
    return found


def rate(rhythm: Rhythm, at: datetime) -> float:
    """Return how many entries an hour come at a time."""
    return _rate(_usual(rhythm), rhythm, at)


def _rate(usual: "_Usual", rhythm: Rhythm, at: datetime) -> float:
    found = usual.hours[at.hour] * usual.days[at.weekday()]
    if rhythm.seen_at is None or rhythm.pace == 1.0:
        return found
    felt: float = 0.5 ** (max(at - rhythm.seen_at, timedelta(0)) / BURST)
    return found * (1 + (rhythm.pace - 1) * felt)


class _Usual(NamedTuple):
    """A rhythm as its shares, worked out once for the hundreds of steps of a plan."""

    hours: tuple[float, ...]
    """Entries an hour, by the hour of the day."""
    days: tuple[float, ...]
    """How many times as many on that weekday."""
    minutes: tuple[float, ...]
    """The same for each twelfth of an hour."""


@lru_cache(maxsize=8)
def _usual(rhythm: Rhythm) -> _Usual:
    at = rhythm.hours
    # the neighbours of an hour count half
    near = [at[n - 1] / 4 + at[n] / 2 + at[(n + 1) % HOURS] / 4 for n in range(HOURS)]
    return _Usual(
        tuple(rhythm.an_hour * share for share in _shares(near, sum(at), EVEN_HOURS)),
        _shares(rhythm.days, sum(rhythm.days), EVEN_DAYS),
        _shares(rhythm.minutes, sum(rhythm.minutes), EVEN_MINUTES),
    )


def _shares(counts: Sequence[float], total: float, even: float) -> tuple[float, ...]:
    """Return how many times as much as on average each has, with so many spread evenly."""
    return tuple((count * len(counts) + even) / (total + even) for count in counts)


def plan(
    rhythm: Rhythm, asks: Asks, limits: Bounds, now: datetime, window: int | None = None
) -> Next:
    """Return when a feed is to be visited next.

    ``window``: how many entries its list holds at once; None where that is not known.
    """
    return allowed(_worth_a_visit(rhythm, limits, now, window), rhythm, asks, limits, now)


def allowed(found: Next, rhythm: Rhythm, asks: Asks, limits: Bounds, now: datetime) -> Next:
    """Return a next visit that is not before the feed lets us.

    No ask of it counts for longer than ``limits.latest``: it may be a mistake.
    """
    asked = now + min(asks.wait, limits.latest)
    if asked > found.at:
        found = Next(asked, Because.ASKED, expected(rhythm, now, asked))
    open_at = unskipped(asks, found.at)
    if open_at == found.at:
        return found
    # once more before they begin: a short list would scroll meanwhile
    before = _last_before(asks, found.at)
    at = before if before >= max(asked, now + limits.soonest) else open_at
    return Next(at, Because.SKIPPED, expected(rhythm, now, at))


def _worth_a_visit(rhythm: Rhythm, limits: Bounds, now: datetime, window: int | None) -> Next:
    waited = came = 0.0
    room = float(window or "inf")
    burst = BURSTS * rhythm.an_hour
    latest, at_latest = _left_alone(rhythm, limits, window)
    step, last, soonest = _hours(STEP), latest / STEP, limits.soonest / STEP
    passed: list[float] = []
    steps = _steps(rhythm, now)
    while True:
        number = len(passed)
        because = at_latest if number >= last else None
        is_short = came >= FILLED * room or came + burst * (number + 1) * step > room
        if waited >= limits.worth:
            because = Because.EXPECTED
        elif is_short:
            because = Because.WINDOW
        if because:
            sooner = soonest / 2 if is_short else soonest
            return _not_before(
                sooner, rhythm, now, passed, Next(now + number * STEP, because, came)
            )
        passed.append(came)
        a_step = next(steps)
        waited += came * step + a_step * step / 2
        came += a_step


def _not_before(
    soonest: float, rhythm: Rhythm, now: datetime, passed: Sequence[float], due: Next
) -> Next:
    """Return a visit that is not before so many steps; ``passed``: entries by those before it."""
    if len(passed) < soonest:
        at = now + soonest * STEP
        return Next(at, Because.SOONEST, expected(rhythm, now, at))
    if due.because is not Because.EXPECTED:
        return due
    number = _pulled_back(passed, soonest, due.expected)
    return Next(now + number * STEP, due.because, [*passed, due.expected][number])


def _steps(rhythm: Rhythm, now: datetime) -> Iterator[float]:
    """Yield how many entries come in each step from now on; a plan asks for hundreds."""
    usual, step = _usual(rhythm), _hours(STEP)
    more = rhythm.pace - 1 if rhythm.seen_at else 0.0
    since = (now - rhythm.seen_at) / BURST if rhythm.seen_at else 0.0
    first, begun = now.minute * PARTS // 60, now.weekday() * HOURS + now.hour
    for hour in count(begun):
        came = usual.hours[hour % HOURS] * usual.days[hour // HOURS % DAYS] * step
        for share in usual.minutes[first:]:
            yield came * share * (1 + more * 0.5 ** max(since, 0.0)) if more else came * share
            since += A_STEP
        first = 0


def _left_alone(rhythm: Rhythm, limits: Bounds, window: int | None) -> tuple[timedelta, Because]:
    """Return for how long a feed is left alone at the most, and why no longer."""
    is_young = rhythm.watched < _hours(YOUNG) and (window or 0) <= YOUNG_ROOM
    if is_young and limits.latest > YOUNG_WAIT:
        return YOUNG_WAIT, Because.NEW
    return limits.latest, Because.LATEST


def _pulled_back(passed: Sequence[float], soonest: float, came: float) -> int:
    """Return after how many steps a visit serves best: what came at the full hour waits no longer.

    What waits is spared the time between; what comes in that time waits for a whole turn more.
    Where articles come evenly, that is never better. ``passed``: entries by the steps before.
    """
    turn = len(passed)
    best, found = 0.0, turn
    for number in range(math.ceil(soonest), turn):
        gain = passed[number] * (turn - number) - (came - passed[number]) * turn
        if gain > best + EQUAL:
            best, found = gain, number
    return found


def after_failure(
    limits: Bounds, failures: int, since: timedelta, most: timedelta, spare: timedelta
) -> timedelta:
    """Return how long to wait after a visit that failed, ``failures`` of them in a row before.

    Each doubles the wait; on the first day, ``since`` the first of them, not beyond ``spare``: what
    comes back has entries that scroll.
    """
    longest = max(spare, limits.soonest / 2) if since < AFRESH else most
    doubled: timedelta = limits.soonest * 2 ** min(failures, 16)
    return min(doubled, longest)


def spare(rhythm: Rhythm, now: datetime, window: int | None) -> timedelta:
    """Return how long it takes until a tenth of a full list is new; PATIENT at the most."""
    at, came = now, 0.0
    while window and at - now < PATIENT and came < SPARE * window:
        came += rate(rhythm, at) * _hours(STEP)
        at += STEP
    return at - now if window else PATIENT


def unskipped(asks: Asks, at: datetime) -> datetime:
    """Return the first time from ``at`` on that a feed does not ask us to skip; of a week."""
    if len(asks.skip_hours) >= HOURS or len(asks.skip_days) >= DAYS:
        return at  # it forbids all: a mistake
    found = at
    for _ in range(HOURS * DAYS):
        day = found.astimezone(UTC)
        if day.hour not in asks.skip_hours and day.weekday() not in asks.skip_days:
            return found
        found = (found + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    return at


def _last_before(asks: Asks, skipped: datetime) -> datetime:
    """Return the last time for a visit before the skipped hours that hold a time."""
    found = skipped.replace(minute=0, second=0, microsecond=0)
    while unskipped(asks, found - STEP) > found - STEP:
        found -= timedelta(hours=1)
    return found - STEP


def spread(feed: str, now: datetime, found: Next) -> datetime:
    """Return a time a little after that, another one for each feed: no herd after a pause."""
    is_parted = found.because in {Because.EXPECTED, Because.NEW, Because.LATEST}
    if not is_parted or found.at - now < SPREAD_FROM:
        return found.at
    digest = blake2b(f"{feed} {now.timestamp():.0f}".encode(), digest_size=4).digest()
    return found.at + (found.at - now) * SPREAD * (int.from_bytes(digest, "big") / 2**32)


def _hours(span: timedelta) -> float:
    return span.total_seconds() / 3600
