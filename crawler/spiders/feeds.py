"""The feeds of a run: which are due, what an answer makes of them, their entries to the ledger."""

import hashlib
import logging
import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from config.source import Source
from crawler import frontier as decide
from crawler import schedule
from crawler.frontier import Ask, Fetch
from crawler.politeness.robots import origin_of
from crawler.schedule import FeedState, SourceState, Validators, Visit
from crawler.spiders import indexes
from crawler.spiders.context import TROUBLES, Context
from pipelines import ledger
from pipelines.identify.canonical import ledger_key
from pipelines.records import (
    Before,
    Entry,
    Exclusion,
    Failed,
    FeedKind,
    Priority,
    Reading,
    Standing,
    State,
)
from pipelines.store.frontier import Announcement, Recorded

Document = dict[str, Any]
log = logging.getLogger(__name__)
TRIES = 3
CHUNK = 1_000  # entries of a large sitemap that are in hand at once


class Feeds:
    """The feeds and sources of one run. Calls the store: to be used in a thread."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._sources: dict[str, Source] = {s.id: s for s in context.plan.sources}
        self._entrances = {
            ledger_key(url): source.id
            for source in context.plan.catalogue.sources
            for url in (*source.feeds, *source.sitemaps)
        }
        self._owner_id = context.plan.catalogue.owner_id
        self._touched: set[str] = set()
        self._stale: dict[str, int] = {}
        self._counting = threading.Lock()

    def due(self, now: datetime) -> list[Fetch]:
        """Return the visits that are due: every feed of the catalogue, and what indexes named."""
        wanted = {state.id: state for state in self._catalogued(now)}
        rows = self._context.visits.feeds_by_id(list(wanted))
        known = {row["_id"]: _state(row) for row in rows}
        # whose a feed is says the catalogue of today: an index can have no feed that it names
        states = [
            replace(known.get(key, state), source=state.source, parent=None)
            for key, state in wanted.items()
        ]
        # a child of a sitemap index is visited when its index is
        chosen = [s for s in states if self._context.plan.is_all or schedule.is_due(s, now)]
        self._context.report.feeds["due"] += len(chosen)
        return [visit(state) for state in chosen]

    def stale(self) -> dict[str, int]:
        """Return the epochs of leases that ended since the last call, as a feed has said more."""
        with self._counting:
            stale, self._stale = self._stale, {}
        return stale

    def adopt(self) -> None:
        """Give addresses that wait for a source that the catalogue has no more to their host's."""
        ids = [source.id for source in self._context.plan.catalogue.sources]
        for host in self._context.frontier.orphaned(ids):
            owner = self._owner_id(host)
            if owner:
                self._context.frontier.adopt(host, owner, ids)

    def _catalogued(self, now: datetime) -> Iterable[FeedState]:
        for source in self._sources.values():
            for url in (*source.feeds, *source.sitemaps):
                yield FeedState(id=ledger_key(url), url=url, source=source.id, next_at=now)

    def unchanged(self, state: FeedState) -> None:
        """Note a visit that showed nothing new."""
        now = datetime.now(UTC)
        self._save(schedule.unchanged(state, now, self._every(state)), "unchanged")

    def failed(self, state: FeedState, why: Failed) -> None:
        """Note a visit that gave nothing."""
        report = self._context.report
        after = schedule.failed(state, why, Visit(datetime.now(UTC), self._every(state)))
        with self._counting:
            report.feeds[f"failures.{why.trouble}"] += 1
            report.feeds["failed_again"] += not schedule.is_news(state)
        self._tell(state, why.trouble, why.detail)
        self._save(after, "failed")

    def held(self, state: FeedState, why: Failed) -> None:
        """Note that a due feed could not be visited, as its host is to be left alone."""
        after = schedule.held(state, why)
        with self._counting:
            self._context.report.feeds["held"] += 1
            self._context.report.feeds["failed_again"] += not schedule.is_news(state)
        self._tell(after, why.trouble, why.detail)
        self._store(after, "held")

    def _tell(self, state: FeedState, trouble: str, detail: str) -> None:
        troubles = self._context.report.troubles
        if len(troubles) < TROUBLES:
            words = {"trouble": str(trouble), "detail": detail}
            troubles.append({"source": state.source, "url": state.url, **words})

    def read(self, state: FeedState, reading: Reading, validators: Validators) -> list[Fetch]:
        """Enter what a feed announces, then its validators; return an index's sitemaps to visit."""
        now = datetime.now(UTC)
        children: list[Fetch] = []
        if reading.kind is FeedKind.SITEMAP_INDEX:
            children = [visit(child) for child in self._children(state, reading.entries, now)]
            # an index may stay as it is for years while its sitemaps change: it is always read
            validators = Validators()
        else:
            for start in range(0, len(reading.entries), CHUNK):
                self._enter(state, reading.kind, reading.entries[start : start + CHUNK], now)
        when = Visit(now, self._every(state))
        found = (reading.kind, len(reading.entries))
        self._save(schedule.answered(state, found, validators, when), "read")
        return children

    def _children(
        self, index: FeedState, entries: Sequence[Entry], now: datetime
    ) -> list[FeedState]:
        """The sitemaps of an index that are visited now; none that the catalogue has itself."""
        named = indexes.choose(index, entries, self._owner_id, now)
        if named.refused:
            self._refused(index, named.refused)
        visits = self._context.visits
        known = {
            row["_id"]: _state(row) for row in visits.feeds_by_id([s.id for s in named.sitemaps])
        }
        children = [
            replace(state, parent=index.id, source=index.source)
            for state in (known.get(sitemap.id, sitemap) for sitemap in named.sitemaps)
            if state.id not in self._entrances and not self._is_anothers(state, index)
        ]
        before = [_state(row) for row in visits.feeds([index.source]) if row["parent"] == index.id]
        here = {child.id for child in children}
        left = [schedule.unnamed(state) for state in before if state.id not in here]
        visits.save_feeds([_document(state) for state in left])
        return children

    def _is_anothers(self, sitemap: FeedState, index: FeedState) -> bool:
        """Return whether an index that another source of the catalogue has names a sitemap.

        What a source had that is gone, or goes by another id now, is free.
        """
        namer = self._entrances.get(sitemap.parent) if sitemap.parent else None
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
    ) -> None:
        admitted = [(self._admit(entry, state, kind, now), entry) for entry in entries]
        said = {
            admission.id: Announcement(
                id=admission.id,
                host=admission.host,
                source=admission.source,
                feed=state.id,
                entry=decide.keepable(entry),
                standing=admission.standing,
            )
            for admission, entry in admitted
        }
        frontier = self._context.frontier
        known = frontier.known(list(said))
        fresh = frontier.record((said[key] for key in said if key not in known), now)
        # another feed may have been the first to say them
        late = frontier.known(said.keys() - fresh - known.keys())
        changed = self._announce_again(said, {**known, **late}, now)
        frontier.seen(list(known), now)
        self._count(len(entries), [said[key] for key in fresh], changed)

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
                if (again := _again(said[key], before, now, is_dated=is_dated))
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
        admission = decide.admit(entry, state.source, self._owner_id, now)
        if admission.standing.state is State.PENDING and decide.is_old(entry, kind, now):
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

    def _every(self, state: FeedState) -> timedelta:
        minutes = self._sources[state.source].every_minutes
        return timedelta(minutes=minutes or self._context.plan.settings.visit_minutes)

    def _save(self, state: FeedState, word: str) -> None:
        with self._counting:
            self._context.report.feeds.update(["visited", word])
        self._store(state, word)

    def _store(self, state: FeedState, word: str) -> None:
        with self._counting:
            self._touched.add(state.source)
        self._context.visits.save_feed(_document(state))
        log.info(
            "feed.visited",
            extra={
                "url": state.url,
                "source": state.source,
                "result": word,
                "trouble": state.trouble,
            },
        )

    def judge_sources(self) -> None:
        """Work out how the sources visited are doing, and note who fell ill or got well."""
        now = datetime.now(UTC)
        touched = sorted(self._touched)
        before = {
            key: _source_state(row) for key, row in self._context.visits.sources(touched).items()
        }
        states = self._all_feeds(touched)
        after = [schedule.judge(before.get(key), key, states[key], now) for key in touched]
        report = self._context.report
        for state in after:
            was = before[state.id].health if state.id in before else schedule.Health.NEW
            if state.health is schedule.Health.ILL and was is not schedule.Health.ILL:
                report.became_ill.append(state.id)
            if state.health is schedule.Health.WELL and was is schedule.Health.ILL:
                report.became_well.append(state.id)
        changed = [state for state in after if before.get(state.id) != state]
        self._context.visits.save_sources([_document(state) for state in changed])

    def _all_feeds(self, sources: Sequence[str]) -> dict[str, list[FeedState]]:
        """The feeds of the catalogue, as they are now: what a source has dropped counts no more."""
        wanted = {state.id for state in self._catalogued(datetime.now(UTC))}
        known = [_state(row) for row in self._context.visits.feeds(sources)]
        named: dict[str | None, list[FeedState]] = defaultdict(list)
        for state in known:
            named[state.parent].append(state)
        states: dict[str, list[FeedState]] = {key: [] for key in sources}
        for state in known:
            if state.id in wanted:
                judged = schedule.with_sitemaps(state, named[state.id])
                states[state.source].append(judged)
        return states


def _again(
    said: Announcement, before: Recorded, now: datetime, *, is_dated: bool
) -> Announcement | None:
    """Return what an announcement makes of an address that the ledger knows; None: nothing.

    ``is_dated``: another list than that which announced it first is believed its times of change.
    """
    standing = None
    if said.standing.state is State.PENDING and before.standing.reason == Exclusion.TOO_OLD:
        standing = said.standing  # a sitemap left it to a backfill, but a feed has it
    elif before.feed == said.feed and decide.has_changed(before.entry, said.entry):
        standing = ledger.announced(before.standing, now)
    elif (
        is_dated and before.standing.article and decide.is_newer(said.entry, before.visited_at, now)
    ):
        # the title, for one, is what the feed says that had it first
        said = replace(said, feed=before.feed, entry=before.entry)
        standing = ledger.announced(before.standing, now)
    if standing is None:
        return None
    priority = Priority.AGAIN if standing.article else Priority.FRESH
    return replace(said, standing=standing, priority=priority)


def visit(state: FeedState) -> Fetch:
    """Return the request that visits a feed."""
    return Fetch(
        ask=Ask.FEED,
        url=state.url,
        host=decide.host_of(state.url),
        origin=origin_of(state.url),
        feed=state,
    )


def conditional_headers(before: FeedState | Before | None) -> dict[str, str]:
    """Return the headers by which a server may say that nothing has changed; {}: it may not."""
    if before is None:
        return {}
    headers = {"If-None-Match": before.etag, "If-Modified-Since": before.last_modified}
    return {name: value for name, value in headers.items() if value}


def body_hash(body: bytes) -> str:
    """Return 32 hex digits of a body: the same bytes need no second reading."""
    return hashlib.blake2b(body, digest_size=16).hexdigest()


def _document(state: FeedState | SourceState) -> Document:
    document = asdict(state)
    return {"_id": document.pop("id"), **document}


def _state(row: Document) -> FeedState:
    values: Document = {field.name: row.get(field.name) for field in fields(FeedState)}
    return FeedState(**{**values, "id": row["_id"]})


def _source_state(row: Document) -> SourceState:
    return SourceState(
        id=row["_id"],
        health=schedule.Health(row["health"]),
        since=row["since"],
        cause=row["cause"],
        succeeded_at=row["succeeded_at"],
    )
