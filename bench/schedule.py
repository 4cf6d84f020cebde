"""How soon articles are seen, and at how many requests: our rhythm beside fixed polling.

A month of 500 simulated papers: bursts, nights and weekends, outages, lists that hold 20 to 200
entries, dates that lie, feeds that ask for time. Our policy sees what a reader would: the list at
each visit. Runs come every 5 minutes, as cron's do. "each run" visits each feed each time that it
lets us: what that loses, as a paper was down or let go more than its list holds, nobody sees.
"frequency" is Miniflux's rule, "steps" rss-fetcher's, as their sources have them.

    python -m bench.schedule                    the seeds that were fixed before it was tuned
    python -m bench.schedule --seeds 6 7 8 9 10
"""

import argparse
import math
import random
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing import Pool
from statistics import median, quantiles

from config.settings import Settings
from crawler import rhythm
from crawler.rhythm import Asks, Bounds, Rhythm

START = datetime(2026, 3, 2, tzinfo=UTC)  # a Monday
DAYS = 30
TICK = 300.0  # seconds between two runs
SEEDS = (1, 2, 3, 4, 5)
SOURCES = 500
FAST = 50.0  # entries an hour from which on scrolling may lose some


@dataclass(frozen=True)
class Paper:
    """One simulated feed; times are seconds since START."""

    entries: list[float]
    window: int
    down: list[tuple[float, float]]
    lies: str
    """How its dates lie: "" not, "none" has none, "day" midnight, "late" an hour ahead."""
    asks: Asks

    def listed(self, at: float) -> tuple[int, int]:
        """Return the range of entries that its list shows."""
        end = bisect_right(self.entries, at)
        return max(0, end - self.window), end

    def is_down(self, at: float) -> bool:
        """Return whether it answers nothing then."""
        return any(start <= at < end for start, end in self.down)

    @property
    def an_hour(self) -> float:
        """Return its entries an hour."""
        return len(self.entries) / (DAYS * 24)


def paper(random_: random.Random) -> Paper:
    """Return a made feed."""
    a_day = math.exp(random_.gauss(math.log(9), 1.3))
    a_day = min(max(a_day, 0.1), 1500.0)
    weights = _weights(random_)
    entries: list[float] = []
    peak = max(weights)
    mean = sum(weights) / len(weights)
    at, most = 0.0, a_day / 86400 / mean * peak
    while at < DAYS * 86400:
        at += random_.expovariate(most)
        if random_.random() < weights[int(at // 3600) % 168] / peak:
            entries.append(at)
    for _ in range(random_.choice((0, 0, 1, 2, 4))):  # a breaking story, for two hours
        start, size = random_.uniform(0, DAYS * 86400), random_.uniform(2, 6)
        number = int(min(a_day / 24 * 2 * size, 2 * FAST))
        entries += [start + random_.uniform(0, 7200) for _ in range(number)]
    if random_.random() < 0.15:  # a newsroom's system lets its articles go at the full hour
        entries = [math.ceil(at / 3600) * 3600.0 for at in entries]
    if random_.random() < 0.05:  # an agency's: all of a day in one lump
        entries = [math.ceil(at / 86400) * 86400.0 + 21600 for at in entries]
    down = []
    for _ in range(random_.choice((0, 0, 0, 1, 2))):
        start = random_.uniform(0, DAYS * 86400)
        down.append((start, start + random_.uniform(1800, 40000)))
    window = random_.choice((20, 20, 20, 30, 50, 100, 200))
    lies = random_.choice(("", "", "", "", "", "", "", "none", "day", "late"))
    return Paper(
        sorted(at for at in entries if at < DAYS * 86400), window, down, lies, _asks(random_)
    )


def _weights(random_: random.Random) -> list[float]:
    """Return how busy each hour of the week is."""
    night, shift = random_.choice((1.0, 0.3, 0.1, 0.05, 0.0)), random_.randrange(24)
    weekend = random_.choice((1.0, 0.7, 0.4, 0.1, 0.0))
    found = []
    for hour in range(168):
        day, local = divmod(hour, 24)
        is_day = 7 <= (local + shift) % 24 < 21
        found.append((1.0 if is_day else night) * (weekend if day >= 5 else 1.0) + 1e-6)
    return found


def _asks(random_: random.Random) -> Asks:
    minutes = random_.choice((0, 0, 0, 0, 0, 0, 5, 15, 30, 60))
    hours = frozenset(range(6)) if random_.random() < 0.03 else frozenset()
    return Asks(timedelta(minutes=minutes), hours)


@dataclass
class Outcome:
    """What a policy came to."""

    requests: int = 0
    delays: list[float] = field(default_factory=list)
    lost: int = 0
    scrolled: int = 0
    """Of feeds of less than FAST entries an hour, what "each run" did not lose: while a paper
    answered."""
    outlasted: int = 0
    """The same over an outage: lost between its end and the next visit."""
    early: int = 0
    """Visits before the feed lets us."""


def follow(one: Paper, policy: "Ours | Fixed", outcome: Outcome) -> tuple[int, int]:
    """Let a policy visit a feed for the month; return how many entries it lost.

    While the paper answered, and over its outages. What was there at the first visit counts not.
    """
    losses, was_down = [0, 0], False
    known, at, first = 0, policy.start, True
    previous = -1e9
    while at < DAYS * 86400:
        outcome.requests += 1
        outcome.early += at - previous < one.asks.wait.total_seconds() - TICK
        is_down = one.is_down(at)
        if is_down:
            wait = policy.failed(at)
            was_down = True
        else:
            previous = at
            start, end = one.listed(at)
            lost = max(0, start - known)
            if not first:
                outcome.lost += lost
                losses[was_down] += lost
                outcome.delays += [at - when for when in one.entries[max(start, known) : end]]
            fresh = [_dated(one, when, at) for when in one.entries[max(start, known) : end]]
            wait = policy.came(at, fresh, end - start, one)
            known, first, was_down = end, False, False
        at = math.ceil((at + max(wait, 1.0)) / TICK) * TICK
    return losses[0], losses[1]


def _dated(one: Paper, when: float, at: float) -> float:
    return {
        "": when,
        "none": at,
        "day": when // 86400 * 86400,
        "late": when + 3600,
    }[one.lies]


class Fixed:
    """Polling by the clock."""

    def __init__(self, minutes: int, start: float) -> None:
        self._wait = minutes * 60.0
        self.start = start

    def came(self, at: float, fresh: Sequence[float], listed: int, one: Paper) -> float:
        """Return how long to wait."""
        return self._wait

    def failed(self, at: float) -> float:
        """Return how long to wait."""
        return self._wait


class Soonest(Fixed):
    """Polling at each run that the feed lets us."""

    def __init__(self, start: float) -> None:
        super().__init__(5, start)

    def came(self, at: float, fresh: Sequence[float], listed: int, one: Paper) -> float:
        """Return how long to wait."""
        now = _time(at)
        wait = max(timedelta(seconds=TICK), one.asks.wait)
        return (rhythm.unskipped(one.asks, now + wait) - now).total_seconds()


class Frequency(Fixed):
    """Miniflux's entry frequency: an interval by the entries of the last week, 5 min to 24 h."""

    def __init__(self, start: float) -> None:
        super().__init__(60, start)
        self._came: list[float] = []

    def came(self, at: float, fresh: Sequence[float], listed: int, one: Paper) -> float:
        """Return how long to wait."""
        self._came = [when for when in self._came if when > at - 7 * 86400] + [at] * len(fresh)
        wait = 7 * 86400 / max(1, len(self._came))
        return max(min(max(wait, 300.0), 86400.0), one.asks.wait.total_seconds())


class Steps(Fixed):
    """rss-fetcher's steps: longer by 10 minutes where most is known, shorter by 60 where little."""

    def __init__(self, start: float) -> None:
        super().__init__(60, start)

    def came(self, at: float, fresh: Sequence[float], listed: int, one: Paper) -> float:
        """Return how long to wait."""
        known = 1 - len(fresh) / max(1, listed)
        step = 600.0 if known >= 0.67 else -3600.0 if known < 0.33 else 0.0
        self._wait = min(max(self._wait + step, 600.0), 86400.0)
        return max(self._wait, one.asks.wait.total_seconds())


class Ours:
    """The rhythm as the crawler uses it."""

    def __init__(self, limits: Bounds, name: str, start: float) -> None:
        self._limits, self._name = limits, name
        self._rhythm = Rhythm()
        self._since: float | None = None
        self._failures, self._listed = 0, 0
        self._failed_at: float | None = None
        self.start = start

    def came(self, at: float, fresh: Sequence[float], listed: int, one: Paper) -> float:
        """Return how long to wait."""
        now = _time(at)
        since = _time(self._since) if self._since is not None else None
        self._rhythm = rhythm.learn(self._rhythm, [_time(when) for when in fresh], since, now)
        self._since, self._failures, self._failed_at = at, 0, None
        self._listed = listed
        found = rhythm.plan(self._rhythm, one.asks, self._limits, now, listed)
        return (rhythm.spread(self._name, now, found) - now).total_seconds()

    def failed(self, at: float) -> float:
        """Return how long to wait."""
        self._failures += 1
        self._failed_at = self._failed_at or at
        since = timedelta(seconds=at - self._failed_at)
        spare = rhythm.spare(self._rhythm, _time(at), self._listed)
        wait = rhythm.after_failure(
            self._limits, self._failures - 1, since, timedelta(days=1), spare
        )
        return wait.total_seconds()


def _time(at: float) -> datetime:
    return START + timedelta(seconds=at)


def month(seed: int, limits: Bounds, sources: int) -> dict[str, Outcome]:
    """Return what each policy came to in one made month."""
    names = ("ours", "fixed 60", "fixed 15", "frequency", "steps", "each run")
    outcomes = {name: Outcome() for name in names}
    random_ = random.Random(seed)  # noqa: S311 a made month
    for number in range(sources):
        one = paper(random_)
        start = math.ceil(random_.uniform(0, 3600) / TICK) * TICK
        policies: dict[str, Ours | Fixed] = {
            "each run": Soonest(start),
            "ours": Ours(limits, f"{seed} {number}", start),
            "fixed 60": Fixed(60, start),
            "fixed 15": Fixed(15, start),
            "frequency": Frequency(start),
            "steps": Steps(start),
        }
        lost = {name: follow(one, policies[name], outcomes[name]) for name in policies}
        scrolled, outlasted = lost["each run"]
        for name in names if one.an_hour < FAST else ():
            outcomes[name].scrolled += max(0, lost[name][0] - scrolled)
            outcomes[name].outlasted += max(0, lost[name][1] - outlasted)
    return outcomes


def main() -> None:
    """Print a table a seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--sources", type=int, default=SOURCES)
    parser.add_argument("--capture", type=float, help="minutes; else as the settings say")
    options = parser.parse_args()
    settings = Settings()
    limits = rhythm.bounds(
        timedelta(minutes=options.capture or settings.capture_minutes),
        timedelta(minutes=settings.visit_minutes_min),
        timedelta(minutes=settings.visit_minutes_max),
    )
    print("seed  policy     requests  median min    90%  lost  scrolled  over outages  too early")
    with Pool(2) as pool:
        jobs = [(seed, limits, options.sources) for seed in options.seeds]
        for seed, outcomes in zip(options.seeds, pool.starmap(month, jobs), strict=True):
            for name, one in outcomes.items():
                _print(seed, name, one)


def _print(seed: int, name: str, one: Outcome) -> None:
    minutes = [delay / 60 for delay in one.delays]
    high = quantiles(minutes, n=10)[-1]
    print(
        f"{seed:>4}  {name:<9} {one.requests:>9,} {median(minutes):>11.1f} {high:>6.0f}"
        f" {one.lost:>5} {one.scrolled:>9} {one.outlasted:>13} {one.early:>10}"
    )


if __name__ == "__main__":
    main()
