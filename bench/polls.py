"""Polls: processor time a visit to a feed, of a crawl that finds no page to fetch, by its answer.

python -m bench.polls [--feeds N] [--few N] [--rounds N] [--only KIND …] [--json]

Beside it Scrapy alone, which asks for the same feeds in the same way and leaves the answers be
(bench/floor.py); both over the same HTTP, by turns. Each asks for many feeds and for few: what the
more feeds took is told a visit, the rest is the start. MongoDB's time is counted, the server's of
the feeds (bench/lists.py) is not. Every host's robots.txt is known, no article is there yet, and
what a run does once a day is done.
"""

import argparse
import ctypes
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

from pymongo import MongoClient
from rich.console import Console
from rich.table import Table

from bench.cost import BECOME_SUBREAPER, Cost, cost
from bench.crawl import dateline, environment
from bench.lists import ENTRIES, served
from bench.replay import FEED
from pipelines.store.keeping import MARK
from pipelines.store.schema import META

KINDS = {
    "unchanged": "304",
    "same": "the same bytes",
    "known": f"{ENTRIES} known entries",
    "new": f"{ENTRIES} new entries",
}
STORED = {"state": "stored", "article": "0" * 32, "next_at": None}
"""Of the ledger: what all that was announced becomes, so that no page is asked for."""


@dataclass(frozen=True, slots=True)
class Polls:
    """What the visits of one round took, by few and by many feeds."""

    own_ms: float
    """Of the processor, a visit more, by its own processes."""
    mongod_ms: float
    start_ms: float
    """Of a run, whatever it visits."""

    @property
    def ms(self) -> float:
        """All of a visit."""
        return self.own_ms + self.mongod_ms


Rounds = list[tuple[Polls, Polls]]
"""Ours and Scrapy's, round by round."""


def main() -> None:
    """Print what a visit of each kind takes, and the ratio."""
    parser = argparse.ArgumentParser(prog="python -m bench.polls", description=__doc__)
    parser.add_argument("--feeds", type=int, default=1_000)
    parser.add_argument("--few", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=KINDS, default=list(KINDS), metavar="KIND")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measured(given.only, (given.few, given.feeds), given.rounds)
    if given.json:
        rows = {
            kind: {"ours": [asdict(ours) for ours, _ in rounds],
                   "scrapy": [asdict(scrapy) for _, scrapy in rounds], "ratio": ratio(rounds)}
            for kind, rounds in found.items()
        }  # fmt: skip
        print(json.dumps(rows))
    else:
        Console().print(table(found))


def measured(kinds: Sequence[str], sizes: tuple[int, int], rounds: int) -> dict[str, Rounds]:
    """Return what each kind of visit took, round by round."""
    ctypes.CDLL(None).prctl(BECOME_SUBREAPER, 1, 0, 0, 0)
    home = Path(tempfile.mkdtemp(prefix="dateline-bench-"))
    found: dict[str, Rounds] = {kind: [] for kind in kinds}
    try:
        with served() as proxy:
            dateline(home, proxy, "db", "start")
            uri = dateline(home, proxy, "db", "url").strip()
            with MongoClient[dict[str, Any]](uri) as client:
                trials = [Trials(home, proxy, client, kind, sizes) for kind in kinds]
                for one in trials * rounds:
                    found[one.kind].append(one.round())
    finally:
        dateline(home, "", "db", "stop")
        shutil.rmtree(home)
    return found


class Trials:
    """Few and many feeds of one kind, a catalogue and a database each."""

    def __init__(
        self,
        home: Path,
        proxy: str,
        client: MongoClient[dict[str, Any]],
        kind: str,
        sizes: tuple[int, int],
    ) -> None:
        self._home, self._proxy, self._client = home, proxy, client
        self.kind, self._sizes = kind, sizes
        for size in sizes:
            hosts = [f"{kind}-{number}.example" for number in range(size)]
            feeds = "\n".join(f"http://{host}{FEED}" for host in hosts)
            (home / f"{kind}-{size}.txt").write_text(feeds, encoding="utf-8")
            (home / f"{kind}-{size}.yaml").write_text(sources_yaml(hosts), encoding="utf-8")
            self._crawl(size)  # the first visit is not like the others
            self._settle(size)
            self._tidied(size)

    def round(self) -> tuple[Polls, Polls]:
        """Return what a visit takes of us, and of Scrapy."""
        few, many = self._sizes
        ours = [cost(self._home, partial(self._visited, size)) for size in (few, many)]
        self._settle(few)
        self._settle(many)
        scrapy = [cost(self._home, partial(self._asked, size)) for size in (few, many)]
        return slope(*ours), slope(*scrapy)

    def _visited(self, size: int) -> int:
        """Return how many feeds our crawl visited; ends where they did not answer as they were to.

        It would go on to the pages of new entries: it may ask for one, which is not there.
        """
        report = self._crawl(size)
        is_read = self.kind in {"known", "new"}
        visited: int = report["feeds"].get("read" if is_read else "unchanged", 0)
        new = report["entries"].get("new", 0)
        if visited != size or new != (ENTRIES * size if self.kind == "new" else 0):
            sys.exit(f"{self.kind}: of {size} feeds {visited} were so, with {new} new entries")
        return visited

    def _crawl(self, size: int) -> dict[str, Any]:
        sources = str(self._home / f"{self.kind}-{size}.yaml")
        options = ("--sources", sources, "--all", "--limit", "1", "--json")
        told = dateline(self._home, self._proxy, "crawl", *options, database=self._name(size))
        report: dict[str, Any] = json.loads(told)
        return report

    def _name(self, size: int) -> str:
        return f"{self.kind}_{size}"

    def _settle(self, size: int) -> None:
        self._client[self._name(size)]["frontier"].update_many({}, {"$set": STORED})

    def _tidied(self, size: int) -> None:
        """Say that the ledger was looked through today: what that takes is no visit's."""
        done = {"after": "", "done": datetime.now(UTC).date().isoformat()}
        meta = self._client[self._name(size)][META]
        meta.update_one({"_id": MARK}, {"$set": done}, upsert=True)

    def _asked(self, size: int) -> int:
        """Return how many feeds Scrapy had the right answer from."""
        feeds = str(self._home / f"{self.kind}-{size}.txt")
        done = subprocess.run(
            [sys.executable, "-m", "bench.floor", feeds],
            env=environment(self._home, self._proxy), stdout=subprocess.PIPE, text=True, check=True,
        )  # fmt: skip
        came: int = json.loads(done.stdout).get("304" if self.kind == "unchanged" else "200", 0)
        if came != size:
            sys.exit(f"{self.kind}: Scrapy had {came} answers of {size}")
        return came


def sources_yaml(hosts: Sequence[str]) -> str:
    """Return a sources file with a source a host."""
    sources = [
        {"id": host.partition(".")[0], "name": host, "homepage": f"http://{host}/",
         "feeds": [f"http://{host}{FEED}"]}
        for host in hosts
    ]  # fmt: skip
    return json.dumps({"region": "coast", "sources": sources})


def slope(few: Cost, many: Cost) -> Polls:
    """Return what each feed more took, and what is left where there is none."""
    feeds = many.stored - few.stored
    own = (many.own_ms * many.stored - few.own_ms * few.stored) / feeds
    its = (many.mongod_ms * many.stored - few.mongod_ms * few.stored) / feeds
    return Polls(own, its, few.stored * (few.ms - own - its))


def ratio(rounds: Rounds) -> float:
    """Return the median visit of ours over that of Scrapy's."""
    return median(ours.ms for ours, _ in rounds) / median(scrapy.ms for _, scrapy in rounds)


def table(found: Mapping[str, Rounds]) -> Table:
    """Return the figures for a person."""
    shown = Table(title="medians of the rounds, ms of the processor a visit", title_justify="left")
    for name in ("answer", "own", "mongod", "all", "Scrapy", "ratio", "start", "Scrapy's start"):
        shown.add_column(name, justify="left" if name == "answer" else "right")
    for kind, rounds in found.items():
        ours, scrapy = ([one[at] for one in rounds] for at in (0, 1))
        own, its = median(one.own_ms for one in ours), median(one.mongod_ms for one in ours)
        every, floor = median(one.ms for one in ours), median(one.ms for one in scrapy)
        starts = (median(one.start_ms for one in side) for side in (ours, scrapy))
        row = (f"{own:.1f}", f"{its:.1f}", f"{every:.1f}", f"{floor:.1f}", f"{ratio(rounds):.2f}")
        shown.add_row(KINDS[kind], *row, *(f"{start:.0f}" for start in starts))
    return shown


if __name__ == "__main__":
    main()
