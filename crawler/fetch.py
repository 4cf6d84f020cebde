"""What became of a request, in words; and fetching a few addresses at once for a command.

The crawl's own requests are the spider's. Both leave by the one door (``crawler.politeness.door``)
under the same settings, and both learn here what an answer or an error means.
"""

import asyncio
import logging
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from importlib import import_module
from types import MappingProxyType
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import AsyncCrawlerRunner
from scrapy.http import Response
from scrapy.utils.log import configure_logging
from twisted.internet import asyncioreactor

from config.settings import Settings
from crawler.frontier import host_of
from crawler.politeness.answers import (
    UNREACHED,
    headers_of,
    redirect_target,
    status_words,
    trouble_of,
    trouble_of_status,
)
from crawler.politeness.pace import Pace, after, delay_for, retry_after, wait
from crawler.politeness.robots import (
    Robots,
    address_of,
    allows,
    crawl_delay,
    origin_of,
    received,
)
from crawler.settings import scrapy_settings
from pipelines.records import Trouble

__all__ = [
    "UNREACHED", "Failed", "Fetched", "Visitor", "get", "headers_of", "redirect_target",
    "robots_answer", "status_words", "trouble_of", "trouble_of_status",
]  # fmt: skip

Headers = Callable[[str], Mapping[str, str]]
NOTHING: Mapping[str, str] = MappingProxyType({})
ROBOTS_HOPS = 5  # RFC 9309, 2.3.1.2: at least five redirects of a robots.txt are followed


@dataclass(frozen=True, kw_only=True, slots=True)
class Fetched:
    """An answer of status 2xx."""

    url: str
    """Where the body came from, after redirects."""
    status: int
    headers: Mapping[str, str]
    """Names in lower case; the first value of each."""
    body: bytes = field(repr=False)
    """Decompressed, not decoded."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Failed:
    """An address that gave nothing."""

    url: str
    """Where the last request went, after redirects."""
    trouble: Trouble
    detail: str
    """One sentence for a person."""


def get(urls: Sequence[str], settings: Settings, max_bytes: int) -> list[Fetched | Failed]:
    """Return what each address answers, in the order given.

    Different hosts at the same time, one host one request at a time; robots.txt, delays, guard and
    caps as in a crawl. Waits until all have ended. May be called again, but not in a process that
    crawls: Twisted has one reactor a process.
    """
    return Visitor(settings).get(urls, max_bytes)


async def robots_answer(address: str, ask: Callable[[str], Awaitable[Response]]) -> Response:
    """Return what is answered at the address of a robots.txt, at the end of its redirects."""
    for _ in range(ROBOTS_HOPS + 1):
        response = await ask(address)
        target = redirect_target(address, response.status, response.headers.get("Location"))
        if target is None:
            break
        address = target
    return response


class Visitor:
    """Several rounds of ``get`` that go on where the last one ended: pace and robots.txt hold."""

    def __init__(self, settings: Settings, headers: Headers = lambda _: {}) -> None:
        """``headers``: what goes with a request for an address, robots.txt left out."""
        self._errand = _Errand(settings, headers)

    def get(self, urls: Sequence[str], max_bytes: int) -> list[Fetched | Failed]:
        """Return what each address answers, in the order given; see ``get`` of this module."""
        if not urls:
            return []
        asked = self._errand.run(urls, max_bytes)
        return asyncio.run_coroutine_threadsafe(asked, _loop()).result()

    def robots(self, url: str) -> Robots | None:
        """Return the robots.txt of an address that was asked for; None: it could not be had."""
        return self._errand.robots(url)


class _Stopped(Exception):
    def __init__(self, url: str, trouble: Trouble, detail: str) -> None:
        super().__init__(detail)
        self.failed = Failed(url=url, trouble=trouble, detail=detail)


class _Host:
    def __init__(self, name: str, delay: float) -> None:
        self.turn = asyncio.Lock()
        self.pace = Pace(host=name)
        self.delay = delay


class _Hosts(dict[str, _Host]):
    def __init__(self, delay: float) -> None:
        super().__init__()
        self._delay = delay

    def of(self, url: str) -> _Host:
        name = _host_of(url)
        return self.setdefault(name, _Host(name, self._delay))


class _Errand:
    """The calls of one visitor: what is known of hosts and origins, and the way of each address."""

    def __init__(self, settings: Settings, headers: Headers) -> None:
        self._settings = settings
        self._headers = headers
        self._max_bytes = 0
        self._hosts = _Hosts(settings.host_delay)
        self._robots: dict[str, Robots | _Stopped] = {}
        self._download: Callable[[Request], Awaitable[Response]]

    def robots(self, url: str) -> Robots | None:
        """Return what is known of the robots.txt of an address."""
        known = self._robots.get(origin_of(url))
        return known if isinstance(known, Robots) else None

    async def run(self, urls: Sequence[str], max_bytes: int) -> list[Fetched | Failed]:
        """Return what each address answers, in the order given."""
        self._max_bytes = max_bytes
        outcome: asyncio.Future[list[Fetched | Failed]] = asyncio.Future()
        # neither the line nor the crawl's spiders are needed, nor worth loading
        apart: dict[str, object] = {"ITEM_PIPELINES": {}, "SPIDER_MODULES": []}
        runner = AsyncCrawlerRunner({**scrapy_settings(self._settings), **apart})
        await runner.crawl(_Once, errand=self, urls=urls, outcome=outcome)
        if not outcome.done():
            raise RuntimeError("Scrapy ended before anything was fetched")
        return outcome.result()

    async def visit_all(
        self, urls: Sequence[str], download: Callable[[Request], Awaitable[Response]]
    ) -> list[Fetched | Failed]:
        """Visit hosts beside one another, the addresses of one host one after another."""
        self._download = download
        by_host: dict[str, list[int]] = defaultdict(list)
        for at, url in enumerate(urls):
            by_host[_host_of(url)].append(at)
        found: dict[int, Fetched | Failed] = {}

        async def one_host(places: list[int]) -> None:
            for at in places:
                found[at] = await self._visit(urls[at])

        await asyncio.gather(*(one_host(places) for places in by_host.values()))
        return [found[at] for at in range(len(urls))]

    async def _visit(self, url: str) -> Fetched | Failed:
        try:
            return await self._follow(url)
        except _Stopped as stopped:
            return stopped.failed

    async def _follow(self, url: str) -> Fetched:
        for _ in range(self._settings.redirects_max + 1):
            await self._be_allowed(url)
            response = await self._ask(url, self._max_bytes, self._headers(url))
            target = redirect_target(url, response.status, response.headers.get("Location"))
            if target is None:
                return _fetched(response)
            url = target
        raise _Stopped(
            url, Trouble.REDIRECTS, f"more than {self._settings.redirects_max} redirects"
        )

    async def _be_allowed(self, url: str) -> None:
        robots = await self._robots_of(url)
        agent = self._settings.user_agent
        if not allows(robots, url, agent):
            if not robots.body:
                how = f"could not be had ({robots.status}), and without it nothing is asked for"
                raise _Stopped(url, Trouble.STATUS, f"robots.txt of {robots.origin} {how}")
            raise _Stopped(
                url, Trouble.ROBOTS, f"robots.txt of {robots.origin} forbids this address"
            )
        cap = self._settings.crawl_delay_max
        delay = delay_for(self._settings.host_delay, crawl_delay(robots, agent), cap)
        if delay is None:
            detail = f"robots.txt of {robots.origin} asks for more than {cap:g} s between requests"
            raise _Stopped(url, Trouble.ROBOTS, detail)
        self._hosts.of(url).delay = delay

    async def _robots_of(self, url: str) -> Robots:
        try:
            origin = origin_of(url)
        except ValueError as error:
            raise _Stopped(url, Trouble.DNS, f"{url} is no address of a page") from error
        if not origin.startswith(("http://", "https://")):
            raise _Stopped(url, Trouble.CONNECTION, "only http and https are spoken here")
        if origin not in self._robots:
            self._robots[origin] = await self._fetch_robots(origin)
        known = self._robots[origin]
        if isinstance(known, _Stopped):
            raise _Stopped(url, known.failed.trouble, known.failed.detail) from known
        return known

    async def _fetch_robots(self, origin: str) -> Robots | _Stopped:
        address = address_of(origin)
        try:
            response = await robots_answer(
                address, lambda url: self._ask(url, self._settings.feed_max_bytes)
            )
        except _Stopped as stopped:
            # no answer: nothing of this origin may be asked for, and what ails it is worth telling
            return stopped
        hours = self._settings.robots_hours
        return received(origin, response.status, response.body, datetime.now(UTC), hours)

    async def _ask(
        self, url: str, max_bytes: int, headers: Mapping[str, str] = NOTHING
    ) -> Response:
        host = self._hosts.of(url)
        async with host.turn:
            pause = wait(host.pace, datetime.now(UTC))
            if pause > self._settings.crawl_delay_max:
                raise _Stopped(
                    url, Trouble.BUSY, f"the host asks to be left alone for {pause:.0f} s"
                )
            await asyncio.sleep(pause)
            status: int | None = HTTPStatus.OK
            until = None
            try:
                response = await self._download(_request(url, max_bytes, headers))
                status, until = response.status, _held(response)
            except Exception as error:
                trouble, detail = trouble_of(error)
                status = None if trouble in UNREACHED else status
                raise _Stopped(url, trouble, detail) from error
            finally:
                now = datetime.now(UTC)
                host.pace = after(
                    host.pace, status=status, retry_after=until, delay=host.delay, now=now
                )
            return response


class _Once(Spider):
    """Carries an errand into Scrapy: opens the engine, runs it, ends."""

    name = "once"

    def __init__(
        self,
        errand: _Errand,
        urls: Sequence[str],
        outcome: "asyncio.Future[list[Fetched | Failed]]",
    ) -> None:
        super().__init__()
        self._errand, self._urls, self._outcome = errand, urls, outcome

    async def start(self) -> AsyncIterator[Request]:
        """Do everything here; no request is left to Scrapy's scheduler."""
        engine = self.crawler.engine
        assert engine is not None
        try:
            found = await self._errand.visit_all(self._urls, engine.download_async)
        except Exception as error:  # noqa: BLE001 Scrapy would log it; `get` is to raise it
            self._outcome.set_exception(error)
        else:
            self._outcome.set_result(found)
        left: tuple[Request, ...] = ()
        for request in left:
            yield request


def _request(url: str, max_bytes: int, headers: Mapping[str, str]) -> Request:
    meta = {"download_maxsize": max_bytes}
    return Request(url, headers=dict(headers), meta=meta, dont_filter=True)


def _host_of(url: str) -> str:
    try:
        return host_of(url)
    except ValueError:
        return ""


def _held(response: Response) -> datetime | None:
    headers = headers_of(response)
    return retry_after(headers.get("retry-after"), datetime.now(UTC), headers.get("date"))


def _fetched(response: Response) -> Fetched:
    trouble = trouble_of_status(response.status)
    if trouble:
        raise _Stopped(response.url, trouble, f"it answers {status_words(response.status)}")
    return Fetched(
        url=response.url,
        status=response.status,
        headers=headers_of(response),
        body=response.body,
    )


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return the loop of the reactor, which runs in a thread of its own until the process ends."""
    configure_logging({"LOG_INSTALL_ROOT_HANDLER": False})
    # what Scrapy would say of an address is in what `get` returns
    logging.getLogger("scrapy").setLevel(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    asyncioreactor.install(loop)  # type: ignore[no-untyped-call]  # Twisted's, without types
    reactor: Any = import_module("twisted.internet.reactor")
    threading.Thread(
        target=reactor.run, kwargs={"installSignalHandlers": False}, daemon=True
    ).start()
    return loop
