"""Fleet: pages a second of one, two and four workers over a queue, at sites that take their time.

python -m bench.fleet [--workers N …] [--papers N] [--pages N] [--latency SECONDS] [--json]

Invented papers are served over HTTP, each answer after the latency. One batch of ten papers at a
time a worker, with one process for its pages: until the processor is full, twice the workers are
twice the pages. Needs Debian's rabbitmq-server. Counted is from the first page that is settled to
the last.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.collection import Collection
from rich.console import Console
from rich.table import Table

from bench.crawl import DATELINE
from bench.papers import Papers, catalogue, environment, served
from tests.fleet import broker as brokers

LOOK_SECONDS = 0.1
END_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Speed:
    """What so many workers did."""

    workers: int
    pages: int
    seconds: float
    busy: float
    """Share of the processors of this machine that was at work, whoever's."""

    @property
    def pages_a_second(self) -> float:
        """How fast they were together."""
        return self.pages / self.seconds


def main() -> None:
    """Print how fast each number of workers was."""
    parser = argparse.ArgumentParser(prog="python -m bench.fleet", description=__doc__)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--papers", type=int, default=80)
    parser.add_argument("--pages", type=int, default=1_600)
    parser.add_argument("--latency", type=float, default=0.5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if not brokers.is_there():
        sys.exit("no rabbitmq-server is installed")
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as name:
        folder = Path(name)
        catalogue(folder, given.papers)
        with (
            served(given.papers, given.pages, given.latency) as papers,
            brokers.broker(folder / "rabbit") as broker,
        ):
            total = papers.each * given.papers
            told = measured(folder, papers, total, broker.url, given.workers)
        subprocess.run([DATELINE, "db", "stop"], env=environment(folder, ""), check=True)
    if given.json:
        rows = [asdict(one) | {"pages_a_second": one.pages_a_second} for one in told]
        print(json.dumps(rows))
    else:
        Console().print(table(told))


def measured(
    home: Path, papers: Papers, total: int, broker: str, workers: Sequence[int]
) -> list[Speed]:
    """Return how fast each number of workers was, one after the other."""
    settings = environment(home, papers.proxy) | {
        "DATELINE_BROKER_URL": broker,
        "DATELINE_BATCH_SOURCES": "10",
        "DATELINE_BATCH_SECONDS": "600",
        "DATELINE_WORKERS": "1",
    }
    uri = subprocess.run(
        [DATELINE, "db", "url"], env=settings, stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()
    with MongoClient[dict[str, Any]](uri) as client:
        return [
            speed(client[f"fleet_{number}"]["frontier"], settings, number, total)
            for number in workers
        ]


def speed(
    rows: Collection[dict[str, Any]], settings: dict[str, str], workers: int, total: int
) -> Speed:
    """Return how fast so many workers collect all that there is."""
    settings = settings | {"MONGODB_DATABASE": rows.database.name}
    begun = [
        subprocess.Popen([DATELINE, "worker", "--log-level", "ERROR"], env=settings)
        for _ in range(workers)
    ]
    subprocess.run([DATELINE, "dispatch"], env=settings, stdout=subprocess.DEVNULL, check=True)
    try:
        while not (first := rows.count_documents({"state": "stored"})):
            time.sleep(LOOK_SECONDS)
        began, idle = time.perf_counter(), idled()
        ended, last, then = began, first, idle
        while time.perf_counter() - ended < END_SECONDS:
            if (stored := rows.count_documents({"state": "stored"})) != last:
                ended, last, then = time.perf_counter(), stored, idled()
            if stored >= total:
                break
            time.sleep(LOOK_SECONDS)
        seconds = ended - began
        busy = 1 - (then - idle) / seconds / (os.cpu_count() or 1)
    finally:
        for one in begun:
            one.terminate()
        for one in begun:
            one.wait()
    return Speed(workers, last - first, seconds, busy)


def idled() -> float:
    """Return the seconds that the processors of this machine had nothing to do, all together."""
    words = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()
    return (int(words[4]) + int(words[5])) / os.sysconf("SC_CLK_TCK")


def table(told: Sequence[Speed]) -> Table:
    """Return the figures for a person."""
    shown = Table(title="pages a second, by workers", title_justify="left")
    for name in ("workers", "pages", "seconds", "pages a second", "of one", "processors busy"):
        shown.add_column(name, justify="right")
    for one in told:
        share = one.pages_a_second / told[0].pages_a_second
        shown.add_row(
            str(one.workers), str(one.pages), f"{one.seconds:.1f}", f"{one.pages_a_second:.1f}",
            f"{share:.2f}", f"{one.busy:.0%}",
        )  # fmt: skip
    return shown


if __name__ == "__main__":
    main()
