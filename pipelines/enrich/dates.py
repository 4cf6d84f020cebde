"""Days and times as papers write them, in many languages and three calendars. Pure, no clock."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime

from config.zones import ZONES
from pipelines.enrich import calendars
from pipelines.enrich.tongue import ANY, Tongue

MONTH = r"([^\W\d_][^\s\d,./|()•·–—:;]*)"  # no \w+: vowels of Indic scripts are no word characters
HOURS = r"\d{1,2}:\d{2}(?::\d{2})?"
OFFSET = r"(?:[A-Z]{3,4}|[+-]\d{4})"
ISO = re.compile(
    r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})"
    r"(?:\s*[T ,]\s*(\d{1,2}):?(\d{2})(?::?(\d{2}))?(?:[.,]\d+)?"
    r"(?:\s*(Z\b|[+-]\d{2}:?\d{2})|([+-]\d{2})(?![\d:]))?)?(?!\d)"
)
NUMERIC = re.compile(r"(?<![\d.])(\d{1,4})\s?([./|-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{1,2})(?!\d)")
ORIENTAL = re.compile(r"(\d{4})\s?[年년]\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일号號]?")
ERA = re.compile(
    rf"({'|'.join(calendars.ERAS)})\s?(\d{{1,3}}|元)\s?年\s?(\d{{1,2}})\s?月\s?(\d{{1,2}})\s?日?"
)
VIETNAMESE = re.compile(r"(\d{1,2})\s+tháng\s+(\d{1,2}),?(?:\s+năm)?\s+(\d{4})", re.I)
WORDED = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:(?:st|nd|rd|th|er|º|ª|\.)?(?:\s+(?:de|of|d'))?[\s-]+|\.){MONTH}[.,]?"
    r"(?:\s+(?:de|del|жылғы))?(?:[\s-]+|(?<=\.))(\d{4})",
    re.I,
)
MONTH_FIRST = re.compile(
    rf"{MONTH}\.?\s+(\d{{1,2}})(?:st|nd|rd|th|\.)?,?\s+(?:{HOURS}\s+(?:{OFFSET}\s+)?)?(\d{{4}})",
    re.I,
)
# "2026. március 14.", "2026 m. kovo 14 d.", "2026. gada 14. martā"
YEAR_FIRST = re.compile(
    rf"(?<!\d)(\d{{4}})\.?,?\s+(?:[^\W\d]{{1,6}}\.?\s+)?{MONTH}\s+(\d{{1,2}})\b"
)
YEAR_DAY = re.compile(rf"(?<!\d)(\d{{4}})\.\s+[^\W\d]{{2,6}}\s+(\d{{1,2}})\.?\s+{MONTH}")
CLOCK = re.compile(
    r"(?<![\d.:])(\d{1,2})[:.h](\d{2})(?::(\d{2}))?(?:\s*([ap])\.?m)?(?![\d.])", re.I
)
# behind a time of day; "08:30-10:00" is from when to when
ZONE = re.compile(
    r"\s?\(?(?:(?:GMT|UTC)\s?([+-]\d{1,2}(?::?\d{2})?)|([+-]\d{4}|\+\d{2}:\d{2})"
    r"|([^\W\d_a-zа-я]{1,5}))(?![\w:])"
)
HOUR_DIGITS = 2  # "+05" has no minutes, "+0530" has
RANGE = re.compile(r"-\d{2}:\d{2}")  # "2026-03-14 10:00-11:30" says until when
EPOCH = re.compile(r"^\d{10}(?:\d{3})?$")
MAIL = re.compile(r"\w{3}, \d{1,2} \w{3} \d{4}(?= \d{1,2}:\d{2})")
MIDNIGHT = re.compile(r"(?<![\d.:])24(?=:00(?::00)?(?![\d:]))")  # the end of a day
# clocks of the United States, where the month comes first
AMERICAN = re.compile(r"\b[ECMP][SD]?T\b")
UNSURE = frozenset({"", "en"})  # 12.03.17 is either
SHORT_YEARS = frozenset({"ko", "ja", "zh", "hu", "lt"})  # write 26.3.14 for the 14th of March
URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})[/_.-]?(\d{2})[/_.-]?(\d{2})(?!\d)")
URL_PARTS = re.compile(r"/((?:19|20)\d{2})/(\d{1,2})/(\d{1,2})/")
URL_SHORT = re.compile(r"/(20(\d{2}))/(\d{2})/\2\3(\d{2})(?!\d)")
URL_LAST = re.compile(r"(?<!\d)(1[3-9]|2\d|3[01])[_.-](\d{2})[_.-]((?:19|20)\d{2})(?!\d)")
RAW_CHARS = 200
Clock = tuple[time | None, int | None]
"""A time of day, and minutes from UTC as written; None for each that is not."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A date that was read."""

    day: date
    clock: time | None = None
    """A microsecond marks that no seconds are written."""
    offset: int | None = None
    """Minutes from UTC as written."""


def read(raw: str, tongue: Tongue = ANY) -> Moment | None:
    """Return what a date says in any of the forms that papers write, or None.

    A date that could be two days, 3/4/2026, is None unless the tongue or the text says which.
    """
    text = raw.strip()[:RAW_CHARS].replace("\u2212", "-")
    if EPOCH.match(text):
        return _aware(datetime.fromtimestamp(int(text[:10]), UTC))
    if not any(map(str.isdigit, text)):
        return None
    midnight, clock = MIDNIGHT.search(text), CLOCK.search(text)
    if midnight and clock and clock.start() == midnight.start():  # no other: "10:00-24:00"
        moment = read(MIDNIGHT.sub("00", text), tongue)
        return moment and _next_day(moment)
    for reading in READINGS:
        try:
            moment = reading(text, tongue)
        except (ValueError, OverflowError, TypeError, IndexError):
            continue
        if moment:
            return moment
    return None


def _next_day(moment: Moment) -> Moment | None:
    try:
        return replace(moment, day=moment.day + timedelta(days=1))
    except OverflowError:
        return None


def url_day(url: str) -> str | None:
    """Return the day in a URL's path, where it has one: /2026/03/14, /14-03-2026, /2026/3/260314.

    Which of two small numbers is the day is not told by a path: /03-04-2026 has none.
    """
    path = url.split("?")[0]
    if found := URL_DAY.search(path):
        return "-".join(found.groups())
    if found := URL_PARTS.search(path):
        year, month, day = found.groups()
        return f"{year}-{month:0>2}-{day:0>2}"
    if found := URL_SHORT.search(path):
        return f"{found[1]}-{found[3]}-{found[4]}"
    found = URL_LAST.search(path)
    return "-".join(reversed(found.groups())) if found else None


def without(text: str, tongue: Tongue = ANY) -> str:
    """Return a line with a bar in place of each day and time of day that it says."""
    for form in (ISO, ERA, ORIENTAL, VIETNAMESE, NUMERIC):
        text = form.sub(" | ", text)
    for form in (WORDED, MONTH_FIRST, YEAR_FIRST, YEAR_DAY):
        text = form.sub(lambda found: _bar(found, tongue), text)
    return CLOCK.sub(" | ", text)


def _bar(found: re.Match[str], tongue: Tongue) -> str:
    return " | " if any(_month(word, tongue) for word in found.groups()) else found[0]


def _month(word: str, tongue: Tongue) -> int | None:
    return tongue.month(word) or calendars.solar_month(word)


def _iso(text: str, _tongue: Tongue) -> Moment | None:
    found = ISO.search(text)
    if not found:
        return None
    year, month, day, hour, minute, second, zone, hours = found.groups()
    when = calendars.day(int(year), int(month), int(day))
    if not hour:
        return Moment(when)
    clock = time(int(hour), int(minute), min(59, int(second or 0)))
    if second is None:
        clock = clock.replace(microsecond=1)
    number = zone or hours
    if number and second is None and "T" not in found[0] and RANGE.fullmatch(number):
        number = None
    return Moment(when, clock, _offset(number) if number else _zone(ZONE.match(text, found.end())))


def _offset(zone: str) -> int | None:
    """Return the minutes of "+05:30", "-0330", "+2" or "Z"; None for more than there are."""
    if zone == "Z":
        return 0
    digits = zone[1:].replace(":", "")
    hours, rest = (digits, "0") if len(digits) <= HOUR_DIGITS else (digits[:-2], digits[-2:])
    minutes = int(hours) * 60 + int(rest)
    return (minutes if zone[0] == "+" else -minutes) if minutes <= 15 * 60 else None


def _mail(text: str, _tongue: Tongue) -> Moment | None:
    found = MAIL.match(text)
    if not found:
        return None
    when = parsedate_to_datetime(f"{found[0]} 00:00").date()
    return Moment(when, *_clock(text[found.end() :]))


def _aware(at: datetime) -> Moment:
    offset = at.utcoffset()
    minutes = None if offset is None else int(offset.total_seconds() // 60)
    return Moment(at.date(), at.time().replace(microsecond=0), minutes)


def _oriental(text: str, _tongue: Tongue) -> Moment | None:
    if found := ERA.search(text):
        year, month, day = calendars.era_year(found[1], found[2]), int(found[3]), int(found[4])
        return Moment(date(year, month, day), *_clock(text[found.end() :]))
    if found := ORIENTAL.search(text):
        return Moment(date(*map(int, found.groups())), *_clock(text[found.end() :]))
    if found := VIETNAMESE.search(text):
        day, month, year = map(int, found.groups())
        return Moment(date(year, month, day), *_clock_beside(text, found))
    return None


def _worded(text: str, tongue: Tongue) -> Moment | None:
    """Return the first day whose month is a word; the groups are day, month and year."""
    forms = ((WORDED, (1, 2, 3)), (MONTH_FIRST, (2, 1, 3)),
             (YEAR_DAY, (2, 3, 1)), (YEAR_FIRST, (3, 2, 1)))  # fmt: skip
    for form, (day, month, year) in forms:
        for found in form.finditer(text):
            if number := _month(found[month], tongue):
                when = calendars.day(int(found[year]), number, int(found[day]))
                return Moment(when, *_clock_beside(text, found))
    return None


def _numeric(text: str, tongue: Tongue) -> Moment | None:
    for found in NUMERIC.finditer(text):
        day = _numbered(found, text, tongue)
        if day:
            return Moment(day, *_clock_beside(text, found))
    return None


def _numbered(found: re.Match[str], text: str, tongue: Tongue) -> date | None:
    first, mark, second, third = found.groups()
    numbers = int(first), int(second), int(third)
    if len(first) == 4:
        return calendars.day(*numbers)
    if len(third) == 2:
        return _short(numbers, mark, tongue)
    if len(first) > 2 or len(third) != 4:
        return None
    month_first = numbers[1] > 12 or (mark == "/" and _is_month_first(numbers, text, tongue))
    if month_first is None:
        return None
    one, other = (numbers[1], numbers[0]) if month_first else numbers[:2]
    return calendars.day(numbers[2], other, one)


def _short(numbers: tuple[int, int, int], mark: str, tongue: Tongue) -> date | None:
    """Return the day of a date with a year of two digits, where points part it."""
    if mark != "." or tongue.base in UNSURE:
        return None
    year, day = (numbers[0], numbers[2]) if tongue.base in SHORT_YEARS else numbers[::-2]
    return date(2000 + year, numbers[1], day)


def _is_month_first(numbers: tuple[int, int, int], text: str, tongue: Tongue) -> bool | None:
    if numbers[0] > 12 or numbers[0] == numbers[1]:
        return False
    return True if AMERICAN.search(text) else tongue.is_month_first


def _clock_beside(text: str, found: re.Match[str]) -> Clock:
    """Return the time of day within a day, behind it or before it."""
    inside = re.search(HOURS, found[0])
    around = (
        found[0][inside.start() :] if inside else "",
        text[found.end() :],
        text[: found.start()],
    )
    return next((clock for part in around if (clock := _clock(part))[0]), (None, None))


def _clock(text: str) -> Clock:
    """Return a time of day, and the minutes from UTC that are written behind it."""
    found = CLOCK.search(text)
    if not found:
        return None, None
    hour, minute = int(found[1]), int(found[2])
    if found[4]:
        hour = hour % 12 + (12 if found[4].lower() == "p" else 0)
    if hour > 23 or minute > 59:
        return None, None
    second = min(59, int(found[3] or 0))  # 60 is a leap second
    clock = time(hour, minute, second, 0 if found[3] else 1)
    return clock, _zone(ZONE.match(text, found.end()))


def _zone(found: re.Match[str] | None) -> int | None:
    if found is None:
        return None
    if number := found[1] or found[2]:
        return _offset(number)
    hours = ZONES.get(found[3].lower())
    return None if hours is None else int(hours * 60)


READINGS = (_iso, _mail, _oriental, _worded, _numeric)
