"""Which older articles a backfill is after, and which lists may name them. Decides only.

What tells when an article was published, without its page: what the list says of it; a day in its
address; the time that the list's own address names (`sitemap-2024-05.xml`, `/archive/2024/05/`);
when it was changed last; when its list was. The first that is there counts.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

from crawler.frontier import is_stamped
from pipelines.records import Entry

DAY = timedelta(days=1)
MADE_ANEW = 2 * DAY  # a list whose pages all changed in one minute of the last days says nothing
MONTHS = 12
_Y, _M, _D = r"((?:19|20)\d\d)", r"(0?[1-9]|1[0-2])", r"(0?[1-9]|[12]\d|3[01])"
_DAY = re.compile(rf"(?<!\d){_Y}([-/_.]){_M}\2{_D}(?!\d)")
_DAY_FIRST = re.compile(rf"(?<!\d){_D}([-/_.]){_M}\2{_Y}(?!\d)")
_PACKED_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_FOLDERS = re.compile(rf"/{_Y}[-/]?{_M}(?=/)")
_MONTH = re.compile(rf"(?<!\d){_Y}[-/_.]{_M}(?!\d)")
_PACKED_MONTH = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(?!\d)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_PARTS = {
    "year": ("yyyy", "year", "yr", "y"),
    "month": ("mm", "month", "mon", "mo", "m"),
    "day": ("dd", "day", "d"),
}


@dataclass(frozen=True, slots=True)
class Span:
    """A time from ``since`` until just before ``until``; both are UTC."""

    since: datetime
    until: datetime

    def overlaps(self, other: "Span") -> bool:
        """Return whether the two have a moment in common."""
        return self.since < other.until and other.since < self.until


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What one backfill is after."""

    source: str
    words: str
    """The range as it was asked for: by it the backfill is known again."""
    span: Span
    zone: str | None
    """IANA name; None is UTC."""

    @property
    def key(self) -> str:
        """Return by what its progress is kept."""
        return f"{self.source} {self.words}"


def days(since: date, until: date, zone: str | None) -> Span:
    """Return the time from the beginning of one day to the end of another, as a paper has them."""
    here = ZoneInfo(zone) if zone else UTC
    first, last = (datetime(d.year, d.month, d.day, tzinfo=here) for d in (since, until + DAY))
    return Span(first.astimezone(UTC), last.astimezone(UTC))


def of_article(url: str, zone: str | None) -> Span | None:
    """Return the day, or month, that the address of an article names; None: it names none.

    A month counts only as folders: `guide-2024-05` may be an article of any time.
    """
    path, _ = _split(url)
    return _day(path, zone) or _month(_FOLDERS.search(path), zone)


def of_list(url: str, zone: str | None) -> Span | None:
    """Return the day, month or year that the address of a list names; None: it names none."""
    path, query = _split(url)
    return (
        _asked(query, zone)
        or _day(path, zone)
        or _month(_MONTH.search(path) or _PACKED_MONTH.search(path), zone)
        or _year(_YEAR.search(path), zone)
    )


def of_entry(
    entry: Entry, of_its_list: Span | None, zone: str | None, *, is_dated: bool = True
) -> Span | None:
    """Return when an entry of a list was published, as far as that is told; None: it is not.

    ``is_dated``: when its page was changed last is believed.
    """
    if entry.published:
        return _moment(entry.published)
    said = (of_article(entry.url, zone) if entry.url else None) or of_its_list
    return said or (_moment(entry.updated) if entry.updated and is_dated else None)


def in_range(
    entries: Sequence[Entry], of_its_list: Span | None, changed_at: datetime | None, wanted: Wanted
) -> tuple[list[Entry], int]:
    """Return the entries of a list that are wanted, and of how many nothing tells the time.

    ``changed_at``: of the list, as its index says; it tells for entries of which nothing else does.
    """
    is_dated = not is_made_anew(entries, wanted.span)
    kept: list[Entry] = []
    undated = 0
    for entry in entries:
        at = of_entry(entry, of_its_list, wanted.zone, is_dated=is_dated)
        if at is None and changed_at:
            at = _moment(changed_at)
        undated += at is None
        if at and at.overlaps(wanted.span):
            kept.append(entry)
    return kept, undated


def is_made_anew(entries: Sequence[Entry], span: Span) -> bool:
    """Return whether the times of change in a list are when it was made, just now."""
    newest = max((entry.updated for entry in entries if entry.updated), default=None)
    return newest is not None and newest > span.until - MADE_ANEW and is_stamped(entries)


def may_hold(url: str, changed_at: datetime | None, wanted: Wanted) -> bool:
    """Return whether a sitemap that an index names may list what is wanted.

    What was not changed since then lists nothing younger.
    """
    named = of_list(url, wanted.zone)
    if named:
        return named.overlaps(wanted.span)
    return changed_at is None or changed_at >= wanted.span.since


def is_before(entries: Sequence[Entry], of_its_list: Span | None, wanted: Wanted) -> bool:
    """Return whether a page lists only what is older than all that is wanted."""
    spans = [of_entry(entry, of_its_list, wanted.zone) for entry in entries]
    told = [span for span in spans if span]
    return bool(told) and all(span.until <= wanted.span.since for span in told)


def _split(url: str) -> tuple[str, str]:
    """Return path and query of an address; empty where it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.path, parts.query


def _moment(at: datetime) -> Span:
    return Span(at, at + timedelta(microseconds=1))


def _day(words: str, zone: str | None) -> Span | None:
    for year, month, day in _days(words):
        try:
            on = date(int(year), int(month), int(day))
        except ValueError:  # no such day
            continue
        return days(on, on, zone)
    return None


def _days(words: str) -> Iterator[tuple[str, str, str]]:
    if found := _DAY.search(words):
        yield found[1], found[3], found[4]
    if found := _DAY_FIRST.search(words):
        yield found[4], found[3], found[1]
    if found := _PACKED_DAY.search(words):
        yield found[1], found[2], found[3]


def _month(found: re.Match[str] | None, zone: str | None) -> Span | None:
    return _of_month(int(found[1]), int(found[2]), zone) if found else None


def _of_month(year: int, month: int, zone: str | None) -> Span:
    after = date(year + month // MONTHS, month % MONTHS + 1, 1)
    return days(date(year, month, 1), after - DAY, zone)


def _year(found: re.Match[str] | None, zone: str | None) -> Span | None:
    if found is None:
        return None
    return days(date(int(found[1]), 1, 1), date(int(found[1]), MONTHS, 31), zone)


def _asked(query: str, zone: str | None) -> Span | None:
    """Return the time that a query names: by parts, `?yyyy=2024&mm=05`, or as one, `?d=2024-05`."""
    given = {name.lower(): value for name, value in parse_qsl(query)}
    said = {
        part: next((given[name] for name in names if name in given), "")
        for part, names in _PARTS.items()
    }
    year = said["year"] if _YEAR.fullmatch(said["year"]) else ""
    month = said["month"].zfill(2) if re.fullmatch(_M, said["month"]) else ""
    day = said["day"].zfill(2) if re.fullmatch(_D, said["day"]) else ""
    if year and month and day:
        return _day(f"{year}-{month}-{day}", zone)
    if year and month:
        return _of_month(int(year), int(month), zone)
    if year:
        return _year(_YEAR.fullmatch(year), zone)
    whole = " ".join(given.values())
    return _day(whole, zone) or _month(_MONTH.search(whole), zone)
