"""What a run knows of sites: a template for the next page, sightings on their way to the store.

Holds the sites that were met last; the others are read from the store when they are met again.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from config.domains import registrable
from pipelines.records import PackedSighting, Template
from pipelines.store.sites import KEPT, Sites
from pipelines.template import LEAST_PAGES, learn
from pipelines.template.pack import unpack

IN_HAND = 256  # sites: about 150 kB each
# a template of few pages gains with each; later only what changes is to be noticed
EVERY_PAGE_UNTIL, THEN_EVERY = 6, 3


def site_of(url: str) -> str:
    """Return the site of an address: its registrable domain, or its host where it has none."""
    return registrable(urlsplit(url).hostname or "")


@dataclass(slots=True)
class Lessons:
    """What the pages of one site have taught."""

    sightings: OrderedDict[str, PackedSighting] = field(default_factory=OrderedDict)
    template: Template | None = None
    unlearned: int = 0
    """Sightings since the template was learned."""

    def add(self, one: PackedSighting) -> None:
        """Take in a sighting; of one page the last counts, of the site the last KEPT."""
        self.sightings.pop(one.url, None)
        self.sightings[one.url] = one
        while len(self.sightings) > KEPT:
            self.sightings.popitem(last=False)
        self.unlearned += 1

    def learned(self, site: str) -> Template | None:
        """Return the site's template as the sightings teach it; None while they are too few."""
        if self.is_worth_learning():
            self.template = learn(site, [unpack(one) for one in self.sightings.values()])
            self.unlearned = 0
        return self.template

    def is_worth_learning(self) -> bool:
        """Return whether learning again may teach something else than before."""
        pages = len(self.sightings)
        if pages < LEAST_PAGES or not self.unlearned:
            return False
        return pages <= EVERY_PAGE_UNTIL or self.unlearned >= THEN_EVERY or self.template is None


class KnownSites:
    """The sites of one run. All but ``store`` are of its event loop."""

    def __init__(self, shelf: Sites) -> None:
        self._shelf = shelf
        self._sites: OrderedDict[str, Lessons] = OrderedDict()
        self._loading = asyncio.Lock()
        self._fresh: list[PackedSighting] = []
        self.met: set[str] = set()
        """Sites of which this run saw a page."""

    async def template(self, site: str) -> Template | None:
        """Return what is known of a site now; None while it is too little."""
        async with self._loading:
            if site not in self._sites:
                await self._load(site)
        known = self._sites[site]
        self._sites.move_to_end(site)
        return known.learned(site)

    async def unfitted(self, site: str) -> Sequence[str]:
        """Return the addresses of pages that were read before the site's template was there."""
        if await self.template(site) is None:
            return ()
        return [one.url for one in self._sites[site].sightings.values() if not one.is_fitted]

    def saw(self, sighting: PackedSighting) -> None:
        """Take in what a page showed; the store gets it with the next batch."""
        self._fresh.append(sighting)
        self.met.add(sighting.site)
        if sighting.site in self._sites:
            self._sites[sighting.site].add(sighting)

    def fitted(self, site: str, urls: Iterable[str]) -> None:
        """Note that pages were read again with the template."""
        known = self._sites.get(site)
        for url in urls:
            if known and url in known.sightings:
                known.sightings[url] = replace(known.sightings[url], is_fitted=True)
                self._fresh.append(known.sightings[url])

    def store(self) -> None:
        """Write what is not stored yet; to be called in a thread. Raises StoreError."""
        fresh, self._fresh = self._fresh, []
        self._shelf.add(fresh)

    async def _load(self, site: str) -> None:
        found = await asyncio.to_thread(self._shelf.load, [site])
        known = Lessons()
        for one in found.get(site, ()):
            known.add(one)
        # what this run saw may not be stored yet
        for one in self._fresh:
            if one.site == site:
                known.add(one)
        self._sites[site] = known
        while len(self._sites) > IN_HAND:
            self._sites.popitem(last=False)
