"""More than one request for one article: the pages behind its first, or its AMP form.

An arrival in; the next request goes to the desk, or the arrival on to the line. What was fetched so
far travels with the request: nothing is stored before the article is whole, or settled as one that
can't be had whole.
"""

from collections.abc import Callable
from dataclasses import replace

from crawler.frontier import Ask, Fetch, host_of
from crawler.politeness.robots import origin_of
from crawler.spiders.context import Context
from crawler.spiders.supply import Supply
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
from pipelines.work import GivenBackError, WorkError, WorkersError


class Whole:
    """What is asked for so that articles are whole."""

    def __init__(
        self, context: Context, supply: Supply, broken: Callable[[Exception], None]
    ) -> None:
        """``broken`` is told of what ends the run."""
        self._supply = supply
        self._broken = broken
        self._keeper = context.keeper
        self._catalogue = context.plan.catalogue
        self._pool = context.pool
        self._most = context.plan.settings.article_pages_max
        self._most_bytes = context.plan.settings.page_max_bytes
        self._attempts_max = context.plan.settings.attempts_max

    async def go_on(self, arrival: Arrival, fetch: Fetch) -> Arrival | None:
        """Return a page as it goes on to the line; None where more is asked for first."""
        try:
            step = await self._after(arrival, fetch)
        except (GivenBackError, WorkersError) as error:
            await self._keeper.give_back([arrival.due.lease])
            if isinstance(error, WorkersError):
                self._broken(error)
            return None
        if isinstance(step, Arrival):
            return step
        if isinstance(step, Fetch):
            await self._supply.add([step], is_hop=True)
        else:
            await self._keeper.settle(arrival.due, step)
        return None

    async def ask_amp(self, arrival: Arrival, address: str) -> bool:
        """Have the AMP form of a page asked for where its own source has it; False: it has not."""
        fetch = _to_amp(address, arrival)
        owner = self._catalogue.owner(fetch.host) if fetch else None
        if fetch is None or owner is None or owner.id != arrival.page.source:
            return False
        if self._supply.is_stopped:
            await self._keeper.give_back([arrival.due.lease])
            return True
        await self._supply.add([fetch], is_hop=True)
        self._supply.wake()
        return True

    async def _after(self, arrival: Arrival, fetch: Fetch) -> Fetch | Outcome | Arrival:
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
            return _without(fetch.so_far, why)
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
            return _without(so_far, "its pages are together longer than page_max_bytes")
        grown = replace(so_far, page=replace(so_far.page, more=more))
        return self._next(turn.following, grown, fetch) if turn.following else grown

    def _next(self, url: str, so_far: Arrival, fetch: Fetch) -> Fetch | Arrival:
        """Return the request for the page behind those so far; within the bounds of one article."""
        page = so_far.page
        if _host(url) != _host(page.url):
            return _without(so_far, f"it goes on at another host, {url[:200]}")
        # the first came by this scheme; the one that the page names may not be served
        url = f"{page.url.partition(':')[0]}:{url.partition(':')[2]}"
        if url in {page.url, *(sheet.url for sheet in page.more)}:
            return so_far
        if 1 + len(page.more) >= self._most:
            return _without(so_far, f"more than {self._most} pages (article_pages_max)")
        return replace(_to(url, fetch), so_far=so_far)

    async def _named(self, read: Callable[[Page], str | None], page: Page) -> str | None:
        """Return the address that a worker reads; None where it stumbles: so will the line."""
        try:
            return await self._pool.run(read, page)
        except WorkError:
            return None


def _to_amp(address: str, arrival: Arrival) -> Fetch | None:
    """Return the request for the AMP form of a page; None where its address is none."""
    try:
        host, origin = host_of(address), origin_of(address)
    except ValueError:
        return None
    return Fetch(
        ask=Ask.PAGE, url=address, host=host, origin=origin, due=arrival.due, instead_of=arrival
    )


def _to(url: str, fetch: Fetch) -> Fetch:
    return replace(fetch, url=url, host=host_of(url), origin=origin_of(url), hops=0)


def _host(url: str) -> str:
    try:
        return host_of(url)
    except ValueError:
        return ""


def _without(arrival: Arrival, why: str) -> Arrival:
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
