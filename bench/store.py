"""Store: what storing an article takes, into an empty database and beside 1,000,000 articles.

python -m bench.store [--sizes N …] [--articles N] [--rounds N] [--json]

Each size has a server of its own, filled with invented articles of the last days. The same new ones
go to each by turns, all the way behind the worker that read them: into the ledger and out of it,
through the keeper, which stores what a crawl's pages came to, and to the judge of stories. Raw
pages, which are kept for some days only, are of the new ones alone. The ratios are to the first
size.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, ParamSpec, TypeVar

import numpy as np
import psutil
from bson import Int64
from pymongo import MongoClient, WriteConcern
from pymongo.database import Database
from rich.console import Console
from rich.table import Table

from bench.copies import A_DAY, invented, judged
from bench.million import addresses
from config.settings import load
from pipelines.adapter import BATCH, Keeper, Shelves
from pipelines.identify.canonical import article_id, canonical, ledger_key
from pipelines.identify.exact import text_hash
from pipelines.identify.regroup import week_of
from pipelines.identify.sketch import SPAN, keys
from pipelines.line import decide
from pipelines.records import Arrival, Page, Template
from pipelines.sites import KnownSites, site_of
from pipelines.store import layout, server
from pipelines.store.archive import Archive
from pipelines.store.articles import Articles, Offer
from pipelines.store.claims import address_claim, exact_claim
from pipelines.store.embedded.process import running
from pipelines.store.frontier import Announcement, Frontier, Want
from pipelines.store.presence import Presence
from pipelines.store.rechecks import Rechecks
from pipelines.store.removed import Removals
from pipelines.store.sightings import Sightings
from pipelines.store.stories import Stories
from pipelines.work import Pool, Worked

Document = dict[str, Any]
P = ParamSpec("P")
T = TypeVar("T")
MS = 1000
WORDS = 400
LIKE = 1_000  # articles that those a database is filled with are like, each with other runs
FILLED, THREADS = 1_000, 2  # articles at a time
GROWN = 7 * A_DAY  # articles of the last days: what is searched for new ones' likes
BODY = 10_000  # bytes of a raw page as it is stored
BY = "bench"
BODIES = random.Random(3)  # noqa: S311 no secret, but the same each time
UNSURE = WriteConcern(w=1, j=False)  # what a database is filled with may be lost with it


@dataclass(frozen=True, slots=True)
class Cost:
    """What one round took, in ms an article."""

    clock: float
    own: float
    """Of the processor, by this process."""
    mongod: float

    @property
    def processor(self) -> float:
        """By both."""
        return self.own + self.mongod


@dataclass(frozen=True, slots=True)
class Filled:
    """A database that holds so many articles, and its server."""

    size: int
    db: Database[Document]
    mongod: psutil.Process


class Read(Pool):
    """In place of workers: the pages were read before."""

    def __init__(self) -> None:
        """There is nothing to start."""
        self.places = BATCH

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the function does, here and now."""
        return function(*args, **kwargs)


def main() -> None:
    """Print what an article takes beside how many others."""
    parser = argparse.ArgumentParser(prog="python -m bench.store", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[0, 100_000, 1_000_000])
    parser.add_argument("--articles", type=int, default=16 * BATCH, help="of a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    costs = measured(given.sizes, given.articles, given.rounds)
    if given.json:
        rows = {size: list(map(asdict, found)) for size, found in costs.items()}
        print(json.dumps({"rounds": rows, "ratios": ratios(costs)}))
    else:
        Console().print(table(costs, given.articles))


def measured(sizes: Sequence[int], articles: int, rounds: int) -> dict[int, list[Cost]]:
    """Return what each round took beside so many others."""
    now = datetime.now(UTC).replace(microsecond=0)
    fresh = invented(now, WORDS)
    costs: dict[int, list[Cost]] = {size: [] for size in sizes}
    with ExitStack() as stack:
        every = [stack.enter_context(filled(size, now)) for size in sizes]
        warming = list(islice(fresh, BATCH))
        for one in every:
            cost(one, warming)
        for _ in range(rounds):
            offers = list(islice(fresh, articles))
            for one in every:
                costs[one.size].append(cost(one, offers))
    return costs


@contextmanager
def filled(size: int, now: datetime) -> Iterator[Filled]:
    """Give a database of so many articles, the last of which came just now."""
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        home = Path(folder)
        uri = server.ensure(home).uri
        try:
            with MongoClient[Document](uri, w="majority", journal=True, tz_aware=True) as client:
                fill(client[BY], size, now)
                mongod = running(home / "mongo" / "data")
                assert mongod is not None
                yield Filled(size, client[BY], mongod)
        finally:
            server.stop(home)


def fill(db: Database[Document], count: int, now: datetime) -> None:
    """Store articles with their claims and addresses, as they are once all was judged.

    Indexes made at once are made soon, and are fuller than those that grew: the last come after.
    """
    made = _others(count, now)
    layout.make(db)
    _pour(db, islice(made, max(0, count - GROWN)))
    layout.apply(db)
    _pour(db, made)
    db.client.admin.command("fsync")


def _pour(db: Database[Document], made: Iterator[Document]) -> None:
    with ThreadPoolExecutor(THREADS) as threads:
        while batches := [some for _ in range(THREADS) if (some := list(islice(made, FILLED)))]:
            list(threads.map(lambda some: _insert(db, some), batches))


def _others(count: int, now: datetime) -> Iterator[Document]:
    """Yield articles in the order of their days, each by its address and with runs of its own."""
    like = [judged(one) for one in islice(invented(now, WORDS), min(LIKE, count))]
    chance = random.Random(2)  # noqa: S311 as above
    for number in range(count):
        model, at = like[number % LIKE], now - timedelta(days=(count - number) / A_DAY)
        url = canonical(f"https://{model['source']}.example/old/{number}")
        own_id = article_id(url)
        runs = len(model["fingerprints"]["sketch"])
        # a sketch has the least of each SPAN runs
        drawn = np.frombuffer(chance.randbytes(8 * SPAN * runs), dtype=np.uint64)
        taken = np.unique(drawn.reshape(runs, SPAN).min(axis=1))
        sketch = [Int64(key) for key in keys(taken, week_of(at))]
        yield {
            **model,
            **dict.fromkeys(("published_at", "first_seen_at", "fetched_at", "changed_at"), at),
            "_id": own_id,
            "url": url,
            "urls": [url],
            "story": own_id,
            "fingerprints": {"text": text_hash(url), "sketch": sketch},
        }


def _insert(db: Database[Document], articles: Sequence[Document]) -> None:
    claims = [
        {"_id": claim, "article": one["_id"], "rules_version": 1, "schema_version": 1,
         "lease": {"by": BY, "until": one["changed_at"]}}
        for one in articles
        for claim in (address_claim(one["url"]), exact_claim(one["fingerprints"]["text"]))
    ]  # fmt: skip
    rows = [
        {**row, "_id": ledger_key(one["url"]), "url": one["url"], "host": one["source"],
         "source": one["source"], "article": one["_id"], "first_seen_at": one["first_seen_at"],
         "state": "stored", "reason": None}
        for one, row in zip(articles, addresses(datetime.now(UTC)), strict=False)
    ]  # fmt: skip
    for name, documents in (("articles", articles), ("claims", claims), ("frontier", rows)):
        db.get_collection(name, write_concern=UNSURE).insert_many(documents, ordered=False)


def cost(one: Filled, offers: Sequence[Offer]) -> Cost:
    """Return what it takes to store new articles there."""
    its = one.mongod.cpu_times()
    began, worked = time.perf_counter(), time.process_time()
    asyncio.run(store(one.db, offers))
    clock, own = time.perf_counter() - began, time.process_time() - worked
    after = one.mongod.cpu_times()
    mongod = after.user + after.system - its.user - its.system
    return Cost(*(MS * seconds / len(offers) for seconds in (clock, own, mongod)))


async def store(db: Database[Document], offers: Sequence[Offer]) -> None:
    """Store articles as a run does whose pages have just been read."""
    read = {offer.arrival.page.url: Worked(offer.draft, BODIES.randbytes(BODY)) for offer in offers}

    def prepare(page: Page, _: str, __: Template | None) -> Worked:
        return read[page.url]

    keeper = Keeper(shelves(db), Read(), prepare)
    arrivals = taken(db, offers)
    for site in {site_of(arrival.page.url) for arrival in arrivals}:
        await keeper.sites.template(site)
    await asyncio.gather(*(keeper.page(arrival) for arrival in arrivals))
    await keeper.judge(lambda: True)
    if keeper.failure:
        raise keeper.failure
    assert keeper.counts["stored.new"] + keeper.counts["stored.copy"] == len(offers)


def shelves(db: Database[Document]) -> Shelves:
    """Return where a run stores what it keeps."""
    settings = load()
    return Shelves(
        articles=Articles(db, BY, decide),
        archive=Archive(db, lambda _: None),
        presence=Presence(db),
        frontier=Frontier(db),
        stories=Stories(db, BY),
        rechecks=Rechecks(db, settings.rechecks_a_day),
        removals=Removals(db),
        enter=lambda _, __: None,
        sites=KnownSites(Sightings(db)),
        attempts_max=settings.attempts_max,
        keep_pages=timedelta(days=settings.keep_pages_days),
    )


def taken(db: Database[Document], offers: Sequence[Offer]) -> list[Arrival]:
    """Enter the addresses of pages into the ledger, take them, and return them as they arrived."""
    frontier, now = Frontier(db), datetime.now(UTC)
    said = [
        Announcement(
            id=due.lease.id,
            host=due.host,
            source=due.source,
            feed=None,
            entry=due.entry,
            standing=replace(due.standing, next_at=now),
        )
        for due in (offer.arrival.due for offer in offers)
    ]
    frontier.record(said, now)
    want = Want(
        by=BY,
        sources={one.source for one in said},
        full_hosts=(),
        limit=len(said),
        per_host=len(said),
        lease=timedelta(minutes=5),
    )
    pages = {offer.arrival.due.lease.id: offer.arrival.page for offer in offers}
    return [
        Arrival(due=due, page=pages[due.lease.id])
        for due in frontier.take(want, datetime.now(UTC) + timedelta(seconds=1))
    ]


def medians(found: Sequence[Cost]) -> dict[str, float]:
    """Return the median of each, round by round."""
    names = ("clock", "own", "mongod", "processor")
    return {name: median(getattr(one, name) for one in found) for name in names}


def ratios(costs: dict[int, list[Cost]]) -> dict[int, tuple[float, float]]:
    """Return the clock and the processor of each size, of those of the first one."""
    every = {size: medians(found) for size, found in costs.items()}
    first = next(iter(every.values()))
    return {
        size: (one["clock"] / first["clock"], one["processor"] / first["processor"])
        for size, one in every.items()
    }


def table(costs: dict[int, list[Cost]], articles: int) -> Table:
    """Return the figures for a person."""
    shown = Table(title=f"medians of rounds of {articles}, ms an article", title_justify="left")
    heads = ("articles there", "clock", "own", "mongod", "processor", "ratio: clock", "processor")
    for head in heads:
        shown.add_column(head, justify="right")
    for size, found in ratios(costs).items():
        row = (*medians(costs[size]).values(), *found)
        shown.add_row(f"{size:,}", *(f"{value:.2f}" for value in row))
    return shown


if __name__ == "__main__":
    main()
