"""What to ask for, and in which order. Decides only: no clock, no store, no network.

``admit`` says what becomes of an announced entry. ``Desk`` holds what a run has in hand and gives
out one request at a time a host, robots.txt before anything else there.
"""

import hashlib
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from urllib.parse import urlsplit

from config.domains import USUAL_PORTS, one_name
from crawler.schedule import FeedState
from pipelines.identify.canonical import ledger_key
from pipelines.records import Arrival, Before, Due, Entry, Exclusion, FeedKind, Standing, State

# what a sitemap lists from before is the archive, not the news
NEWS = timedelta(days=30)
STAMPED_LEAST = 10
SHARED_MOST = 4_096
AHEAD = timedelta(hours=1)
LISTS = frozenset({FeedKind.SITEMAP})
# what the ledger keeps of an entry: no feed can fill a document of 16 MB
LETTERS, LETTERS_OF_SUMMARY, NAMES = 2_000, 20_000, 100
LETTERS_OF_CONTENT = 60_000  # of HTML: a cut text is still evidence


class Ask(StrEnum):
    """What a request is for."""

    ROBOTS = "robots"
    FEED = "feed"
    PAGE = "page"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetch:
    """The decision to ask for one address."""

    ask: Ask
    url: str
    host: str
    """As ``host_of`` writes it: the unit of pace."""
    origin: str
    """Whose robots.txt holds."""
    due: Due | None = None
    """The address of the ledger that a page is for."""
    feed: FeedState | None = None
    hops: int = 0
    """Redirects followed so far."""
    is_for_good: bool = True
    """All of these were permanent (301, 308)."""
    so_far: Arrival | None = None
    """The article that this page goes on with, by the pages before it."""
    instead_of: Arrival | None = None
    """The page whose AMP form this is."""

    @property
    def is_begun(self) -> bool:
        """Whether there was a request before it for the same page of the ledger."""
        return bool(self.hops or self.so_far or self.instead_of)

    @property
    def asked_before(self) -> FeedState | Before | None:
        """What is known of the last answer of this very address; None: nothing."""
        before = self.due.before if self.due else None
        return self.feed or (before if before and before.url == self.url else None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Admission:
    """What becomes of an announced entry."""

    id: str
    """The ledger's key."""
    host: str
    source: str
    standing: Standing


def admit(
    entry: Entry,
    announced_by: str,
    owner: Callable[[str], str | None],
    now: datetime,
    refusal: Callable[[str, Entry], str | None] = lambda *_: None,
) -> Admission:
    """Return where an entry enters the ledger: pending, or excluded for a reason.

    ``owner`` says which source a host belongs to, ``refusal`` why a source leaves an entry out. An
    entry without an address is known by its source and guid.
    """
    if not entry.url:
        key = _hash(f"{announced_by} {entry.id or entry.title}")
        return _excluded(key, announced_by, Exclusion.NO_ADDRESS)
    try:
        key, host = ledger_key(entry.url), host_of(entry.url)
    except ValueError:
        key, host = "", ""
    if not host or len(entry.url) > LETTERS:
        return _excluded(_hash(entry.url), announced_by, Exclusion.INVALID_ADDRESS)
    source = owner(host)
    if source is None:
        return _excluded(key, announced_by, Exclusion.OFF_SITE, host)
    if is_home(entry.url):
        return _excluded(key, source, Exclusion.HOME_PAGE, host)
    if why := refusal(source, entry):
        standing = Standing(state=State.EXCLUDED, reason=Exclusion.IGNORED, detail=why)
        return Admission(id=key, host=host, source=source, standing=standing)
    return Admission(
        id=key, host=host, source=source, standing=Standing(state=State.PENDING, next_at=now)
    )


def is_home(url: str) -> bool:
    """Return whether an address is a site's home page: it is nobody's article."""
    parts = urlsplit(url)
    return parts.path in {"", "/"} and not parts.query


def is_old(entry: Entry, kind: FeedKind, now: datetime, after: timedelta | None = None) -> bool:
    """Return whether an entry of a sitemap is of the archive; a feed's entries never are.

    ``after``: how long an article of its source is news; None: as of every source.
    """
    said = entry.published or entry.updated
    return kind in LISTS and said is not None and said < now - (after or NEWS)


def keepable(entry: Entry) -> Entry:
    """Return the entry as the ledger can keep it, so that it compares equal when read back."""
    return replace(
        entry,
        url=_cut(entry.url),
        id=_cut(entry.id),
        title=_cut(entry.title),
        summary=_cut(entry.summary, LETTERS_OF_SUMMARY),
        content=_cut(entry.content, LETTERS_OF_CONTENT),
        published=_to_milliseconds(entry.published),
        updated=_to_milliseconds(entry.updated),
        published_raw=_cut(entry.published_raw),
        authors=tuple(name[:LETTERS] for name in entry.authors[:NAMES]),
        tags=tuple(name[:LETTERS] for name in entry.tags[:NAMES]),
        language=_cut(entry.language),
    )


def _cut(words: str | None, letters: int = LETTERS) -> str | None:
    return words and words[:letters]


def _to_milliseconds(moment: datetime | None) -> datetime | None:
    return moment and moment.replace(microsecond=moment.microsecond // 1_000 * 1_000)


def has_changed(before: Entry, now: Entry) -> bool:
    """Return whether a feed says something else of an article than before: read it again."""
    return (now.title, now.updated) != (before.title, before.updated)


def is_newer(entry: Entry, visited_at: datetime | None, now: datetime) -> bool:
    """Return whether a feed says that an article changed after the last visit to it."""
    return bool(visited_at and entry.updated and visited_at < entry.updated <= now)


def is_future(entry: Entry, now: datetime) -> bool:
    """Return whether an entry says that it will be published: by more than clocks are wrong."""
    return bool(entry.published and entry.published > now + AHEAD)


def is_redated(before: Entry, now: Entry, visited_at: datetime | None) -> bool:
    """Return whether an article was dated in the future at the last visit, and is not any more."""
    if not (visited_at and before.published and now.published):
        return False
    return is_future(before, visited_at) and now.published <= visited_at


def is_stamped(entries: Sequence[Entry]) -> bool:
    """Return whether most of a list's entries changed in one minute: then that is its own.

    A sitemap that is made anew for each visitor says so of all its pages.
    """
    minutes = Counter(e.updated.replace(second=0, microsecond=0) for e in entries if e.updated)
    most = max(minutes.values(), default=0)
    return most >= STAMPED_LEAST and most * 2 > len(entries)


def host_of(url: str) -> str:
    """Return host and port as the pace knows them, however the address spells them.

    Two ports are two hosts, as their robots.txt are two; the usual port of a scheme is no port.
    Raises ValueError where there is no host.
    """
    parts = urlsplit(url)
    name = one_name(parts.hostname or "")
    # "http://[::1]x@paper.example", "http://other.example\\@paper.example": for each reader another
    is_twofold = "[" in parts.netloc.rpartition("@")[0] or "\\" in parts.netloc
    if not name or parts.scheme not in USUAL_PORTS or is_twofold:
        raise ValueError(f"no http address: {url}")
    return name if parts.port in {None, USUAL_PORTS[parts.scheme]} else f"{name}:{parts.port}"


def _excluded(key: str, source: str, reason: Exclusion, host: str = "") -> Admission:
    standing = Standing(state=State.EXCLUDED, reason=reason)
    return Admission(id=key, host=host, source=source, standing=standing)


def _hash(words: str) -> str:
    return hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _is_stale(fetch: Fetch, stale: Mapping[str, int]) -> bool:
    return fetch.due is not None and fetch.due.lease.epoch <= stale.get(fetch.due.lease.id, -1)


@dataclass(slots=True)
class _Host:
    """The queue of one host."""

    waiting: deque[Fetch] = field(default_factory=deque)
    asked: Ask | None = None
    """What is under way."""
    ready_at: datetime | None = None

    def is_free(self, awaited: Collection[str]) -> bool:
        """Return whether what comes next here may be given out; robots.txt comes first always."""
        if self.asked or not self.waiting:
            return False
        head = self.waiting[0]
        return head.ask is Ask.ROBOTS or head.origin not in awaited

    @property
    def is_page_next(self) -> bool:
        """Return whether what comes next here is a page."""
        return bool(self.waiting) and self.waiting[0].ask is Ask.PAGE

    def is_through(self, now: datetime) -> bool:
        """Return whether nothing is left to do here, and nothing to remember."""
        return not (self.waiting or self.asked or (self.ready_at and self.ready_at > now))


class Desk:
    """What a run has in hand: one queue a host, one request a host at a time."""

    def __init__(
        self,
        has_robots: Callable[[str], bool],
        robots_address: Callable[[str], str],
        shares: Callable[[str], Mapping[str, timedelta]] = lambda _: {},
    ):
        """``shares``: what a host has in common with others, and the least time between these."""
        self._has_robots = has_robots
        self._shares = shares
        self._shared_until: dict[str, datetime] = {}
        self._robots_address = robots_address
        self._hosts: dict[str, _Host] = {}
        # hosts by whether a page is next there
        self._turns: dict[bool, deque[str]] = {True: deque(), False: deque()}
        self._awaited: set[str] = set()
        self.pages = 0
        """Pages that wait."""

    def add(self, fetches: Iterable[Fetch]) -> None:
        """Put requests at the end of their hosts' queues."""
        for fetch in fetches:
            self._host(fetch.host).waiting.append(fetch)
            self._added(fetch)

    def _added(self, fetch: Fetch) -> None:
        """Count a page; a host of which one is next now waits with those of which one is."""
        if fetch.ask is not Ask.PAGE:
            return
        self.pages += 1
        if self._host(fetch.host).waiting[0] is fetch:
            for turn in self._turns.values():
                if fetch.host in turn:
                    turn.remove(fetch.host)
            self._turns[True].append(fetch.host)

    def add_first(self, fetch: Fetch) -> None:
        """Put a request at the head of its host's queue: the next hop of one under way.

        Behind the requests for a robots.txt that are there: other hosts may wait for those, and
        two hosts for one another's.
        """
        waiting = self._host(fetch.host).waiting
        ahead = sum(1 for _ in takewhile(lambda other: other.ask is Ask.ROBOTS, waiting))
        waiting.insert(ahead, fetch)
        self._added(fetch)

    def await_rules(self, origin: str) -> None:
        """Hold back what is for an origin: its robots.txt is asked for at another host's."""
        self._awaited.add(origin)

    def rules_came(self, origin: str) -> None:
        """Note that what the robots.txt of an origin says is known, or that it cannot be had."""
        self._awaited.discard(origin)

    def next(self, now: datetime, *, is_page_first: bool = False) -> Fetch | timedelta | None:
        """Return what to ask for now, or how long to wait, or None when nothing waits here.

        Hosts take turns; those of which a page is next before or behind the others, as asked for.
        A host whose robots.txt is not known is asked for that first.
        """
        waits = []
        for is_page in (is_page_first, not is_page_first):
            found = self._next_of(self._turns[is_page], now)
            if isinstance(found, Fetch):
                return found
            if found is not None:
                waits.append(found)
        return min(waits, default=None)

    def _next_of(self, turn: deque[str], now: datetime) -> Fetch | timedelta | None:
        soonest: timedelta | None = None
        for _ in range(len(turn)):
            name = turn.popleft()
            host = self._hosts[name]
            if host.is_through(now):
                del self._hosts[name]  # nothing grows with the hosts of a run
                continue
            self._turns[host.is_page_next].append(name)
            if not host.is_free(self._awaited):
                continue
            ready_at = max(host.ready_at or now, self._shared_ready_at(name, now))
            if ready_at > now:
                wait = ready_at - now
                soonest = wait if soonest is None else min(wait, soonest)
                continue
            self._share(name, now)
            head = self._head(host)
            host.asked = head.ask
            return head
        return soonest

    def _shared_ready_at(self, name: str, now: datetime) -> datetime:
        """Return when what a host shares with others may be asked."""
        times = (self._shared_until.get(shared, now) for shared in self._shares(name))
        return max(times, default=now)

    def _share(self, name: str, now: datetime) -> None:
        for shared, least in self._shares(name).items():
            self._shared_until[shared] = now + least
        if len(self._shared_until) > SHARED_MOST:  # nothing grows with the hosts of a run
            until = self._shared_until.items()
            self._shared_until = {shared: at for shared, at in until if at > now}

    def _head(self, host: _Host) -> Fetch:
        head = host.waiting[0]
        if head.ask is Ask.ROBOTS or self._has_robots(head.origin):
            self.pages -= head.ask is Ask.PAGE
            return host.waiting.popleft()
        return Fetch(
            ask=Ask.ROBOTS,
            url=self._robots_address(head.origin),
            host=head.host,
            origin=head.origin,
        )

    def done(self, name: str, ready_at: datetime | None) -> None:
        """Note that a host's request has ended, and when the host may be asked again."""
        host = self._host(name)
        host.asked = None
        host.ready_at = ready_at

    def put_back(self, fetch: Fetch, ready_at: datetime) -> None:
        """Take back what was given out and not asked for, until the host may be asked."""
        self.done(fetch.host, ready_at)
        if fetch.ask is not Ask.ROBOTS or fetch.hops:  # another robots.txt comes by itself
            self._host(fetch.host).waiting.appendleft(fetch)
            self.pages += fetch.ask is Ask.PAGE

    def hold(self, name: str, ready_at: datetime | None) -> None:
        """Note when a host may be asked, as earlier runs left it."""
        self._host(name).ready_at = ready_at

    def withdraw(self, name: str) -> list[Fetch]:
        """Take all that waits for a host, and return it."""
        host = self._host(name)
        taken = list(host.waiting)
        self.pages -= sum(fetch.ask is Ask.PAGE for fetch in taken)
        host.waiting.clear()
        return taken

    def drop(self, stale: Mapping[str, int]) -> None:
        """Take out pages under a lease of that epoch or before it: they can settle nothing."""
        if not stale:
            return
        for host in self._hosts.values():
            kept = [fetch for fetch in host.waiting if not _is_stale(fetch, stale)]
            self.pages -= len(host.waiting) - len(kept)
            host.waiting = deque(kept)

    def withdraw_all(self) -> list[Fetch]:
        """Take all that waits, and return it."""
        return [fetch for name in list(self._hosts) for fetch in self.withdraw(name)]

    def has(self, name: str) -> bool:
        """Return whether the desk knows the host: its pace and robots.txt have been looked up."""
        return name in self._hosts

    def loads(self) -> Mapping[str, int]:
        """Return how many pages wait for each host, the one under way included."""
        return {
            name: sum(fetch.ask is Ask.PAGE for fetch in host.waiting) + (host.asked is not None)
            for name, host in self._hosts.items()
        }

    def listing(self) -> set[str]:
        """Return the hosts of which a list is asked for, or is to be: it may name what is fresh."""
        return {
            name
            for name, host in self._hosts.items()
            if host.asked is Ask.FEED or any(fetch.ask is Ask.FEED for fetch in host.waiting)
        }

    def waiting(self, after: datetime, until: datetime) -> list[str]:
        """Return the hosts of which something may be asked for after the one time, by the other."""
        hosts = self._hosts.items()
        return [name for name, host in hosts if host.ready_at and after < host.ready_at <= until]

    def free_pages(self, now: datetime) -> int:
        """Return how many pages wait for hosts that need not wait themselves."""
        return sum(1 for _ in self._free(now))

    def has_free_page(self, now: datetime) -> bool:
        """Return whether a page waits for a host that need not wait itself."""
        return next(self._free(now), None) is not None

    def _free(self, now: datetime) -> Iterator[Fetch]:
        if not self.pages:  # there may be thousands of hosts
            return iter(())
        ready = (h for h in self._hosts.values() if h.ready_at is None or h.ready_at <= now)
        return (fetch for host in ready for fetch in host.waiting if fetch.ask is Ask.PAGE)

    @property
    def is_idle(self) -> bool:
        """Nothing waits and nothing is under way."""
        return not any(host.asked or host.waiting for host in self._hosts.values())

    def _host(self, name: str) -> _Host:
        if name not in self._hosts:
            self._hosts[name] = _Host()
            self._turns[False].append(name)
        return self._hosts[name]
