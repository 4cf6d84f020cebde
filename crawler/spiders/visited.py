"""What came of a visit to a feed: its bytes to a worker that reads them, the reading on."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from http import HTTPStatus

from scrapy.http import Response

from crawler.frontier import Fetch
from crawler.readers import NotAFeed
from crawler.schedule import FeedState
from crawler.spiders import answers
from crawler.spiders.backfill import Backfill
from crawler.spiders.context import Context
from crawler.spiders.feeds import Answer, Feeds, body_hash
from crawler.spiders.supply import Supply, now
from pipelines.records import Failed, Outcome, Trouble
from pipelines.store.errors import RejectedError
from pipelines.work import GivenBackError, WorkError, WorkersError

Settle = Callable[[Fetch, Outcome], Awaitable[None]]


class Visited:
    """The answers of the feeds of one run."""

    def __init__(
        self,
        context: Context,
        feeds: Feeds | Backfill,
        supply: Supply,
        settle: Settle,
        broken: Callable[[Exception], None],
    ) -> None:
        self._context = context
        self._feeds = feeds
        self._supply = supply
        self._settle = settle
        self._broken = broken

    async def came(
        self, response: Response, fetch: Fetch, state: FeedState, moment: datetime
    ) -> None:
        """Take in an answer: nothing new, no feed, or a list of entries."""
        refused = answers.refusal(response, moment)
        hashed = body_hash(response.body)
        if answers.is_unchanged(response) or (refused is None and hashed == state.body_hash):
            answer = _answer(response, fetch, moment)
            self._feeds.unchanged(state, answer)
        elif refused:
            self._feeds.failed(state, refused, is_gone=response.status == HTTPStatus.GONE)
        else:
            await self._read(response, fetch, state, hashed)

    async def _read(self, response: Response, fetch: Fetch, state: FeedState, hashed: str) -> None:
        kind = answers.header(response, "Content-Type")
        read = await asyncio.to_thread(self._feeds.reader, state)
        try:
            reading = await self._context.pool.run(read, response.body, response.url, kind)
        except GivenBackError:
            return
        except WorkersError as error:
            self._broken(error)
            return
        except WorkError as error:
            found = error.failed
            if isinstance(error.__cause__, NotAFeed):
                found = Failed(trouble=Trouble.NOT_A_FEED, detail=str(error.__cause__))
            await self._settle(fetch, found)
            return
        refused = answers.unusable(reading, is_child=state.parent is not None)
        if refused:
            await self._settle(fetch, refused)
            return
        validators = answers.validators(response, reading, hashed)
        try:
            answer = _answer(response, fetch, now())
            taken = await asyncio.to_thread(self._feeds.read, state, reading, validators, answer)
        except RejectedError as error:
            await self._settle(fetch, Failed(trouble=Trouble.DAMAGED, detail=str(error)))
            return
        self._supply.desk.drop(self._feeds.stale())
        await self._supply.add(taken.visits)
        self._supply.wake(is_fresh=taken.is_news)


def _answer(response: Response, fetch: Fetch, moment: datetime) -> Answer:
    """Return what an answer to a feed's visit was like, beside what it holds."""
    is_moved = fetch.hops and fetch.is_for_good
    return Answer(
        fresh_until=answers.fresh_until(response, moment),
        seconds=response.meta.get("download_latency"),
        permanently=fetch.url if is_moved else None,
    )
