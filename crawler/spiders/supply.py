"""What a run asks for next: due feeds and addresses, while there is room and patience."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from crawler.frontier import Ask, Desk, Fetch, host_of
from crawler.politeness.robots import address_of, origin_of
from crawler.spiders.context import Context
from crawler.spiders.hosts import Hosts
from crawler.spiders.sharing import Sharing
from crawler.spiders.told import Told
from crawler.spiders.upcoming import WAITING
from pipelines.records import Dropped, Due, Exclusion, Failed, Priority, Trouble
from pipelines.store.errors import StoreError
from pipelines.store.frontier import AT_ONCE, Want

PAGES_IN_HAND = 256  # that may be asked for now
PAGES_HELD = 8_192  # with those whose host has to wait
PAGES_A_HOST = 4
PAGES_IN_WORK = 16  # below that the workers may soon have nothing to do: pages before feeds
OLD_IN_WORK = 8  # of a backfill, which takes long and is killed now and then; it has time
LOOK_EVERY = timedelta(seconds=0.5)
DRY_EVERY = timedelta(seconds=0.05)  # where nothing in hand may be asked for, and there was more
LONG_AGO = datetime.min.replace(tzinfo=UTC)
Settle = Callable[[Fetch, Dropped | Failed], Awaitable[None]]
Withhold = Callable[[Fetch, Failed | None], Awaitable[None]]


class Supply:
    """The desk of a run, filled from the ledger; what robots.txt forbids never leaves it."""

    def __init__(  # noqa: PLR0913 what it asks of the other rooms of a run
        self,
        context: Context,
        hosts: Hosts,
        settle: Settle,
        withhold: Withhold,
        told: Told,
        sharing: Sharing,
    ) -> None:
        self._context = context
        self._settings = context.plan.settings
        self._hosts = hosts
        self._settle = settle
        self._withhold = withhold
        self._told = told
        self._sharing = sharing
        lacking = context.sent.lacking  # their pages keep waiting: it is no fault of theirs
        self._source_ids = [s.id for s in context.plan.sources if s.id not in lacking]
        self._looked_at = LONG_AGO
        self._wake = asyncio.Event()
        self.desk = Desk(lambda origin: hosts.has_robots(origin, now()), address_of, hosts.shares)
        self.under_way = 0
        self.requested = 0
        self._at_work = 0
        self._read: Counter[str] = Counter()  # lists, by the host they came from
        self._is_pages_turn = False
        self._had_more = False
        self.is_stopped = False

    def wake(self, *, is_fresh: bool = False) -> None:
        """Something has changed: look again; ``is_fresh``: the ledger too."""
        if is_fresh and not self.desk.pages:
            self._looked_at = LONG_AGO
        self._wake.set()

    @contextmanager
    def at_work(self, fetch: Fetch | None = None) -> Iterator[None]:
        """While an answer is worked on, more may come of it: the run is not through."""
        lists = [fetch.host] if fetch and fetch.feed else []
        self._at_work += 1
        self._read.update(lists)
        try:
            yield
        finally:
            self._at_work -= 1
            self._read.subtract(lists)
            self._wake.set()

    def stop(self) -> None:
        """Give out nothing more."""
        self.is_stopped = True
        self._wake.set()

    async def next(self) -> Fetch | None:
        """Return what to ask for next; None when nothing is due, nor soon, nor under way."""
        while not self.is_stopped:
            moment = now()
            await self._refill(moment)
            step = self._give(moment)
            if isinstance(step, Fetch):
                if await self._is_ours(step, moment) and await self._may_ask(step):
                    return self._given(step)
                continue
            if step is None and self._is_idle():
                step = await self._patience(moment)
                if step is None:
                    return None
            await self._pause(step)
        return None

    def _is_idle(self) -> bool:
        return not (self.under_way or self._at_work) and self.desk.is_idle

    def _give(self, moment: datetime) -> Fetch | timedelta | None:
        if self.under_way >= self._settings.concurrent_hosts:
            return LOOK_EVERY
        if self._context.plan.backfill and self._in_hand >= OLD_IN_WORK:
            return DRY_EVERY
        # every other time at the most: behind slow pages no feed would be visited for long
        is_hungry = self._context.keeper.in_work < PAGES_IN_WORK
        self._is_pages_turn = is_hungry and not self._is_pages_turn
        return self.desk.next(moment, is_page_first=self._is_pages_turn)

    @property
    def _in_hand(self) -> int:
        """Requests and pages that a kill would make us ask for again."""
        return self.under_way + self._context.keeper.in_work

    def _given(self, fetch: Fetch) -> Fetch:
        self.under_way += 1
        if fetch.ask is Ask.PAGE and not fetch.is_begun:
            self.requested += 1
            self._context.report.pages["requested"] += 1
        return fetch

    async def _refill(self, moment: datetime) -> None:
        """Take due addresses from the ledger while the desk has room; never all of them.

        Those of hosts that have to wait take no room from the others.
        """
        if moment - self._looked_at < LOOK_EVERY and not self._is_dry(moment):
            return
        self._looked_at = moment
        free = self.desk.free_pages(moment)
        room = min(PAGES_IN_HAND - free, PAGES_HELD - self.desk.pages, self._left())
        if room < 1 or free > PAGES_IN_HAND // 2 or self._told.is_full:
            return
        want = self._want(room, [*self._full(), *self._waiting(moment)])
        reading = {host for host, lists in self._read.items() if lists}
        listing = self.desk.listing() | reading
        due = await asyncio.to_thread(self._take, want, moment, listing)
        told = await asyncio.to_thread(self._told.take, self._want(room), moment)
        self._had_more = bool(due or told)
        due = await self._told.rest(await self._wanted(due))
        await self.add([page_of(d) for d in due])
        await self._pass_over(await self._told.rest(await self._wanted(told)))

    def _want(self, limit: int, full_hosts: Collection[str] = ()) -> Want:
        return Want(
            by=self._context.runs.by,
            sources=self._source_ids,
            full_hosts=full_hosts,
            limit=limit,
            per_host=PAGES_A_HOST,
            lease=self._context.lease,
        )

    async def _pass_over(self, dues: list[Due]) -> None:
        """Give back what was taken for its feed to tell, and needs a page that is over budget."""
        if dues:
            await asyncio.to_thread(self._told.pass_over, dues)
            await asyncio.to_thread(self._context.budgets.refund, dues, now())

    async def _wanted(self, dues: list[Due]) -> list[Due]:
        """Settle what has waited and is not wanted any more; return the rest."""
        left_out = [(due, why) for due in dues if (why := self._context.unwanted(due))]
        if not left_out:
            return dues
        settled = [
            self._settle(page_of(due), Dropped(reason=Exclusion.IGNORED, detail=why))
            for due, why in left_out
        ]
        await asyncio.gather(*settled)
        gone = [due for due, _ in left_out]
        await asyncio.to_thread(self._context.budgets.refund, gone, now())
        return [due for due in dues if due not in gone]

    def _take(self, want: Want, moment: datetime, listing: Collection[str]) -> list[Due]:
        """Take what is fresh; where that leaves room, at other hosts, what is planned, then old.

        ``listing``: hosts whose lists are not all read: nothing old is taken before what they say.
        """
        taken = self._context.budgets.take(want, moment)
        if not self._context.plan.is_all and (rest := _less(want, taken)).limit:
            taken = taken + self._context.rechecks.take(rest, moment)
        rest = _less(want, taken)
        hosts = [*rest.full_hosts, *listing]
        rest = replace(rest, priorities=(Priority.BACKFILL,), full_hosts=hosts)
        if rest.limit and self._is_old_wanted(moment):
            taken = taken + self._context.budgets.take(rest, moment)
        return taken

    def _is_old_wanted(self, moment: datetime) -> bool:
        """Return whether older articles may be begun: no feed is to be late for them."""
        for_long = timedelta(seconds=self._settings.backfill_seconds)
        is_early = moment - self._context.report.started_at < for_long
        return is_early or self._context.plan.backfill is not None

    def _is_dry(self, moment: datetime) -> bool:
        """Return whether nothing in hand may be asked for now, though the ledger had more."""
        if not self._had_more:
            return False
        is_soon = moment - self._looked_at < DRY_EVERY
        return not self.desk.pages or not (is_soon or self.desk.has_free_page(moment))

    def _full(self) -> list[str]:
        if self.desk.pages + 1 < PAGES_A_HOST:  # what is under way counts as one
            return []
        return [host for host, load in self.desk.loads().items() if load >= PAGES_A_HOST]

    def _waiting(self, moment: datetime) -> list[str]:
        """Return the hosts that this run waits for; what is held for longer is to be postponed."""
        patience = timedelta(seconds=self._settings.run_patience)
        return self.desk.waiting(moment + LOOK_EVERY, moment + patience)

    def _left(self) -> int:
        """Pages that the run may still ask for beside those in hand."""
        limit = self._context.plan.limit
        return PAGES_IN_HAND if limit is None else limit - self.requested - self.desk.pages

    async def add(self, fetches: list[Fetch], *, is_hop: bool = False) -> None:
        """Put requests on the desk, and look up pace and robots.txt of hosts new to the run."""
        fresh = {fetch.host for fetch in fetches if not self.desk.has(fetch.host)}
        origins = {origin for fetch in fetches for origin in (fetch.origin, origin_of(fetch.url))}
        keys = self._hosts.keys(fresh, origins)
        if keys:
            found = await asyncio.to_thread(self._context.visits.hosts, keys)
            self._hosts.learn(found.values())
        for host in fresh:
            self.desk.hold(host, self._hosts.ready_at(host))
        if is_hop:
            self.desk.add_first(fetches[0])
        else:
            self.desk.add(fetches)
        for host in filter(self.held_until, {fetch.host for fetch in fetches}):
            await self.postpone_if_held(host)

    async def _patience(self, moment: datetime) -> timedelta | None:
        """Return how long to wait for the next retry; None where none falls due soon enough."""
        if self._left() < 1:
            return None
        before = moment + timedelta(seconds=self._settings.run_patience)
        due = await asyncio.to_thread(self._next_due, moment, before)
        self._looked_at = LONG_AGO
        if due is None:
            return None
        # what is due already waits for its host
        return due - moment if due > moment else LOOK_EVERY

    def _next_due(self, moment: datetime, before: datetime) -> datetime | None:
        spent = self._context.budgets.spent(moment)
        sources = [source for source in self._source_ids if source not in spent]
        if self._told.has_more(self._want(1), moment):
            return moment
        kinds = WAITING if self._is_old_wanted(moment) else AT_ONCE
        return self._context.frontier.next_due(self._context.runs.by, sources, before, kinds)

    async def _pause(self, step: timedelta | None) -> None:
        most = DRY_EVERY if self._had_more else LOOK_EVERY
        seconds = min(step or most, most).total_seconds()
        try:
            await asyncio.wait_for(self._wake.wait(), max(seconds, 0.005))
        except TimeoutError:
            return
        finally:
            self._wake.clear()

    async def _may_ask(self, fetch: Fetch) -> bool:
        """Return whether robots.txt lets us; where it does not, the address is settled."""
        refused = self.refusal(fetch)
        if refused is None:
            return True
        self._unasked(fetch)
        await self._settle(fetch, refused)
        return False

    async def _is_ours(self, fetch: Fetch, moment: datetime) -> bool:
        """Return whether it is our turn at a host, and nobody else has done what we would do."""
        if until := await self._sharing.wait(fetch, moment):
            self.desk.put_back(fetch, until)
            await self.postpone_if_held(fetch.host)
            return False
        if await self._sharing.is_done(fetch, moment):
            self._unasked(fetch)
            return False
        return True

    def _unasked(self, fetch: Fetch) -> None:
        """Let go of a host at which something is not asked for after all."""
        self.desk.done(fetch.host, self._hosts.ready_at(fetch.host))
        self._sharing.over(fetch.host)

    def refusal(self, fetch: Fetch) -> Dropped | Failed | None:
        """Return why robots.txt does not let us ask for something; None where it does."""
        if fetch.ask is Ask.ROBOTS:
            return None
        if self._hosts.delay(fetch.origin) is None:
            seconds = self._settings.crawl_delay_max
            detail = f"its robots.txt asks for more than {seconds:g} s between two requests"
            return Failed(trouble=Trouble.ROBOTS, detail=detail)
        if self._hosts.allows(fetch.origin, fetch.url):
            return self._context.sent.refusal(fetch)
        known = self._hosts.robots_of(fetch.origin)
        if known.body is None:
            return self._hosts.robots_missing(fetch.origin)
        detail = "its robots.txt does not let us"
        if fetch.ask is Ask.PAGE:
            return Dropped(reason=Exclusion.ROBOTS, detail=detail)
        return Failed(trouble=Trouble.ROBOTS, detail=detail)

    async def give_back(self) -> None:
        """Free all that was taken and not asked for."""
        left = [fetch.due for fetch in self.desk.withdraw_all() if fetch.due]
        await self._context.keeper.give_back([due.lease for due in left])
        with suppress(StoreError):  # then they count, and tomorrow is another day
            await asyncio.to_thread(self._context.budgets.refund, left, now())

    def held_until(self, host: str) -> datetime | None:
        """Return until when a host is held for longer than we have patience; None: it is not."""
        until = self._hosts.ready_at(host)
        patience = timedelta(seconds=self._settings.run_patience)
        return until if until and until > now() + patience else None

    async def postpone_if_held(self, host: str) -> None:
        """Leave to a later run what waits for a host that is held for longer than we have patience.

        Its pages keep their state and get that time; of its feeds it is noted why they wait.
        """
        until = self.held_until(host)
        if until is None:
            return
        held = [(f, self._hosts.why_held(host, f.origin)) for f in self.desk.withdraw(host)]
        # a robots.txt kept at a slow host is worth the wait: without it a whole source fails
        kept = [fetch for fetch, why in held if fetch.ask is Ask.ROBOTS and why is None]
        self.desk.add(kept)
        with self.at_work():
            for fetch, why in held:
                if fetch.due:
                    await asyncio.to_thread(self._context.frontier.postpone, fetch.due.lease, until)
                    await asyncio.to_thread(self._context.budgets.refund, [fetch.due], now())
                elif fetch not in kept:
                    await self._withhold(fetch, why)


def now() -> datetime:
    """Return the time; the spider is where the clock is read."""
    return datetime.now(UTC)


def _less(want: Want, taken: Sequence[Due]) -> Want:
    """Return what is wanted beside what was taken, at other hosts."""
    hosts = [*want.full_hosts, *{due.host for due in taken}]
    return replace(want, limit=want.limit - len(taken), full_hosts=hosts)


def page_of(due: Due) -> Fetch:
    """Return the request for the page of an address of the ledger."""
    # the ledger may know the host by a name that an earlier version gave it
    host = host_of(due.url)
    return Fetch(ask=Ask.PAGE, url=due.url, host=host, origin=origin_of(due.url), due=due)
