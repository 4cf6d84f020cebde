"""All that one run holds open: database, workers, ledger, and the numbers of its report."""

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from config import catalogue as catalogues
from config import settings as settings_file
from config.catalogue import Catalogue
from config.settings import Settings
from config.source import Source
from crawler import wanted
from crawler.frontier import Admission, admit, host_of, keepable
from crawler.older import Wanted
from crawler.readers.shapes import Known
from crawler.spiders.report import Report
from crawler.spiders.sent import Sent
from pipelines.adapter import Keeper, Shelves
from pipelines.line import decide
from pipelines.records import Arrival, Due, Entry, Priority
from pipelines.reread import Rereader
from pipelines.sites import KnownSites
from pipelines.store.archive import Archive
from pipelines.store.articles import Articles
from pipelines.store.budgets import Budgets
from pipelines.store.connect import Connection, connect
from pipelines.store.errors import StoreError
from pipelines.store.frontier import Announcement, Frontier
from pipelines.store.keeping import Keeping, Terms
from pipelines.store.lock import Lock
from pipelines.store.presence import Presence
from pipelines.store.readdress import readdress
from pipelines.store.rechecks import Rechecks
from pipelines.store.removed import Removals
from pipelines.store.room import Room
from pipelines.store.runs import DEAD_AFTER_SECONDS, Runs
from pipelines.store.sightings import Sightings
from pipelines.store.signs import Signs
from pipelines.store.stories import Stories
from pipelines.store.visits import Visits
from pipelines.work import LINE, Pool, Prepare, one_page

log = logging.getLogger(__name__)
Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What a run is asked to do."""

    settings: Settings
    catalogue: Catalogue
    sources: tuple[Source, ...]
    """Those to collect, enabled ones only."""
    is_all: bool = False
    """Visit every feed now, whatever its schedule."""
    limit: int | None = None
    """Pages to ask for at the most."""
    time_limit: timedelta | None = None
    backfill: Wanted | None = None
    """Older articles of the one source, in place of what its feeds say."""
    is_alone: bool = False
    """No other run may be under way, whatever the settings say."""

    @classmethod
    def make(
        cls,
        settings: Settings | None = None,
        *,
        ids: Sequence[str] = (),
        region: str | None = None,
        sources: Path | None = None,
        **options: Any,
    ) -> "Plan":
        """Return the plan for sources by id or region; raises ConfigError and UnknownSource."""
        settings = settings or settings_file.load()
        catalogue = catalogues.load(sources or settings.sources)
        chosen = tuple(s for s in catalogue.select(ids, region) if s.enabled)
        return cls(settings=settings, catalogue=catalogue, sources=chosen, **options)


REREADS, LOOK_EVERY = "lock:reread", 0.2
SHAPES = 500  # addresses of articles, and of what was none, that tell a section's links


class Context:
    """One run's open things: ``open`` takes the lock, ``close`` gives all back."""

    def __init__(self, plan: Plan, connection: Connection, prepare: Prepare = one_page) -> None:
        settings = plan.settings
        now = datetime.now(UTC)
        self.plan = plan
        self.connection = connection
        # a backfill keeps the place where it is, and goes on from there alone
        shares = settings.overlap == "share" and not (plan.backfill or plan.is_alone)
        self.runs = Runs(
            connection.db,
            settings.home,
            now,
            lease_seconds=settings.lease_seconds,
            shares=shares,
        )
        is_dead = self.runs.living.is_dead
        self.frontier = Frontier(connection.db)
        self.rechecks = Rechecks(connection.db, settings.rechecks_a_day)
        self.budgets = budgets(plan.sources, connection)
        self.sent = Sent(plan.catalogue, os.environ)
        self.visits = Visits(connection.db)
        self.signs = Signs(connection.db)
        self.removals = Removals(connection.db)
        self.keeping = Keeping(connection.db, terms(settings))
        self.room = Room(connection.db, settings.home, settings.free_disk_mb)
        self.report = Report(run=self.runs.id, started_at=now, sources=len(plan.sources))
        self.pool = Pool(
            count=settings.worker_count,
            seconds=settings.page_seconds,
            memory_mb=settings.page_memory_mb,
            preload=[*LINE, "crawler.readers"],
        )
        articles = Articles(connection.db, self.runs.by, decide, is_dead)
        archive = Archive(connection.db, plan.catalogue.by_id)
        sites = KnownSites(Sightings(connection.db))
        self.keeper = Keeper(
            Shelves(
                articles=articles,
                archive=archive,
                presence=Presence(connection.db),
                frontier=self.frontier,
                stories=Stories(connection.db, self.runs.by, is_dead),
                rechecks=self.rechecks,
                removals=self.removals,
                enter=self._enter,
                sites=sites,
                attempts_max=settings.attempts_max,
                keep_pages=timedelta(days=settings.keep_pages_days),
            ),
            self.pool,
            prepare,
        )
        self.keeper.counts = self.report.pages
        self.rereader = Rereader(
            archive=archive,
            articles=articles,
            sites=sites,
            pool=self.pool,
            prepare=prepare,
            counts=self.report.pages,
        )
        # two that read by what each knows of a site could each take the other's text for its own
        seconds = min(DEAD_AFTER_SECONDS, settings.lease_seconds)
        self._rereads = Lock(connection.db, REREADS, self.runs.by, seconds, is_dead)
        self._is_rereading = False
        self.lease = timedelta(seconds=settings.lease_seconds)
        self._is_open = False

    def admitted(self, entry: Entry, announced_by: str, now: datetime) -> Admission:
        """Return where an entry enters the ledger, by what the catalogue says of its source."""
        owner_id = self.plan.catalogue.owner_id
        return admit(entry, announced_by, owner_id, now, self._refusal)

    def source_of(self, url: str, due: Due) -> Source | None:
        """Return the source that owns where a page is; what announced it, where nobody does."""
        catalogue = self.plan.catalogue
        return catalogue.owner(host_of(url)) or catalogue.by_id(due.source)

    def shapes_of(self, source: Source) -> Known:
        """Return what the addresses of a source's articles look like, and what its entry says."""
        return replace(
            Known.of(
                self.frontier.stored(source.id, SHAPES), self.frontier.refused(source.id, SHAPES)
            ),
            follow=source.follow_patterns,
            ignore=source.ignore_patterns,
        )

    def unwanted(self, due: Due) -> str | None:
        """Return why an address that waits is left out by today's catalogue; None: it is not."""
        return None if due.standing.article else self._refusal(due.source, due.entry)

    def _refusal(self, source_id: str, entry: Entry) -> str | None:
        source = self.plan.catalogue.by_id(source_id)
        return wanted.refusal(entry, source) if source else None

    def _enter(self, arrival: Arrival, now: datetime) -> Announcement | None:
        """Return how the address that a page came from enters the ledger."""
        entry = Entry(url=arrival.page.url)
        admission = self.admitted(entry, arrival.due.source, now)
        if admission.standing.next_at is None:
            return None
        return announcement(admission, entry)

    def beat(self) -> None:
        """Say that the run is alive and keep what it holds. Raises StoreError and BusyError."""
        self.runs.beat()
        self.frontier.renew(self.runs.by, self.lease)
        if self._is_rereading:
            self._rereads.renew()

    @contextlib.asynccontextmanager
    async def rereading(self, is_wanted: Callable[[], bool]) -> AsyncIterator[None]:
        """Wait until no run that shares reads pages again, for as long as it is wanted."""
        if not self.runs.shares:
            yield
            return
        while is_wanted() and await asyncio.to_thread(self._rereads.take) is None:
            await asyncio.sleep(LOOK_EVERY)
        self._is_rereading = True
        try:
            yield
        finally:
            self._is_rereading = False
            await asyncio.to_thread(self._rereads.free)

    def readdress(self) -> None:
        """Bring what is stored under today's rules for addresses, before a page is kept by them."""
        for done in readdress(self.connection.db, self.runs.by, self.report.started_at):
            self.runs.beat()
            log.info("addresses.renewed", extra={"articles": done.articles, "joined": done.joined})

    @classmethod
    def open(
        cls,
        plan: Plan,
        say: Callable[[str], None] = lambda _: None,
        prepare: Prepare = one_page,
    ) -> "Context":
        """Return a run that holds the lock. Raises StoreError, BusyError and NoRoomError."""
        connection = connect(plan.settings, say)
        try:
            context = cls(plan, connection, prepare)
        except BaseException:
            connection.close()
            raise
        try:
            context.runs.begin(context.report.started_at)
            context._is_open = True
            context.room.check()
            context.frontier.release_dead(context.runs.owner, context.runs.living.is_dead)
            context.removals.sweep()
            context.readdress()
        except BaseException:
            context.close("failed")
            raise
        return context

    def close(self, outcome: str) -> None:
        """Free what the run holds and close its report; a second call does nothing."""
        self.pool.close()
        if not self._is_open:
            self.connection.close()
            return
        self._is_open = False
        self.report.ended_at = datetime.now(UTC)
        self.report.outcome = outcome
        try:
            self.frontier.release(self.runs.by)
            self.runs.end(outcome, self.report.document(), self.report.ended_at)
        except StoreError:
            # the database is gone: its leases run out, the next run of this home frees them at once
            self.runs.abandon()
        finally:
            with contextlib.suppress(StoreError):
                self.connection.close()


def budgets(sources: Sequence[Source], connection: Connection) -> Budgets:
    """Return what some sources may have a day."""
    limits = {source.id: source.budget for source in sources if source.budget}
    sizes = {s.id: s.budget_mb * 1_000_000 for s in sources if s.budget_mb}
    return Budgets(connection.db, limits, sizes)


def terms(settings: Settings) -> Terms:
    """Return how long the settings keep things."""
    return Terms(
        pages=timedelta(days=settings.keep_pages_days),
        reports=timedelta(days=settings.keep_reports_days),
        unseen=timedelta(days=settings.keep_unseen_days),
    )


def announcement(
    admission: Admission,
    entry: Entry,
    *,
    feed: str | None = None,
    priority: Priority = Priority.FRESH,
) -> Announcement:
    """Return an admitted entry as the ledger can keep it; ``feed``: the one that says it."""
    return Announcement(
        id=admission.id,
        host=admission.host,
        source=admission.source,
        feed=feed,
        entry=keepable(entry),
        standing=admission.standing,
        priority=priority,
    )
