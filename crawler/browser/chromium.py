"""The browser of a run: started when first needed, one page at a time, killed with its page's time.

What it starts dies with the run, however that ends: Playwright's driver ends when its pipe to us
breaks, and chromium when its pipe to the driver does.
"""

import asyncio
import os
from collections.abc import Awaitable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
from playwright.async_api import Browser, Playwright, async_playwright
from playwright.async_api import Error as PlaywrightError

from config.settings import Settings
from crawler.browser import scratch
from crawler.browser.find import browser
from crawler.browser.own import Rendered, Shell
from crawler.browser.proxy import GuardingProxy
from crawler.browser.visit import Leave, Visit
from pipelines.records import Failed, Trouble

PAGES_A_BROWSER = 200  # one that leaks a little is renewed before it matters
START_SECONDS = 30.0
CLOSE_SECONDS, DEAD_SECONDS = 5.0, 2.0
SHARE_OF_WAIT = 0.7  # of a page's time, for its requests; the rest is for reading what it shows
ARGUMENTS = (
    "--disable-quic",
    "--disable-domain-reliability",
    "--disable-client-side-phishing-detection",
    "--disable-remote-fonts",
    "--disable-gpu",
    "--dns-prefetch-disable",
    "--no-pings",
    "--safebrowsing-disable-auto-update",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    # not even a name is looked up but by the proxy
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
# of our environment; the rest may hold passwords
NAMES = ("PATH", "HOME", "LANG", "LC_ALL", "TZ")


class RenderError(Exception):
    """A page that the browser did not give; ``failed`` says why in the ledger's words."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        self.failed = Failed(trouble=trouble, detail=detail)
        super().__init__(detail)


class Chromium:
    """One browser; pages wait for one another, and their time begins with their turn."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turn = asyncio.Lock()
        self._proxy = GuardingProxy(
            is_guarded=not settings.allow_private_addresses, seconds=settings.request_timeout
        )
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._pages = 0
        self._way = ""
        self._folder: Path | None = None

    async def render(self, shell: Shell, leave: Leave) -> Rendered:
        """Return the page as its scripts leave it. Raises RenderError."""
        async with self._turn:
            try:
                async with asyncio.timeout(START_SECONDS):
                    started = await self._started()
            except (PlaywrightError, OSError, TimeoutError) as error:
                self._end_driver()
                raise RenderError(
                    Trouble.BROWSER, f"chromium cannot be started: {_words(error)}"
                ) from error
            return await self._page(started, Visit(shell, leave), shell)

    async def _page(self, started: Browser, visit: Visit, shell: Shell) -> Rendered:
        seconds = self._settings.browser_seconds
        self._proxy.begin(shell.url, self._settings.page_max_bytes)
        try:
            async with asyncio.timeout(seconds):
                return await self._read(started, visit, shell)
        except TimeoutError as error:
            self.kill()
            detail = f"took more than {seconds:g} s in the browser"
            raise RenderError(Trouble.PAGE_TIME, detail) from error
        except Exception as error:  # a driver that dies raises whatever is at hand
            self.kill()
            if not _drivers():
                self._playwright = None
            trouble = Trouble.PAGE_CRASH if visit.has_crashed else Trouble.BROWSER
            raise RenderError(trouble, f"the browser failed: {_words(error)}") from error
        finally:
            visit.end()
            self._proxy.end()

    async def _read(self, started: Browser, visit: Visit, shell: Shell) -> Rendered:
        until = asyncio.get_running_loop().time() + self._settings.browser_seconds * SHARE_OF_WAIT
        context = await started.new_context(
            user_agent=self._settings.user_agent,
            service_workers="block",
            accept_downloads=False,
            extra_http_headers={"Accept-Language": "*"},
        )
        page = await visit.begin(context)
        await page.goto(shell.url, wait_until="domcontentloaded", timeout=0)
        await visit.settled(until)
        text = await page.content()
        await context.close()
        return Rendered(
            body=b"\xef\xbb\xbf" + text.encode("utf-8", "replace"),
            asked=tuple(visit.asked),
            by=f"chromium {started.version}",
        )

    async def _started(self) -> Browser:
        if self._browser and self._pages >= PAGES_A_BROWSER:
            await self._browser.close()
        if self._browser is None or not self._browser.is_connected():
            self._browser = await self._launched()
            self._pages = 0
        self._pages += 1
        return self._browser

    async def _launched(self) -> Browser:
        self._folder = self._folder or scratch.make(self._settings.home)
        if self._playwright is None:
            with scratch.temporary(self._folder):
                self._playwright = await async_playwright().start()
        self._way = self._way or await self._proxy.start()
        return await self._playwright.chromium.launch(
            executable_path=browser(self._settings),
            proxy={"server": self._way},
            args=list(ARGUMENTS),
            chromium_sandbox=self._settings.browser_sandbox,
            env=_environment(self._folder),
            timeout=START_SECONDS * 1000,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    async def close(self) -> None:
        """End the browser, by force where it does not end by itself."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                async with self._turn:
                    await _quietly(self._browser.close() if self._browser else None)
                    await _quietly(self._playwright.stop() if self._playwright else None)
        except TimeoutError:
            self._end_driver()
        self._browser, self._playwright = None, None
        self._proxy.close()
        self._clear()

    def _end_driver(self) -> None:
        """End a driver that does not answer, with its browser."""
        self.kill()
        for driver in _drivers():
            driver.kill()
        self._playwright = None

    def kill(self) -> None:
        """End all processes of the browser at once."""
        found = [one for driver in _drivers() for one in driver.children(recursive=True)]
        for process in found:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(found, timeout=DEAD_SECONDS)
        self._browser = None

    def end(self) -> None:
        """End the browser at once, for good."""
        self.kill()
        self._clear()

    def _clear(self) -> None:
        if self._folder:
            scratch.remove(self._folder)
        self._folder = None


def _environment(folder: Path) -> dict[str, str | float | bool]:
    known = {name: os.environ[name] for name in NAMES if name in os.environ}
    return {**known, "TMPDIR": str(folder)}


def _drivers() -> list[psutil.Process]:
    """Return Playwright's drivers among our processes; Playwright tells nobody their ids."""
    found = []
    for process in psutil.Process().children():
        with suppress(psutil.Error):
            if "run-driver" in process.cmdline():
                found.append(process)
    return found


async def _quietly(work: Awaitable[Any] | None) -> None:
    if work:
        with suppress(PlaywrightError):
            await work


def _words(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text[:200]
