"""Stored raw pages through today's rules: the difference, and, where it is wanted, revisions of it.

No site is asked, and the ledger stays as it is. Each article is read of the page that its text is
of, with what the pages of its days teach of its site: so a second time changes nothing.
"""

import asyncio
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from crawler import memory
from crawler.spiders.context import Context, Plan
from pipelines.identify.change import is_significant
from pipelines.identify.exact import text_hash
from pipelines.records import Arrival, Draft, Dropped, Template
from pipelines.reread import offered
from pipelines.signals import OUTCOMES, given_back, undisturbed
from pipelines.sites import site_of
from pipelines.store.articles import Offer
from pipelines.store.connect import explained
from pipelines.store.errors import StoreError
from pipelines.store.reprocessed import Kept, Reprocessed, Wanted
from pipelines.work import GivenBackError, WorkError, one_page

Outcome = Literal["unchanged", "shorter", "longer", "retitled", "otherwise"]
CHANGED = ("shorter", "longer", "otherwise", "retitled")
TEMPLATES = 64  # in hand: of a site and a day
SAMPLES = 3  # of a source
LINES = 1_000  # different lines of a source that are counted


@dataclass(frozen=True, slots=True)
class Sample:
    """One article that is read otherwise."""

    article: str
    title: str
    before: str
    after: str


@dataclass(slots=True)
class Difference:
    """What today's rules make of the pages of a source."""

    outcomes: Counter[str] = field(default_factory=Counter)
    """Articles by what becomes of them: an Outcome, `walled`, `no-article`, `failed`."""
    stripped: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(rule, line) that are not in the text any more."""
    restored: Counter[str] = field(default_factory=Counter)
    """Lines that are in the text again."""
    samples: list[Sample] = field(default_factory=list)

    @property
    def changed(self) -> int:
        """Articles that are read otherwise."""
        return sum(self.outcomes[name] for name in CHANGED)


@dataclass(slots=True)
class Found:
    """What came of it; grows while pages are read."""

    is_dry: bool
    total: int = 0
    seen: int = 0
    without_page: int = 0
    """Articles of which no raw page is kept."""
    revised: int = 0
    outcome: str = "done"
    sources: dict[str, Difference] = field(default_factory=dict)
    went_on: bool = False
    """It went on where an earlier one was cut off."""


def reprocess(
    plan: Plan,
    wanted: Wanted,
    *,
    is_dry: bool,
    say: Callable[[str], None] = lambda _: None,
    watch: Callable[[Found], None] = lambda _: None,
) -> Found:
    """Read again what is wanted of what is kept.

    Raises StoreError, BusyError, NoRoomError and WorkersError as a crawl does.
    """
    memory.share_one_heap()
    context = Context.open(replace(plan, is_alone=True), say)
    work = _Reprocess(context, wanted, Found(is_dry))
    outcome = "failed"
    try:
        watch(work.found)
        with given_back():
            asyncio.run(work.run())
        outcome = work.found.outcome
    except StoreError as error:
        raise explained(error, plan.settings) from error
    finally:
        with undisturbed():
            context.close(outcome)
    return work.found


class _Reprocess:
    def __init__(self, context: Context, wanted: Wanted, found: Found) -> None:
        self._context = context
        self._rereader = context.rereader
        self._store = Reprocessed(context.connection.db, wanted)
        self._templates: OrderedDict[tuple[str, int], Template | None] = OrderedDict()
        self._is_stopped = False
        self.found = found

    async def run(self) -> None:
        """Read all, or until a signal."""
        loop = asyncio.get_running_loop()
        for number, word in OUTCOMES.items():
            loop.add_signal_handler(number, self._stop, word)
        beat = asyncio.create_task(self._beat())
        try:
            await self._all(beat)
        except (GivenBackError, WorkError):
            if not self._is_stopped:
                raise
        finally:
            beat.cancel()

    async def _all(self, beat: "asyncio.Task[None]") -> None:
        is_dry = self.found.is_dry
        self.found.total = await asyncio.to_thread(self._store.count)
        self.found.went_on = not is_dry and await asyncio.to_thread(self._store.go_on)
        while not self._is_stopped and (batch := await asyncio.to_thread(self._store.batch)):
            if beat.done():
                await beat  # the lock is lost, the store, the room: it says which
            await self._read(batch)
        if not is_dry and not self._is_stopped:
            await asyncio.to_thread(self._store.end)
            await self._context.keeper.judge(lambda: not self._is_stopped)

    def _stop(self, word: str) -> None:
        self._is_stopped = True
        self.found.outcome = word
        self._context.pool.stop_now()

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(self._context.runs.heartbeat)
            await asyncio.to_thread(self._context.beat)
            await asyncio.to_thread(self._context.room.check)

    async def _read(self, batch: Sequence[Kept]) -> None:
        known = {one.article: one for one in batch}
        met = {one.article: (one.fetched_at, one.address) for one in batch}
        keys = await asyncio.to_thread(self._rereader.archive.of_articles, met)
        arrivals = await asyncio.to_thread(self._rereader.archive.arrivals_of, keys.values())
        self.found.without_page += len(batch) - len(arrivals)
        offers = await asyncio.gather(*(self._offer(one, known) for one in arrivals))
        changed = [offer for offer in offers if offer]
        if not self.found.is_dry:
            self.found.revised += await asyncio.to_thread(self._rereader.keep, changed)
            await asyncio.to_thread(self._store.read, batch)
        self.found.seen += len(batch)

    async def _offer(self, arrival: Arrival, known: dict[str, Kept]) -> Offer | None:
        """Count what becomes of an article; return what is to be stored of it, if anything."""
        kept = known[str(arrival.due.standing.article)]
        difference = self.found.sources.setdefault(kept.source, Difference())
        site = site_of(arrival.page.url)
        try:
            template = await self._template(site, arrival.page.fetched_at)
            worked = await self._context.pool.run(one_page, arrival.page, site, template)
        except (WorkError, GivenBackError):
            if self._is_stopped:
                raise
            difference.outcomes["failed"] += 1
            return None
        if isinstance(worked.made, Dropped):
            difference.outcomes["no-article"] += 1
            return None
        is_own = arrival.page.fetched_at == kept.fetched_at
        is_walled = worked.made.access != "open" and len(worked.made.text) < len(kept.text)
        if is_walled and not is_own:  # a later visit's wall takes nothing from what is kept
            difference.outcomes["walled"] += 1
            return None
        outcome = _outcome(kept, worked.made, is_own=is_own)
        difference.outcomes[outcome] += 1
        if outcome not in CHANGED:
            return None
        _count(difference, kept, worked.made.text, worked.made.stripped)
        return offered(arrival, worked.made, worked.body)

    async def _template(self, site: str, at: datetime) -> Template | None:
        key = site, at.toordinal()
        if key not in self._templates:
            self._templates[key] = await self._rereader.sites.template_at(site, at)
        self._templates.move_to_end(key)
        while len(self._templates) > TEMPLATES:
            self._templates.popitem(last=False)
        return self._templates[key]


def _outcome(kept: Kept, made: Draft, *, is_own: bool) -> Outcome:
    """``is_own``: False: of a later visit, which found nothing new: a clock in it is no rule's."""
    text = made.text
    is_same = text_hash(text) == kept.text_hash
    if not is_own and not is_same and made.title == kept.title:
        is_same = not is_significant(kept.text, text, kept.language)
    if is_same:
        return "unchanged" if made.title == kept.title else "retitled"
    if len(text) == len(kept.text):
        return "otherwise"
    return "shorter" if len(text) < len(kept.text) else "longer"


def _count(difference: Difference, kept: Kept, text: str, stripped: Sequence[Any]) -> None:
    before, after = (set(_lines(one)) for one in (kept.text, text))
    rules = {one.text: one.rule for one in stripped}
    for line in before - after:
        if len(difference.stripped) < LINES:
            difference.stripped[rules.get(line, "left out"), line] += 1
    for line in after - before:
        if len(difference.restored) < LINES:
            difference.restored[line] += 1
    if len(difference.samples) < SAMPLES:
        difference.samples.append(Sample(kept.article, kept.title or "", kept.text, text))


def _lines(text: str) -> Iterator[str]:
    return (line for line in text.split("\n") if line.strip())
