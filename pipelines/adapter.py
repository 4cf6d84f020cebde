"""The door to Scrapy's ITEM_PIPELINES: arrivals go through worker, store and ledger, in batches."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from scrapy.crawler import Crawler

from pipelines import ledger
from pipelines.identify.canonical import article_id
from pipelines.records import (
    Arrival,
    Dropped,
    Due,
    Exclusion,
    Failed,
    Gone,
    Kept,
    Lease,
    Outcome,
    Standing,
    State,
    Trouble,
)
from pipelines.sites import KnownSites, site_of
from pipelines.store import documents
from pipelines.store.articles import Articles, Later, Offer
from pipelines.store.errors import StoreError
from pipelines.store.frontier import Frontier
from pipelines.work import GivenBackError, Pool, Prepare, Worked, WorkError, WorkersError, compress

log = logging.getLogger(__name__)
NOT_REREAD = "not_reread"  # of the counts: stored addresses whose visit gave no article
BATCH = 64
# longer batches spare the server's journal, shorter ones the one who waits for the last page
BATCH_SECONDS = 0.3


@dataclass(frozen=True, slots=True)
class Job:
    """One address about to be settled, and what is stored before it is."""

    due: Due
    outcome: Outcome | None
    """None where the store is to say, by keeping ``offer``."""
    offer: Offer | None = None
    arrival: Arrival | None = None
    body: bytes | None = field(default=None, repr=False)
    """The raw page, zstd; None where nothing was fetched."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelves:
    """Where a run stores what it keeps."""

    articles: Articles
    frontier: Frontier
    sites: KnownSites
    attempts_max: int
    keep_pages: timedelta


class Keeper:
    """Carries addresses from arrival to a settled ledger."""

    def __init__(self, shelves: Shelves, pool: Pool, prepare: Prepare) -> None:
        self._shelves = shelves
        self._pool = pool
        self._prepare = prepare
        self.sites = shelves.sites
        self.in_work = 0
        """Pages that have come and are not settled yet."""
        self._is_idle = asyncio.Event()
        self._is_idle.set()
        self._waiting: list[tuple[Job, asyncio.Future[None]]] = []
        self._flush: asyncio.Task[None] | None = None
        self.counts: Counter[str] = Counter()
        """Addresses by state and ruling or reason, as `stored.new`, `excluded.robots`."""
        self._tried: dict[str, str] = {}  # as what those that may come again are counted
        self.failure: StoreError | None = None
        """Why the store could not be written; nothing is settled any more then."""
        self.on_failure: Callable[[StoreError | WorkersError], None] = lambda _: None

    async def idle(self) -> None:
        """Return when no page is in work."""
        await self._is_idle.wait()

    async def page(self, arrival: Arrival) -> None:
        """Return when the page's address is settled, or given back."""
        self.counts["fetched"] += 1
        self.in_work += 1
        self._is_idle.clear()
        try:
            await self._settle_page(arrival)
        finally:
            self.in_work -= 1
            if not self.in_work:
                self._is_idle.set()

    async def _settle_page(self, arrival: Arrival) -> None:
        site = site_of(arrival.page.url)
        try:
            template = await self.sites.template(site)
            worked = await self._pool.run(self._prepare, arrival.page, site, template)
        except StoreError as error:
            self._broken(error)
            return
        except (GivenBackError, WorkersError) as error:
            await self.give_back([arrival.due.lease])
            if isinstance(error, WorkersError):
                self.on_failure(error)
            return
        except WorkError as error:
            log.warning("page.failed", extra={"url": arrival.page.url, "why": str(error)})
            body = compress(arrival.page.body)
            await self._put(Job(arrival.due, error.failed, arrival=arrival, body=body))
            return
        await self._keep(arrival, worked)

    async def _keep(self, arrival: Arrival, worked: Worked) -> None:
        made, body = worked.made, worked.body
        if worked.sighting:
            self.sites.saw(worked.sighting)
        if isinstance(made, Dropped):
            await self._put(Job(arrival.due, _outcome(made), arrival=arrival, body=body))
            return
        own_id = article_id(made.url)
        offer = Offer(arrival=arrival, draft=made, own_id=own_id, body=body)
        await self._put(Job(arrival.due, None, offer=offer, arrival=arrival, body=body))

    async def settle(self, due: Due, outcome: Outcome) -> None:
        """Settle an address of which no page arrived."""
        await self._put(Job(due, outcome))

    async def give_back(self, leases: Sequence[Lease]) -> None:
        """Free addresses that were taken and not worked on."""
        self.counts["given_back"] += len(leases)
        if self.failure is None:
            await self._in_thread(self._shelves.frontier.give_back, leases)

    async def _put(self, job: Job) -> None:
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((job, done))
        if self._flush is None or self._flush.done():
            self._flush = asyncio.create_task(self._flush_all())
        await done

    async def _flush_all(self) -> None:
        while self._waiting:
            if len(self._waiting) < BATCH:
                await asyncio.sleep(BATCH_SECONDS)
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            try:
                if self.failure is None:
                    await self._write_all([job for job, _ in batch])
            finally:
                for _, done in batch:
                    if not done.done():
                        done.set_result(None)

    async def _write_all(self, jobs: list[Job]) -> None:
        """Write a batch; what cannot be stored is set aside and takes nothing else along."""
        try:
            await self._in_thread(self._write, jobs)
        except Exception as error:  # whatever a page makes the store raise
            if len(jobs) > 1:
                for job in jobs:
                    await self._write_all([job])
                return
            detail = f"it cannot be stored: {type(error).__name__}: {error}"[:300]
            log.warning("page.failed", extra={"url": jobs[0].due.url, "why": detail})
            log.debug("page.trace", extra={"url": jobs[0].due.url}, exc_info=True)
            failed = Failed(trouble=Trouble.PAGE_ERROR, detail=detail)
            await self._in_thread(self._write, [Job(jobs[0].due, failed)])

    async def _in_thread(self, function: Callable[[Any], object], argument: Any) -> None:
        try:
            await asyncio.to_thread(function, argument)
        except StoreError as error:
            self._broken(error)

    def _broken(self, error: StoreError) -> None:
        self.failure = self.failure or error
        self.on_failure(error)

    def _write(self, jobs: list[Job]) -> None:
        """Articles, raw pages, ledger: in this order, so that each prefix is safe to repeat."""
        shelves = self._shelves
        now = shelves.articles.clock()
        offers = [job.offer for job in jobs if job.offer]
        verdicts = iter(shelves.articles.keep(offers, now))
        settled: list[tuple[Job, Standing, str]] = []
        for job in jobs:
            verdict = next(verdicts) if job.offer else None
            if isinstance(verdict, Later):
                shelves.frontier.postpone(job.due.lease, verdict.at)
                continue
            outcome = Kept(article=verdict.article) if verdict else job.outcome
            assert outcome is not None
            standing = ledger.after(job.due.standing, outcome, now, shelves.attempts_max)
            word = str(verdict.ruling) if verdict else _word(outcome)
            settled.append((job, standing, word))
        shelves.articles.keep_pages(_pages(settled, now + shelves.keep_pages))
        self.sites.store()
        shelves.frontier.settle([(job.due.lease, standing) for job, standing, _ in settled], now)
        for job, standing, word in settled:
            self._count(job.due, standing, word, is_kept=job.offer is not None)

    def _count(self, due: Due, standing: Standing, word: str, *, is_kept: bool) -> None:
        is_as_before = standing.state is State.STORED and not is_kept
        name = f"{NOT_REREAD if is_as_before else standing.state}.{word}"
        if before := self._tried.pop(due.lease.id, None):
            self.counts[before] -= 1
            if not self.counts[before]:
                del self.counts[before]
        self.counts[name] += 1
        if standing.next_at is not None:
            self._tried[due.lease.id] = name
        log.info(
            "page.settled",
            extra={"url": due.url, "source": due.source, "state": standing.state, "why": word},
        )


def _pages(
    settled: list[tuple[Job, Standing, str]], expires_at: datetime
) -> list[documents.Document]:
    """Raw pages of what arrived; one that is not settled stays until it is."""
    return [
        documents.page(job.arrival, job.body, expires_at if standing.state in _MAY_EXPIRE else None)
        for job, standing, _ in settled
        if job.arrival and job.body is not None
    ]


_MAY_EXPIRE = ledger.SETTLED - {State.QUARANTINED}


def _outcome(dropped: Dropped) -> Dropped | Failed:
    """Return what a page without article settles; a check for robots is a refusal, for a time."""
    if dropped.reason is Exclusion.BLOCKED:
        return Failed(trouble=Trouble.REFUSED, detail=dropped.detail)
    return dropped


def _word(outcome: Outcome) -> str:
    match outcome:
        case Dropped():
            return outcome.reason
        case Failed():
            return outcome.trouble
        case Gone():
            return str(outcome.status)
        case Kept():
            return "kept"


class Line:
    """Scrapy's item pipeline: every Arrival goes to the spider's keeper."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Return the pipeline of the crawler's spider."""
        spider: Any = crawler.spider
        return cls(spider.keeper)

    async def process_item(self, item: Arrival) -> Arrival:
        """Return the item when its address is settled; other items pass untouched."""
        if isinstance(item, Arrival):
            await self._keeper.page(item)
        return item
