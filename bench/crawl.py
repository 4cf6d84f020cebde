"""Crawl: pages a second of a replayed crawl, as a share of the same worker pool fed from memory.

python -m bench.crawl [--corpus FOLDER] [--limit N] [--rounds N] [--json]

FOLDER holds packs of recorded pages (*.jsonl.gz), or has them in `articles`; without it the sample
newsroom's pages are replayed. The rounds of both kinds take turns, so that what else the machine
does meets both alike; of each the median counts. Both begin with the start of the workers, and read
the pages of a site one after the other, each by what those before it have taught. Counted besides
is the processor time of what is no worker in the crawl: its main process, and MongoDB meanwhile.
"""

import argparse
import asyncio
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from urllib.parse import urlsplit

import psutil
from rich.console import Console
from rich.table import Table

from bench.replay import Recorded, recorded, serving, sources_yaml
from config.settings import load
from pipelines.records import Entry, PackedSighting, Page
from pipelines.sites import KnownSites, site_of
from pipelines.store.embedded.process import running
from pipelines.store.sightings import Sightings
from pipelines.work import Pool, WorkError, one_page

ENDS = ("stored", "excluded", "retrying", "gone", "quarantined")
DATELINE = Path(sys.executable).with_name("dateline")
MS = 1000


@dataclass(frozen=True, slots=True)
class Replayed:
    """One crawl, by its own report, and what it took."""

    speed: float
    """Pages a second."""
    own_ms: float
    """Of the processor, a page, by its main process, start and end included."""
    mongod_ms: float
    ends: dict[str, int]
    """How its pages ended."""

    @property
    def beyond_ms(self) -> float:
        """What is no worker's."""
        return self.own_ms + self.mongod_ms


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured, round by round."""

    pages: int
    crawls: list[Replayed]
    memory: list[float]
    """Pages a second of the pool alone."""

    @property
    def share(self) -> float:
        """The crawl's pages a second, of the pool's."""
        return median(one.speed for one in self.crawls) / median(self.memory)

    @property
    def beyond_ms(self) -> float:
        """The processor time a page of what is no worker."""
        return median(one.beyond_ms for one in self.crawls)


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.crawl", description=__doc__)
    parser.add_argument("--corpus", type=Path, metavar="FOLDER")
    parser.add_argument("--limit", type=int, default=2_000, help="pages at the most")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = measure(packs_of(given.corpus), given.limit, given.rounds)
    if given.json:
        told = {"share": figures.share, "beyond_ms": figures.beyond_ms}
        print(json.dumps(asdict(figures) | told))
    else:
        Console().print(table(figures))


def packs_of(corpus: Path | None) -> list[Path]:
    """Return the packs of a corpus, which may be one; [] without one."""
    if corpus is None or corpus.is_file():
        return [corpus] if corpus else []
    packs = sorted(corpus.glob("*.jsonl.gz")) or sorted((corpus / "articles").glob("*.jsonl.gz"))
    if not packs:
        sys.exit(f"{corpus}: no *.jsonl.gz in it or in its folder articles")
    return packs


def measure(packs: Sequence[Path], limit: int, rounds: int) -> Figures:
    """Return the figures of so many rounds of each kind, in turns."""
    pages = recorded(packs, limit)
    figures = Figures(len(pages), [], [])
    home = Path(tempfile.mkdtemp(prefix="dateline-bench-"))
    try:
        (home / "sources.yaml").write_text(sources_yaml(pages), encoding="utf-8")
        with serving(packs, limit) as proxy:
            dateline(home, proxy, "db", "start")
            for number in range(rounds):
                figures.memory.append(from_memory(pages))
                figures.crawls.append(replayed(home, proxy, number))
    finally:
        dateline(home, "", "db", "stop")
        shutil.rmtree(home)
    return figures


def from_memory(pages: Sequence[Recorded]) -> float:
    """Return the pages a second of the pool alone."""
    settings = load()
    began = time.perf_counter()
    pool = Pool(
        count=settings.worker_count,
        seconds=settings.page_seconds,
        memory_mb=settings.page_memory_mb,
    )
    try:
        asyncio.run(_all(pool, [_page(page) for page in pages]))
        return len(pages) / (time.perf_counter() - began)
    finally:
        pool.close()


class Unstored(Sightings):
    """What was seen of sites, for as long as it is at hand."""

    def __init__(self) -> None:
        """There is no database."""

    def teachers(self, site: str, day: int | None = None) -> list[PackedSighting]:
        """Return none: no site was met before."""
        return []


async def _all(pool: Pool, pages: Iterable[Page]) -> None:
    sites = KnownSites(Unstored())
    by_host: dict[str, list[Page]] = defaultdict(list)
    for page in pages:
        by_host[urlsplit(page.url).netloc].append(page)

    async def one(page: Page) -> None:
        site = site_of(page.url)
        try:
            read = await pool.run(one_page, page, site, await sites.template(site))
        except WorkError:
            return  # it counts: a crawl settles such a page as well
        if read.sighting:
            sites.saw(read.sighting)

    async def each(of_host: Sequence[Page]) -> None:
        for page in of_host:
            await one(page)

    await asyncio.gather(*map(each, by_host.values()))


def _page(page: Recorded) -> Page:
    return Page(
        url=page.url,
        announced_url=page.url,
        body=page.body,
        content_type=page.type,
        fetched_at=datetime.now(UTC),
        entry=Entry(url=page.url, title=page.title or None),
        source="replay",
        language=page.language,
    )


def replayed(home: Path, proxy: str, number: int) -> Replayed:
    """Return what one crawl into a database of its own came to."""
    options = ("--sources", str(home / "sources.yaml"), "--all", "--json")
    mongod = running(home / "mongo" / "data")
    assert mongod is not None
    before = taken(mongod)
    report = json.loads(dateline(home, proxy, "crawl", *options, database=f"bench_{number}"))
    own, its = (after - was for after, was in zip(taken(mongod), before, strict=True))
    pages = report["pages"]
    ends = {end: sum(pages[end].values()) for end in ENDS if end in pages}
    count = sum(ends.values())
    began, ended = (datetime.fromisoformat(report[key]) for key in ("started_at", "ended_at"))
    speed = count / (ended - began).total_seconds()
    return Replayed(speed, MS * own / count, MS * its / count, ends)


def taken(mongod: psutil.Process) -> tuple[float, float]:
    """Return the seconds of all processes that we waited for, and those of MongoDB.

    A command waits for none of its workers: theirs are not among them.
    """
    ended, its = resource.getrusage(resource.RUSAGE_CHILDREN), mongod.cpu_times()
    return ended.ru_utime + ended.ru_stime, its.user + its.system


def dateline(home: Path, proxy: str, *arguments: str, database: str = "bench") -> str:
    """Return what the command prints; its world is the replay alone."""
    ours = environment(home, proxy) | {"MONGODB_DATABASE": database}
    done = subprocess.run(
        [DATELINE, *arguments], env=ours, stdout=subprocess.PIPE, text=True, check=True
    )
    return done.stdout


def environment(home: Path, proxy: str) -> dict[str, str]:
    """Return the environment of a command that reaches what is behind a proxy, and nothing else."""
    ours = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    ours.pop("MONGODB_URI", None)
    # a page that is tried again later would have the run wait, not work
    waits = {"DATELINE_HOST_DELAY": "0", "DATELINE_RUN_PATIENCE": "0"}
    return ours | waits | {"DATELINE_HOME": str(home), "http_proxy": proxy}


def table(figures: Figures) -> Table:
    """Return the figures for a person."""
    crawls = figures.crawls
    ends = ", ".join(f"{number} {end}" for end, number in crawls[-1].ends.items())
    shown = Table(title=f"{figures.pages} pages; the crawl: {ends}", title_justify="left")
    shown.add_column("")
    for number in range(len(crawls)):
        shown.add_column(f"round {number + 1}", justify="right")
    shown.add_column("median", justify="right")
    rows = {
        "replayed crawl, pages a second": [one.speed for one in crawls],
        "pool from memory, pages a second": figures.memory,
        "main process, ms a page": [one.own_ms for one in crawls],
        "mongod, ms a page": [one.mongod_ms for one in crawls],
    }
    for name, row in rows.items():
        shown.add_row(name, *(f"{value:.1f}" for value in row), f"{median(row):.1f}")
    rest = [""] * len(crawls)
    shown.add_row("share of the pool's speed", *rest, f"{figures.share:.2f}", style="bold")
    shown.add_row("both, ms a page", *rest, f"{figures.beyond_ms:.1f}", style="bold")
    return shown


if __name__ == "__main__":
    main()
