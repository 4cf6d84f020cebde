"""From clues to the time of publication: which hold, and which outweighs which. Pure, no clock."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipelines.enrich import dates
from pipelines.enrich.dates import Moment
from pipelines.enrich.tongue import ANY, Tongue
from pipelines.records import Published

FIRST = date(1990, 1, 1)  # no page is older; 1970 is a clock that was never set
FEED = "feed"
NUMBERS = re.compile(r"\s*\d{1,2}([/.-])\d{1,2}\1\d{4}")
RENDERED = timedelta(seconds=120)  # a time this near to the fetch is when the page was made


@dataclass(frozen=True, slots=True)
class Clue:
    """One place that says when, as written."""

    raw: str
    source: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What a date is read against."""

    fetched_at: datetime
    zone: str | None = None
    """IANA name; the zone of a time that is written without one."""
    tongue: Tongue = ANY
    not_day: str | None = None
    """YYYY-MM-DD: a day that does not hold."""

    @property
    def latest(self) -> datetime:
        """The last moment that is no date of the future: clocks and zones of a paper may err."""
        return self.fetched_at + timedelta(days=1)


def first(clues: Iterable[Clue], frame: Frame) -> Published | None:
    """Return the first clue that holds; None where none does.

    A clue of the future, before 1990, unreadable, or at the moment of the fetch does not hold.
    """
    for clue in clues:
        moment = dates.read(clue.raw, frame.tongue)
        found = _held(clue, moment, frame) if moment else None
        if found:
            return found
    return None


def instant(raws: Iterable[str], frame: Frame) -> datetime | None:
    """Return the first of the times that holds, in UTC."""
    found = first((Clue(raw, "") for raw in raws), frame)
    return found.at if found else None


def settled(declared: Published | None, shown: Published | None) -> Published | None:
    """Return what a page's data and the line beside its title say together.

    Of one day: the more precise. Data whose day and month are turned round: as shown. Data in UTC
    a day beside it: that instant, the day as shown. An earlier day than the data's: as shown, for
    what is shown is no update, and data is made anew with the page (right on 5 and 2 pages of the
    two halves of the sample, wrong on 1 and 2); a feed's time is not.
    """
    if declared is None or shown is None:
        return declared or shown
    if declared.day == shown.day:
        return shown if declared.precision == "day" != shown.precision else declared
    if _is_turned(declared, shown):
        return shown
    if _is_same_night(declared, shown):
        return replace(declared, day=shown.day)
    is_earlier = (shown.day or "") < (declared.day or "")
    return shown if is_earlier and declared.source != FEED else declared


def _is_turned(declared: Published, shown: Published) -> bool:
    """Return whether the data's 3/4/2026 is, month first, the very day that is shown."""
    if not NUMBERS.match(declared.raw or "") or not (declared.day and shown.day):
        return False
    year, month, day = declared.day.split("-")
    return shown.day == f"{year}-{day}-{month}"


def _is_same_night(declared: Published, shown: Published) -> bool:
    """Return whether a zone exists in which the declared instant is on the day that is shown."""
    if declared.offset != 0 or declared.precision == "day" or not (declared.at and shown.day):
        return False
    start = datetime.combine(date.fromisoformat(shown.day), time(), UTC)
    return start - timedelta(hours=14) <= declared.at < start + timedelta(hours=36)


def _held(clue: Clue, moment: Moment, frame: Frame) -> Published | None:
    if not FIRST <= moment.day <= frame.latest.date() + timedelta(days=1):
        return None
    if moment.day.isoformat() == frame.not_day:
        return None
    at = _instant(moment, frame.zone)
    is_clock = moment.clock is not None and abs(at - frame.fetched_at) < RENDERED
    if at > frame.latest or (is_clock and clue.source != FEED):
        return None
    return Published(
        at=at,
        raw=clue.raw[:100],
        source=clue.source,
        precision=_precision(moment),
        day=moment.day.isoformat(),
        offset=moment.offset,
    )


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
