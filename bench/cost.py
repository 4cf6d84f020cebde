"""Cost: processor time a page, fetched to stored, of a crawl beside that of a plain spider.

python -m bench.cost [--corpus PACK_OR_FOLDER] [--limit N] [--rounds N] [--json]

Both crawl the same pages over the same HTTP into the same MongoDB, by turns; the plain spider is
Scrapy with trafilatura in its pipeline (bench/plain.py). Counted is all that their processes take,
their start and end too, and what MongoDB takes meanwhile; the server of the pages is left out.
"""

import argparse
import ctypes
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median

import psutil
from rich.console import Console
from rich.table import Table

from bench.crawl import MS, dateline, environment, packs_of, taken
from bench.replay import FEED, Recorded, recorded, serving, sources_yaml
from pipelines.store.embedded.process import running

BECOME_SUBREAPER = 36  # of prctl: what its descendants leave behind is ours to wait for
LEFT_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What one crawl took."""

    stored: int
    own_ms: float
    """Of the processor, a page stored, by its own processes."""
    mongod_ms: float
    seconds: float

    @property
    def ms(self) -> float:
        """All of it."""
        return self.own_ms + self.mongod_ms


def main() -> None:
    """Print both, and their ratio."""
    parser = argparse.ArgumentParser(prog="python -m bench.cost", description=__doc__)
    parser.add_argument("--corpus", type=Path, metavar="PACK_OR_FOLDER")
    parser.add_argument("--limit", type=int, default=2_000, help="pages at the most")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    ours, plain = measured(packs_of(given.corpus), given.limit, given.rounds)
    ratio = median(one.ms for one in ours) / median(one.ms for one in plain)
    if given.json:
        rows = {"ours": list(map(asdict, ours)), "plain": list(map(asdict, plain))}
        print(json.dumps(rows | {"ratio": ratio}))
    else:
        Console().print(table({"dateline crawl": ours, "plain spider": plain}, ratio))


def measured(packs: list[Path], limit: int, rounds: int) -> tuple[list[Cost], list[Cost]]:
    """Return what each round of either took."""
    ctypes.CDLL(None).prctl(BECOME_SUBREAPER, 1, 0, 0, 0)
    pages = recorded(packs, limit)
    home = Path(tempfile.mkdtemp(prefix="dateline-bench-"))
    ours: list[Cost] = []
    plain: list[Cost] = []
    try:
        write(home, pages)
        with serving(packs, limit) as proxy:
            dateline(home, proxy, "db", "start")
            uri = dateline(home, proxy, "db", "url").strip()
            for number in range(rounds):
                ours.append(cost(home, partial(crawled, home, proxy, number)))
                plain.append(cost(home, partial(spidered, home, proxy, uri, number)))
    finally:
        dateline(home, "", "db", "stop")
        shutil.rmtree(home)
    return ours, plain


def write(home: Path, pages: list[Recorded]) -> None:
    """Write what either is told to collect."""
    (home / "sources.yaml").write_text(sources_yaml(pages), encoding="utf-8")
    feeds = dict.fromkeys(f"http://{page.host}{FEED}" for page in pages)
    (home / "feeds.txt").write_text("\n".join(feeds), encoding="utf-8")


def cost(home: Path, crawl: Callable[[], int]) -> Cost:
    """Return what a crawl takes that returns how many pages it stored."""
    mongod = running(home / "mongo" / "data")
    assert mongod is not None
    ours = psutil.Process()
    known = {one.pid for one in ours.children()}
    before, began = taken(mongod), time.perf_counter()
    stored = crawl()
    seconds = time.perf_counter() - began
    # what it left behind is ours now: a fork server, which ends when it hears that nobody needs it
    psutil.wait_procs(
        [one for one in ours.children() if one.pid not in known], timeout=LEFT_SECONDS
    )
    own, its = (after - was for after, was in zip(taken(mongod), before, strict=True))
    return Cost(stored, MS * own / stored, MS * its / stored, seconds)


def crawled(home: Path, proxy: str, number: int) -> int:
    """Return how many pages our crawl stored."""
    options = ("--sources", str(home / "sources.yaml"), "--all", "--json")
    report = json.loads(dateline(home, proxy, "crawl", *options, database=f"ours_{number}"))
    return sum(report["pages"].get("stored", {}).values())


def spidered(home: Path, proxy: str, uri: str, number: int) -> int:
    """Return how many pages the plain spider stored."""
    command = [sys.executable, "-m", "bench.plain", str(home / "feeds.txt"), uri, f"plain_{number}"]
    done = subprocess.run(
        command, env=environment(home, proxy), stdout=subprocess.PIPE, text=True, check=True
    )
    return int(done.stdout)


def table(rows: Mapping[str, list[Cost]], ratio: float) -> Table:
    """Return the figures for a person."""
    shown = Table(title="medians of the rounds, ms of the processor a page", title_justify="left")
    for name in ("", "pages stored", "own", "mongod", "all", "pages a second"):
        shown.add_column(name, justify="right" if name else "left")
    for name, found in rows.items():
        own, its = median(c.own_ms for c in found), median(c.mongod_ms for c in found)
        speed = median(c.stored / c.seconds for c in found)
        every = median(c.ms for c in found)
        row = (f"{own:.1f}", f"{its:.1f}", f"{every:.1f}", f"{speed:.1f}")
        shown.add_row(name, str(found[-1].stored), *row)
    shown.add_row("ratio", "", "", "", f"{ratio:.2f}", "", style="bold")
    return shown


if __name__ == "__main__":
    main()
