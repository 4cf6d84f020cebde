"""The door to Scrapy's ITEM_PIPELINES: arrivals go through worker, store and ledger, in batches."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from scrapy.crawler import Crawler

from pipelines import amp, norms, recheck, settled
from pipelines.failpoints import reached
from pipelines.identify.canonical import article_id
from pipelines.records import (
    Arrival,
    Draft,
    Dropped,
    Due,
    Exclusion,
    Failed,
    Lease,
    Outcome,
    Priority,
    Ruling,
    Standing,
    State,
    Template,
    Trouble,
)
from pipelines.settled import Job, Settled
from pipelines.sites import KnownSites, site_of
from pipelines.store.archive import Archive
from pipelines.store.articles import Articles, Cause, Later, Offer
from pipelines.store.errors import StoreError
from pipelines.store.frontier import Announcement, Frontier
from pipelines.store.presence import Presence
from pipelines.store.rechecks import Rechecks
from pipelines.store.removed import Removals
from pipelines.store.stories import BATCH as TOGETHER
from pipelines.store.stories import Stories
from pipelines.work import GivenBackError, Pool, Prepare, Worked, WorkError, WorkersError, compress

log = logging.getLogger(__name__)
NOT_REREAD = "not_reread"  # of the counts: stored addresses whose visit gave no article
BATCH = 64
JUDGED = 512  # articles at once, while pages come
# longer batches spare the server's journal, shorter ones the one who waits for the last page
BATCH_SECONDS = 0.3


@dataclass(frozen=True, kw_only=True, slots=True)
class Shelves:
    """Where a run stores what it keeps."""

    articles: Articles
    archive: Archive
    presence: Presence
    frontier: Frontier
    stories: Stories
    rechecks: Rechecks
    removals: Removals
    enter: Callable[[Arrival, datetime], Announcement | None]
    """How the address that a page came from enters the ledger; None: as nothing of ours."""
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
        self._turns = asyncio.Semaphore(pool.places)
        self._waiting: list[tuple[Job, asyncio.Future[None]]] = []
        self._flush: asyncio.Task[None] | None = None
        self.counts: Counter[str] = Counter()
        """Addresses by state and ruling or reason, as `stored.new`, `excluded.robots`."""
        self._unjudged = 0
        self.norms: dict[str, norms.Norm] = {}
        """What the pages of each source read like."""
        self._tried: dict[str, str] = {}  # as what those that may come again are counted
        self.failure: StoreError | None = None
        """Why the store could not be written; nothing is settled any more then."""
        self.ask: Callable[[Arrival, str], Awaitable[bool]] = _not_asked
        """Has the AMP form of a page asked for; False: it can't be, and the page is settled."""
        self.on_failure: Callable[[StoreError | WorkersError], None] = lambda _: None
        self.on_untold: Callable[[Due], Awaitable[None]] | None = None
        """Asks for the page of an article that its feed turned out not to have."""

    async def idle(self) -> None:
        """Return when no page is in work."""
        await self._is_idle.wait()

    async def page(self, arrival: Arrival) -> None:
        """Return when the page's address is settled, or given back."""
        # what comes of a second request for one page was counted when the first was answered
        if not (arrival.instead_of or arrival.is_last):
            self.counts["told" if arrival.page.is_of_feed else "fetched"] += 1
        reached("fetched")
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
            # what a page is read by is what those before it have taught, not those before it waited
            async with self._turns:
                template = await self.sites.template(site)
                arrival, worked = await self._read(arrival, site, template)
            if worked.amp and await self._is_elsewhere(arrival, worked.amp):
                return
            cause = await self._cause(arrival, worked.made, template)
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
        await self._keep(arrival, worked, cause)

    async def _read(
        self, arrival: Arrival, site: str, template: Template | None
    ) -> tuple[Arrival, Worked]:
        """Return what the line makes of a page; of one and its AMP form, the better with that."""
        ordinary = arrival.instead_of
        if ordinary is None:
            return arrival, await self._pool.run(self._prepare, arrival.page, site, template)
        before = await self._pool.run(self._prepare, ordinary.page, site, template)
        try:
            worked = await self._pool.run(self._prepare, arrival.page, site, template)
        except WorkError:
            return replace(ordinary, is_last=True), before
        is_better = amp.is_better(worked.made, before.made)
        return (arrival, worked) if is_better else (replace(ordinary, is_last=True), before)

    async def _is_elsewhere(self, arrival: Arrival, address: str) -> bool:
        """Return whether the AMP form of a page is asked for now: of new articles only."""
        is_second = arrival.is_last or arrival.instead_of or arrival.due.standing.article
        return not is_second and await self.ask(arrival, address)

    async def _cause(
        self, arrival: Arrival, made: Draft | Dropped, template: Template | None
    ) -> Cause:
        """Return who changed an article: where the page before is read just so by now, we did."""
        if not settled.may_be_ours(arrival, made):
            return "page"
        stored = await asyncio.to_thread(self._shelves.archive.arrivals, [arrival.due.url])
        if not stored:
            return "page"
        before = stored[0].page
        try:
            again = await self._pool.run(self._prepare, before, site_of(before.url), template)
        except WorkError:
            return "page"
        return settled.cause(again.made, made)

    async def _keep(self, arrival: Arrival, worked: Worked, cause: Cause) -> None:
        made, body = worked.made, worked.body
        reached("made")
        if worked.sighting:
            self.sites.saw(worked.sighting)
        if isinstance(made, Dropped):
            if self.on_untold and arrival.page.is_of_feed and made.reason != Exclusion.IGNORED:
                await self.on_untold(arrival.due)
                return
            await self._put(
                Job(arrival.due, settled.outcome(made, arrival), arrival=arrival, body=body)
            )
            return
        if withheld := self._withheld(arrival, made):
            await self._put(Job(arrival.due, withheld, arrival=arrival, body=body))
            return
        own_id = article_id(made.url)
        offer = Offer(arrival=arrival, draft=made, own_id=own_id, body=body, cause=cause)
        await self._put(Job(arrival.due, None, offer=offer, arrival=arrival, body=body))

    def _withheld(self, arrival: Arrival, draft: Draft) -> Failed | None:
        """Return why a new article is withheld; None: its page reads as its source's do.

        A page from long ago may be of another layout: it says nothing of today's.
        """
        if arrival.due.standing.article or arrival.due.priority == Priority.BACKFILL:
            return None
        source, seen = arrival.page.source, norms.look(draft)
        before = self.norms.get(source, norms.Norm())
        after = self.norms[source] = norms.after(before, seen)
        if not (after.is_changed and norms.is_poor(before, seen)):
            return None
        detail = "its site's pages read far worse than they did: the layout may have changed"
        return Failed(trouble=Trouble.LAYOUT, detail=detail)

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
                    await self._judge_many()
            finally:
                for _, done in batch:
                    if not done.done():
                        done.set_result(None)

    async def _write_all(self, jobs: list[Job], *, is_again: bool = False) -> None:
        """Write a batch; what cannot be stored is set aside and takes nothing else along.

        Only what fails alone, and for a second time, cannot: the batch may have failed over another
        page, or over what has passed since.
        """
        try:
            await self._in_thread(self._write, jobs)
        except Exception as error:  # whatever a page makes the store raise
            if not is_again:
                for job in jobs:
                    await self._write_all([job], is_again=True)
                return
            detail = f"it cannot be stored: {type(error).__name__}: {error}"[:300]
            log.warning("page.failed", extra={"url": jobs[0].due.url, "why": detail})
            log.debug("page.trace", extra={"url": jobs[0].due.url}, exc_info=True)
            failed = Failed(trouble=Trouble.PAGE_ERROR, detail=detail)
            await self._in_thread(self._write, [Job(jobs[0].due, failed)])

    async def _in_thread(self, function: Callable[..., object], *arguments: Any) -> None:
        try:
            await asyncio.to_thread(function, *arguments)
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
        done: list[Settled] = []
        for job in jobs:
            verdict = next(verdicts) if job.offer else None
            if isinstance(verdict, Later):
                shelves.frontier.postpone(job.due.lease, verdict.at)
            else:
                done.append(settled.after(job, verdict, now, shelves.attempts_max))
        again = [one for one in done if one.is_again]
        shelves.presence.note([seen for one in again if (seen := settled.seen(one))])
        shelves.frontier.record(self._targets(again, now), now)
        shelves.articles.keep_pages(settled.pages(done, now + shelves.keep_pages))
        reached("pages-kept")
        self.sites.store()
        reached("sightings-kept")
        shelves.frontier.settle(self._planned(done, now), now)
        reached("after-ledger")
        shelves.removals.mend({one.standing.article for one in done if one.standing.article})
        shelves.rechecks.learn(settled.showed(again))
        for one in done:
            self._count(one)
        self._unjudged += len(offers)

    async def judge(self, is_wanted: Callable[[], bool]) -> None:
        """Tell which of the articles that still wait are one story, for as long as it is wanted."""
        if self.failure is None:
            await self._in_thread(self._judge, is_wanted)

    async def _judge_many(self) -> None:
        if self._unjudged < JUDGED:
            return
        try:
            # pages wait meanwhile: where a run has left much, the end of this one is for that
            turns = iter(range(JUDGED // TOGETHER))
            await self.judge(lambda: next(turns, None) is not None)
        except Exception as error:  # noqa: BLE001 the pages are stored; at the end it is tried again
            log.warning("stories.failed", extra={"why": f"{type(error).__name__}: {error}"[:300]})

    def _judge(self, is_wanted: Callable[[], bool]) -> None:
        self._unjudged = 0
        self.counts.update(self._shelves.stories.settle(is_wanted))

    def _planned(self, done: Sequence[Settled], now: datetime) -> list[tuple[Lease, Standing]]:
        """Return where addresses stand, with the next visit to each that is stored."""
        rechecks = self._shelves.rechecks
        if not rechecks.a_day:
            return [(one.job.due.lease, one.standing) for one in done]
        habits = rechecks.habits({one.job.due.source for one in done})
        pairs = [(one.job.due, one.standing) for one in done]
        told = {one.job.due.lease.id for one in done if _is_of_feed(one.job)}
        return [
            (due.lease, standing)
            if due.lease.id in told
            else (due.lease, recheck.planned(standing, due, habits[due.source], now))
            for due, standing in pairs
        ]

    def _targets(self, again: Sequence[Settled], now: datetime) -> list[Announcement]:
        """Return the addresses of other articles that those of stored ones lead to."""
        arrivals = [one.job.arrival for one in again if one.word == Ruling.MOVED]
        found = [self._shelves.enter(arrival, now) for arrival in arrivals if arrival]
        return [announcement for announcement in found if announcement]

    def _count(self, one: Settled) -> None:
        due, standing = one.job.due, one.standing
        is_as_before = standing.state is State.STORED and not one.is_kept
        name = f"{NOT_REREAD if is_as_before else standing.state}.{one.word}"
        if before := self._tried.pop(due.lease.id, None):
            self.counts[before] -= 1
            if not self.counts[before]:
                del self.counts[before]
        self.counts[name] += 1
        if standing.next_at is not None:
            self._tried[due.lease.id] = name
        log.info(
            "page.settled",
            extra={"url": due.url, "source": due.source, "state": standing.state, "why": one.word},
        )


def _is_of_feed(job: Job) -> bool:
    """Return whether a feed told the article: the feed will say so, too, when it changes."""
    return job.arrival is not None and job.arrival.page.is_of_feed


async def _not_asked(_: Arrival, __: str) -> bool:
    return False


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
