"""The lists of a backfill: which are read, what they name of its range, where they go on.

Stands where ``Feeds`` does in a run. What it has read is kept, so that a run that is killed goes on
where it was: a list is noted as read when all that it names is in the ledger.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial

from config.source import Source
from crawler import frontier as decide
from crawler import older
from crawler.coverage import named_sitemaps
from crawler.frontier import Ask, Fetch
from crawler.older import Wanted
from crawler.politeness.robots import address_of, origin_of
from crawler.readers import read, read_archive
from crawler.schedule import PASSING_WEIGHTS, FeedState, Validators
from crawler.spiders.context import Context, announcement
from crawler.spiders.feeds import CHUNK, Answer, Feeds, Taken, visit
from pipelines.identify.canonical import ledger_key
from pipelines.records import Entry, Failed, FeedKind, Priority, Reading, State, Trouble
from pipelines.store.backfills import Backfills, Kind, Listing
from pipelines.store.frontier import Announcement
from pipelines.store.older import Older

log = logging.getLogger(__name__)
USUAL = "/sitemap.xml"
SHOWN = 300  # addresses of a page that the next one is compared with
FAR = datetime.max.replace(tzinfo=UTC)


class Backfill:
    """The lists of one backfill. What calls the store says so: it is to be used in a thread."""

    def __init__(self, context: Context, wanted: Wanted) -> None:
        self._context = context
        self._wanted = wanted
        self._source: Source = context.plan.sources[0]
        self._kept = Backfills(context.connection.db)
        self._older = Older(context.connection.db)
        self._listings: dict[str, Listing] = {}
        self._over: list[tuple[str, str | None, datetime]] = []  # lists, and what their trouble is
        self._counting = threading.Lock()
        self._most = context.plan.settings.backfill_lists
        self._is_robots_read = False
        self.adopt = Feeds(context).adopt
        self.touched: set[str] = set()
        """Of how a source is doing a backfill says nothing."""

    def due(self, now: datetime) -> list[Fetch]:
        """Return the visits to lists that were not read yet, once what was too old waits again.

        Where all were read and nothing waits any more, the backfill begins anew.
        """
        wanted, entries = self._wanted, self._context.report.entries
        if not (self._kept.unread(wanted.key) or self._older.waiting(wanted.source)):
            self._kept.forget(wanted.key)
        entries["recalled"] = self._older.recall(wanted.source, self._is_wanted, now)
        self._kept.add(wanted.key, self._roots(), now)
        visits = [self._visit(one, now) for one in self._kept.unread(wanted.key)]
        self._context.report.feeds["due"] += len(visits)
        return [*visits, *self._robots(now)]

    def _roots(self) -> list[Listing]:
        found = [_listing(url, "sitemap") for url in self._source.sitemaps]
        return found + [_listing(url, "section") for url in self._source.sections]

    def _robots(self, now: datetime) -> list[Fetch]:
        """Return the visits that the site's robots.txt asks for, or the request for it."""
        home = origin_of(self._source.homepage)
        known = self._context.visits.hosts([f"robots:{home}"]).get(f"robots:{home}")
        if known and known["expires_at"] > now:
            return self.named(home, known["body"])
        url = address_of(home)
        return [Fetch(ask=Ask.ROBOTS, url=url, host=decide.host_of(url), origin=home)]

    def named(self, origin: str, robots: bytes | None) -> list[Fetch]:
        """Return visits to the sitemaps that a robots.txt names; where none is, to the usual place.

        ``robots`` None: the site has none.
        """
        if origin != origin_of(self._source.homepage) or self._is_robots_read:
            return []
        self._is_robots_read = True
        owner = self._context.plan.catalogue.owner_id
        named = named_sitemaps(self._source.id, [robots or b""], owner)
        if not (named or self._source.sitemaps):
            named = {ledger_key(origin + USUAL): origin + USUAL}
        return self._visits([_listing(url, "sitemap") for url in named.values()])

    def _visits(self, listings: Sequence[Listing]) -> list[Fetch]:
        """Enter lists, as far as there may be more; return the visits to those that are new."""
        now, key = datetime.now(UTC), self._wanted.key
        room = max(0, self._most - self._kept.number(key))
        fresh = self._kept.add(key, listings[:room], now)
        if len(listings) > room:
            detail = f"a backfill reads {self._most} lists; `backfill_lists` sets the limit"
            self._tell(listings[room].url, Trouble.TOO_LARGE, detail)
        visits = [self._visit(one, now) for one in listings if one.id in fresh]
        with self._counting:
            self._context.report.feeds["due"] += len(visits)
        return visits

    def _visit(self, one: Listing, now: datetime) -> Fetch:
        self._listings[one.id] = one
        state = FeedState(id=one.id, url=one.url, source=self._source.id, next_at=now)
        return visit(replace(state, parent=one.parent and ledger_key(one.parent)), now)

    def reader(self, state: FeedState) -> Callable[[bytes, str, str | None], Reading]:
        """Return what reads the answers of a list."""
        if self._listings[state.id].kind == "sitemap":
            return read
        known = self._context.shapes_of(self._source)
        return partial(read_archive, known=known, sites=self._source.sites)

    def unchanged(self, state: FeedState, answer: Answer) -> None:
        """Note a list that showed nothing new; none does, as each is asked for as a whole."""
        self._done(state, "unchanged")

    def failed(self, state: FeedState, why: Failed, *, is_gone: bool = False) -> None:
        """Note a list that gave nothing; what may pass is tried again by the next backfill."""
        if why.trouble is Trouble.NOT_FOUND and state.url.endswith(USUAL):
            self._done(state, "read")  # nobody said that there is one
            return
        with self._counting:
            self._context.report.feeds[f"failures.{why.trouble}"] += 1
        self._tell(state.url, why.trouble, why.detail)
        is_passing = why.trouble in PASSING_WEIGHTS and not is_gone
        self._done(state, "failed", why.trouble, is_over=not is_passing)

    def held(self, state: FeedState, why: Failed) -> None:
        """Note that a list could not be visited, as its host is to be left alone."""
        with self._counting:
            self._context.report.feeds["held"] += 1
        self._tell(state.url, why.trouble, why.detail)

    def _tell(self, url: str, trouble: str, detail: str) -> None:
        self._context.report.tell(self._source.id, url, trouble, detail)

    def _done(
        self, state: FeedState, word: str, trouble: str | None = None, *, is_over: bool = True
    ) -> None:
        with self._counting:
            self._context.report.feeds.update(["visited", word])
            if is_over:
                self._over.append((state.id, trouble, datetime.now(UTC)))
        log.info(
            "feed.visited",
            extra={"url": state.url, "source": state.source, "result": word, "trouble": trouble},
        )

    def write(self) -> None:
        """Note the lists that are read, or not to be had. Calls the store."""
        with self._counting:
            over, self._over = self._over, []
        for key, trouble, at in over:
            self._kept.read(self._wanted.key, key, trouble, at)

    def read(
        self, state: FeedState, reading: Reading, validators: Validators, answer: Answer
    ) -> Taken:
        """Enter what a list names of the range; return the visits to the lists that it names."""
        one = self._listings[state.id]
        if reading.kind is FeedKind.SITEMAP_INDEX:
            found = self._children(one, reading.entries)
        else:
            self._enter(one, reading.entries)
            found = self._older_pages(one, reading)
        visits = self._visits(found)
        if not reading.is_whole:  # what is missing may be there the next time
            detail = f"it broke off after {len(reading.entries)} entries"
            self._tell(state.url, Trouble.DAMAGED, detail)
        self._done(state, "read", is_over=reading.is_whole)
        self.write()  # at once: of a backfill that is killed no list is read again
        return Taken(visits)

    def _children(self, index: Listing, entries: Sequence[Entry]) -> list[Listing]:
        """Return the sitemaps of an index that may list what is wanted, the newest first."""
        named = [
            replace(_listing(entry.url, "sitemap"), parent=index.url, changed_at=entry.updated)
            for entry in entries
            if entry.url
            and self._is_ours(entry.url, index)
            and older.may_hold(entry.url, entry.updated, self._wanted)
        ]
        return sorted(named, key=lambda one: one.changed_at or FAR, reverse=True)

    def _is_ours(self, url: str, index: Listing) -> bool:
        """Return whether an index may name a sitemap: on its own host, or another of the source."""
        try:
            host = decide.host_of(url)
        except ValueError:
            return False
        owner = self._context.plan.catalogue.owner_id
        return host == decide.host_of(index.url) or owner(host) == self._source.id

    def _older_pages(self, one: Listing, reading: Reading) -> list[Listing]:
        """Return the pages on which a section goes on, unless all that is wanted is past."""
        if one.kind == "sitemap":
            return []
        zone = self._wanted.zone
        keys = {key: entry for entry in reading.entries if (key := _key(entry.url))}
        fresh = [entry for key, entry in keys.items() if key not in one.shown]
        dated = older.of_list(one.url, zone)
        if not fresh and not dated:
            return []  # the same page again: it was the last
        is_past = older.is_before(fresh, dated, self._wanted)
        urls = [url for url in reading.older if self._goes_on(url, is_past=is_past)]
        shown = tuple(keys)[:SHOWN]
        here = [_listing(url, "section") for url in urls if _key(url)]
        return [replace(page, parent=one.url, shown=shown) for page in here]

    def _goes_on(self, url: str, *, is_past: bool) -> bool:
        named = older.of_list(url, self._wanted.zone)
        return named.overlaps(self._wanted.span) if named else not is_past

    def _is_wanted(self, entry: Entry) -> bool:
        return bool(older.in_range([entry], None, None, self._wanted)[0])

    def _enter(self, one: Listing, entries: Sequence[Entry]) -> None:
        named = older.of_list(one.url, self._wanted.zone)
        wanted, undated = older.in_range(entries, named, one.changed_at, self._wanted)
        fresh = 0
        for start in range(0, len(wanted), CHUNK):
            fresh += self._record(wanted[start : start + CHUNK])
        with self._counting:
            counts = {"seen": len(entries), "wanted": len(wanted), "new": fresh}
            self._context.report.entries.update({**counts, "undated": undated})

    def _record(self, entries: Sequence[Entry]) -> int:
        """Enter addresses that wait until nothing else is due; return how many were new."""
        now, frontier = datetime.now(UTC), self._context.frontier
        said = {one.id: one for entry in entries if (one := self._announced(entry, now))}
        known = frontier.known(list(said))
        frontier.announce_again(
            {
                key: (replace(said[key], feed=before.feed), before)
                for key, before in known.items()
                if before.is_old and before.standing.state is State.EXCLUDED
            }
        )
        return len(frontier.record((said[key] for key in said if key not in known), now))

    def _announced(self, entry: Entry, now: datetime) -> Announcement | None:
        """Return how an entry enters the ledger; None: as nothing of this source's."""
        owner = self._context.plan.catalogue.owner_id
        admission = decide.admit(entry, self._source.id, owner, now)
        is_ours = admission.source == self._source.id
        if admission.standing.state is not State.PENDING or not is_ours:
            return None
        return announcement(admission, entry, priority=Priority.BACKFILL)

    def stale(self) -> dict[str, int]:
        """Return the epochs of leases that ended: none, nothing in hand is announced again."""
        return {}

    def end_indexes(self) -> None:
        """Note what still waits to be fetched."""
        self._context.report.entries["waiting"] = self._older.waiting(self._source.id)


def _listing(url: str, kind: Kind) -> Listing:
    return Listing(id=ledger_key(url), url=url, kind=kind)


def _key(url: str | None) -> str | None:
    try:
        return ledger_key(url) if url else None
    except ValueError:
        return None
