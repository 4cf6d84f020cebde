"""Race: processes that store copies of the same articles at once; the stories must be the same.

python -m bench.race [--processes N] [--copies N] [--articles N] [--seeds N]

Each process keeps its share of the copies in an order of its own, and judges what waits. The
stories of each seed are compared with those that one process made of the copies in their order.
"""

import argparse
import multiprocessing
import random
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from pymongo.database import Database

from bench.copies import BEGAN, invented_words, offer, opened, served
from pipelines.identify.judge import judge
from pipelines.store import schema
from pipelines.store.articles import Articles, Later, Offer
from pipelines.store.stories import Stories

Document = dict[str, Any]
Told = set[tuple[str, frozenset[str]]]
BATCH = 16


def main() -> None:
    """Print how each seed ended; exit with 1 where one ended otherwise than in order."""
    parser = argparse.ArgumentParser(prog="python -m bench.race", description=__doc__)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--copies", type=int, default=2_000)
    parser.add_argument("--articles", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    offers = copies(given.copies, given.articles)
    same = 0
    with served() as uri:
        keep(uri, offers, "alone")
        expected = told(uri)
        print(f"in order: {len(expected)} stories", flush=True)
        for seed in range(given.seeds):
            seconds = race(uri, offers, given.processes, seed)
            found = told(uri)
            same += found == expected
            words = "the same" if found == expected else f"{len(found - expected)} are others"
            print(f"seed {seed}: {len(found)} stories, {words}; {seconds:.1f} s", flush=True)
    print(f"{same} of {given.seeds} the same")
    sys.exit(same < given.seeds)


def copies(count: int, articles: int) -> list[Offer]:
    """Return copies of so many articles by turns, a third of them edited."""
    chance = random.Random(0)  # noqa: S311 no secret, but the same each time
    words = invented_words(chance)
    texts = [chance.choices(words, k=250) for _ in range(articles)]
    found = []
    for number in range(count):
        text = texts[number % articles]
        if not number % 3:
            text = [*chance.choices(words, k=20), *text[: chance.randint(150, 250)]]
        row = {
            "site": f"paper-{number // articles}",
            "published": (BEGAN + timedelta(seconds=number)).isoformat(),
            "title": None,
            "text": " ".join(text),
        }
        found.append(offer(f"https://{row['site']}.example/{number}", row))
    return found


def race(uri: str, offers: Sequence[Offer], processes: int, seed: int) -> float:
    """Empty the database, then have the processes keep the offers; return the seconds."""
    with opened(uri) as db:
        for collection in schema.COLLECTIONS:
            db[collection.name].delete_many({})
    mixed = random.Random(seed).sample(offers, len(offers))  # noqa: S311 as above
    context = multiprocessing.get_context("spawn")
    runs = [
        context.Process(target=keep, args=(uri, mixed[at::processes], f"machine/{at}"))
        for at in range(processes)
    ]
    began = time.perf_counter()
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    return time.perf_counter() - began


def keep(uri: str, offers: Sequence[Offer], by: str) -> None:
    """Keep offers as a run does, a few at a time."""
    with opened(uri) as db:
        articles, stories = Articles(db, by, judge), Stories(db, by)
        waiting = list(offers)
        while waiting:
            batch, waiting = waiting[:BATCH], waiting[BATCH:]
            verdicts = articles.keep(batch, articles.clock())
            waiting += [o for o, v in zip(batch, verdicts, strict=True) if isinstance(v, Later)]
            stories.settle()


def told(uri: str) -> Told:
    """Return the stories: of each the head's address, and those of all its articles."""
    with opened(uri) as db:
        return _told(db)


def _told(db: Database[Document]) -> Told:
    groups: defaultdict[str, set[str]] = defaultdict(set)
    heads: dict[str, str] = {}
    for row in db["articles"].find({}, {"url": 1, "story": 1, "duplicate_of": 1}):
        groups[row["story"]].add(row["url"])
        if row["duplicate_of"] is None:
            if row["story"] in heads:
                sys.exit(f"two heads of story {row['story']}")
            heads[row["story"]] = row["url"]
    return {(heads.get(story, ""), frozenset(urls)) for story, urls in groups.items()}


if __name__ == "__main__":
    main()
