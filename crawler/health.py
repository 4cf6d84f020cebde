"""How a source is doing, in words: what ails it, what it cost, what to do. Decides only.

A source has one word. What a person must mend makes it ill: that is told once, when it begins, and
once when it is over. ``slow`` and ``failing`` are told, but call nobody: most pass by themselves.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from crawler import rhythm
from crawler.schedule import PASSING_WEIGHTS, FeedState, is_sitemap
from crawler.signs import Signs
from pipelines.records import Trouble

ILL_WEIGHT = 2.0
"""Two failures that a person must mend, or more that pass mostly, for PASSING at least."""
PASSING = timedelta(hours=24)
SLOW_SECONDS = 10.0
# swept in bench/health.py: decision 0020
MISSING = 14.0
"""Entries that should have come since the last: the chance of none is under one in a million."""
SILENT_LEAST, SILENT_KNOWN = timedelta(hours=30), timedelta(days=14)
"""So long is nobody called for; three days, while it was watched for less than two weeks."""
SILENT_TIMES = 1.6
"""Of its longest wait for an entry."""
EMPTY_VISITS = MOVED_VISITS = 2
MOST = 0.5
"""Of a list's entries or a source's articles so many make an illness."""
ARTICLES_LEAST = 5
BLOCKED_LEAST = 3


class Health(StrEnum):
    """Whether a person is called."""

    NEW = "new"
    """It never answered: listed, never an alarm."""
    WELL = "well"
    ILL = "ill"


class Word(StrEnum):
    """How a source is doing."""

    NEW = "new"
    WORKING = "working"
    SLOW = "slow"
    """It answers, but takes its time."""
    FAILING = "failing"
    """Its last visits failed; it may pass."""
    UNREACHABLE = "unreachable"
    """It has failed for a day, or of what does not pass."""
    GONE = "gone"
    """404 or 410, or what it has is no feed any more."""
    BLOCKED = "blocked"
    """It refuses us: feeds or pages."""
    MOVED = "moved"
    """Its feed, or its articles, are at an address that the catalogue does not have."""
    EMPTY = "empty"
    STALE = "stale"
    """Nothing new for far longer than is usual for it."""
    FUTURE = "future-dates"
    LANGUAGE = "wrong-language"
    THIN = "thin"
    """Most of its articles are a few lines, or cut off by a wall."""
    LAYOUT = "layout-changed"
    """Its pages read worse than they did: what is new is withheld."""


# one is as good as the other for who looks: a dead host answers now so, now so
OUT_OF_REACH = frozenset({Word.UNREACHABLE, Word.GONE, Word.BLOCKED})
NO_ALARM = frozenset({Word.NEW, Word.WORKING, Word.SLOW, Word.FAILING})
REMEDIES = {
    Word.SLOW: "nothing, as long as it answers; `request_timeout` is the limit",
    Word.FAILING: "wait: it is asked again by itself",
    Word.UNREACHABLE: "open its home page in a browser; mend `feeds` or set `enabled: false`",
    Word.GONE: "look for the new feed on its home page and put it under `feeds`",
    Word.BLOCKED: "write to the paper, with the User-Agent of your settings; never evade it",
    Word.MOVED: "put the new address under `feeds`, a new host under `hosts`",
    Word.EMPTY: "open the feed in a browser; look for another on its home page",
    Word.STALE: "open its home page: if it goes on there, the feed is dead; look for another",
    Word.FUTURE: "check `timezone`; its articles have no time until it is mended",
    Word.LANGUAGE: "check `language`, or whether the domain is another's by now",
    Word.THIN: "compare a page in the browser; `dateline extract URL` shows what is dropped",
    Word.LAYOUT: "`dateline extract URL` of a new page; mend its `rules`, then `dateline retry`",
}


@dataclass(frozen=True, slots=True)
class Capture:
    """How long a source's last articles took from publication until they were stored."""

    median: float
    """Minutes."""
    high: float
    """Minutes; nine of ten took no longer."""
    articles: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SourceState:
    """The live state of a source, as the collection ``sources`` keeps it."""

    id: str
    health: Health
    since: datetime
    """Of the word."""
    word: str = Word.NEW
    cause: str | None = None
    """One sentence."""
    missed: str | None = None
    """What it has cost, where that can be told."""
    succeeded_at: datetime | None = None
    followed_at: datetime | None = None
    """When it was first judged: what was published before came late through no fault of ours."""
    capture: Capture | None = None

    @property
    def remedy(self) -> str | None:
        """Return what to do, for a person; None where nothing is."""
        return REMEDIES.get(Word(self.word))


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that ails a source."""

    word: Word
    cause: str
    missed: str | None = None
    is_sure: bool = True
    """False: it is told, but calls nobody yet."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Patient:
    """All that a source is judged by."""

    feeds: Sequence[FeedState]
    signs: Signs
    language: str | None
    """As the catalogue says."""
    now: datetime

    @property
    def answering(self) -> list[FeedState]:
        """Return the feeds whose last visit succeeded."""
        return [feed for feed in self.feeds if feed.failures == 0 and feed.succeeded_at]


def judge(before: SourceState | None, source: str, patient: Patient) -> SourceState:
    """Return how a source is doing after its feeds were visited.

    It is reachable while one of its feeds answers.
    """
    now = patient.now
    before = before or SourceState(id=source, health=Health.NEW, since=now, followed_at=now)
    before = replace(before, capture=_captured(before, patient.signs))
    successes = [feed.succeeded_at for feed in patient.feeds if feed.succeeded_at]
    succeeded_at = max(successes, default=before.succeeded_at)
    found = _examined(patient)
    if succeeded_at is None and found.word is not Word.WORKING:
        # never answered: what is wrong may be the catalogue's entry; it is listed
        cause = found.cause or before.cause
        return replace(before, cause=cause)
    is_ill = found.is_sure and found.word not in NO_ALARM
    # while it is not known to be over, an illness goes on
    was_ill = before.health is Health.ILL
    goes_on = (
        was_ill
        and not patient.answering
        and (found.word is Word.FAILING or {before.word, found.word} <= OUT_OF_REACH)
    )
    if goes_on:
        return replace(before, succeeded_at=succeeded_at)
    return replace(
        before,
        health=Health.ILL if is_ill else Health.WELL,
        since=before.since if before.word == found.word else now,
        word=found.word,
        cause=found.cause or None,
        missed=found.missed,
        succeeded_at=succeeded_at,
    )


def is_news(before: SourceState | None, after: SourceState) -> bool:
    """Return whether a source fell ill, or of something else than before."""
    if after.health is not Health.ILL:
        return False
    if before is None or before.health is not Health.ILL:
        return True
    return before.word != after.word and not {before.word, after.word} <= OUT_OF_REACH


def _captured(before: SourceState, signs: Signs) -> Capture | None:
    """Return how soon articles were stored that were published since the source is followed."""
    since = before.followed_at or before.since
    minutes = sorted(delay for at, delay in signs.delays if at > since and delay >= 0)
    if not minutes:
        return before.capture
    high = minutes[min(len(minutes) - 1, int(len(minutes) * 0.9))]
    return Capture(round(median(minutes), 1), round(high, 1), len(minutes))


def _examined(patient: Patient) -> Finding:
    """Return the gravest finding."""
    looks: tuple[Callable[[Patient], Finding | None], ...] = (
        _unreached,
        _blocked,
        _elsewhere,
        _withheld,
        _empty,
        _stale,
        _future,
        _language,
        _thin,
        _moved,
        _failing,
        _slow,
    )
    found = (look(patient) for look in looks)
    return next(filter(None, found), Finding(Word.WORKING, ""))


def _unreached(patient: Patient) -> Finding | None:
    feeds = patient.feeds
    if not feeds or patient.answering or not all(feed.failures for feed in feeds):
        return None
    worst = max(feeds, key=lambda feed: feed.weight)
    cause = f"{worst.url}: {worst.trouble}, {worst.detail}"
    since = min((feed.failing_since for feed in feeds if feed.failing_since), default=patient.now)
    passes = worst.trouble in PASSING_WEIGHTS
    is_long = not passes or patient.now - since >= PASSING
    if worst.retired_at is None and (worst.weight < ILL_WEIGHT or not is_long):
        return Finding(Word.FAILING, cause)
    missed = _missed(feeds, since, patient.now)
    if worst.trouble in {Trouble.REFUSED, Trouble.ROBOTS}:
        return Finding(Word.BLOCKED, cause, missed)
    if worst.trouble in {Trouble.NOT_FOUND, Trouble.NOT_A_FEED}:
        return Finding(Word.GONE, cause, missed)
    return Finding(Word.UNREACHABLE, cause, missed)


def _missed(feeds: Sequence[FeedState], since: datetime, now: datetime) -> str | None:
    """Return about how many entries came that nobody saw."""
    number = sum(rhythm.expected(feed.rhythm, since, now) for feed in feeds if feed.succeeded_at)
    return f"about {number:.0f} articles" if number >= 1 else None


def _blocked(patient: Patient) -> Finding | None:
    signs = patient.signs
    if signs.blocked < BLOCKED_LEAST or signs.blocked <= signs.articles * MOST:
        return None
    cause = f"its feed answers, but {signs.blocked} of its pages refuse us"
    return Finding(Word.BLOCKED, cause, f"{signs.blocked} articles")


def _elsewhere(patient: Patient) -> Finding | None:
    for feed in patient.answering:
        if feed.elsewhere:
            cause = f"most entries of {feed.url} are at {feed.elsewhere}: put it under `hosts`"
            return Finding(Word.MOVED, cause)
    return None


def _moved(patient: Patient) -> Finding | None:
    """Return where a feed's address leads for good: it is followed, so that nobody need hurry."""
    for feed in patient.answering:
        if feed.moved and feed.moved.visits >= MOVED_VISITS:
            is_adopted = feed.moved.is_adopted(patient.now)
            then = "; it is asked for there" if is_adopted else f", at {feed.moved.visits} visits"
            cause = f"{feed.url} leads to {feed.moved.to} for good{then}"
            return Finding(Word.MOVED, cause, is_sure=False)
    return None


def _withheld(patient: Patient) -> Finding | None:
    number = patient.signs.withheld
    if not number:
        return None
    cause = f"its pages read worse than they did, and {number} are withheld"
    return Finding(Word.LAYOUT, cause, f"{number} articles")


def _empty(patient: Patient) -> Finding | None:
    feeds = [feed for feed in patient.answering if feed.entries is not None]
    # a news sitemap is empty where nothing is new
    if not feeds or any(feed.empty < EMPTY_VISITS or is_sitemap(feed) for feed in feeds):
        return None
    return Finding(Word.EMPTY, f"{feeds[0].url} is read, and has no entries")


def _stale(patient: Patient) -> Finding | None:
    feeds = patient.answering
    gained = [feed.gained_at for feed in feeds if feed.gained_at]
    if not gained:
        return None
    last, now = max(gained), patient.now
    missing = max(rhythm.expected(replace(f.rhythm, pace=1.0), last, now) for f in feeds)
    if now - last < _silent_least(feeds) or missing < MISSING:
        return None
    days = (now - last) / timedelta(days=1)
    cause = f"nothing new for {days:.1f} days, where about {missing:.0f} articles were usual"
    return Finding(Word.STALE, cause)


def _silent_least(feeds: Sequence[FeedState]) -> timedelta:
    """Return how long the feeds of a source must be silent to be stale."""
    longest = min(timedelta(hours=feed.silence) for feed in feeds if feed.gained_at)
    is_known = any(timedelta(hours=feed.rhythm.watched) >= SILENT_KNOWN for feed in feeds)
    least = SILENT_LEAST if is_known else timedelta(days=3)
    return max(least, longest * SILENT_TIMES)


def _future(patient: Patient) -> Finding | None:
    for feed in patient.answering:
        if feed.future > MOST:
            cause = f"{feed.future:.0%} of the entries of {feed.url} are dated in the future"
            return Finding(Word.FUTURE, cause)
    return None


def _language(patient: Patient) -> Finding | None:
    signs, said = patient.signs, (patient.language or "").partition("-")[0]
    if not said or not signs.languages or signs.articles < ARTICLES_LEAST:
        return None
    most, number = signs.languages[0]
    if most == said or number <= signs.articles * MOST:
        return None
    cause = f"{number} of its last {signs.articles} articles are in {most}, not in {said}"
    return Finding(Word.LANGUAGE, cause)


def _thin(patient: Patient) -> Finding | None:
    signs = patient.signs
    if signs.articles < ARTICLES_LEAST or signs.thin <= signs.articles * MOST:
        return None
    cause = f"{signs.thin} of its last {signs.articles} articles are a few lines"
    return Finding(Word.THIN, cause)


def _failing(patient: Patient) -> Finding | None:
    failing = [feed for feed in patient.feeds if feed.weight >= ILL_WEIGHT]
    if not failing:
        return None
    worst = max(failing, key=lambda feed: feed.weight)
    others = len(patient.feeds) - len(failing)
    cause = f"{worst.url}: {worst.trouble}, {worst.detail}; its other {others} answer"
    return Finding(Word.FAILING, cause)


def _slow(patient: Patient) -> Finding | None:
    slow = [feed for feed in patient.answering if (feed.seconds or 0) >= SLOW_SECONDS]
    if not slow:
        return None
    return Finding(Word.SLOW, f"{slow[0].url} takes {slow[0].seconds:.0f} s to answer")
