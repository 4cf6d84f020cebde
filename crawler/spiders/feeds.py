"""The feeds of a run: which are due, what an answer makes of them, their entries to the ledger."""

import hashlib
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from config.source import Source
from crawler import coverage, rhythm, schedule, wanted
from crawler import frontier as decide
from crawler.frontier import Ask, Fetch
from crawler.politeness.robots import origin_of
from crawler.readers import read, read_section
from crawler.rhythm import Asks
from crawler.schedule import FeedState, Found, Validators, Visit
from crawler.spiders import indexes, rows
from crawler.spiders.again import said_again
from crawler.spiders.context import Context, announcement
from crawler.spiders.notes import Note, Notes
from crawler.spiders.witnesses import Witnesses
from pipelines.failpoints import reached
from pipelines.identify.canonical import ledger_key
from pipelines.records import (
    Before,
    Entry,
    Exclusion,
    Failed,
    FeedKind,
    Reading,
    Standing,
    State,
)
from pipelines.store.frontier import Announcement, Recorded

Document = dict[str, Any]
TRIES = 3
WITNESSED = 3  # sitemaps of an index that only says what the feeds did not
CHUNK = 1_000  # entries of a large sitemap that are in hand at once


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer was like, beside what it holds."""

    fresh_until: datetime | None = None
    """As long the server calls it fresh."""
    seconds: float | None = None
    """Until it began."""
    permanently: str | None = None
    """Where the feed's own address leads for good."""


class Taken(NamedTuple):
    """What a list gave."""

    visits: list[Fetch]
    """To the lists that it names."""
    is_news: bool = True
    """Whether the ledger may have addresses by now that are to be asked for."""


@dataclass(slots=True)
class Entered:
    """What entering a list into the ledger showed of it."""

    came: list[datetime] = field(default_factory=list)
    """When each new entry was published, as far as that can be."""
    known: int = 0
    changed: int = 0
    """Addresses of which it says something anew."""
    future: int = 0
    """Entries that are dated in the future."""
    elsewhere: Counter[str] = field(default_factory=Counter)
    """Entries at hosts that are none of the catalogue's."""

    def add(self, other: "Entered") -> None:
        """Take in another part of the list."""
        self.came += other.came
        self.known += other.known
        self.changed += other.changed
        self.future += other.future
        self.elsewhere.update(other.elsewhere)

    def host_elsewhere(self, entries: int) -> str | None:
        """Return the host of most entries, where that is none of the catalogue's."""
        host, number = next(iter(self.elsewhere.most_common(1)), ("", 0))
        return host if number * 2 > entries else None


class Feeds:
    """The feeds and sources of one run.

    What calls the store says so: it is to be used in a thread.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._sources: dict[str, Source] = {s.id: s for s in context.plan.sources}
        self._entrances = {
            ledger_key(url): source.id
            for source in context.plan.catalogue.sources
            for url in source.entrances
        }
        self._sections = {ledger_key(url) for s in context.plan.sources for url in s.sections}
        self._owner_id = context.plan.catalogue.owner_id
        self.touched: set[str] = set()
        """The sources of which a feed was visited, or could not be."""
        self._indexes: dict[str, tuple[FeedState, FeedState, Visit]] = {}
        self._came: dict[str, list[datetime]] = defaultdict(list)
        self._witnesses = Witnesses(context, self._entrances)
        self._notes = Notes(context.visits, self.failed)
        self.write = self._notes.write
        """Writes what visits made of feeds. Calls the store."""
        self._stale: dict[str, int] = {}
        self._counting = threading.Lock()

    def due(self, now: datetime) -> list[Fetch]:
        """Return the visits that are due: every feed of the catalogue, and what indexes named.

        Calls the store.
        """
        wanted = {state.id: state for state in self._catalogued(now)}
        kept = self._context.visits.feeds_by_id(list(wanted))
        known = {row["_id"]: rows.feed(row) for row in kept}
        # whose a feed is says the catalogue of today: an index can have no feed that it names
        states = [
            replace(known.get(key, state), source=state.source, parent=None, is_witness=False)
            for key, state in wanted.items()
        ]
        # a child of a sitemap index is visited when its index is
        chosen = [s for s in states if self._context.plan.is_all or schedule.is_due(s, now)]
        self._context.report.feeds["due"] += len(chosen)
        followed = {state.source for state in chosen if state.id in known}
        witnesses = () if self._context.plan.is_all else self._witnesses.due(followed, now)
        return [visit(state, now) for state in (*chosen, *witnesses)]

    def stale(self) -> dict[str, int]:
        """Return the epochs of leases that ended since the last call, as a feed has said more."""
        with self._counting:
            stale, self._stale = self._stale, {}
        return stale

    def adopt(self) -> None:
        """Give what is kept of a source that the catalogue has no more to who has it now.

        All of it to the source that was renamed, what waits to the owner of its host. Calls the
        store.
        """
        every = self._context.plan.catalogue.sources
        if earlier := {alias: source.id for source in every for alias in source.aliases}:
            self._context.visits.renamed(earlier)
        ids = [source.id for source in every]
        for host in self._context.frontier.orphaned(ids):
            owner = self._owner_id(host)
            if owner:
                self._context.frontier.adopt(host, owner, ids)

    def _catalogued(self, now: datetime) -> Iterable[FeedState]:
        for source in self._sources.values():
            for url in source.entrances:
                yield FeedState(id=ledger_key(url), url=url, source=source.id, next_at=now)

    def reader(self, state: FeedState) -> Callable[[bytes, str, str | None], Reading]:
        """Return what reads the answers of a feed; a section is read by what its site is like.

        Calls the store.
        """
        if state.id not in self._sections:
            return read
        source = self._sources[state.source]
        known = self._context.shapes_of(source)
        return partial(read_section, known=known, sites=source.sites)

    def named(self, origin: str, robots: bytes | None) -> list[Fetch]:
        """Return what is visited for a robots.txt: nothing, it is looked at a day later."""
        return []

    def unchanged(self, state: FeedState, answer: "Answer") -> None:
        """Note a visit that showed nothing new."""
        self._save(state, schedule.unchanged(state, self._visit(state, answer)), "unchanged")

    def failed(self, state: FeedState, why: Failed, *, is_gone: bool = False) -> None:
        """Note a visit that gave nothing; ``is_gone``: the server says for good."""
        report = self._context.report
        after = schedule.failed(state, why, self._visit(state, Answer()), is_gone=is_gone)
        if state.is_witness:  # of the feeds nothing failed
            self._save(state, after, "failed")
            return
        with self._counting:
            report.feeds[f"failures.{why.trouble}"] += 1
            report.feeds["failed_again"] += not schedule.is_news(state)
        self._tell(state, why.trouble, why.detail)
        self._save(state, after, "failed")

    def held(self, state: FeedState, why: Failed) -> None:
        """Note that a due feed could not be visited, as its host is to be left alone."""
        after = schedule.held(state, why, datetime.now(UTC))
        if state.is_witness:
            self._put(state, after, "held")
            return
        with self._counting:
            self._context.report.feeds["held"] += 1
            self._context.report.feeds["failed_again"] += not schedule.is_news(state)
        self._tell(after, why.trouble, why.detail)
        self._put(state, after, "held")

    def _tell(self, state: FeedState, trouble: str, detail: str) -> None:
        self._context.report.tell(state.source, state.url, trouble, detail)

    def read(
        self, state: FeedState, reading: Reading, validators: Validators, answer: "Answer"
    ) -> Taken:
        """Enter what a feed announces, then its validators; return an index's sitemaps to visit.

        Calls the store.
        """
        now = datetime.now(UTC)
        children: list[Fetch] = []
        entered = Entered()
        if reading.kind is FeedKind.SITEMAP_INDEX:
            children = [visit(child, now) for child in self._children(state, reading.entries, now)]
            # an index may stay as it is for years while its sitemaps change: it is always read
            validators = Validators()
        else:
            entries: Sequence[Entry] = reading.entries
            if state.is_witness:
                entries = self._witnesses.missed(state, entries, now)
            for start in range(0, len(entries), CHUNK):
                part = entries[start : start + CHUNK]
                entered.add(self._enter(state, reading.kind, part, now))
        found = Found(
            kind=reading.kind,
            entries=len(reading.entries),
            came=tuple(entered.came),
            known=entered.known,
            future=entered.future / max(1, len(reading.entries)),
            elsewhere=entered.host_elsewhere(len(reading.entries)),
            asks=Asks(reading.wait, frozenset(reading.skip_hours), frozenset(reading.skip_days)),
        )
        when = self._visit(state, answer)
        after = schedule.read(state, found, validators, when)
        with self._counting:
            if children:
                self._indexes[state.id] = (state, after, when)
            if state.parent:
                self._came[state.parent] += found.came
        reached("entries-recorded")
        self._save(state, after, "read")
        return Taken(children, is_news=bool(entered.came or entered.changed))

    def end_indexes(self) -> None:
        """Plan the next visits of the indexes by what came in the sitemaps that they name.

        Their own visits are written before. Calls the store.
        """
        planned = [
            schedule.gained(before, after, self._came[key], when)
            for key, (before, after, when) in self._indexes.items()
        ]
        self._context.visits.save_feeds([rows.of_feed(state) for state in planned])
        self._indexes.clear()

    def _children(
        self, index: FeedState, entries: Sequence[Entry], now: datetime
    ) -> list[FeedState]:
        """The sitemaps of an index that are visited now; none that the catalogue has itself."""
        named = indexes.choose(index, entries, self._owner_id, now)
        if named.refused:
            self._refused(index, named.refused)
        visits = self._context.visits
        known = {
            row["_id"]: rows.feed(row) for row in visits.feeds_by_id([s.id for s in named.sitemaps])
        }
        children = [
            replace(state, parent=index.id, source=index.source, is_witness=index.is_witness)
            for state in (known.get(sitemap.id, sitemap) for sitemap in named.sitemaps)
            if state.id not in self._entrances and not self._is_anothers(state, index)
        ]
        if index.is_witness:
            children = children[:WITNESSED]
        before = [
            rows.feed(row) for row in visits.feeds([index.source]) if row["parent"] == index.id
        ]
        here = {child.id for child in children}
        left = [schedule.unnamed(state) for state in before if state.id not in here]
        visits.save_feeds([rows.of_feed(state) for state in left])
        return children

    def _is_anothers(self, sitemap: FeedState, index: FeedState) -> bool:
        """Return whether an index that another source of the catalogue has names a sitemap.

        To a witness any index of the catalogue is another's. What a source had that is gone, or
        goes by another id now, is free.
        """
        namer = self._entrances.get(sitemap.parent) if sitemap.parent else None
        if index.is_witness and namer:
            return True
        return namer not in {None, index.source} and sitemap.source != index.source

    def _refused(self, index: FeedState, addresses: Sequence[str]) -> None:
        with self._counting:
            self._context.report.feeds["refused"] += len(addresses)
        detail = (
            f"{len(addresses)} of the sitemaps it names are left out, as they are on no host of "
            f"this source, the first {addresses[0][:200]}"
        )
        self._tell(index, Exclusion.OFF_SITE, detail)

    def _enter(
        self, state: FeedState, kind: FeedKind, entries: Sequence[Entry], now: datetime
    ) -> "Entered":
        admitted = [(self._admit(entry, state, kind, now), entry) for entry in entries]
        said = {
            admission.id: announcement(
                admission, self._believed(entry, admission.source, state), feed=state.id
            )
            for admission, entry in admitted
        }
        frontier = self._context.frontier
        known = frontier.known(list(said))
        fresh = frontier.record((said[key] for key in said if key not in known), now)
        # another feed may have been the first to say them
        late = frontier.known(said.keys() - fresh - known.keys())
        changed = 0
        if kind is not FeedKind.SECTION:  # what a link says is no sign that the article changed
            changed = self._announce_again(said, {**known, **late}, now)
        frontier.seen(list(known), now)
        self._count(len(entries), [said[key] for key in fresh], changed)
        news = (said[key] for key in fresh if said[key].standing.state is State.PENDING)
        return Entered(
            came=[one.entry.published or now for one in news],
            known=len(known),
            changed=changed,
            future=sum(decide.is_future(entry, now) for entry in entries),
            elsewhere=Counter(
                admission.host
                for admission, _ in admitted
                if admission.standing.reason == Exclusion.OFF_SITE
            ),
        )

    def _believed(self, entry: Entry, source: str, state: FeedState) -> Entry:
        return wanted.believed(entry, self._context.plan.catalogue.by_id(source), state.source)

    def _announce_again(
        self, said: Mapping[str, Announcement], known: Mapping[str, Recorded], now: datetime
    ) -> int:
        """Note what is said anew of addresses that the ledger knows; return of how many.

        What a run settles meanwhile is looked at again.
        """
        is_dated = not decide.is_stamped([one.entry for one in said.values()])
        number = 0
        for _ in range(TRIES):
            changed = {
                key: (again, before)
                for key, before in known.items()
                if (again := said_again(said[key], before, now, is_dated=is_dated))
            }
            done = self._context.frontier.announce_again(changed)
            number += done
            with self._counting:
                self._stale.update((key, before.epoch) for key, (_, before) in changed.items())
            if done == len(changed):
                break
            known = self._context.frontier.known(list(changed))
        return number

    def _admit(
        self, entry: Entry, state: FeedState, kind: FeedKind, now: datetime
    ) -> decide.Admission:
        admission = self._context.admitted(entry, state.source, now)
        minutes = self._sources[state.source].archive_minutes
        after = timedelta(minutes=minutes) if minutes else None
        if admission.standing.state is State.PENDING and decide.is_old(entry, kind, now, after):
            excluded = Standing(state=State.EXCLUDED, reason=Exclusion.TOO_OLD)
            return decide.Admission(
                id=admission.id, host=admission.host, source=admission.source, standing=excluded
            )
        return admission

    def _count(self, seen: int, fresh: Sequence[Announcement], changed: int) -> None:
        entries = self._context.report.entries
        left_out = [a.standing.reason for a in fresh if a.standing.state is State.EXCLUDED]
        with self._counting:
            entries.update({"seen": seen, "new": len(fresh), "changed": changed})
            entries.update(f"excluded.{reason}" for reason in left_out)

    def _visit(self, state: FeedState, answer: "Answer") -> Visit:
        settings, minutes = self._context.plan.settings, self._sources[state.source].every_minutes
        every = timedelta(minutes=minutes) if minutes else None
        limits = rhythm.bounds(
            timedelta(minutes=settings.capture_minutes),
            timedelta(minutes=settings.visit_minutes_min),
            timedelta(minutes=settings.visit_minutes_max),
        )
        return Visit(
            now=datetime.now(UTC),
            limits=limits,
            every=coverage.EVERY if state.is_witness else every,
            fresh_until=answer.fresh_until,
            seconds=answer.seconds,
            permanently=answer.permanently,
        )

    def _save(self, before: FeedState, after: FeedState, word: str) -> None:
        words = [f"coverage.{word}"] if before.is_witness else ["visited", word]
        with self._counting:
            self._context.report.feeds.update(words)
        self._put(before, after, word)

    def _put(self, before: FeedState, after: FeedState, word: str) -> None:
        with self._counting:
            self.touched.add(after.source)
        self._notes.put(Note(before, after, word))


def visit(state: FeedState, now: datetime) -> Fetch:
    """Return the request that visits a feed."""
    url = state.address(now)
    return Fetch(ask=Ask.FEED, url=url, host=decide.host_of(url), origin=origin_of(url), feed=state)


def conditional_headers(before: FeedState | Before | None) -> dict[str, str]:
    """Return the headers by which a server may say that nothing has changed; {}: it may not."""
    if before is None or (isinstance(before, FeedState) and before.asks_whole):
        return {}
    headers = {"If-None-Match": before.etag, "If-Modified-Since": before.last_modified}
    return {name: value for name, value in headers.items() if value}


def body_hash(body: bytes) -> str:
    """Return 32 hex digits of a body: the same bytes need no second reading."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()
