"""What a run knows of sites: a template for the next page, sightings on their way to the store.

Holds the sites that were met last; the others are read from the store when they are met again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from config.domains import registrable
from pipelines.records import PackedSighting, Sighting, Template
from pipelines.store.sightings import KEPT, Sightings, order
from pipelines.template import LEAST_PAGES, choice, choose, learn, recounted
from pipelines.template.pack import unpack
from pipelines.template.skim import PAGES

IN_HAND = 256  # sites: about 150 kB each
# a template of few pages gains with each; later only what changes is to be noticed, and at the end
# of the run all of them are looked at once more
GROWN, AFTER = 2, 4


def site_of(url: str) -> str:
    """Return the site of an address: its registrable domain, or its host where it has none."""
    return registrable(urlsplit(url).hostname or "")


def choice_now(template: Template, seen: PackedSighting) -> int:
    """Return which lines a template chooses of a page that was seen; see Sighting.choice."""
    page = unpack(seen)
    return choice(template, page, choose(template, page.lines))


@dataclass(slots=True)
class Lessons:
    """What the pages of one site have taught."""

    sightings: dict[str, PackedSighting] = field(default_factory=dict)
    template: Template | None = None
    unlearned: int = 0
    """Sightings since the template was learned."""
    uncounted: int = 0
    """Skimmed pages since what recurs was counted."""

    def add(self, one: PackedSighting) -> None:
        """Take in a sighting; of one page the last counts, of the site those that teach."""
        self.sightings[one.url] = one
        alike = [it for it in self.sightings.values() if it.is_skimmed == one.is_skimmed]
        if len(alike) > KEPT:
            last = max(alike, key=order)
            del self.sightings[last.url]
            if last is one:
                return
        if one.is_skimmed:
            self.uncounted += 1
        else:
            self.unlearned += 1

    def learned(self, site: str) -> Template | None:
        """Return the site's template as the sightings teach it; None while they are too few."""
        if self.is_worth_learning():
            return self.learn(site)
        if self.template and self.uncounted >= AFTER:
            self.template = recounted(self.template, self._unpacked())
            self.uncounted = 0
        return self.template

    def learn(self, site: str) -> Template:
        """Return what all the sightings teach."""
        if self.template is None or self.unlearned:
            self.template = learn(site, self._unpacked())
            self.unlearned = self.uncounted = 0
        return self.template

    def _unpacked(self) -> list[Sighting]:
        return [unpack(one) for one in self.sightings.values()]

    def is_worth_learning(self) -> bool:
        """Return whether learning again may teach something else than before."""
        pages = sum(not one.is_skimmed for one in self.sightings.values())
        if pages < LEAST_PAGES or not self.unlearned:
            return False
        before = pages - self.unlearned if self.template else 0
        return pages >= GROWN * before or self.unlearned >= AFTER or before < PAGES <= pages


@dataclass(frozen=True, slots=True)
class Held:
    """A sighting, held against the template of its days."""

    sighting: PackedSighting
    is_another: bool
    """Other lines are chosen than when it was read: the page is to be read again."""


class KnownSites:
    """The sites of one run. All but ``store`` are of its event loop."""

    def __init__(self, shelf: Sightings) -> None:
        self._shelf = shelf
        self._sites: OrderedDict[str, Lessons] = OrderedDict()
        self._loading = asyncio.Lock()
        self._fresh: list[PackedSighting] = []

    async def template(self, site: str) -> Template | None:
        """Return what is known of a site now; None while it is too little."""
        return (await self._known(site)).learned(site)

    async def template_at(self, site: str, at: datetime) -> Template | None:
        """Return what the pages of those days teach of a site; None where they are too few."""
        day = at.astimezone(UTC).toordinal()
        teachers = await asyncio.to_thread(self._shelf.teachers, site, day)
        if sum(not one.is_skimmed for one in teachers) < LEAST_PAGES:
            return None
        return learn(site, [unpack(one) for one in teachers])

    async def to_check(self) -> Sequence[str]:
        """Return the sites of which this run, or one that was killed, saw a page."""
        return await asyncio.to_thread(self._shelf.to_check)

    async def held(self, site: str) -> AsyncIterator[tuple[Template, list[Held]]]:
        """Yield a site's pages that are not settled, held against the template of their days.

        A page is settled once it was held against one of all the pages that teach.
        """
        shelf = self._shelf
        for day in await asyncio.to_thread(shelf.days, site):
            teachers = await asyncio.to_thread(shelf.teachers, site, day)
            template = learn(site, [unpack(one) for one in teachers])
            batches = shelf.unsettled(site, day)
            while pages := await asyncio.to_thread(next, batches, None):
                yield template, [_held(one, template, len(teachers)) for one in pages]

    async def checked(self, pages: Sequence[PackedSighting]) -> None:
        """Store how pages are read now. Raises StoreError."""
        await asyncio.to_thread(self._shelf.checked, pages)

    async def settle(self, site: str) -> None:
        """Forget the pages of a site that were checked and teach nothing. Raises StoreError."""
        self._sites.pop(site, None)
        await asyncio.to_thread(self._shelf.forget, site)

    def saw(self, sighting: PackedSighting) -> None:
        """Take in what a page showed; the store gets it with the next batch."""
        self._fresh.append(sighting)
        if sighting.site in self._sites:
            self._sites[sighting.site].add(sighting)

    def store(self) -> None:
        """Write what is not stored yet; to be called in a thread. Raises StoreError."""
        fresh, self._fresh = self._fresh, []
        self._shelf.add(fresh)

    async def _known(self, site: str) -> Lessons:
        async with self._loading:
            if site not in self._sites:
                await self._load(site)
        self._sites.move_to_end(site)
        return self._sites[site]

    async def _load(self, site: str) -> None:
        known = Lessons()
        for one in await asyncio.to_thread(self._shelf.teachers, site):
            known.add(one)
        # what this run saw may not be stored yet
        for one in self._fresh:
            if one.site == site:
                known.add(one)
        self._sites[site] = known
        while len(self._sites) > IN_HAND:
            self._sites.popitem(last=False)


def _held(one: PackedSighting, template: Template, teachers: int) -> Held:
    chosen = choice_now(template, one)
    return Held(replace(one, choice=chosen, learned_of=teachers), chosen != one.choice)
