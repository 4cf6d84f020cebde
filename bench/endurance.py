"""Endurance: what one long crawl holds in memory and open files, at its start and 50,000 pages on.

python -m bench.endurance [--pages N] [--papers N] [--json]

Invented papers, each with a sitemap of its articles, are served over HTTP to one real crawl. What
it, its workers and its files take is looked at all the while; a share above 1 grew. Workers are
forked from one server and share its pages: a worker's memory counts these, its own leaves out all
that it shares, and the workers' together counts what they share once.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from bench.crawl import DATELINE
from bench.papers import Papers, catalogue, environment, served

EVERY = 1.0  # second
MARKS = (0.02, 0.2, 1.0)  # of the pages: what is looked at


@dataclass(frozen=True, slots=True)
class Look:
    """What a crawl held at one moment."""

    pages: int
    crawl_mb: float
    worker_mb: float
    """Of the largest worker, what it shares included."""
    own_mb: float
    """The most that one has for itself alone."""
    workers_mb: float
    """Of all, with the server they are forked from."""
    files: int
    """Open in the crawl's process."""
    threads: int


def main() -> None:
    """Print what a crawl held; exit with 1 where it did not store the pages."""
    parser = argparse.ArgumentParser(prog="python -m bench.endurance", description=__doc__)
    parser.add_argument("--pages", type=int, default=50_000)
    parser.add_argument("--papers", type=int, default=250)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        home = Path(folder)
        with served(given.papers, given.pages) as papers:
            looks, report = crawled(home, papers, given.papers)
        subprocess.run([DATELINE, "db", "stop"], env=environment(home, ""), check=True)
    stored = sum(report["pages"]["stored"].values())
    told, peak = at_marks(looks, given.pages), most(looks)
    if given.json:
        rows = {"looks": list(map(asdict, told)), "most": asdict(peak)}
        print(json.dumps({"stored": stored} | rows))
    else:
        Console().print(table(told, peak, stored))
    sys.exit(stored < given.pages // given.papers * given.papers)


def crawled(home: Path, papers: Papers, count: int) -> tuple[list[Look], dict[str, Any]]:
    """Return what one crawl held, look by look, and its report."""
    catalogue(home, count)
    looks = []
    with tempfile.TemporaryFile("w+") as out:
        crawl = subprocess.Popen(
            [DATELINE, "crawl", "--all", "--json"], env=environment(home, papers.proxy), stdout=out
        )
        while crawl.poll() is None:
            if one := look(crawl.pid, papers.served):
                looks.append(one)
            time.sleep(EVERY)
        out.seek(0)
        return looks, json.loads(out.read())


def look(pid: int, pages: int) -> Look | None:
    """Return what the process and its workers hold now; None where it has just ended."""
    try:
        crawl = psutil.Process(pid)
        below = [one for one in crawl.children(recursive=True) if "mongod" not in one.name()]
        every = {one: one.memory_full_info() for one in below}
        workers = [held for one, held in every.items() if one.ppid() != pid]
        held = crawl.memory_info().rss
        if not held:  # it has ended, and is waited for
            return None
        return Look(
            pages=pages,
            crawl_mb=held / 2**20,
            worker_mb=max((one.rss for one in workers), default=0) / 2**20,
            own_mb=max((one.uss for one in workers), default=0) / 2**20,
            workers_mb=sum(one.pss for one in every.values()) / 2**20,
            files=crawl.num_fds(),
            threads=crawl.num_threads(),
        )
    except psutil.Error:
        return None


def at_marks(looks: Sequence[Look], pages: int) -> list[Look]:
    """Return the last looks before each mark at which there were workers, in the pages' order."""
    busy = [one for one in looks if one.worker_mb]
    told = ([one for one in busy if one.pages <= mark * pages] for mark in MARKS)
    return [found[-1] for found in told if found]


def most(looks: Sequence[Look]) -> Look:
    """Return the most of each that was ever held."""
    return Look(*map(max, zip(*map(astuple, looks), strict=True)))


def table(looks: Sequence[Look], peak: Look, stored: int) -> Table:
    """Return the looks for a person, with the share of the last in the first."""
    shown = Table(title=f"{stored} articles stored", title_justify="left")
    heads = ("pages", "crawl MB", "a worker MB", "its own", "workers MB", "files", "threads")
    for head in heads:
        shown.add_column(head, justify="right")
    rows = [astuple(one) for one in looks]
    for row in rows:
        shown.add_row(*(f"{value:.0f}" for value in row))
    first, last = rows[0], rows[-1]
    shares = [f"{now / max(1, then):.2f}" for now, then in zip(last[1:], first[1:], strict=True)]
    shown.add_row("share", *shares)
    shown.add_row("most", *(f"{value:.0f}" for value in astuple(peak)[1:]), style="bold")
    return shown


if __name__ == "__main__":
    main()
