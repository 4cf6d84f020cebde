"""One page in the browser: which of its requests go out, one at a time a host; the outcomes."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, CDPSession, Page, Request, Response, Route
from playwright.async_api import Error as PlaywrightError

from config.domains import registrable
from crawler.browser.own import Asked, Shell, may_ask
from pipelines.records import Failed

Leave = Callable[[str], Awaitable[Failed | None]]
"""Why an address may not be asked for by robots.txt or pace; None where it may."""
REQUESTS_MAX = 60
QUIET_SECONDS = 0.5  # without a request of its own, and the text is taken to be there
LOOK_SECONDS = 0.05
# a second wall beside the routing: what a page of ours never loads, in the browser's own words
POLICY = (
    "img-src 'none'; media-src 'none'; font-src 'none'; object-src 'none'; frame-src 'none'; "
    "worker-src 'none'; manifest-src 'none'; form-action 'none'; webrtc 'block'; "
    "sandbox allow-scripts allow-same-origin; connect-src {own}"
)
# no sockets, workers or beacons: what has no place in a page that is read once
WITHOUT = """
for (const name of ['WebSocket', 'WebSocketStream', 'WebTransport', 'RTCPeerConnection',
    'webkitRTCPeerConnection', 'EventSource', 'Worker', 'SharedWorker', 'Notification'])
  delete window[name];
delete Navigator.prototype.sendBeacon;
delete Navigator.prototype.serviceWorker;
window.open = () => null;
window.print = () => {};
"""


class Visit:
    """Follows the requests of one page."""

    def __init__(self, shell: Shell, leave: Leave) -> None:
        self._shell = shell
        self._leave = leave
        self._is_served = False
        self._count = 0
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._held: dict[Request, asyncio.Lock] = {}
        self._deciding = 0
        self._quiet_since = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        self.asked: list[Asked] = []
        self.has_crashed = False

    async def begin(self, context: BrowserContext) -> Page:
        """Return a page that asks here for everything."""
        await context.add_init_script(WITHOUT)
        await context.route("**/*", self._route)
        await context.route_web_socket("**/*", lambda socket: socket.close())
        page = await context.new_page()
        context.on("page", self._another)
        page.on("response", self._answered)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._broke_off)
        page.on("crash", self._crashed)
        await self._watch_redirects(await context.new_cdp_session(page))
        return page

    async def settled(self, until: float) -> None:
        """Return when the page has asked for nothing for a while; ``until``: at the latest."""
        clock = asyncio.get_running_loop().time
        self._quiet_since = clock()
        while clock() < until:
            is_busy = self._deciding or self._held
            if not is_busy and clock() - self._quiet_since >= QUIET_SECONDS:
                return
            await asyncio.sleep(LOOK_SECONDS)

    def end(self) -> None:
        """Decide nothing more."""
        for task in self._tasks:
            task.cancel()

    async def _route(self, route: Route) -> None:
        request = route.request
        with suppress(PlaywrightError):  # of a page that is closed meanwhile
            if not self._is_served and request.resource_type == "document":
                self._is_served = True
                await route.fulfill(status=200, headers=self._headers(), body=self._shell.body)
            elif request.resource_type == "document":
                await route.fulfill(
                    status=204
                )  # refused, it would put an error in the page's place
            elif await self._lets(request):
                await route.continue_()
            else:
                await route.abort("blockedbyclient")

    def _headers(self) -> dict[str, str]:
        """The answer's own headers are left out: they could name what is to be loaded."""
        kind = self._shell.content_type or "text/html"
        # said with the domain, as WebTransport goes by no proxy
        domain = registrable(urlsplit(self._shell.url).hostname or "")
        own = " ".join(f"http://{one}:* https://{one}:*" for one in (domain, f"*.{domain}"))
        return {"Content-Type": kind, "Content-Security-Policy": POLICY.format(own=own)}

    async def _lets(self, request: Request) -> bool:
        if not may_ask(self._shell.url, request.url, request.resource_type, request.method):
            return False
        if self._count >= REQUESTS_MAX:
            return False
        self._count += 1
        self._deciding += 1
        try:
            if not await self._may_leave(request.url):
                return False
            turn = self._turns[urlsplit(request.url).netloc]
            await turn.acquire()
            self._held[request] = turn
            return True
        finally:
            self._deciding -= 1

    async def _may_leave(self, url: str) -> bool:
        why = await self._leave(url)
        if why:
            self.asked.append(Asked(url=url, status=None, why=why))
        return why is None

    # a redirect is not routed again: its next hop is seen by the browser's own protocol

    async def _watch_redirects(self, session: CDPSession) -> None:
        def paused(event: dict[str, Any]) -> None:
            task = asyncio.get_running_loop().create_task(self._hop(session, event))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

        session.on("Fetch.requestPaused", paused)
        await session.send("Fetch.enable", {"patterns": [{"urlPattern": "*"}]})

    async def _hop(self, session: CDPSession, event: dict[str, Any]) -> None:
        request = event["request"]
        key = {"requestId": event["requestId"]}
        is_let = True
        if "redirectedRequestId" in event:
            url, kind = request["url"], event["resourceType"].lower()
            is_own = may_ask(self._shell.url, url, kind, request["method"])
            is_let = is_own and await self._may_leave(url)
        with suppress(PlaywrightError):
            if is_let:
                await session.send("Fetch.continueRequest", key)
            else:
                await session.send("Fetch.failRequest", {**key, "errorReason": "BlockedByClient"})

    # what came of them

    def _answered(self, response: Response) -> None:
        if response.request in self._held or response.request.redirected_from:
            self.asked.append(
                Asked(
                    url=response.url,
                    status=response.status,
                    retry_after=response.headers.get("retry-after"),
                    date=response.headers.get("date"),
                )
            )

    def _broke_off(self, request: Request) -> None:
        first = self._first(request)
        if first in self._held:
            self.asked.append(Asked(url=first.url, status=None))
        self._ended(request)

    def _ended(self, request: Request) -> None:
        self._quiet_since = asyncio.get_running_loop().time()
        turn = self._held.pop(self._first(request), None)
        if turn:
            turn.release()

    @staticmethod
    def _first(request: Request) -> Request:
        while request.redirected_from:
            request = request.redirected_from
        return request

    def _another(self, page: Page) -> None:
        task = asyncio.get_running_loop().create_task(_closed(page))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _crashed(self, _: Page) -> None:
        self.has_crashed = True


async def _closed(page: Page) -> None:
    with suppress(PlaywrightError):
        await page.close()
