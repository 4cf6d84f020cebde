"""Recorded pages to articles: a WARC file in, what a crawl of its pages would have stored out.

The pages go the way of a crawl's: the ledger, a worker, the store, the ledger. No site is asked.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from crawler import memory
from crawler.aside import Aside
from crawler.frontier import Ask, Fetch, host_of
from crawler.politeness.robots import origin_of
from crawler.recording import Broken, Found, Recorded, Unusable, pages
from crawler.spiders.context import Context, Plan, announcement
from crawler.spiders.onward import Onward, without
from crawler.spiders.report import Report
from pipelines.identify.canonical import ledger_key
from pipelines.line import owned
from pipelines.records import Arrival, Due, Entry, Page, Priority, Sheet, State
from pipelines.signals import OUTCOMES, given_back, undisturbed
from pipelines.sites import site_of
from pipelines.store.connect import explained
from pipelines.store.errors import StoreError
from pipelines.store.frontier import Announcement, Want
from pipelines.store.older import Older
from pipelines.work import GivenBackError, Prepare, WorkersError, one_page

BATCH = 32  # records that enter the ledger together
IN_HAND = 160  # pages at work, or waiting to be written
SITES_IN_HAND = 1_000
BYTES_IN_HAND = 64_000_000
STOP_SECONDS = 7.0
AHEAD = timedelta(days=1)  # of our clock: no page was recorded later


@dataclass(slots=True)
class Ingested:
    """What came of some files; grows while they are read."""

    report: Report
    bytes: int
    """Of all files."""
    passed: int = 0
    """Bytes of these that were read."""
    damage: list[tuple[Path, Broken]] = field(default_factory=list)
    moved: Callable[[], None] = lambda: None
    """Called as more was read."""


def ingest(
    plan: Plan,
    files: Sequence[Path],
    say: Callable[[str], None] = lambda _: None,
    watch: Callable[[Ingested], None] = lambda _: None,
    prepare: Prepare = one_page,
) -> Ingested:
    """Store the articles of recorded pages; ``watch`` gets what came of it while it grows.

    Raises StoreError, BusyError, NoRoomError and WorkersError as a crawl does, OSError for a file.
    """
    size = sum(file.stat().st_size for file in files)
    memory.share_one_heap()
    context = Context.open(replace(plan, is_alone=True), say, prepare)
    found = Ingested(context.report, size)
    work = _Ingest(context, found)
    outcome = "failed"
    try:
        watch(found)
        _run(work, files)
        if isinstance(work.failure, StoreError):
            raise explained(work.failure, plan.settings) from work.failure
        if work.failure:
            raise work.failure
        outcome = work.outcome
    finally:
        with undisturbed():
            context.close(outcome)
    return found


def _run(work: "_Ingest", files: Sequence[Path]) -> None:
    with given_back():
        asyncio.run(work.run(files))


class _Ingest:
    """One run over some files."""

    def __init__(self, context: Context, found: Ingested) -> None:
        self._context = context
        self._keeper = context.keeper
        self._older = Older(context.connection.db)
        self._archive = context.rereader.archive
        self._onward = Onward(context.pool, context.plan.settings)
        self._aside = Aside()
        self._found = found
        self._entries = context.report.entries
        self._tasks: set[asyncio.Task[None]] = set()
        self._in_hand: dict[str, int] = {}  # bytes, by the ledger's key
        self._turns: dict[str, asyncio.Lock] = {}
        self._is_stopped = False
        self.outcome = "done"
        self.failure: Exception | None = None

    async def run(self, files: Sequence[Path]) -> None:
        """Read the files to their ends, or until a signal."""
        loop = asyncio.get_running_loop()
        for number, word in OUTCOMES.items():
            loop.add_signal_handler(number, self._stop, word)
        self._keeper.on_failure = self._broken
        beat = asyncio.create_task(self._beat())
        try:
            with self._aside:
                for file in files:
                    await self._read(file)
                await self._ended()
                await self._join()
                await self._ended()
            await self._end()
        except GivenBackError:  # stopped over pages that are stored all the same
            pass
        except (StoreError, WorkersError) as error:
            self._broken(error)
        finally:
            beat.cancel()

    async def _end(self) -> None:
        """As at the end of a crawl: pages are read again by what the site's others have taught."""
        await self._context.rereader.read_sites(lambda: not self._is_stopped)
        await self._keeper.judge(lambda: not self._is_stopped)

    async def _ended(self) -> None:
        """Return when nothing is in work."""
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._keeper.idle()

    async def _join(self) -> None:
        """Work on what was laid aside: now every page that it may go on with was met."""
        pages = iter(self._aside)
        while not self._is_stopped and (batch := list(islice(pages, BATCH))):
            found = {ledger_key(one.url): one for one in batch}
            for due in await asyncio.to_thread(self._hold, list(found)):
                self._begin(due, found[due.lease.id], is_last=True)
            await self._room()

    async def _read(self, file: Path) -> None:
        with file.open("rb") as opened:
            records = pages(opened, self._context.plan.settings.page_max_bytes)
            before = self._found.passed
            while not self._is_stopped:
                batch = await asyncio.to_thread(_batch, records)
                if not batch:
                    break
                self._found.passed = before + opened.tell()
                await self._enter(file, batch)
                self._found.moved()
                await self._room()

    async def _room(self) -> None:
        """Return when so little is in hand that more may come."""
        while len(self._tasks) > IN_HAND or sum(self._in_hand.values()) > BYTES_IN_HAND:
            await asyncio.wait(self._tasks, return_when=asyncio.FIRST_COMPLETED)

    async def _enter(self, file: Path, batch: Sequence[Found]) -> None:
        """Count what is no page of ours, and begin the work on what is."""
        now = datetime.now(UTC)
        wanted: dict[str, Recorded] = {}
        said: list[Announcement] = []
        for found in batch:
            if isinstance(found, Broken):
                self._found.damage.append((file, found))
                self._found.report.pages["damaged"] += 1
                continue
            self._entries["seen"] += 1
            announcement = self._announced(found, now)
            if announcement is None or not isinstance(found, Recorded):
                continue
            if announcement.id in wanted or announcement.id in self._in_hand:
                self._entries["known"] += 1
                continue
            wanted[announcement.id] = found
            said.append(announcement)
        taken = await asyncio.to_thread(self._take, said, now)
        held = {due.lease.id: due for due in taken}
        for key, found in wanted.items():  # in the order of the file
            if due := held.get(key):
                self._begin(due, found)

    def _announced(self, found: Recorded | Unusable, now: datetime) -> Announcement | None:
        """Return how a record enters the ledger; None, and counted why, where it does not."""
        if isinstance(found, Unusable) or found.at > now + AHEAD:
            reason = found if isinstance(found, Unusable) else Unusable.UNDATED
            self._entries[f"excluded.{reason}"] += 1
            return None
        entry = Entry(url=found.url)
        admission = self._context.admitted(entry, "", now)
        if admission.standing.state is not State.PENDING:
            self._entries[f"excluded.{admission.standing.reason}"] += 1
            return None
        return announcement(admission, entry, priority=Priority.BACKFILL)

    def _take(self, said: Sequence[Announcement], now: datetime) -> list[Due]:
        """Enter addresses, and take those that nothing has settled."""
        fresh = self._context.frontier.record(said, now)
        taken = self._hold([one.id for one in said])
        self._entries["new"] += len(fresh)
        self._entries["known"] += len(said) - len(taken)
        return taken

    def _hold(self, ids: Sequence[str]) -> list[Due]:
        want = Want(
            by=self._context.runs.by,
            sources=(),
            full_hosts=(),
            limit=len(ids),
            per_host=len(ids),
            lease=self._context.lease,
        )
        return self._older.hold(ids, want) if ids else []

    def _begin(self, due: Due, found: Recorded, *, is_last: bool = False) -> None:
        if len(self._turns) > SITES_IN_HAND:  # nothing grows with the sites of a file
            self._turns = {site: turn for site, turn in self._turns.items() if turn.locked()}
        self._in_hand[due.lease.id] = len(found.body)
        task = asyncio.create_task(self._keep(due, found, is_last=is_last))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _keep(self, due: Due, found: Recorded, *, is_last: bool) -> None:
        site = site_of(found.url)
        try:
            # as in a crawl: what a page teaches of its site is known when the next one is read
            async with self._turns.setdefault(site, asyncio.Lock()):
                if arrival := await self._whole(due, found, is_last=is_last):
                    await self._keeper.page(arrival)
        except Exception as error:  # noqa: BLE001 nobody awaits it: the run ends, and says why
            self._broken(error)
        finally:
            self._in_hand.pop(due.lease.id, None)

    async def _whole(self, due: Due, found: Recorded, *, is_last: bool) -> Arrival | None:
        """Return a page with those that its article goes on with; None: it was laid aside.

        ``is_last``: it was before, all pages were met.
        """
        arrival = self._arrival(due, found)
        try:
            step = await self._onward.after(arrival, _ask(due, found.url))
            if not is_last and not isinstance(step, Arrival):
                self._aside.put(found)
                await self._keeper.give_back([due.lease])
                return None
            while isinstance(step, Fetch):
                asked, behind = step, await self._recorded(step.url)
                if behind is None:
                    return without(asked.so_far or arrival, f"{asked.url[:200]} is not recorded")
                step = await self._onward.after(self._arrival(due, behind), asked)
                if not isinstance(step, Fetch | Arrival):
                    return without(asked.so_far or arrival, f"{asked.url[:200]} is no part of it")
        except (GivenBackError, WorkersError) as error:
            await self._keeper.give_back([due.lease])
            if isinstance(error, WorkersError):
                self._broken(error)
            return None
        return step if isinstance(step, Arrival) else arrival

    async def _recorded(self, url: str) -> Recorded | None:
        """Return a page that was laid aside, or that is stored; None where there is none."""
        if found := self._aside.get(url):
            return found
        for stored in await asyncio.to_thread(self._archive.arrivals, [url]):
            page = stored.page
            parts = [Sheet(url=page.url, body=page.body, content_type=page.content_type)]
            for part in (*parts, *page.more):
                if ledger_key(part.url) == ledger_key(url):
                    return Recorded(
                        url=part.url,
                        at=page.fetched_at,
                        content_type=part.content_type,
                        headers=dict(page.headers),
                        body=part.body,
                    )
        return None

    def _arrival(self, due: Due, found: Recorded) -> Arrival:
        source = self._context.source_of(found.url, due)
        page = Page(
            url=found.url,
            announced_url=due.url,
            body=found.body,
            content_type=found.content_type,
            headers=found.headers,
            fetched_at=found.at,
            entry=due.entry,
            source=source.id if source else due.source,
        )
        return Arrival(due=due, page=owned(page, source))

    def _stop(self, word: str) -> None:
        """Begin nothing more, give what is at work some seconds; called again, end at once."""
        if self._is_stopped:
            self._context.pool.stop_now()
            return
        self._is_stopped, self.outcome = True, word
        self._spawn_stop()

    def _spawn_stop(self) -> None:
        task = asyncio.ensure_future(self._context.pool.stop(STOP_SECONDS))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _broken(self, error: Exception) -> None:
        """What the run stands on is gone: end it, and let the front door say why."""
        self.failure = self.failure or error
        if not self._is_stopped:
            self._is_stopped = True
            self._spawn_stop()

    async def _beat(self) -> None:
        with suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(self._context.runs.heartbeat)
                try:
                    await asyncio.to_thread(self._context.beat)
                    await asyncio.to_thread(self._context.room.check)
                except Exception as error:  # noqa: BLE001 the lock is lost, the store, the room
                    self._broken(error)


def _ask(due: Due, url: str) -> Fetch:
    return Fetch(ask=Ask.PAGE, url=url, host=host_of(url), origin=origin_of(url), due=due)


def _batch(records: Iterator[Found]) -> list[Found]:
    """Return the next records; [] at the end."""
    found: list[Found] = []
    size = 0
    for record in records:
        found.append(record)
        size += len(record.body) if isinstance(record, Recorded) else 0
        if len(found) == BATCH or size > BYTES_IN_HAND // 4:
            break
    return found
