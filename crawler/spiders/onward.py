"""Where an article goes on: the next request for it, or the article as far as it can be had.

An arrival and what it answers in; the next request out, or the arrival as it goes on to the line.
Asks for nothing itself: a crawl asks the site, ``ingest`` looks among the recorded pages.
"""

from collections.abc import Callable
from dataclasses import replace

from config.settings import Settings
from crawler.frontier import Fetch, host_of
from crawler.politeness.robots import origin_of
from pipelines import further
from pipelines.records import (
    Arrival,
    Dropped,
    Failed,
    Gone,
    Kept,
    Outcome,
    Page,
    Sheet,
    Trouble,
)
from pipelines.work import Pool, WorkError


class Onward:
    """What is asked for after a page, so that its article is whole."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        self._pool = pool
        self._most = settings.article_pages_max
        self._most_bytes = settings.page_max_bytes
        self._attempts_max = settings.attempts_max

    async def after(self, arrival: Arrival, fetch: Fetch) -> Fetch | Outcome | Arrival:
        """Return what comes next after the answer to ``fetch``, which is a page."""
        if fetch.instead_of:
            return _stand_in(arrival.page, fetch.instead_of)
        if fetch.so_far:
            return await self._turned(arrival.page, fetch.so_far, fetch)
        if self._most < 2:
            return arrival
        return await self._first(arrival, fetch)

    def failed(self, fetch: Fetch, outcome: Outcome) -> Outcome | Arrival:
        """Return what settles an address of which a later request gave ``outcome``, no page.

        A page behind the first that may come another time has the whole article tried again; after
        the last try, or where it is not there, the article is kept as cut: a re-check will see.
        """
        if fetch.instead_of:
            return replace(fetch.instead_of, is_last=True)
        if fetch.so_far is None or fetch.due is None or isinstance(outcome, Kept):
            return outcome
        number = len(fetch.so_far.page.more) + 2
        why = f"page {number}, {fetch.url[:200]}: {_words(outcome)}"
        is_last = fetch.due.standing.attempts + 1 >= self._attempts_max
        if is_last or not _may_come(outcome):
            return without(fetch.so_far, why)
        retry_at = outcome.retry_at if isinstance(outcome, Failed) else None
        return Failed(trouble=Trouble.INCOMPLETE, detail=why, retry_at=retry_at)

    async def _first(self, arrival: Arrival, fetch: Fetch) -> Fetch | Arrival:
        """Return where a page leads that nothing was fetched before: to its first, or its next."""
        page = arrival.page
        is_behind = not fetch.hops and further.may_be_behind(page.body, page.url)
        first = await self._named(further.beginning, page) if is_behind else None
        if first and _host(first) == _host(page.url):
            return replace(_to(first, fetch), hops=1)
        if not further.may_go_on(page.body, page.url, 2):
            return arrival
        named = await self._named(further.following, page)
        return self._next(named, arrival, fetch) if named else arrival

    async def _turned(self, page: Page, so_far: Arrival, fetch: Fetch) -> Fetch | Outcome | Arrival:
        if _host(page.url) != _host(so_far.page.url):
            detail = f"it redirects to {page.url[:200]}"
            return self.failed(fetch, Failed(trouble=Trouble.REDIRECTS, detail=detail))
        sheet = Sheet(url=page.url, body=page.body, content_type=page.content_type)
        try:
            turn = await self._pool.run(further.turned, so_far.page, sheet)
        except WorkError as error:
            return self.failed(fetch, error.failed)
        if turn.closed:
            return self.failed(fetch, Failed(trouble=Trouble.INCOMPLETE, detail=turn.closed))
        if not turn.is_of:
            return so_far
        more = (*so_far.page.more, sheet)
        # they are stored in one document, as large as one page may be
        if len(so_far.page.body) + sum(len(one.body) for one in more) > self._most_bytes:
            return without(so_far, "its pages are together longer than page_max_bytes")
        grown = replace(so_far, page=replace(so_far.page, more=more))
        return self._next(turn.following, grown, fetch) if turn.following else grown

    def _next(self, url: str, so_far: Arrival, fetch: Fetch) -> Fetch | Arrival:
        """Return the request for the page behind those so far; within the bounds of one article."""
        page = so_far.page
        if _host(url) != _host(page.url):
            return without(so_far, f"it goes on at another host, {url[:200]}")
        # the first came by this scheme; the one that the page names may not be served
        url = f"{page.url.partition(':')[0]}:{url.partition(':')[2]}"
        if url in {page.url, *(sheet.url for sheet in page.more)}:
            return so_far
        if 1 + len(page.more) >= self._most:
            return without(so_far, f"more than {self._most} pages (article_pages_max)")
        return replace(_to(url, fetch), so_far=so_far)

    async def _named(self, read: Callable[[Page], str | None], page: Page) -> str | None:
        """Return the address that a worker reads; None where it stumbles: so will the line."""
        try:
            return await self._pool.run(read, page)
        except WorkError:
            return None


def _to(url: str, fetch: Fetch) -> Fetch:
    return replace(fetch, url=url, host=host_of(url), origin=origin_of(url), hops=0)


def _host(url: str) -> str:
    try:
        return host_of(url)
    except ValueError:
        return ""


def without(arrival: Arrival, why: str) -> Arrival:
    """Return an article of which a part is not to be had; ``why`` for the reader of its page."""
    return replace(arrival, page=replace(arrival.page, lacks=why))


def _stand_in(found: Page, ordinary: Arrival) -> Arrival:
    """Return the page with the body of its AMP form, under its own address.

    Without the other's headers: by an ETag the ordinary page would be asked for the next time.
    """
    page = replace(
        ordinary.page,
        body=found.body,
        content_type=found.content_type,
        headers={},
        stand_in=found.url,
    )
    return replace(ordinary, page=page, instead_of=ordinary)


def _may_come(outcome: Outcome) -> bool:
    return isinstance(outcome, Failed) and outcome.trouble is not Trouble.NOT_FOUND


def _words(outcome: Outcome) -> str:
    match outcome:
        case Dropped():
            return outcome.detail or outcome.reason
        case Failed():
            return outcome.detail or outcome.trouble
        case Gone():
            return outcome.detail or f"the server answered {outcome.status}"
        case Kept():
            return ""
