"""The hostile table: python -m tests.hostile [--only NAME...] [--beside N] [--json].

Each mechanism has a crawl, or a command, of its own; with --beside N so many papers are in a crawl,
and its time and memory are those of all of them.
NAME is a room (network) or a mechanism (network.gzip_bomb). Exits with 1 where one is not well.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from pipelines.store import server
from tests.hostile.net import Guarded, Web
from tests.hostile.trial import Bench, Row, every


def main() -> None:
    """Try what is asked for, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.add_argument("--only", nargs="+", metavar="NAME", default=[])
    parser.add_argument("--beside", type=int, default=1, metavar="N", help="papers in a crawl")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    names = [name for name in every() if _is_meant(name, given.only)]
    rows = _tried(names, beside=given.beside, is_quiet=given.json)
    if given.json:
        print(json.dumps([{**asdict(row), "is_well": row.is_well} for row in rows], indent=1))
    else:
        print(_sum(rows))
    sys.exit(not all(row.is_well for row in rows))


def _is_meant(name: str, only: Sequence[str]) -> bool:
    return (
        not only or name in only or name.partition(".")[0] in only or name.partition(".")[2] in only
    )


def _tried(names: Sequence[str], *, beside: int, is_quiet: bool) -> list[Row]:
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, "mongo")
        uri = server.ensure(home).uri
        try:
            with (
                MongoClient[dict[str, Any]](uri, tz_aware=True) as client,
                Web() as web,
                Guarded() as guarded,
            ):
                print(f"{guarded.try_all()} guarded ports", file=sys.stderr)
                guarded.settle()
                bench = Bench(web, guarded, uri, client, Path(folder))
                for some in batches(names, beside):
                    rows += _those(bench, some, is_quiet=is_quiet)
        finally:
            server.stop(home)
    return rows


def batches(names: Sequence[str], size: int) -> list[Sequence[str]]:
    """Return the names, so many at once."""
    return [names[at : at + size] for at in range(0, len(names), size)]


def _those(bench: Bench, names: Sequence[str], *, is_quiet: bool) -> list[Row]:
    cases = bench.prepared(names)
    papers = {name: both for name, both in cases.items() if not both[0].words}
    rows = bench.crawled(papers) if papers else []
    rows += [bench.commanded(name, *both) for name, both in cases.items() if both[0].words]
    for row in rows if not is_quiet else ():
        print(_line(row), flush=True)
    bench.web.answers.clear()
    return rows


def _line(row: Row) -> str:
    mark = " " if row.is_well else "!"
    faults = "".join(f"\n    {fault}" for fault in row.faults)
    wanted = "" if row.is_well or row.faults else f" (expected {row.expected})"
    return f"{mark} {row.name:48} {row.became + wanted:32} {row.peak_mb:5} MB {row.seconds:6.1f} s  {row.what}{faults}"


def _sum(rows: Sequence[Row]) -> str:
    ill = sum(not row.is_well for row in rows)
    faults = sum(bool(row.faults) for row in rows)
    peak, slowest = max(row.peak_mb for row in rows), max(row.seconds for row in rows)
    return (
        f"{len(rows)} mechanisms, {ill} not as expected, {faults} with what must never be; "
        f"at most {peak} MB and {slowest:.0f} s"
    )


if __name__ == "__main__":
    main()
