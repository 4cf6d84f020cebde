"""Crawl: pages a second of a replayed crawl, as a share of the same worker pool fed from memory.

python -m bench.crawl [--corpus FOLDER] [--limit N] [--rounds N] [--json]

FOLDER holds packs of recorded pages (*.jsonl.gz), or has them in `articles`; without it the sample
newsroom's pages are replayed. The rounds of both kinds take turns, so that what else the machine
does meets both alike; of each the median counts. Both begin with the start of the workers.
"""

import argparse
import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bench.replay import Recorded, recorded, serving, sources_yaml
from config.settings import load
from pipelines.records import Entry, Page
from pipelines.sites import site_of
from pipelines.work import Pool, WorkError, one_page

ENDS = ("stored", "excluded", "retrying", "gone", "quarantined")
DATELINE = Path(sys.executable).with_name("dateline")


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured."""

    pages: int
    crawl: list[float]
    """Pages a second of the replayed crawl, round by round."""
    memory: list[float]
    """Pages a second of the pool alone."""
    ends: dict[str, int]
    """How the pages of the last crawl ended."""

    @property
    def share(self) -> float:
        """The crawl's pages a second, of the pool's."""
        return median(self.crawl) / median(self.memory)


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.crawl", description=__doc__)
    parser.add_argument("--corpus", type=Path, metavar="FOLDER")
    parser.add_argument("--limit", type=int, default=1_000, help="pages at the most")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = measure(packs_of(given.corpus), given.limit, given.rounds)
    if given.json:
        print(json.dumps({**asdict(figures), "share": figures.share}))
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
    figures = Figures(len(pages), [], [], {})
    home = Path(tempfile.mkdtemp(prefix="dateline-bench-"))
    try:
        (home / "sources.yaml").write_text(sources_yaml(pages), encoding="utf-8")
        with serving(packs, limit) as proxy:
            dateline(home, proxy, "db", "start")
            for number in range(rounds):
                figures.memory.append(from_memory(pages))
                figures.crawl.append(replayed(home, proxy, number, figures.ends))
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


async def _all(pool: Pool, pages: Sequence[Page]) -> None:
    async def one(page: Page) -> None:
        try:
            await pool.run(one_page, page, site_of(page.url))
        except WorkError:
            return  # it counts: a crawl settles such a page as well

    await asyncio.gather(*(one(page) for page in pages))


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


def replayed(home: Path, proxy: str, number: int, ends: dict[str, int]) -> float:
    """Return the pages a second of one crawl into a database of its own, by its own report."""
    options = ("--sources", str(home / "sources.yaml"), "--all", "--json")
    report = json.loads(dateline(home, proxy, "crawl", *options, database=f"bench_{number}"))
    pages = report["pages"]
    ends.clear()
    ends.update({end: sum(pages[end].values()) for end in ENDS if end in pages})
    began, ended = (datetime.fromisoformat(report[key]) for key in ("started_at", "ended_at"))
    return sum(ends.values()) / (ended - began).total_seconds()


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
    ends = ", ".join(f"{number} {end}" for end, number in figures.ends.items())
    shown = Table(title=f"{figures.pages} pages; the crawl: {ends}", title_justify="left")
    shown.add_column("pages a second")
    for number in range(len(figures.crawl)):
        shown.add_column(f"round {number + 1}", justify="right")
    shown.add_column("median", justify="right")
    for name, row in (("replayed crawl", figures.crawl), ("pool from memory", figures.memory)):
        shown.add_row(name, *(f"{value:.1f}" for value in row), f"{median(row):.1f}")
    shown.add_row("share", *[""] * len(figures.crawl), f"{figures.share:.2f}", style="bold")
    return shown


if __name__ == "__main__":
    main()
