"""The spider: what is due is asked for, one thing at a time a host; answers go on to their rooms.

feeds due --+
+-- supply -- request -- answer --+-- robots.txt  to the hosts' rules
ledger -----+     ^                           +-- redirect    back to the desk, one hop further
+---------------------------+-- feed        to its reader, entries to the ledger
+-- page        to the line, its address settled
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from scrapy import Request, Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from twisted.python.failure import Failure

from crawler.fetch import UNREACHED, trouble_of
from crawler.frontier import Ask, Fetch
from crawler.politeness.door import EndedError, end_all
from crawler.politeness.robots import origin_of
from crawler.spiders import answers, redirects, upkeep
from crawler.spiders.backfill import Backfill
from crawler.spiders.context import Context, Plan
from crawler.spiders.feeds import Feeds, conditional_headers
from crawler.spiders.hosts import Hosts
from crawler.spiders.judging import Judging
from crawler.spiders.rendering import Came, Rendering
from crawler.spiders.sharing import Sharing
from crawler.spiders.supply import Supply, now, page_of
from crawler.spiders.told import Told
from crawler.spiders.visited import Visited
from crawler.spiders.whole import Whole
from pipelines.records import Arrival, Due, Failed, Outcome, Trouble
from pipelines.signals import OUTCOMES
from pipelines.store.errors import StoreError
from pipelines.work import GivenBackError

log = logging.getLogger(__name__)
# a page in work gets this long after a signal, answers under way a little longer
STOP_PAGES, STOP_ANSWERS = 7.0, 3.0
NOTE_SECONDS = 1.0
STORE_CALLS = 16  # at once: most of each is waiting for the journal, which takes them together
FOR_GOOD = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})
STOPPED = frozenset(OUTCOMES.values())


class NewsSpider(Spider):
    """One spider for every source."""

    name = "news"

    def __init__(self, context: Context, *, is_ours: bool = False) -> None:
        super().__init__()
        self.context = context
        self.keeper = context.keeper
        plan, is_shared = context.plan, context.runs.shares
        self.hosts = Hosts(plan.settings, asks_again=plan.is_all, is_shared=is_shared)
        self.feeds = Backfill(context, plan.backfill) if plan.backfill else Feeds(context)
        self.judging = Judging(context)
        self._told = Told(context, lambda arrival: self._spawn(self._tell(arrival)))
        self.keeper.on_untold = self._ask_instead
        self.sharing = Sharing(context, self.hosts, self._spawn)
        self.supply = Supply(
            context, self.hosts, self._settle, self._withhold, self._told, self.sharing
        )
        self.visited = Visited(context, self.feeds, self.supply, self._settle, self._broken)
        self.whole = Whole(context, self.supply, self._broken)
        self.rendering = Rendering(context, self.hosts, self.supply, self._download)
        self.outcome = "done"
        self.failure: Exception | None = None
        self._settings = context.plan.settings
        self._is_ours = is_ours
        self._is_leaving = False
        self._tasks: set[asyncio.Task[None]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler, *_: Any, **arguments: Any) -> Self:
        """Return the spider of `dateline crawl` (``context`` given) or of `scrapy crawl news`."""
        context = arguments.get("context") or Context.open(plan_of(arguments))
        spider = cls(context, is_ours="context" in arguments)
        spider._set_crawler(crawler)
        return spider

    def closed(self, reason: str) -> None:
        """Give all back where nobody else will: under `scrapy crawl`."""
        if not self._is_ours:
            self.finish()
            self.context.close(self.outcome if reason == "finished" else reason)

    async def start(self) -> AsyncIterator[Any]:
        """Give out requests until nothing is due and nothing will be within the run's patience."""
        self._begin()
        try:
            await asyncio.to_thread(self.feeds.adopt)
            await asyncio.to_thread(self.judging.begin)
            due = await asyncio.to_thread(self.feeds.due, now())
            if any(fetch.feed and fetch.feed.visited_at is None for fetch in due):
                self.context.pool.begin()  # a feed is sure to be read: its site is asked meanwhile
            await self.supply.add(due)
            while fetch := await self._next():
                if request := await self._made(fetch):
                    yield request
            await self.keeper.idle()
            async with self.context.rereading(lambda: not self.supply.is_stopped):
                await self.context.rereader.read_sites(lambda: not self.supply.is_stopped)
            await self.keeper.judge(lambda: not self.supply.is_stopped)
        except GivenBackError:  # stopped over pages that are stored all the same
            pass
        except Exception as error:  # noqa: BLE001 Scrapy would log it, and the run end as if it were done
            self._broken(error)
        finally:
            await self.supply.give_back()
            await self.rendering.close()

    async def _next(self) -> Fetch | None:
        """Return what to ask for next; None when all is settled: a page may ask for more."""
        while not self.supply.is_stopped:
            if fetch := await self.supply.next():
                return fetch
            await self.keeper.idle()
            if self.supply.desk.is_idle:
                break
        return None

    def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(STORE_CALLS, "store"))
        self.keeper.on_failure = self._broken
        self.keeper.ask = self.whole.ask_amp
        if self._is_ours:
            for number, word in OUTCOMES.items():
                loop.add_signal_handler(number, self.stop, word)
        if self.context.plan.time_limit is not None:
            seconds = self.context.plan.time_limit.total_seconds()
            # nobody is waiting to kill us: a page at work gets all of its time
            loop.call_later(seconds, self.stop, "time-limit", self._settings.page_seconds)
        self._spawn(self._beat())
        self._spawn(self._note())
        self._spawn(upkeep.watch_room(self.context, self.stop))

    async def _made(self, fetch: Fetch) -> Request | None:
        """Return the request; None for an address that Scrapy takes for none, which is settled."""
        try:
            return self._request(fetch)
        except ValueError as error:
            detail = f"no address that can be asked for: {error}"[:300]
        with self.supply.at_work(fetch):
            self._free(fetch, HTTPStatus.OK, None, now())
            await self._settle(fetch, Failed(trouble=Trouble.DNS, detail=detail))
        return None

    def _request(self, fetch: Fetch) -> Request:
        is_page = fetch.ask is Ask.PAGE
        size = self._settings.page_max_bytes if is_page else self._settings.feed_max_bytes
        return Request(
            fetch.url,
            callback=self.answered,
            errback=self.failed,
            headers={**self.context.sent.headers(fetch, now()), **self._conditions(fetch)},
            meta={
                "download_maxsize": size,
                "shares": self.hosts.shares(fetch.host),
                "address_delay": self.hosts.address_delay,
            },
            cb_kwargs={"fetch": fetch},
            dont_filter=True,
        )

    def _conditions(self, fetch: Fetch) -> dict[str, str]:
        """A shell that is as it was says nothing of what its scripts show: it is asked whole."""
        return {} if self.rendering.wants(fetch) else conditional_headers(fetch.asked_before)

    async def _tell(self, arrival: Arrival) -> None:
        """Send on an article that its feed has whole; until it is settled we are not through."""
        with self.supply.at_work():
            await self.keeper.page(arrival)

    async def _ask_instead(self, due: Due) -> None:
        if await asyncio.to_thread(self.context.budgets.claim, due, now()):
            await self.supply.add([page_of(due)])
        else:
            await asyncio.to_thread(self._told.pass_over, [due])

    # what came of it

    async def answered(self, response: Response, fetch: Fetch) -> AsyncIterator[Arrival]:
        """Send an answer to its room; a page goes on to the line."""
        moment = now()
        if response.ip_address and not response.meta.get("proxy"):
            self.hosts.connected(fetch.host, str(response.ip_address))
        if not self.rendering.takes(response, fetch):
            self._free(fetch, response.status, answers.held_until(response, moment), moment)
        arrival = None
        with self.supply.at_work(fetch), self._store_watched():
            await upkeep.weigh(self.context, response, fetch, moment)
            arrival = await self._sorted(response, fetch, moment)
            await self._over(fetch)
        if arrival:
            yield arrival

    async def _sorted(self, response: Response, fetch: Fetch, moment: datetime) -> Arrival | None:
        """Settle an answer that makes us stumble: left in our hands it would be asked for again."""
        try:
            return await self._sort(response, fetch, moment)
        except StoreError:
            raise
        except Exception as error:
            detail = f"{type(error).__name__}: {error}"[:300]
            log.warning("answer.failed", extra={"url": fetch.url, "why": detail})
            log.debug("answer.trace", extra={"url": fetch.url}, exc_info=True)
            await self._settle(fetch, Failed(trouble=Trouble.PAGE_ERROR, detail=detail))
            return None

    async def _sort(self, response: Response, fetch: Fetch, moment: datetime) -> Arrival | None:
        if self.rendering.takes(response, fetch):
            rendered = await self._rendered(response, fetch)
            if rendered is None:
                return None
            response = rendered
        target = answers.target(response)
        if target:
            await self._follow(target, fetch, is_for_good=response.status in FOR_GOOD)
        elif fetch.ask is Ask.ROBOTS:
            await self._rules_came(fetch, response.status, response.body)
        elif fetch.feed:
            await self.visited.came(response, fetch, fetch.feed, moment)
        elif fetch.due:
            outcome = answers.outcome(response, fetch.due.standing.article, moment)
            if outcome is None:
                source = self.context.source_of(response.url, fetch.due)
                arrival = answers.arrival(response, fetch.due, source, moment)
                return await self.whole.go_on(arrival, fetch)
            await self._settle(fetch, outcome)
        return None

    async def _rendered(self, response: Response, fetch: Fetch) -> Response | None:
        """Return a page as its scripts leave it; None where its address is settled, or given back.

        Its host is asked for nothing else meanwhile.
        """
        came = Came(found=None, status=response.status, moment=now())
        try:
            came = await self.rendering.page(response, fetch)
        finally:
            self._free(fetch, came.status, came.until, came.moment)
        if isinstance(came.found, Response):
            return came.found
        if came.found:
            await self._settle(fetch, came.found)
        elif fetch.due:
            await self.keeper.give_back([fetch.due.lease])
        return None

    async def _download(self, request: Request) -> Response:
        engine = self.crawler.engine
        assert engine is not None
        return await engine.download_async(request)

    async def failed(self, failure: Failure) -> None:
        """Note what failed of a request that had no answer."""
        request: Request = failure.request  # type: ignore[attr-defined]  # Scrapy sets it
        fetch: Fetch = request.cb_kwargs["fetch"]
        error = failure.value
        assert error is not None
        if isinstance(error, EndedError):
            await self._leave_be(fetch)
            return
        trouble = trouble_of(error)[0]
        # an answer that is too large or damaged is an answer: the host is well
        self._free(fetch, None if trouble in UNREACHED else HTTPStatus.OK, None, now())
        with self.supply.at_work(fetch), self._store_watched():
            if fetch.ask is Ask.ROBOTS:
                # a private host is asked for nothing: the page itself then meets the guard
                is_private = trouble is Trouble.PRIVATE_ADDRESS and fetch.hops == 0
                status = HTTPStatus.NOT_FOUND if is_private else None
                await self._rules_came(fetch, status, None, answers.robots_failure(fetch, error))
            else:
                await self._settle(fetch, answers.failure(fetch, error))
            await self._over(fetch)

    async def _over(self, fetch: Fetch) -> None:
        """Let others ask a host of which we had a feed, once it is noted that it was visited."""
        if fetch.feed and self.context.runs.shares:
            await asyncio.to_thread(self.feeds.write)
            self.sharing.over(fetch.host)

    async def _leave_be(self, fetch: Fetch) -> None:
        """Give back what we stopped waiting for: neither it nor its host has failed."""
        self.supply.under_way -= 1
        self.sharing.over(fetch.host)
        if fetch.due:
            await self.keeper.give_back([fetch.due.lease])

    def _free(
        self, fetch: Fetch, status: int | None, until: datetime | None, moment: datetime
    ) -> None:
        self.supply.under_way -= 1
        # a robots.txt may be asked for elsewhere than at the origin that it is for
        place = origin_of(fetch.url)
        ready_at = self.hosts.answered(fetch.host, place, (status, until), moment)
        self.supply.desk.done(fetch.host, ready_at)
        if not fetch.feed:
            self.sharing.over(fetch.host)
        if self.supply.held_until(fetch.host):
            self._spawn(self.supply.postpone_if_held(fetch.host))

    async def _follow(self, target: str, fetch: Fetch, *, is_for_good: bool) -> None:
        """One hop further, by the same door: robots.txt, pace and guard hold there too."""
        plan = self.context.plan
        refused = redirects.refusal(target, fetch, plan.catalogue, plan.settings.redirects_max)
        if refused:
            await self._settle(fetch, refused)
            return
        if fetch.ask is Ask.ROBOTS:
            # it is the first origin's rules that are asked for, but the target's turn that counts
            self.supply.desk.await_rules(fetch.origin)
        hop = redirects.hop(target, fetch, is_for_good=is_for_good)
        await self.supply.add([hop], is_hop=True)

    async def _settle(self, fetch: Fetch, outcome: Outcome) -> None:
        if fetch.due:
            found = self.whole.failed(fetch, outcome)
            if isinstance(found, Arrival):
                await self.keeper.page(found)
            else:
                await self.keeper.settle(fetch.due, found)
        elif fetch.feed and isinstance(outcome, Failed):
            self.feeds.failed(fetch.feed, outcome)
        elif fetch.ask is Ask.ROBOTS and isinstance(outcome, Failed):
            # redirects without end: as if there were none (RFC 9309, 2.3.1.2)
            is_endless = outcome.trouble is Trouble.REDIRECTS
            if is_endless:
                await self._rules_came(fetch, HTTPStatus.NOT_FOUND, None)
            else:
                await self._rules_came(fetch, None, None, outcome)

    async def _rules_came(
        self, fetch: Fetch, status: int | None, body: bytes | None, why: Failed | None = None
    ) -> None:
        """Take in what came of a request for robots.txt; status None: no answer, and why."""
        self.hosts.robots_came(fetch.origin, status, body, now())
        if why:
            self.hosts.unreached(fetch.origin, why)
        self.supply.desk.rules_came(fetch.origin)
        robots = self.hosts.robots_of(fetch.origin).body
        await self.supply.add(await asyncio.to_thread(self.feeds.named, fetch.origin, robots))

    async def _withhold(self, fetch: Fetch, why: Failed | None) -> None:
        """Note what this run cannot ask for; why None: by the ordinary delay of its host."""
        if fetch.feed and why:
            self.feeds.held(fetch.feed, why)
        elif fetch.feed:
            self.context.report.feeds["waiting"] += 1
        else:
            await self._rules_came(fetch, None, None, why)

    # the end

    def stop(self, word: str, pages: float = STOP_PAGES) -> None:
        """Begin nothing more, give what is in work ``pages`` seconds; called again, end at once."""
        if self.supply.is_stopped:
            self.context.pool.stop_now()
            self._leave()
            return
        self.outcome = word
        self.supply.stop()
        asyncio.get_running_loop().call_later(pages + STOP_ANSWERS, self._leave)
        self._spawn(self.context.pool.stop(pages))

    def _leave(self) -> None:
        """Leave the reactor whatever is under way: what is not settled stays in the ledger."""
        self.rendering.kill()
        end_all()  # or Scrapy would wait until the last of them times out
        # importing it above would choose a reactor before Scrapy does
        reactor: Any = import_module("twisted.internet.reactor")
        if reactor.running and not self._is_leaving:
            self._is_leaving = True
            reactor.stop()

    @contextmanager
    def _store_watched(self) -> Iterator[None]:
        """End the run where the store fails under an answer: Scrapy would log it and go on."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 whatever it is, nobody else would hear of it
            self._broken(error)

    def _broken(self, error: Exception) -> None:
        """What a run stands on is gone: end it, and let the front door say why."""
        self.failure = self.failure or error
        if not self.supply.is_stopped:
            self.stop("failed")

    async def _beat(self) -> None:
        """Say that the run is alive."""
        while True:
            await asyncio.sleep(self.context.runs.heartbeat)
            await asyncio.to_thread(self.context.beat)

    async def _note(self) -> None:
        """Store what was learned of hosts and feeds: who is killed has forgotten a second of it."""
        while True:
            await asyncio.sleep(NOTE_SECONDS)
            if changes := self.hosts.changes():
                await asyncio.to_thread(self.context.visits.save_hosts, changes)
            await asyncio.to_thread(self.feeds.write)

    def finish(self) -> None:
        """Store what was learned of hosts and sources; called when nothing runs any more."""
        self.context.visits.save_hosts(self.hosts.changes())
        self.feeds.write()
        self.sharing.release()
        self.feeds.end_indexes()
        self.judging.end(self.feeds.touched)
        if waiting := self.context.budgets.waiting(now()):
            self.context.report.pages["over_budget"] = waiting
        if self.outcome not in STOPPED:
            upkeep.tidy(self.context)
            upkeep.read_words(self.context)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        # kept here: the loop holds tasks weakly
        task = asyncio.get_running_loop().create_task(self._watched(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _watched(self, work: Coroutine[Any, Any, None]) -> None:
        with self._store_watched():
            await work


def plan_of(arguments: dict[str, Any]) -> Plan:
    """Return the plan that `scrapy crawl news -a region=R -a source=A,B -a limit=5` asks for."""
    minutes = arguments.get("minutes")
    return Plan.make(
        ids=[name for name in str(arguments.get("source") or "").split(",") if name],
        region=arguments.get("region"),
        sources=Path(arguments["sources"]) if arguments.get("sources") else None,
        is_all=str(arguments.get("all", "")).lower() in {"1", "true", "yes"},
        limit=int(arguments["limit"]) if arguments.get("limit") else None,
        time_limit=timedelta(minutes=float(minutes)) if minutes else None,
    )
