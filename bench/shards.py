"""Shards: what a crawl asks of MongoDB, and to how many shards each question would go.

python -m bench.shards [--papers N] [--pages N] [--json]

The server notes every question of two crawls and of the looks that people take, with the index by
which it was answered. A question goes to one shard where it names the key of its collection, to
those of its values where it names several, and else to all: so does mongos route it.
"""

import argparse
import json
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeGuard

from pymongo import MongoClient
from pymongo.database import Database
from rich.console import Console
from rich.table import Table

from bench.crawl import DATELINE
from bench.million import NAME, PROFILED, Document
from bench.papers import catalogue, environment, served
from pipelines.store import server

KEYS: Mapping[str, str] = {
    "articles": "_id",
    "claims": "_id",
    "feeds": "_id",
    "frontier": "_id",
    "pages": "_id",
    "revisions": "article",
}
"""The keys of docs/scale.md, hashed; what is not here is small, and stays on one shard."""
CUT = "$truncated"
"""Of a question that is too long for the server to note: its beginning."""
FIRST = re.compile(r"(?:filter|query|q): \{ ([\w.]+): \{ (\$\w+)")
OPERATIONS = ("query", "update", "remove", "command")


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """One kind of question."""

    collection: str
    operation: str
    shape: str
    """The fields that it goes by."""
    plan: str
    times: int
    shards: str
    """"one", "those named", "all"; "-" where the collection is on one."""


def main() -> None:
    """Print the questions."""
    parser = argparse.ArgumentParser(prog="python -m bench.shards", description=__doc__)
    parser.add_argument("--papers", type=int, default=20)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        home = Path(folder)
        running = server.ensure(home)
        try:
            with MongoClient[Document](running.uri, tz_aware=True) as client:
                db = client[NAME]
                db.create_collection("system.profile", capped=True, size=PROFILED)
                db.command("profile", 2)
                crawled(home, given.papers, given.pages)
                asked = questions(db)
        finally:
            server.stop(home)
    if given.json:
        print(json.dumps(list(map(asdict, asked))))
    else:
        Console().print(table(asked))


def crawled(home: Path, papers: int, pages: int) -> None:
    """Crawl new pages, then what there is to see again."""
    catalogue(home, papers)
    with served(papers, pages) as replay:
        ours = environment(home, replay.proxy)
        for command in (["crawl", "--all"], ["crawl", "--all"]):
            subprocess.run([DATELINE, *command], env=ours, stdout=subprocess.DEVNULL, check=True)


def questions(db: Database[Document]) -> list[Asked]:
    """Return the kinds of questions, by collection; those to all shards first."""
    db.command("profile", 0)
    found: dict[tuple[str, str, str, str], int] = {}
    shards: dict[tuple[str, str, str, str], str] = {}
    for row in db["system.profile"].find({"op": {"$in": OPERATIONS}}):
        collection = row["ns"].partition(".")[2]
        for wanted in _filters(row):
            plan = row.get("planSummary", "")
            key = collection, row["op"], ", ".join(_fields(wanted)), plan
            found[key] = found.get(key, 0) + 1
            shards[key] = routed(collection, wanted)
    made = [
        Asked(
            collection=key[0], operation=key[1], shape=key[2], plan=key[3], times=times,
            shards=shards[key],
        )
        for key, times in found.items()
    ]  # fmt: skip
    return sorted(made, key=lambda one: (one.shards != "all", one.collection, -one.times))


def _filters(row: Document) -> Iterator[Document]:
    command = row.get("command", {})
    if CUT in command:
        begins = FIRST.search(command[CUT])
        yield {begins[1]: {begins[2]: [None] * 2}} if begins else {}
    elif "pipeline" in command:
        first = (command["pipeline"] or [{}])[0]
        yield first.get("$match", {})
    elif row["op"] in {"update", "remove"}:
        yield command.get("q", {})
    elif "find" in command or "filter" in command:
        yield command.get("filter", {})
    elif "query" in command:
        yield command["query"]


def routed(collection: str, wanted: Document) -> str:
    """Return to how many shards a question goes."""
    if collection not in KEYS:
        return "-"
    asked = wanted.get(KEYS[collection])
    if _has_operators(asked):
        return "those named" if "$in" in asked else "all"
    return "one" if asked is not None else "all"


def _has_operators(asked: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(asked, Mapping) and any(str(name).startswith("$") for name in asked)


def _fields(wanted: Document) -> Iterator[str]:
    for field, asked in wanted.items():
        if field.startswith("$"):
            yield field
        elif _has_operators(asked):
            yield f"{field} {' '.join(sorted(asked))}"
        else:
            yield field


def table(asked: Sequence[Asked]) -> Table:
    """Return the questions for a person."""
    shown = Table(title_justify="left")
    for head in ("shards", "collection", "operation", "by", "index", "times"):
        shown.add_column(head)
    for one in asked:
        told = (one.shards, one.collection, one.operation, one.shape, one.plan)
        shown.add_row(*told, str(one.times))
    return shown


if __name__ == "__main__":
    main()
