"""Downstream: what find, words and a story take, beside the bare query of pymongo with its index.

python -m bench.downstream [--articles N] [--asked N] [--json]

Each question is asked of as many invented articles in an embedded MongoDB, by turns with the bare
query that gives the same; shown are the median and the 95th hundredth of either, and their ratios.
"""

import argparse
import json
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import quantiles
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from rich.console import Console
from rich.table import Table

from bench.copies import invented_words
from pipelines.identify.exact import text_hash
from pipelines.store import layout, server
from pipelines.store.finding import SHORT, Finding
from pipelines.store.query import Query
from pipelines.store.search import Search
from pipelines.store.words import Words

Document = dict[str, Any]
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
SOURCES, REGIONS, STORY = 200, 12, 4
WORDS_A_TEXT = 250
BATCH = 2_000
PAGE = 20


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one question, in ms."""

    ours: tuple[float, float]
    """Median and 95th hundredth."""
    bare: tuple[float, float]

    @property
    def ratios(self) -> tuple[float, float]:
        """Ours over the bare one's."""
        return self.ours[0] / self.bare[0], self.ours[1] / self.bare[1]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.downstream", description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--asked", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="dateline-bench-"))
    try:
        running = server.ensure(home)
        with MongoClient[Document](running.uri, tz_aware=True) as client:
            db = client["downstream"]
            layout.apply(db)
            words = fill(db, given.articles)
            began = time.perf_counter()
            Words(db).fill()
            filled = time.perf_counter() - began
            found = measured(db, words, given.articles, given.asked)
    finally:
        server.stop(home)
        shutil.rmtree(home)
    if given.json:
        rows = {name: {"ours": one.ours, "bare": one.bare} for name, one in found.items()}
        print(json.dumps({"filled_ms": 1000 * filled / given.articles, "asked": rows}))
    else:
        Console().print(table(found, 1000 * filled / given.articles))


def fill(db: Database[Document], number: int) -> list[str]:
    """Make so many articles; return the words of their language, the common ones first."""
    chance = random.Random(0)  # noqa: S311 the same each time
    words = invented_words(chance)
    rows = articles(chance, words)
    for _ in range(0, number, BATCH):
        db["articles"].insert_many(list(islice(rows, BATCH)), ordered=False)
    return words


def articles(chance: random.Random, words: Sequence[str]) -> Iterator[Document]:
    """Yield articles without end, one a minute; four make a story now and then."""
    weights = [1 / (place + 1) for place in range(len(words))]
    number = 0
    while True:
        text = " ".join(chance.choices(words, weights, k=WORDS_A_TEXT))
        key, story = f"{number:032x}", f"{number - number % STORY:032x}"
        at = BEGIN + timedelta(minutes=number)
        url = f"https://paper-{number % SOURCES}.example/{number}"
        yield {
            "_id": key, "url": url, "urls": [url], "source": f"paper-{number % SOURCES}",
            "region": f"region-{number % REGIONS}", "country": "NO", "title": text[:60],
            "text": text, "text_cut": False, "summary": None, "authors": ["A. Writer"],
            "agencies": [], "place": None, "section": None, "tags": [], "image": None,
            "language": "en", "published_at": at, "published": None, "modified_at": None,
            "first_seen_at": at, "fetched_at": at, "changed_at": at, "revision": 1,
            "state": "live", "access": "open", "story": story,
            "duplicate_of": None if key == story else story,
            "relation": None if key == story else "copy", "quotes": [], "rights": None,
            "stripped": [], "stripped_more": 0, "extraction": None,
            "fingerprints": {"text": text_hash(text)}, "schema_version": 4,
        }  # fmt: skip
        number += 1


def measured(
    db: Database[Document], words: Sequence[str], number: int, asked: int
) -> dict[str, Figures]:
    """Ask each question so often, of another region, word or story each time."""
    finding, query = Finding(db), Query(db)
    chance = random.Random(1)  # noqa: S311 as above
    fields = dict.fromkeys(SHORT, 1)
    newest = [("published_at", -1), ("_id", 1)]

    def region() -> tuple[Callable[[], object], Callable[[], object]]:
        name = f"region-{chance.randrange(REGIONS)}"
        search = Search(region=name, limit=PAGE)
        bare = {"region": name}
        return (
            lambda: list(finding.articles(search)),
            lambda: list(db["articles"].find(bare, fields).sort("published_at", -1).limit(PAGE)),
        )

    def originals() -> tuple[Callable[[], object], Callable[[], object]]:
        until = BEGIN + timedelta(minutes=chance.randrange(number // 2, number))
        search = Search(is_unique=True, until=until, limit=PAGE)
        bare = {"duplicate_of": None, "state": "live", "published_at": {"$lt": until}}
        return (
            lambda: list(finding.articles(search)),
            lambda: list(db["articles"].find(bare, fields).sort("published_at", -1).limit(PAGE)),
        )

    def of_words() -> tuple[Callable[[], object], Callable[[], object]]:
        two = [chance.choice(words[:2_000]).lower() for _ in range(2)]
        search = Search(words=" ".join(two), limit=PAGE)

        def bare() -> object:
            ids = db["search"].find({"terms": {"$all": two}}, {"_id": 1}).sort(newest).limit(PAGE)
            wanted = [row["_id"] for row in ids]
            return list(db["articles"].find({"_id": {"$in": wanted}}, fields))

        return lambda: list(finding.articles(search)), bare

    def story() -> tuple[Callable[[], object], Callable[[], object]]:
        place = chance.randrange(number)
        key = f"{place - place % STORY:032x}"
        article = db["articles"].find_one({"_id": key}) or {}
        return (
            lambda: query.copies(article),
            lambda: list(db["articles"].find({"story": key})),
        )

    kinds = {"region": region, "originals": originals, "two words": of_words, "story": story}
    return {name: timed(made, asked) for name, made in kinds.items()}


def timed(
    made: Callable[[], tuple[Callable[[], object], Callable[[], object]]], asked: int
) -> Figures:
    """Ask ours and the bare one by turns, each the first every second time."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(asked):
        both = made()
        for side in (0, 1) if turn % 2 else (1, 0):
            began = time.perf_counter()
            both[side]()
            taken[side].append(1000 * (time.perf_counter() - began))
    ours, bare = (quantiles(one, n=100) for one in taken)
    return Figures((ours[49], ours[94]), (bare[49], bare[94]))


def table(found: dict[str, Figures], filled: float) -> Table:
    """Return the figures for a person."""
    title = f"ms by the clock; an article enters the words in {filled:.2f} ms"
    shown = Table(title=title, title_justify="left")
    for name in ("asked for", "p50", "p95", "bare p50", "bare p95", "ratio p50", "ratio p95"):
        shown.add_column(name, justify="left" if name == "asked for" else "right")
    for name, one in found.items():
        figures = (*one.ours, *one.bare, *one.ratios)
        shown.add_row(name, *(f"{figure:.2f}" for figure in figures))
    return shown


if __name__ == "__main__":
    main()
