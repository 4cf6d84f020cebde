"""Times as people write them in, moments out. The clock is an argument; all is in UTC.

`2026`, `2026-11`, `2026-11-02`, `2026-11-02T09:30+01:00`, `today`, `yesterday`, `monday`,
`last week`, `this month`, `3 days ago`, `12h`; and from one to another: `2026-11-01..`,
`..yesterday`, `2026-10..2026-11`.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

HOW = "write 2026-11-02, yesterday, 3 days ago or 2026-11-01.."
UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
AGO = re.compile(r"(\d{1,4}|an?|one)\s*(m|min|h|d|w|minute|hour|day|week|month|year)s?(\s+ago)?")
CALENDAR = re.compile(r"(\d{4})(?:-(\d{2}))?")
PERIOD = re.compile(r"(this|last)\s+(week|month|year)")
DAY = timedelta(days=1)


class MomentError(ValueError):
    """Nobody knows which time is meant; the message says what to write."""


@dataclass(frozen=True, slots=True)
class Span:
    """A time with a beginning and an end."""

    since: datetime | None = None
    """From then on; None: from ever."""
    until: datetime | None = None
    """Before then; None: for ever."""


def span(words: str, now: datetime) -> Span:
    """Return the time that the words name, whole days and months to their ends.

    Raises MomentError for what is no time, and for an end before its beginning.
    """
    if ".." not in words:
        return _one(words, now)
    first, _, last = words.partition("..")
    since = _one(first, now).since if first.strip() else None
    until = _one(last, now).until if last.strip() else None
    if since and until and until <= since:
        raise MomentError(f"{words!r} ends before it begins")
    return Span(since, until)


def _one(words: str, now: datetime) -> Span:
    said = " ".join(words.casefold().split())
    try:
        found = _named(said, now) or _calendar(said) or _ago(said, now) or _written(words.strip())
    except (OverflowError, ValueError):
        found = None
    if found is None:
        raise MomentError(f"{words.strip()!r} is no time; {HOW}")
    return found


def _named(said: str, now: datetime) -> Span | None:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if said == "now":
        return Span(now, now)
    if said in {"today", "yesterday"}:
        day = today if said == "today" else today - DAY
        return Span(day, day + DAY)
    weekday = said.removeprefix("last ")
    if weekday in WEEKDAYS:  # the last one that has begun; the one of a week ago where asked so
        back = (today.weekday() - WEEKDAYS.index(weekday)) % 7
        back += 7 if back == 0 and weekday != said else 0
        return Span(today - back * DAY, today - (back - 1) * DAY)
    period = PERIOD.fullmatch(said)
    return _period(period[2], today, is_last=period[1] == "last") if period else None


def _period(unit: str, today: datetime, *, is_last: bool) -> Span:
    if unit == "week":
        begin = today - today.weekday() * DAY - (7 * DAY if is_last else timedelta())
        return Span(begin, begin + 7 * DAY)
    months = 1 if unit == "month" else 12
    begin = today.replace(day=1) if unit == "month" else today.replace(month=1, day=1)
    begin = _months_on(begin, -months) if is_last else begin
    return Span(begin, _months_on(begin, months))


def _calendar(said: str) -> Span | None:
    found = CALENDAR.fullmatch(said)
    if not found:
        return None
    begin = datetime(int(found[1]), int(found[2] or 1), 1, tzinfo=UTC)
    return Span(begin, _months_on(begin, 1 if found[2] else 12))


def _ago(said: str, now: datetime) -> Span | None:
    """Return from then until now; of "3 days ago" that whole day."""
    found = AGO.fullmatch(said)
    if not found:
        return None
    number = int(found[1]) if found[1].isdigit() else 1
    unit = found[2]
    if unit in {"month", "year"}:
        then = _months_on(now, -number * (12 if unit == "year" else 1))
    else:
        then = now - timedelta(**{UNITS[unit[0]]: number})
    if found[3] and unit not in {"m", "min", "minute", "h", "hour"}:
        day = then.replace(hour=0, minute=0, second=0, microsecond=0)
        return Span(day, day + DAY)
    return Span(then, now)


def _months_on(moment: datetime, months: int) -> datetime:
    number = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(number, 12)
    for day in range(moment.day, 27, -1):  # no 31st of June
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    return moment.replace(year=year, month=month + 1)


def _written(words: str) -> Span:
    if "w" in words.casefold():  # weeks of ISO 8601
        raise ValueError(words)
    moment = datetime.fromisoformat(words)
    begin = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    is_day = re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", words) is not None
    clock = re.search(r"\d[T ](\d{2})(:?\d{2})?(:?\d{2})?", words.upper())
    lengths = {2: timedelta(minutes=1), 1: timedelta(hours=1)}
    given = sum(part is not None for part in clock.groups()) if clock else 0
    return Span(begin, begin + (DAY if is_day else lengths.get(given, timedelta(seconds=1))))
