"""Two steps over three documents, and a process that dies in the middle of them.

Run as ``python -m tests.store.migrating URI DATABASE DOCUMENT``: killed before that document's
write, counted from 1 over both steps.
"""

import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import count
from typing import Any

from pymongo import MongoClient

from pipelines.store.migrate import Migration, migrate

VERSION = 3


def _turn(document: Mapping[str, Any]) -> dict[str, Any]:
    """What was done twice shows: 2."""
    return {"$set": {"turns": document.get("turns", 0) + 1}}


def _split_name(document: Mapping[str, Any]) -> dict[str, Any]:
    first, _, last = document["name"].partition(" ")
    return {"$set": {"first": first, "last": last}, "$unset": {"name": ""}}


STEPS = (
    Migration(number=2, why="turns are counted", collection="people", change=_turn),
    Migration(number=3, why="names have two fields", collection="people", change=_split_name),
)


def _deadly(
    change: Callable[[Mapping[str, Any]], dict[str, Any]], clock: Iterator[int], at: int
) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    def changed(document: Mapping[str, Any]) -> dict[str, Any]:
        if next(clock) == at:
            os.kill(os.getpid(), signal.SIGKILL)
        return change(document)

    return changed


def main(uri: str, database: str, at: str) -> None:
    """Migrate one document at a time, and die."""
    clock = count(1)
    steps = [replace(step, change=_deadly(step.change, clock, int(at))) for step in STEPS]
    with MongoClient[dict[str, Any]](uri, w="majority", journal=True) as client:
        migrate(client[database], steps, VERSION, batch=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
