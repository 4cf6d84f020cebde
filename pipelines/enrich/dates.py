"""When an article was published: every clue read as written, the first that holds taken.

The zone of the paper is used once, here. No clock: what counts as the future is told by the caller.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config import phrasebook
from pipelines.records import Published

FIRST = date(1990, 1, 1)  # no page is older; 1970 is a clock that was never set
ISO = re.compile(
    r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})"
    r"(?:\s*[T ,]\s*(\d{1,2}):?(\d{2})(?::?(\d{2}))?(?:[.,]\d+)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?(?!\d)"
)
NUMERIC = re.compile(r"(?<!\d)(\d{1,4})([./-])(\d{1,2})\2(\d{4}|\d{1,2})(?!\d)")
ORIENTAL = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})")
WORDED = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|º|\.)?(?:\s+(?:de|of))?[\s-]+([^\W\d_]+)\.?"
    r"(?:\s+(?:de|del))?,?[\s-]+(\d{4})"
)
MONTH_FIRST = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
CLOCK = re.compile(r"(?<![\d.:])(\d{1,2})[:.](\d{2})(?::(\d{2}))?(?:\s*([ap])\.?m)?(?![\d.])", re.I)
EPOCH = re.compile(r"^\d{10}(?:\d{3})?$")
MAIL = re.compile(r"\w{3}, \d{1,2} \w{3} \d{4} \d{1,2}:\d{2}")
URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})[/_.-]?(\d{2})[/_.-]?(\d{2})(?!\d)")


@dataclass(frozen=True, slots=True)
class Clue:
    """One place that says when, as written."""

    raw: str
    source: str


@dataclass(frozen=True, slots=True)
class Moment:
    """A clue that was read."""

    day: date
    clock: time | None = None
    offset: int | None = None
    """Minutes from UTC as written."""


def published(clues: Iterable[Clue], zone: str | None, latest: datetime) -> Published | None:
    """Return the first clue that holds; None where none does.

    A clue after ``latest``, before 1990 or unreadable does not hold.
    """
    for clue in clues:
        moment = read(clue.raw)
        if moment is None or not FIRST <= moment.day <= latest.date() + timedelta(days=1):
            continue
        at = _instant(moment, zone)
        if at <= latest:
            return Published(
                at=at,
                raw=clue.raw[:100],
                source=clue.source,
                precision=_precision(moment),
                day=moment.day.isoformat(),
                offset=moment.offset,
            )
    return None


def instant(raws: Iterable[str], zone: str | None, latest: datetime) -> datetime | None:
    """Return the first of the times that holds, in UTC."""
    found = published((Clue(raw, "") for raw in raws), zone, latest)
    return found.at if found else None


def read(raw: str) -> Moment | None:
    """Return what a date says in any of the forms that papers write, or None."""
    text = raw.strip()[:200]
    if EPOCH.match(text):
        return _aware(datetime.fromtimestamp(int(text[:10]), UTC))
    for moment in _moments(text):
        return moment
    return None


def url_clues(url: str) -> Iterator[str]:
    """Return the day in a URL's path, where it has one."""
    found = URL_DAY.search(url.split("?")[0])
    if found:
        yield "-".join(found.groups())


def _moments(text: str) -> Iterator[Moment]:
    for reading in (_iso, _mail, _oriental, _worded, _numeric):
        try:
            moment = reading(text)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
        if moment:
            yield moment


def _iso(text: str) -> Moment | None:
    found = ISO.search(text)
    if not found:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    clock = time(int(hour) % 24, int(minute), min(59, int(second or 0))) if hour else None
    if clock and second is None:
        clock = clock.replace(microsecond=1)  # marks "no seconds written": see _precision
    return Moment(date(int(year), int(month), int(day)), clock, _offset(zone))


def _offset(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone[0] not in "+-":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return (minutes if zone[0] == "+" else -minutes) if minutes <= 15 * 60 else None


def _mail(text: str) -> Moment | None:
    return _aware(parsedate_to_datetime(text)) if MAIL.match(text) else None


def _aware(at: datetime) -> Moment:
    offset = at.utcoffset()
    minutes = None if offset is None else int(offset.total_seconds() // 60)
    return Moment(at.date(), at.time().replace(microsecond=0), minutes)


def _oriental(text: str) -> Moment | None:
    found = ORIENTAL.search(text)
    return Moment(date(*map(int, found.groups())), _clock(text[found.end() :])) if found else None


def _worded(text: str) -> Moment | None:
    months = phrasebook.load().month_numbers or {}
    for found in WORDED.finditer(text):
        month = months.get(phrasebook.fold(found[2]))
        if month:
            return Moment(date(int(found[3]), month, int(found[1])), _clock_beside(text, found))
    for found in MONTH_FIRST.finditer(text):
        month = months.get(phrasebook.fold(found[1]))
        if month:
            return Moment(date(int(found[3]), month, int(found[2])), _clock_beside(text, found))
    return None


def _numeric(text: str) -> Moment | None:
    found = NUMERIC.search(text)
    if not found:
        return None
    first, mark, second, third = found.groups()
    numbers = int(first), int(second), int(third)
    if len(first) == 4:
        day = date(*numbers)
    elif len(third) < 4:
        return None
    elif mark == "/" and numbers[0] <= 12 and numbers[1] <= 12 and numbers[0] != numbers[1]:
        return None  # 3/4: March or April, and the paper does not say
    else:
        one, other = (numbers[1], numbers[0]) if numbers[1] > 12 else numbers[:2]
        day = date(numbers[2], other, one)
    return Moment(day, _clock_beside(text, found))


def _clock_beside(text: str, found: re.Match[str]) -> time | None:
    return _clock(text[found.end() :]) or _clock(text[: found.start()])


def _clock(text: str) -> time | None:
    found = CLOCK.search(text)
    if not found:
        return None
    hour, minute = int(found[1]), int(found[2])
    if found[4]:
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    if hour > 23 or minute > 59:
        return None
    return time(hour, minute, int(found[3])) if found[3] else time(hour, minute, 0, 1)


def _precision(moment: Moment) -> str:
    if moment.clock is None:
        return "day"
    return "minute" if moment.clock.microsecond else "second"


def _instant(moment: Moment, zone: str | None) -> datetime:
    """Return the moment in UTC; noon where the paper is, where only the day is known."""
    here: tzinfo = _zone(zone)
    if moment.clock and moment.offset is not None:
        here = timezone(timedelta(minutes=moment.offset))
    clock = moment.clock.replace(microsecond=0) if moment.clock else time(12)
    return datetime.combine(moment.day, clock, here).astimezone(UTC)


def _zone(name: str | None) -> tzinfo:
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
