"""Articles that a feed has whole: where the operator trusts it, no page is asked for them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from config.source import Source
from crawler.frontier import LETTERS_OF_CONTENT
from crawler.spiders.context import Context
from pipelines.extract import announced
from pipelines.line import owned
from pipelines.records import Arrival, Due
from pipelines.store.frontier import Want

MOST = 256  # in work at once: each holds a whole text
PASSED = 5_000  # more are no question for MongoDB; the rest waits for another day


class Told:
    """What a run takes from its feeds; ``keep`` sends it on to the line."""

    def __init__(self, context: Context, keep: Callable[[Arrival], None]) -> None:
        self._context = context
        self._keep = keep
        sources = context.plan.catalogue.sources
        self._sources = frozenset(s.id for s in sources if s.fulltext == "feed")
        self._is_any = bool(self._sources)
        self._passed: set[str] = set()  # of those over budget, which turned out to need a page

    @property
    def is_full(self) -> bool:
        """Whether as many are in work as may be."""
        return self._is_any and self._context.keeper.in_work >= MOST

    async def rest(self, dues: Sequence[Due]) -> list[Due]:
        """Send on what a feed has whole; return what is to be asked for."""
        if not self._is_any:
            return list(dues)
        found = await asyncio.to_thread(self._arrivals, dues)
        if not found:
            return list(dues)
        taken = {arrival.due.lease.id for arrival in found}
        await asyncio.to_thread(
            self._context.budgets.refund, [one.due for one in found], datetime.now(UTC)
        )
        for arrival in found:
            self._keep(arrival)
        return [due for due in dues if due.lease.id not in taken]

    def take(self, want: Want, moment: datetime) -> list[Due]:
        """Take what may need no page, of sources that have had all their pages of today."""
        if not self._may_take:
            return []
        budgets = self._context.budgets
        return budgets.take_whole(want, moment, self._sources, self._passed)

    def has_more(self, want: Want, moment: datetime) -> bool:
        """Return whether there is more to ``take``."""
        budgets = self._context.budgets
        return self._may_take and budgets.has_whole(want, moment, self._sources, self._passed)

    @property
    def _may_take(self) -> bool:
        return self._is_any and len(self._passed) < PASSED

    def pass_over(self, dues: Sequence[Due]) -> None:
        """Leave what needs a page to another day; in this run it is not taken again."""
        self._passed.update(due.lease.id for due in dues)
        self._context.frontier.give_back([due.lease for due in dues])

    def _arrivals(self, dues: Sequence[Due]) -> list[Arrival]:
        pairs = [(due, self._context.source_of(due.url, due)) for due in dues]
        now = datetime.now(UTC)
        return [
            _arrival(due, source, now)
            for due, source in pairs
            if source
            and source.fulltext == "feed"
            and announced.is_whole(due.entry, LETTERS_OF_CONTENT)
        ]


def _arrival(due: Due, source: Source, now: datetime) -> Arrival:
    page = announced.page(due.entry, due.url, source.id, now)
    return Arrival(due=due, page=owned(page, source, is_stored=bool(due.standing.article)))
