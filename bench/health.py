"""Illnesses found among healthy papers: 12 made ill in 12 ways, over a simulated month.

The healthy ones have nights, weekends, outages of hours, quiet days and odd pages. Said of each
illness: after how many visits from its first sign it was named, and as what; and of the healthy
ones, who was called ill without being so.

    python -m bench.health --seeds 1 2 3 4 5
"""

import argparse
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bench.schedule import START, TICK, paper
from config.settings import Settings
from crawler import rhythm, schedule
from crawler.health import Health, Patient, SourceState, Word, judge
from crawler.schedule import FeedState, Found, Validators, Visit
from crawler.signs import Signs
from pipelines import norms
from pipelines.norms import Look, Norm
from pipelines.records import Failed, FeedKind, Trouble

HEALTHY, DAYS = 50, 30
FIRST = 2 * 86400.0  # the first visit: by then its list is filled
URL = "https://paper.example/feed"
# the way it is ill, and the word it is to have
WAYS: dict[str, Word] = {
    "its name is gone (DNS)": Word.UNREACHABLE,
    "its certificate ran out": Word.UNREACHABLE,
    "its feed is a 404": Word.GONE,
    "its feed is a page": Word.GONE,
    "it refuses us (403)": Word.BLOCKED,
    "its feed is empty": Word.EMPTY,
    "nothing new any more": Word.STALE,
    "its feed leads elsewhere (301)": Word.MOVED,
    "its articles are at another domain": Word.MOVED,
    "its articles are a few lines": Word.THIN,
    "its domain is another's, in another language": Word.LANGUAGE,
    "its entries are dated in the future": Word.FUTURE,
    "its layout has changed": Word.LAYOUT,
}
FAILURES = {
    "its name is gone (DNS)": Trouble.DNS,
    "its certificate ran out": Trouble.TLS,
    "its feed is a 404": Trouble.NOT_FOUND,
    "its feed is a page": Trouble.NOT_A_FEED,
    "it refuses us (403)": Trouble.REFUSED,
}


@dataclass
class Course:
    """What became of one paper."""

    way: str | None
    sign_visit: int | None = None
    """The visit at which its illness first showed."""
    named_visit: int | None = None
    named: str | None = None
    alarms: list[str] = field(default_factory=list)
    withheld_after: int | None = None
    visits: int = 0


@dataclass
class Site:
    """The pages of a paper as they read."""

    random_: random.Random
    norm: Norm = field(default_factory=Norm)
    last: list[tuple[bool, str]] = field(default_factory=list)
    """Of its last articles, whether each is thin, and its language."""
    withheld: int = 0
    pages_since: int = 0

    def article(self, way: str | None) -> bool:
        """Take in one new article; return whether it was withheld."""
        random_ = self.random_
        is_short = random_.random() < 0.1
        seen = Look(
            letters=random_.gauss(8.0 if is_short else 11.2, 0.8),
            is_titled=1.0,
            is_dated=1.0,
            is_signed=float(random_.random() < 0.93),
            is_pictured=float(random_.random() < 0.95),
            is_placed=1.0,
            confidence=random_.uniform(0.75, 1.0),
        )
        thin, language = is_short and random_.random() < 0.2, "en"
        if way == "its layout has changed":
            letters, confidence = random_.gauss(8.5, 1.0), random_.uniform(0.2, 0.6)
            seen = replace(seen, letters=letters, is_signed=0.0, confidence=confidence)
        if way == "its articles are a few lines":
            thin = random_.random() < 0.9
        if way == "its domain is another's, in another language":
            language = "id"
        self.norm, before = norms.after(self.norm, seen), self.norm
        self.pages_since += way == "its layout has changed"
        if self.norm.is_changed and norms.is_poor(before, seen):
            self.withheld += 1
            return True
        self.last = [*self.last, (thin, language)][-12:]
        return False

    def signs(self) -> Signs:
        """Return what the store would show of it."""
        languages = [language for _, language in self.last]
        counts = sorted({(one, languages.count(one)) for one in languages}, key=lambda one: -one[1])
        return Signs(
            articles=len(self.last),
            thin=sum(thin for thin, _ in self.last),
            languages=tuple(counts),
            withheld=self.withheld,
        )


class Watched:
    """One paper that is visited for a month, ill in one way from some day on."""

    def __init__(self, random_: random.Random, way: str | None, limits: rhythm.Bounds) -> None:
        one = paper(random_)
        while not 3 * DAYS <= len(one.entries) <= 60 * DAYS:  # it writes something each day
            one = paper(random_)
        self._random, self._limits, self._paper = random_, limits, one
        self._way = way
        self._begins = random_.uniform(12, 22) * 86400 if way else float("inf")
        self._site = Site(random_)
        self._known = 0
        self._state = FeedState(id="f", url=URL, source="paper", next_at=START)
        self.course = Course(way)

    def go(self) -> Course:
        """Return what became of it."""
        before: SourceState | None = None
        at = FIRST
        while at < DAYS * 86400:
            now = START + timedelta(seconds=at)
            self.course.visits += 1
            ill = self._way if at >= self._begins else None
            self._visit(at, ill, Visit(now=now, limits=self._limits, permanently=_led(ill)))
            signs = self._site.signs()
            patient = Patient(feeds=[self._state], signs=signs, language="en", now=now)
            after = judge(before, "paper", patient)
            _note(self.course, before, after, ill, _shows(ill, self._site, self._state, now))
            before = after
            at = max((self._state.next_at - START).total_seconds(), at + TICK)
            at = -(-at // TICK) * TICK
        return self.course

    def _visit(self, at: float, ill: str | None, visit: Visit) -> None:
        state, one = self._state, self._paper
        if one.is_down(at) and not ill:
            failed = Failed(trouble=self._random.choice((Trouble.TIMEOUT, Trouble.STATUS)))
            self._state = schedule.failed(state, failed, visit)
        elif ill in FAILURES:
            failed = Failed(trouble=FAILURES[ill], detail="so")
            self._state = schedule.failed(state, failed, visit)
        else:
            start, end = one.listed(self._begins if ill == "nothing new any more" else at)
            fresh = one.entries[max(start, self._known) : end]
            self._state = _read(state, fresh, end - start, ill, visit)
            self._known = max(self._known, end)
            if not (ill and _is_hidden(ill)):
                self._articles(len(fresh), ill)

    def _articles(self, number: int, ill: str | None) -> None:
        for _ in range(number):
            if self._site.article(ill) and self.course.withheld_after is None:
                self.course.withheld_after = self._site.pages_since


def _led(ill: str | None) -> str | None:
    return "https://paper.example/new" if ill == "its feed leads elsewhere (301)" else None


def _is_hidden(ill: str) -> bool:
    return ill in {"its feed is empty", "its articles are at another domain"}


def _read(
    state: FeedState, fresh: Sequence[float], listed: int, ill: str | None, visit: Visit
) -> FeedState:
    is_empty = ill == "its feed is empty"
    is_future = ill == "its entries are dated in the future"
    is_away = ill == "its articles are at another domain"
    came = () if is_empty or is_away else tuple(START + timedelta(seconds=when) for when in fresh)
    found = Found(
        kind=FeedKind.RSS,
        entries=0 if is_empty else listed,
        came=came,
        known=max(0, listed - len(fresh)),
        future=0.9 if is_future else 0.0,
        elsewhere="new.example" if is_away else None,
    )
    return schedule.read(state, found, Validators(), visit)


def _shows(ill: str | None, site: Site, state: FeedState, now: datetime) -> bool:
    """Return whether the illness can be seen by who knows it: enough of its signs are there."""
    if ill is None:
        return False
    if ill == "its articles are a few lines":
        return sum(thin for thin, _ in site.last) > len(site.last) / 2
    if ill == "its domain is another's, in another language":
        return sum(language != "en" for _, language in site.last) > len(site.last) / 2
    if ill == "its layout has changed":
        return site.pages_since >= 4
    if ill == "nothing new any more":
        silent = now - (state.gained_at or now)
        watched = timedelta(hours=state.rhythm.watched)
        least = timedelta(days=1.5 if watched >= timedelta(days=14) else 3)
        least = max(least, 1.6 * timedelta(hours=state.silence))
        return silent >= least and _usual(state, now) >= 14
    return True


def _usual(state: FeedState, now: datetime) -> float:
    calm = replace(state.rhythm, pace=1.0)
    return rhythm.expected(calm, state.gained_at or now, now)


def _note(
    found: Course, before: SourceState | None, after: SourceState, ill: str | None, shows: bool
) -> None:
    was_ill = before is not None and before.health is Health.ILL
    if after.health is Health.ILL and not was_ill and ill is None:
        found.alarms.append(f"{after.word}: {after.cause}")
    if shows and found.sign_visit is None:
        found.sign_visit = found.visits
    if ill and found.named_visit is None and after.word == WAYS[ill]:
        found.named_visit, found.named = found.visits, after.word
    is_lookup = ill == "its name is gone (DNS)" and after.word == Word.FAILING
    if is_lookup and found.named_visit is None:
        # a lookup that fails is told from the first time on; that it is for good, after a day
        found.named_visit, found.named = found.visits, after.word


def main() -> None:
    """Print a table of illnesses, and the false alarms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    settings = Settings()
    limits = rhythm.bounds(
        timedelta(minutes=settings.capture_minutes),
        timedelta(minutes=settings.visit_minutes_min),
        timedelta(minutes=settings.visit_minutes_max),
    )
    for seed in options.seeds:
        random_ = random.Random(seed)  # noqa: S311 made papers
        print(f"seed {seed}")
        for way in WAYS:
            _print(Watched(random_, way, limits).go())
        healthy = [Watched(random_, None, limits).go() for _ in range(HEALTHY)]
        alarms = [alarm for one in healthy for alarm in one.alarms]
        print(f"  {HEALTHY} healthy ones: {len(alarms)} false alarms {'; '.join(alarms)}")


def _print(one: Course) -> None:
    visits = None
    if one.named_visit is not None and one.sign_visit is not None:
        visits = max(0, one.named_visit - one.sign_visit) + 1
    pages = f", withheld from page {one.withheld_after} on" if one.withheld_after else ""
    early = f", false alarms before: {one.alarms}" if one.alarms else ""
    print(f"  {one.way:<46} {one.named or 'NOT NAMED':<16} at visit {visits}{pages}{early}")


if __name__ == "__main__":
    main()
