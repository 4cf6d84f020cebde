"""What a run does beside collecting: mind the disk, weigh answers, take away what is old."""

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime

from scrapy.http import Response

from crawler.frontier import Fetch
from crawler.politeness.door import SENT
from crawler.spiders.context import Context
from crawler.spiders.supply import now
from pipelines.store.room import NoRoomError
from pipelines.store.words import Words

log = logging.getLogger(__name__)
ROOM_SECONDS = 5.0  # some hundred MB at the very most
TIDY_SECONDS = 5.0
WORDS_SECONDS = 60.0


async def watch_room(context: Context, stop: Callable[[str], None]) -> None:
    """Stop the run before the disk is full; what is at work is settled, the rest given back."""
    report = context.report
    while not report.no_room:
        await asyncio.sleep(ROOM_SECONDS)
        try:
            await asyncio.to_thread(context.room.check)
        except NoRoomError as error:
            report.no_room = str(error)
            stop("no-room")


async def weigh(context: Context, response: Response, fetch: Fetch, moment: datetime) -> None:
    """Count the bytes of a page's answer, before anything comes of it: also for who is killed."""
    budgets, size = context.budgets, response.meta.get(SENT, 0)
    if fetch.due and budgets.weighs(fetch.due):
        await asyncio.to_thread(budgets.weigh, fetch.due, size, moment)


def tidy(context: Context) -> None:
    """Take away what is old, for some seconds; what falls due meanwhile is the next run's.

    At the end of each run, one that its time limit ended too: else the busiest never would.
    """
    until = time.monotonic() + TIDY_SECONDS
    counts = context.keeping.tidy(now(), lambda: time.monotonic() < until)
    context.report.tidied = counts
    if counts:
        log.info("store.tidied", extra={"counts": dict(counts)})


def read_words(context: Context) -> None:
    """Enter what came into the search collection; what is left is the next run's, or find's."""
    if context.plan.settings.search:
        until = time.monotonic() + WORDS_SECONDS
        Words(context.connection.db).fill(lambda: time.monotonic() < until)
