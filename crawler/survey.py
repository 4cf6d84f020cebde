"""A first look at a paper: from its home page to its feeds, sections and a few of its articles.

Asks for a few addresses, in rounds; what they mean is decided by the readers. Writes nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from config.domains import registrable
from crawler.fetch import Failed, Fetched
from crawler.frontier import is_home
from crawler.politeness.robots import Robots, crawl_delay
from crawler.readers import NotAFeed, discover, read, read_section
from crawler.readers.discover import Front
from crawler.readers.shapes import is_articles
from pipelines.records import Entry, FeedKind, Reading, Trouble

KEYS = {
    FeedKind.SITEMAP: "sitemaps",
    FeedKind.SITEMAP_INDEX: "sitemaps",
    FeedKind.SECTION: "sections",
}
FEEDS_TRIED, SITEMAPS_TRIED = 12, 4
GUESSED = 6  # places at a time: the rest is not asked for where one of them is a feed
FEEDS_MOST, SECTIONS_MOST = 6, 8
ARTICLES_LEAST = 3  # links of a section
NEWS = timedelta(days=3)
MORE = 1.5  # times what the feeds say: then a news sitemap is worth its visits
NEW_SHARE = 0.2  # of a further feed's entries, that the feeds before it do not have


class Visitor(Protocol):
    """Who asks for addresses, politely: ``crawler.fetch.Visitor``."""

    def get(self, urls: Sequence[str], max_bytes: int) -> list[Fetched | Failed]:
        """Return what each address answers, in the order given."""

    def robots(self, url: str) -> Robots | None:
        """Return the robots.txt of an address that was asked for; None: it had none to give."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Entrance:
    """One address that announces articles."""

    url: str
    reading: Reading = field(repr=False)

    @property
    def key(self) -> str:
        """Return the key of a source's entry under which it is written."""
        return KEYS.get(self.reading.kind, "feeds")


@dataclass(frozen=True, kw_only=True, slots=True)
class Survey:
    """What was found of a paper."""

    front: Front
    robots: Robots | None
    delay: float | None
    """Seconds between requests that robots.txt asks for."""
    entrances: tuple[Entrance, ...]
    failed: tuple[Failed, ...]
    """Feeds that the page names and that could not be had, or are none."""
    pages: tuple[tuple[Entry, Fetched | Failed], ...]
    """Some of the newest articles."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """How far a survey goes."""

    agent: str
    feed_bytes: int
    page_bytes: int
    news_since: datetime
    """What was published after that is news: by it feeds and sitemaps are compared."""
    pages: int = 3


def survey(address: str, visitor: Visitor, limits: Limits) -> Survey | Failed:
    """Return what is found at the home page of a paper; Failed where that cannot be had."""
    (home,) = visitor.get([address], limits.page_bytes)
    if isinstance(home, Failed):
        return home
    front = _front(home)
    if front.url == home.url and is_articles(home.url):  # its home page is meant
        (root,) = visitor.get([urljoin(home.url, "/")], limits.page_bytes)
        if isinstance(root, Fetched):
            home, front = root, _front(root)
    robots = visitor.robots(front.url)
    found, failed = _entrances(front, home, robots, visitor, limits)
    entries = newest(found, limits.pages)
    pages = visitor.get([entry.url or "" for entry in entries], limits.page_bytes)
    return Survey(
        front=front,
        robots=robots,
        delay=crawl_delay(robots, limits.agent) if robots else None,
        entrances=tuple(found),
        failed=tuple(failed),
        pages=tuple(zip(entries, pages, strict=True)),
    )


def _front(home: Fetched) -> Front:
    """Return what the home page says; of a feed, which a person may give too, that it is one."""
    kind = home.headers.get("content-type")
    try:
        if read(home.body, home.url, kind).entries:
            return Front(url=urljoin(home.url, "/"), feeds=(home.url,))
    except NotAFeed:
        pass
    try:
        return discover.front(home.body, home.url, kind)
    except NotAFeed:
        return Front(url=home.url)


def _entrances(
    front: Front, home: Fetched, robots: Robots | None, visitor: Visitor, limits: Limits
) -> tuple[list[Entrance], list[Failed]]:
    named = list(front.feeds)[:FEEDS_TRIED]
    feeds, failed = _read(named, visitor, limits)
    if not feeds:
        feeds = _guessed(front, visitor, limits)
    listed = discover.sitemaps(robots.body if robots else None, front.url)
    maps, _ = _read(listed[:SITEMAPS_TRIED], visitor, limits)
    chosen = covering(feeds)
    news = _news(maps, visitor, limits)
    said = sum(_recent(one, limits) for one in chosen)
    if news and (not chosen or _recent(news, limits) > MORE * said):
        chosen.append(news)
    if not chosen:
        chosen = _sections(front, home, visitor, limits)
    if not chosen:
        chosen = [one for one in maps if one.reading.kind is FeedKind.SITEMAP][:1]
    return chosen, failed


def _guessed(front: Front, visitor: Visitor, limits: Limits) -> list[Entrance]:
    """Return the first feed that is where feeds usually are."""
    places = discover.guesses(front.url, front.language)
    for start in range(0, len(places), GUESSED):
        found, _ = _read(places[start : start + GUESSED], visitor, limits)
        if found:
            return found[:1]
    return []


def _read(
    urls: Iterable[str], visitor: Visitor, limits: Limits
) -> tuple[list[Entrance], list[Failed]]:
    """Return those of the addresses that announce something, and why the others do not."""
    found: list[Entrance] = []
    failed: list[Failed] = []
    for got in visitor.get(list(dict.fromkeys(urls)), limits.feed_bytes):
        if isinstance(got, Failed):
            failed.append(got)
            continue
        try:
            reading = read(got.body, got.url, got.headers.get("content-type"))
        except NotAFeed as error:
            failed.append(Failed(url=got.url, trouble=Trouble.NOT_A_FEED, detail=str(error)))
            continue
        if reading.kind is not FeedKind.OPML and any(entry.url for entry in reading.entries):
            found.append(Entrance(url=got.url, reading=reading))
    return found, failed


def covering(feeds: Iterable[Entrance]) -> list[Entrance]:
    """Return the feeds that are worth a visit: the fullest, and those that say what it does not."""
    chosen: list[Entrance] = []
    said: set[str] = set()
    for feed in sorted(feeds, key=lambda one: -len(one.reading.entries)):
        urls = {entry.url for entry in feed.reading.entries if entry.url}
        is_comments = discover.is_comments(feed.url, feed.reading.title)
        if is_comments or len(urls - said) <= NEW_SHARE * len(urls):
            continue
        chosen.append(feed)
        said |= urls
    return chosen[:FEEDS_MOST]


def _news(maps: Sequence[Entrance], visitor: Visitor, limits: Limits) -> Entrance | None:
    """Return a sitemap of news: it says when articles were published, or what they are called."""
    indexes = (one for one in maps if one.reading.kind is FeedKind.SITEMAP_INDEX)
    named = [entry.url for one in indexes for entry in one.reading.entries if entry.url]
    likely = [url for url in named if "news" in urlsplit(url).path.lower()][:SITEMAPS_TRIED]
    children = _read(likely, visitor, limits)[0] if likely else []
    news = [
        one
        for one in (*maps, *children)
        if any(entry.published or entry.title for entry in one.reading.entries)
    ]
    return max(news, key=lambda one: _recent(one, limits), default=None)


def _recent(one: Entrance, limits: Limits) -> int:
    """Return how many entries were published in the last days."""
    times = (entry.published for entry in one.reading.entries if entry.published)
    return sum(at > limits.news_since for at in times)


def _sections(front: Front, home: Fetched, visitor: Visitor, limits: Limits) -> list[Entrance]:
    """Return the pages that lead to articles: the home page, and sections that lead to others."""
    chosen: list[Entrance] = []
    said: set[str | None] = set()
    for got in (home, *visitor.get(front.sections[:SECTIONS_MOST], limits.page_bytes)):
        section = None if isinstance(got, Failed) else _section(got)
        if section is None:
            continue
        urls = {entry.url for entry in section.reading.entries}
        if len(urls - said) >= ARTICLES_LEAST or (got is home and urls):
            chosen.append(section)
            said |= urls
    return chosen


def _section(got: Fetched) -> Entrance | None:
    try:
        reading = read_section(got.body, got.url, got.headers.get("content-type"))
    except NotAFeed:
        return None
    return Entrance(url=got.url, reading=reading)


def newest(found: Iterable[Entrance], number: int) -> list[Entry]:
    """Return some of the newest articles that are announced, each address once."""
    entries = {entry.url: entry for one in found for entry in one.reading.entries if entry.url}
    pages = [entry for url, entry in entries.items() if not is_home(url)]
    # where nothing is dated, what stands first is newest
    return sorted(pages, key=_age)[:number]


def _age(entry: Entry) -> float:
    at = entry.published or entry.updated
    return -at.timestamp() if at else 0.0


def hosts(found: Survey) -> tuple[str, ...]:
    """Return the hosts of most entries that are not on the home page's domain."""
    own = registrable(urlsplit(found.front.url).hostname or "")
    urls = [e.url for one in found.entrances for e in one.reading.entries if e.url]
    names = [urlsplit(url).hostname or "" for url in urls]
    away = {name for name in names if registrable(name) != own}
    return tuple(sorted(name for name in away if names.count(name) * 2 > len(names)))


def a_day(found: Survey) -> float | None:
    """Return how many articles a day its entrances announce; None where nothing is dated."""
    times = sorted(
        at
        for one in found.entrances
        for entry in one.reading.entries
        if (at := entry.published or entry.updated)
    )
    if len(times) < ARTICLES_LEAST:
        return None
    days = max((times[-1] - times[0]) / timedelta(days=1), 1.0)
    return len(times) / days
