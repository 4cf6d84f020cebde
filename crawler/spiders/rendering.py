"""Pages of sources whose text comes by script: an answer goes to the browser, and comes back whole.

The document was asked for as any other; what its scripts ask for keeps to robots.txt and to what
hosts wish, and is counted into their pace. The browser's room is loaded when it is first needed.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.http import Response

from config.source import Source
from crawler.browser import find, own
from crawler.browser.own import Asked, Rendered, Shell
from crawler.fetch import robots_answer, trouble_of, trouble_of_status
from crawler.frontier import Ask, Fetch, host_of
from crawler.politeness.pace import retry_after
from crawler.politeness.robots import address_of, origin_of
from crawler.spiders.answers import header
from crawler.spiders.context import Context
from crawler.spiders.hosts import Hosts
from crawler.spiders.supply import Supply, now
from pipelines.identify.canonical import ledger_key
from pipelines.records import Failed, Trouble

if TYPE_CHECKING:
    from crawler.browser.chromium import Chromium

log = logging.getLogger(__name__)
Download = Callable[[Request], Awaitable[Response]]
TURN_MOST = 5.0  # seconds that a request of a page waits for its host's ordinary delay
BY_HEADER = "X-Dateline-Rendered"


@dataclass(frozen=True, kw_only=True, slots=True)
class Came:
    """What came of a page in the browser."""

    found: Response | Failed | None
    """None: the run ends, and the page was not begun."""
    status: int | None
    """The worst that the page's host answered, and until when it asks us to wait."""
    until: datetime | None = None
    moment: datetime
    """From when its delay counts: later by as many delays as the page asked for things there."""


class Rendering:
    """The browser of a run, and what its pages may ask for."""

    def __init__(self, context: Context, hosts: Hosts, supply: Supply, download: Download) -> None:
        self._context = context
        self._settings = context.plan.settings
        self._hosts = hosts
        self._supply = supply
        self._download = download
        self._learning = asyncio.Lock()
        self._browser: Chromium | None = None
        catalogue = context.plan.catalogue
        self._sources = {source.id: source for source in catalogue.sources if source.javascript}
        self._sections = {
            ledger_key(url) for source in self._sources.values() for url in source.sections
        }

    def wants(self, fetch: Fetch) -> bool:
        """Return whether what is asked for is to be read through the browser."""
        if fetch.feed:
            return fetch.feed.id in self._sections
        return fetch.due is not None and self._source(fetch) is not None

    def takes(self, response: Response, fetch: Fetch) -> bool:
        """Return whether an answer is a page that scripts may fill."""
        kind = (header(response, "Content-Type") or "html").lower()
        is_page = trouble_of_status(response.status) is None and "html" in kind
        return is_page and self.wants(fetch) and bool(response.body.strip())

    def _source(self, fetch: Fetch) -> Source | None:
        owner = self._context.plan.catalogue.owner(fetch.host)
        return self._sources.get(owner.id) if owner else None

    async def page(self, response: Response, fetch: Fetch) -> Came:
        """Return the page as its scripts leave it, or why that failed."""
        shell = Shell(
            url=response.url, body=response.body, content_type=header(response, "Content-Type")
        )
        if missing := find.missing(self._settings):
            failed = Failed(trouble=Trouble.BROWSER, detail=f"its text comes by script: {missing}")
            return Came(found=failed, status=response.status, moment=now())
        room: Any = import_module("crawler.browser.chromium")
        self._browser = self._browser or room.Chromium(self._settings)
        if self._is_over():
            return Came(found=None, status=response.status, moment=now())
        try:
            rendered: Rendered = await self._browser.render(shell, self._leave)
        except room.RenderError as error:
            if self._is_over() and error.failed.trouble is Trouble.BROWSER:
                return Came(found=None, status=response.status, moment=now())  # we ended it
            log.warning("page.not_rendered", extra={"url": shell.url, "why": str(error)})
            return Came(found=error.failed, status=response.status, moment=now())
        log.info("page.rendered", extra={"url": shell.url, "asked": len(rendered.asked)})
        return self._came(response, fetch, shell, rendered)

    def _is_over(self) -> bool:
        return self._supply.is_stopped

    def _came(self, response: Response, fetch: Fetch, shell: Shell, rendered: Rendered) -> Came:
        failed = own.failure(shell, rendered)
        by_host: defaultdict[str, list[Asked]] = defaultdict(list)
        for one in rendered.asked:
            if one.status is not None:
                by_host[host_of(one.url)].append(one)
        here = by_host.pop(fetch.host, [])
        for host, asked in by_host.items():
            self._note(host, asked)
        status, until = _worst(here)
        if failed and until:
            failed = replace(failed, retry_at=until)
        return Came(
            found=failed or _answer(response, rendered),
            status=status or response.status,
            until=until,
            moment=now() + self._delay(fetch.origin) * len(here),
        )

    def _note(self, host: str, asked: list[Asked]) -> None:
        """Count what was asked of another of the paper's hosts into its pace."""
        origin = origin_of(asked[-1].url)
        moment = now() + self._delay(origin) * (len(asked) - 1)
        ready_at = self._hosts.answered(host, origin, _worst(asked), moment)
        self._supply.desk.hold(host, ready_at)

    def _delay(self, origin: str) -> timedelta:
        return timedelta(seconds=self._hosts.delay(origin) or 0)

    # what scripts may ask for

    async def _leave(self, url: str) -> Failed | None:
        """Return why an address may not be asked for; None where its host's turn has come."""
        try:
            fetch = Fetch(ask=Ask.FEED, url=url, host=host_of(url), origin=origin_of(url))
        except ValueError:
            return Failed(trouble=Trouble.DNS, detail=f"{url[:200]} is no web address")
        async with self._learning:
            await self._learn(fetch)
        refused = self._supply.refusal(fetch) or self._hosts.why_held(fetch.host, fetch.origin)
        if refused:
            detail = f"its text comes by script, and of {url[:200]}: {refused.detail}"
            retry_at = refused.retry_at if isinstance(refused, Failed) else None
            trouble = refused.trouble if isinstance(refused, Failed) else Trouble.ROBOTS
            return Failed(trouble=trouble, detail=detail, retry_at=retry_at)
        ready_at = self._hosts.ready_at(fetch.host)
        if ready_at and (wait := (ready_at - now()).total_seconds()) > 0:
            await asyncio.sleep(min(wait, TURN_MOST))
        return None

    async def _learn(self, fetch: Fetch) -> None:
        """Know pace and robots.txt of an origin; ask for the file where nobody has."""
        if self._hosts.has_robots(fetch.origin, now()):
            return
        keys = self._hosts.keys([fetch.host], [fetch.origin])
        found = await asyncio.to_thread(self._context.visits.hosts, keys)
        self._hosts.learn(found.values())
        if self._hosts.has_robots(fetch.origin, now()):
            return
        status, body = None, None
        try:
            response = await robots_answer(address_of(fetch.origin), self._robots)
            status, body = response.status, response.body
        except Exception as error:  # noqa: BLE001 whatever a download raises: nothing is known
            trouble, detail = trouble_of(error)
            self._hosts.unreached(fetch.origin, Failed(trouble=trouble, detail=detail))
        self._hosts.robots_came(fetch.origin, status, body, now())

    async def _robots(self, url: str) -> Response:
        size = {"download_maxsize": self._settings.feed_max_bytes}
        return await self._download(Request(url, meta=size, dont_filter=True))

    # the end

    async def close(self) -> None:
        """End the browser where there is one."""
        if self._browser:
            await self._browser.close()

    def kill(self) -> None:
        """End it at once."""
        if self._browser:
            self._browser.end()


def _worst(asked: list[Asked]) -> tuple[int | None, datetime | None]:
    """Return the answer that asks most of us: a status, and until when we are to wait."""
    moment = now()
    until = [retry_after(one.retry_after, moment, one.date) for one in asked]
    statuses = [one.status for one in asked if one.status]
    return max(statuses, default=None), max(filter(None, until), default=None)


def _answer(response: Response, rendered: Rendered) -> Response:
    headers = response.headers.copy()
    headers["Content-Type"] = "text/html; charset=utf-8"
    headers[BY_HEADER] = rendered.by
    return response.replace(body=rendered.body, headers=headers)
