"""How often a feed asks to be visited: ttl, skipHours, skipDays (RSS), sy:updatePeriod. Pure.

Read off the text before the first entry: feedparser drops most of it.
"""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

HEAD = 20_000  # characters; what a feed says of itself stands at its beginning
LONGEST = timedelta(days=365)
PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "dayly": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": LONGEST,
}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ENTRY = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s>/]")
_TTL = re.compile(r"<ttl(?:\s[^>]*)?>\s*(\d{1,9})(?:\.\d*)?\s*</ttl", re.I)
_PERIOD = re.compile(r"<(?:[\w.-]+:)?updatePeriod[^>]*>\s*(\w+)\s*<", re.I)
_FREQUENCY = re.compile(r"<(?:[\w.-]+:)?updateFrequency[^>]*>\s*(\d{0,6}(?:\.\d{1,6})?)\s*<", re.I)
_HOURS = re.compile(r"<skipHours[^>]*>(.{0,4000}?)</skipHours", re.I | re.S)
_DAYS = re.compile(r"<skipDays[^>]*>(.{0,2000}?)</skipDays", re.I | re.S)
_HOUR = re.compile(r"<hour[^>]*>\s*(\d{1,2})\s*<", re.I)
_DAY = re.compile(r"<day[^>]*>\s*(\w+)\s*<", re.I)


class Asked(NamedTuple):
    """What a feed asks of its visitors; nothing where it says nothing that makes sense."""

    wait: timedelta
    """Nobody need come again sooner."""
    skip_hours: tuple[int, ...]
    """Of the day, in UTC, 0 to 23."""
    skip_days: tuple[int, ...]
    """Monday 0."""


def asked(xml: str) -> Asked:
    """Return what the feed asks for; the longest where it says it in two ways."""
    head = _head(xml)
    return Asked(
        wait=max(_ttl(head), _period(head)),
        # 24 is midnight too, in older versions of RSS
        skip_hours=_each(int(hour) % 24 for hour in _inside(_HOURS, _HOUR, head)),
        skip_days=_each(
            WEEKDAYS.index(day.lower())
            for day in _inside(_DAYS, _DAY, head)
            if day.lower() in WEEKDAYS
        ),
    )


def _head(xml: str) -> str:
    found = _ENTRY.search(xml)
    return xml[: min(found.start() if found else len(xml), HEAD)]


def _ttl(head: str) -> timedelta:
    found = _TTL.search(head)
    return min(timedelta(minutes=int(found[1])), LONGEST) if found else timedelta(0)


def _period(head: str) -> timedelta:
    """Return how long from one update to the next; a feed that always updates asks for nothing."""
    period = _PERIOD.search(head)
    if not period or period[1].lower() not in PERIODS:
        return timedelta(0)
    frequency = _FREQUENCY.search(head)
    times = float(frequency[1] or 1) if frequency and frequency[1] != "." else 1.0
    return min(PERIODS[period[1].lower()] / times, LONGEST) if times > 0 else timedelta(0)


def _inside(group: re.Pattern[str], part: re.Pattern[str], head: str) -> list[str]:
    found = group.search(head)
    return part.findall(found[1]) if found else []


def _each(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(numbers)))
