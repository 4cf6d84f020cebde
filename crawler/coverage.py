"""What a site lists that our feeds did not say: its own sitemap as a witness. Decides only.

A site's robots.txt names its sitemaps. Once a day one of them is read beside the feeds, and what
it lists of the last days and the ledger does not know has been missed: it is named, and fetched.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from crawler.frontier import host_of, is_home, is_stamped
from crawler.readers import addresses
from crawler.readers.shapes import is_articles, rough
from crawler.schedule import FeedState
from pipelines.identify.canonical import ledger_key
from pipelines.records import Entry

EVERY = timedelta(days=1)
WITNESSES = 2
"""Sitemaps of a source that are read beside its feeds; those that name news first."""
LOOKED_BACK = timedelta(days=2)
SETTLING = timedelta(hours=3)
"""So new an article may still come by its feed."""
NAMED = 50
_NEWS = re.compile(r"news|article|post|story|stories|artikel|novost|haber|noticia|aktuel", re.I)


@dataclass(frozen=True, kw_only=True, slots=True)
class Day:
    """What a source's site lists of one day, and what of it was missed."""

    source: str
    day: datetime
    """Its beginning, UTC."""
    listed: int
    missed: tuple[str, ...]
    """Addresses that no feed had said."""


def witnesses(
    source: str,
    robots: Iterable[bytes],
    entrances: Collection[str],
    owner: Callable[[str], str | None],
    now: datetime,
) -> list[FeedState]:
    """Return the sitemaps that a source's robots.txt names and that are none of its entrances."""
    named = named_sitemaps(source, robots, owner)
    others = [(key, url) for key, url in named.items() if key not in entrances]
    best = sorted(others, key=lambda one: not _NEWS.search(urlsplit(one[1]).path))[:WITNESSES]
    return [
        FeedState(id=key, url=url, source=source, next_at=_first(key, now), is_witness=True)
        for key, url in best
    ]


def named_sitemaps(
    source: str, robots: Iterable[bytes], owner: Callable[[str], str | None]
) -> dict[str, str]:
    """Return the sitemaps that robots.txt files name, on hosts of a source, by the ledger's key."""
    named: dict[str, str] = {}
    for body in robots:
        for url in addresses.named_sitemaps(body):
            try:
                if owner(host_of(url)) == source:
                    named.setdefault(ledger_key(url), url)
            except ValueError:
                continue
    return named


def _first(key: str, now: datetime) -> datetime:
    """Return when a sitemap is read first: some time of the day, another for each."""
    return now + EVERY * (int(key[:8], 16) / 16**8)


def claimed(entries: Sequence[Entry], shown: Iterable[str], now: datetime) -> list[Entry]:
    """Return the entries of a sitemap that are articles of the last days.

    A news sitemap says when each was published. Any other says when it was changed, of all its
    pages: there the times must not be all the same, and the address must be one of an article, of
    the shape that those have which are stored of the site (``shown``).
    """
    dated = not is_stamped(entries)
    shapes = {rough(url) for url in shown}
    return [
        entry
        for entry in entries
        if entry.url
        and not is_home(entry.url)
        and _is_recent(entry.published or (entry.updated if dated else None), now)
        and (entry.published or (is_articles(entry.url) and rough(entry.url) in shapes))
    ]


def _is_recent(at: datetime | None, now: datetime) -> bool:
    return at is not None and now - LOOKED_BACK <= at <= now - SETTLING


def days(source: str, entries: Sequence[Entry], missed: Collection[str]) -> list[Day]:
    """Return what was listed and missed, by the day in UTC."""
    listed: dict[datetime, list[str]] = defaultdict(list)
    for entry in entries:
        at = entry.published or entry.updated
        if at and entry.url:
            day = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
            listed[day].append(entry.url)
    return [
        Day(
            source=source,
            day=day,
            listed=len(urls),
            missed=tuple(url for url in urls if url in missed),
        )
        for day, urls in sorted(listed.items())
    ]
