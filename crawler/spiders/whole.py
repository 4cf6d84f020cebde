"""More than one request for one article: the pages behind its first, or its AMP form.

An arrival in; the next request goes to the desk, or the arrival on to the line. What was fetched so
far travels with the request: nothing is stored before the article is whole, or settled as one that
can't be had whole.
"""

from collections.abc import Callable

from crawler.frontier import Ask, Fetch, host_of
from crawler.politeness.robots import origin_of
from crawler.spiders.context import Context
from crawler.spiders.onward import Onward
from crawler.spiders.supply import Supply
from pipelines.records import Arrival
from pipelines.work import GivenBackError, WorkersError


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
        self._onward = Onward(context.pool, context.plan.settings)
        self.failed = self._onward.failed

    async def go_on(self, arrival: Arrival, fetch: Fetch) -> Arrival | None:
        """Return a page as it goes on to the line; None where more is asked for first."""
        try:
            step = await self._onward.after(arrival, fetch)
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


def _to_amp(address: str, arrival: Arrival) -> Fetch | None:
    """Return the request for the AMP form of a page; None where its address is none."""
    try:
        host, origin = host_of(address), origin_of(address)
    except ValueError:
        return None
    return Fetch(
        ask=Ask.PAGE, url=address, host=host, origin=origin, due=arrival.due, instead_of=arrival
    )
