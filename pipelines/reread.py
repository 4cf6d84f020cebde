"""Stored pages through today's line again: what changes is a revision by our rules.

No Scrapy, and no request: the ledger stays as it is, for no site was asked.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.failpoints import reached
from pipelines.identify.canonical import article_id
from pipelines.records import Arrival, Draft, Dropped, Ruling, Template, Verdict
from pipelines.sites import KnownSites
from pipelines.store.archive import Archive
from pipelines.store.articles import Articles, Offer
from pipelines.store.errors import RejectedError
from pipelines.work import Pool, Prepare, WorkError

log = logging.getLogger(__name__)
SITES_AT_ONCE = 8  # each has twelve pages in hand at the most


@dataclass(frozen=True, kw_only=True, slots=True)
class Rereader:
    """Reads pages again of which their site's template says something else by now.

    It says so of what was seen of them: a page that would be read the same is not touched. So the
    text of an article does not depend on which page of its site came first.
    """

    archive: Archive
    articles: Articles
    sites: KnownSites
    pool: Pool
    prepare: Prepare
    counts: Counter[str]
    """Of the run: `reread`, `revised_by_rules`."""

    async def read_sites(self, is_wanted: Callable[[], bool]) -> None:
        """Read the pages of the sites met since the last time; raises StoreError, and as the pool.

        Ends early once ``is_wanted`` says so: the next run goes on.
        """
        places = asyncio.Semaphore(SITES_AT_ONCE)

        async def one(site: str) -> None:
            async with places:
                if is_wanted():
                    await self._read_site(site, is_wanted)

        sites = await self.sites.to_check()
        ended = await asyncio.gather(*map(one, sites), return_exceptions=True)
        for error in ended:
            if error:
                raise error

    async def _read_site(self, site: str, is_wanted: Callable[[], bool]) -> None:
        async for template, held in self.sites.held(site):
            if not is_wanted():
                return
            urls = [one.sighting.url for one in held if one.is_another]
            under_way, arrivals = await asyncio.to_thread(self._stored, urls)
            offers = await asyncio.gather(*(self._offer(one, site, template) for one in arrivals))
            reached("before-reread")
            await asyncio.to_thread(self.keep, [offer for offer in offers if offer])
            reached("after-reread")
            # only now: a run that ends in between leaves them for the next one
            seen = [one.sighting for one in held if one.sighting.url not in under_way]
            await self.sites.checked(seen)
        await self.sites.settle(site)

    def _stored(self, urls: Sequence[str]) -> tuple[set[str], list[Arrival]]:
        """Return which of some addresses a run holds, and the stored pages of the others."""
        if not urls:
            return set(), []
        # looked up first: what is settled from here on is among the arrivals
        under_way = self.archive.under_way(urls)
        return under_way, self.archive.arrivals(urls)

    async def _offer(self, arrival: Arrival, site: str, template: Template) -> Offer | None:
        try:
            worked = await self.pool.run(self.prepare, arrival.page, site, template)
        except WorkError as error:
            log.warning("page.failed", extra={"url": arrival.page.url, "why": str(error)})
            return None  # it is stored as it was read before
        made = worked.made
        if isinstance(made, Dropped):
            return None
        return offered(arrival, made, worked.body)

    def keep(self, offers: Sequence[Offer]) -> int:
        """Store offers; return how many articles were revised.

        Where MongoDB will not have one, its article stays as it is. Raises StoreError.
        """
        try:
            verdicts = self.articles.keep(offers, self.articles.clock()) if offers else []
        except RejectedError as error:
            if len(offers) == 1:
                url = offers[0].arrival.page.url
                log.warning("page.failed", extra={"url": url, "why": str(error)})
                return 0
            return sum(self.keep([offer]) for offer in offers)
        revised = sum(isinstance(v, Verdict) and v.ruling is Ruling.REVISED for v in verdicts)
        self.counts.update(reread=len(offers), revised_by_rules=revised)
        return revised


def offered(arrival: Arrival, draft: Draft, body: bytes) -> Offer:
    """Return what our rules read of a stored page, for its article; ``body``: zstd."""
    own_id = article_id(draft.url)
    return Offer(arrival=arrival, draft=draft, own_id=own_id, body=body, cause="rules")
