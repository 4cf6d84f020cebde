"""Million: what a crawl asks of a ledger of 1,000,000 addresses; no question may read all of them.

python -m bench.million [--addresses N] [--feeds N] [--json]

The server refuses questions without an index (`notablescan`) and notes all others; shown are those
that looked at the most documents for what they gave.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database
from rich.console import Console
from rich.table import Table

from bench.crawl import DATELINE
from bench.papers import catalogue, environment, served
from pipelines.identify.canonical import ledger_key
from pipelines.store import layout, server

Document = dict[str, Any]
NAME = "dateline"
PROFILED = 256 * 2**20
MOST, SHARE = 5_000, 20  # documents that a question may look at, and for each one that it gives
PAPERS, PAGES = 50, 1_000
"""Of the crawl: its papers, each of which has as many addresses as any, and its pages."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One kind of question, by the most that one of its kind looked at."""

    collection: str
    kind: str
    plan: str
    times: int
    examined: int
    given: int
    seconds: float
    question: str


def main() -> None:
    """Print the questions; exit with 1 where one looked at too much."""
    parser = argparse.ArgumentParser(prog="python -m bench.million", description=__doc__)
    parser.add_argument("--addresses", type=int, default=1_000_000)
    parser.add_argument("--feeds", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        home = Path(folder)
        running = server.ensure(home)
        try:
            with MongoClient[Document](running.uri, tz_aware=True) as client:
                fill(client[NAME], given.addresses, given.feeds)
                watch(client)
                seconds = crawled(home)
                asked = questions(client[NAME])
        finally:
            server.stop(home)
    if given.json:
        print(json.dumps({"seconds": seconds, "asked": [asdict(one) for one in asked]}))
    else:
        Console().print(table(asked[:20], f"a crawl of {PAGES} pages: {seconds:.0f} s"))
    sys.exit(any(is_too_much(one) for one in asked))


def fill(db: Database[Document], count: int, feeds: int) -> None:
    """Make a ledger as years leave it: nearly all is stored, some waits, some was left out."""
    layout.apply(db)
    now = datetime.now(UTC)
    for name, rows in (
        ("frontier", islice(addresses(now), count)),
        ("feeds", islice(_feeds(now), feeds)),
    ):
        while batch := list(islice(rows, 10_000)):
            db[name].insert_many(batch, ordered=False)


def addresses(now: datetime) -> Iterator[Document]:
    """Yield addresses of a ledger without end."""
    number = 0
    while True:
        paper = number % 2_000
        host = f"paper-{paper}.example"
        url = f"http://{host}/old/{number}"
        state = "excluded" if number % 20 == 0 else "gone" if number % 33 == 0 else "stored"
        # of the stored some are to be looked at again, later than any run of ours
        next_at = now + timedelta(days=1 + number % 30) if number % 3 == 0 else None
        yield {
            "_id": ledger_key(url),
            "url": url,
            "host": host,
            "source": f"paper-{paper}",
            "feed": None,
            "state": state,
            "reason": "too-old" if state == "excluded" else None,
            "detail": None,
            "article": f"{number:032x}" if state == "stored" else None,
            "attempts": 0,
            "next_at": next_at if state == "stored" else None,
            "priority": 1,
            "lease": {"by": None, "until": None, "epoch": 1},
            "first_seen_at": now - timedelta(days=number % 900),
            "seen_at": now - timedelta(days=number % 90),
            "visited_at": now - timedelta(days=number % 900),
            "announced": {
                "id": url, "title": "A title of some words", "summary": None, "published": None,
                "updated": None, "published_raw": None, "authors": [], "tags": [],
                "language": None,
            },
            "schema_version": 1,
        }  # fmt: skip
        number += 1


def _feeds(now: datetime) -> Iterator[Document]:
    number = 0
    while True:
        url = f"http://paper-{number}.example/feed"
        yield {
            "_id": ledger_key(url),
            "url": url,
            "source": f"paper-{number}",
            "parent": None,
            "kind": "rss",
            "etag": None,
            "last_modified": None,
            "body_hash": None,
            "entries": 20,
            "visited_at": now,
            "succeeded_at": now,
            "next_at": now + timedelta(hours=3),
            "failures": 0,
            "trouble": None,
            "detail": None,
            "schema_version": 1,
        }
        number += 1


def watch(client: MongoClient[Document]) -> None:
    """Have the server refuse questions without an index, and note every other one."""
    client.admin.command("setParameter", 1, notablescan=True)
    client[NAME].create_collection("system.profile", capped=True, size=PROFILED)
    client[NAME].command("profile", 2)


def crawled(home: Path) -> float:
    """Return the seconds of two crawls, the first of new pages, and of one address's story."""
    hosts = catalogue(home, PAPERS)
    with served(PAPERS, PAGES) as papers:
        ours = environment(home, papers.proxy)
        began = time.perf_counter()
        for command in (["crawl", "--all"], ["crawl"], ["why", f"http://{hosts[0]}/old/0"]):
            subprocess.run([DATELINE, *command], env=ours, stdout=subprocess.DEVNULL, check=True)
        return time.perf_counter() - began


def questions(db: Database[Document]) -> list[Asked]:
    """Return the kinds of questions, those that looked at the most for what they gave first."""
    db.command("profile", 0)
    rows = db["system.profile"].aggregate(
        [
            {
                "$match": {
                    "ns": {"$regex": f"^{NAME}\\.(?!system)"},
                    "planSummary": {"$exists": True},
                }
            },
            {
                "$set": {
                    "given": {
                        "$max": [
                            {"$ifNull": ["$nreturned", 0]},
                            {"$ifNull": ["$nMatched", 0]},
                            {"$ifNull": ["$nModified", 0]},
                            {"$ifNull": ["$ndeleted", 0]},
                        ]
                    },
                    "looked": {
                        "$max": [
                            {"$ifNull": ["$docsExamined", 0]},
                            {"$ifNull": ["$keysExamined", 0]},
                        ]
                    },
                }
            },
            {"$sort": {"looked": -1}},
            {
                "$group": {
                    "_id": {"ns": "$ns", "op": "$op", "plan": "$planSummary"},
                    "times": {"$sum": 1},
                    "examined": {"$first": "$looked"},
                    "given": {"$first": "$given"},
                    "millis": {"$max": "$millis"},
                    "command": {"$first": "$command"},
                }
            },
            {"$sort": {"examined": -1}},
        ],
        allowDiskUse=True,
    )
    return [
        Asked(
            collection=row["_id"]["ns"].partition(".")[2],
            kind=row["_id"]["op"],
            plan=row["_id"]["plan"],
            times=row["times"],
            examined=row["examined"],
            given=row["given"],
            seconds=row["millis"] / 1000,
            question=_words(row["command"]),
        )
        for row in rows
    ]


def _words(command: Document) -> str:
    told = (
        command.get("filter") or command.get("query") or command.get("q") or command.get("pipeline")
    )
    return str(told)[:300]


def is_too_much(asked: Asked) -> bool:
    """Return whether a question looked at more than what it gives is worth."""
    return asked.plan == "COLLSCAN" or asked.examined > MOST + SHARE * asked.given


def table(asked: list[Asked], title: str) -> Table:
    """Return the questions for a person."""
    shown = Table(title=title, title_justify="left")
    for head in ("collection", "kind", "plan"):
        shown.add_column(head)
    for head in ("times", "looked at", "gave", "slowest s"):
        shown.add_column(head, justify="right")
    for one in asked:
        row = (one.times, one.examined, one.given, f"{one.seconds:.2f}")
        style = "bold red" if is_too_much(one) else None
        shown.add_row(one.collection, one.kind, one.plan, *map(str, row), style=style)
    return shown


if __name__ == "__main__":
    main()
