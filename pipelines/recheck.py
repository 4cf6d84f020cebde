"""When a stored address is asked for again, though nothing says that it changed. Decides only.

Four in five changes come within a day, so that the visits thin out. What is asked for, and how
often that showed a change, is counted by source: a source that corrects much is asked more often.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pipelines.records import Due, Priority, Standing, Trouble

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
USUAL = (HOUR, DAY, 7 * DAY)
OFTEN = (HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY)
SELDOM = (DAY,)
# one visit in fifteen shows a change on the average (a fifth of all articles, three visits each)
MANY, FEW = 0.15, 0.01
BEFOREHAND = 15.0  # visits, of which one showed a change: so much is believed of a new source
REMEMBERED = 400  # visits: then each counts half, as papers change their ways


@dataclass(frozen=True, kw_only=True, slots=True)
class Habit:
    """How often the planned visits to a source showed a change, and how many it had today."""

    checks: float = 0
    found: float = 0
    day: date = date.min
    """UTC."""
    asked: int = 0
    """On that day."""

    @property
    def share(self) -> float:
        """Return which share of the visits shows a change, as far as that is known."""
        return (self.found + 1) / (self.checks + BEFOREHAND)


def next_at(first_seen_at: datetime, habit: Habit, now: datetime) -> datetime | None:
    """Return when to ask again for what a feed first announced then; None: not any more.

    A visit that comes late stands for those that it missed.
    """
    moments = (first_seen_at + after for after in _plan(habit))
    return next((moment for moment in moments if moment > now), None)


def _plan(habit: Habit) -> tuple[timedelta, ...]:
    if habit.share >= MANY:
        return OFTEN
    return SELDOM if habit.share < FEW else USUAL


def planned(standing: Standing, due: Due, habit: Habit, now: datetime) -> Standing:
    """Return where an address stands after a visit, with its next one where it is stored.

    What is missing from its site, or failed, has its own next time; what was missing for long, or
    came from long ago, is left alone.
    """
    is_over = standing.reason == Trouble.NOT_FOUND or due.priority == Priority.BACKFILL
    if standing.article is None or standing.next_at or is_over:
        return standing
    return replace(standing, next_at=next_at(due.first_seen_at, habit, now))


def left(habit: Habit, a_day: int, now: datetime) -> int:
    """Return how many visits a source may still have today, of so many a day."""
    return a_day - habit.asked if habit.day == now.date() else a_day


def asked(habit: Habit, number: int, now: datetime) -> Habit:
    """Return the habit of a source that is asked so many times more."""
    before = habit.asked if habit.day == now.date() else 0
    return replace(habit, day=now.date(), asked=before + number)


def learned(habit: Habit, checks: int, found: int) -> Habit:
    """Return the habit of a source of which so many visits showed so many changes."""
    weight = 0.5 if habit.checks >= REMEMBERED else 1.0
    return replace(habit, checks=habit.checks * weight + checks, found=habit.found * weight + found)
