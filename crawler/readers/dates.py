"""Dates as papers write them, to UTC. No clock, and no guess: what has two readings has none.

A date without an offset is read as UTC, as feed readers do; who knows the paper's zone has the
text of the date in ``Entry.published_raw``.
"""

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from config.zones import ZONES
from crawler.readers.months import MONTHS
from crawler.readers.notes import Notes

YEARS = range(1970, 2101)
OFFSET_MAX = timedelta(hours=14)  # the widest that is in use anywhere

_TIME = (
    r"(?:[\s,t]*(?:\bat\b|\bà\b|\bв\b|\bum\b|\bkl\.?)?\s*(?P<hour>\d{1,2})[:.h](?P<minute>\d{1,2})"
    r"(?::(?P<second>\d{1,2})(?:[.,]\d+)?)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?"
)
_ZONE = (
    r"\s*(?P<zone>(?:gmt|utc)?\s*[+-]\s?\d{1,2}:?\d{2}|(?:gmt|utc)\s*[+-]\d{1,2}"
    r"|(?<=\d)[+-]\d{2}|[^\W\d]{1,5})?"
    r"\s*(?:\([^()]*\))?"
)
_WORD = r"[^\W\d_]"
_WEEKDAY = rf"(?:{_WORD}+(?:\.|,|\.,|\s)\s*)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|o|a|°|\.|-)?\s?(?:de\s+|di\s+)?"
_YEAR = r"(?:de[l]?\s+)?(?P<year>\d{4})(?:\s?(?:г|року?)\.?)?"
_SHAPES = tuple(
    re.compile(shape + _TIME + _ZONE + r"\W*", re.I)
    for shape in (
        r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})",
        r"(?P<year>\d{4})[/.](?P<month>\d{1,2})[/.](?P<day>\d{1,2})",
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})",
        r"(?P<one>\d{1,2})[/-](?P<two>\d{1,2})[/-](?P<year>\d{4})",
        rf"{_WEEKDAY}{_DAY}(?P<name>{_WORD}+)\.?[\s,-]*{_YEAR}",
        rf"{_WEEKDAY}(?P<name>{_WORD}+)\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})",
        r"(?P<year>\d{4})[年년]\s?(?P<month>\d{1,2})[月월]\s?(?P<day>\d{1,2})[日일]",
    )
)
_EPOCH = re.compile(r"\d{10}|\d{13}")


def parse(written: str) -> datetime | None:
    """Return the moment that ``written`` names, in UTC; None where it is not certain."""
    text = _plain(written)
    if _EPOCH.fullmatch(text):
        return _epoch(text)
    for shape in _SHAPES:
        found = shape.fullmatch(text)
        if found and (moment := _moment({k: v for k, v in found.groupdict().items() if v})):
            return moment
    return None


def noted(written: str | None, notes: Notes) -> datetime | None:
    """Return what ``parse`` makes of a date, and count it in ``notes`` where that is nothing."""
    moment = parse(written) if written else None
    if written and moment is None:
        notes.count("no readable date", written)
    return moment


def checked(moment: datetime) -> datetime | None:
    """Return ``moment`` in UTC, or None where its year is no year of a feed."""
    try:
        utc = moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
    return utc if utc.year in YEARS else None


def _plain(written: str) -> str:
    """Return the text with digits of every script as 0-9, in lower case, blanks single."""
    if written.isascii():  # nearly every date
        return " ".join(written[:100].lower().split())
    folded = unicodedata.normalize("NFKC", written[:100]).lower()
    digits = (str(unicodedata.digit(c)) if c.isdigit() else c for c in folded)
    return " ".join("".join(digits).replace("\u2212", "-").split())


def _epoch(digits: str) -> datetime | None:
    # told by how many there are: thirteen that begin with noughts are milliseconds too
    seconds = int(digits) / 1000 if len(digits) == 13 else int(digits)
    return checked(datetime.fromtimestamp(seconds, UTC))


def _moment(parts: dict[str, str]) -> datetime | None:
    day_and_month = _day_and_month(parts)
    hour = _hour(parts)
    offset = _offset(parts.get("zone"))
    if day_and_month is None or hour is None or offset is None:
        return None
    day, month = day_and_month
    minute, second = int(parts.get("minute", 0)), min(int(parts.get("second", 0)), 59)
    try:
        local = datetime(int(parts["year"]), month, day, 0, minute, second, tzinfo=UTC)
        return checked(local + timedelta(hours=hour) - offset)
    except (OverflowError, ValueError):
        return None


def _day_and_month(parts: dict[str, str]) -> tuple[int, int] | None:
    if "name" in parts:
        month = MONTHS.get(parts["name"])
        return (int(parts["day"]), month) if month else None
    if "month" in parts:
        return int(parts["day"]), int(parts["month"])
    one, two = int(parts["one"]), int(parts["two"])
    if one > 12 or one == two:
        return one, two
    # 3/4/2026 is April in most of the world; month first goes with "PM", or shows by a day over 12
    if two > 12 or "half" in parts:
        return two, one
    return (one, two) if "hour" in parts else None


def _hour(parts: dict[str, str]) -> int | None:
    hour = int(parts.get("hour", 0))
    if "half" in parts and hour <= 12:
        hour = hour % 12 + (12 if parts["half"].startswith("p") else 0)
    return hour if hour <= 24 else None


def _offset(zone: str | None) -> timedelta | None:
    if not zone:
        return timedelta()
    number = re.fullmatch(r"(?:gmt|utc)?\s*([+-])\s?(\d{1,2}?):?(\d{2})?", zone)
    if not number:
        hours = ZONES.get(zone)
        return None if hours is None else timedelta(hours=hours)
    offset = timedelta(hours=int(number[2]), minutes=int(number[3] or 0))
    if offset > OFFSET_MAX:
        return None
    return -offset if number[1] == "-" else offset
