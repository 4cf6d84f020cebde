"""How much disk is free: in the home, and where MongoDB's data lies. A floor keeps mongod alive.

A full disk kills the embedded server in the middle of a write; a run stops before.
"""

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from pymongo.database import Database
from pymongo.errors import OperationFailure

from pipelines.store.errors import asking

Document = dict[str, Any]
MEGABYTE = 1_000_000


class NoRoomError(Exception):
    """Less disk is free than the settings ask for; the message says where and what to do."""


class Room:
    """The disks that a run writes to."""

    def __init__(self, db: Database[Document], home: Path, floor_mb: int) -> None:
        """``floor_mb``: so much is to stay free; 0: nobody looks."""
        self._db = db
        self._home = home
        self._floor_mb = floor_mb

    def check(self) -> None:
        """Raise NoRoomError where less is free than the floor."""
        if not self._floor_mb:
            return
        for place, free in self._free().items():
            if free < self._floor_mb * MEGABYTE:
                raise NoRoomError(
                    f"{free / MEGABYTE:,.0f} MB of disk are free {place}, and `free_disk_mb` is "
                    f"{self._floor_mb}: nothing is collected\n"
                    "Free some space, or keep raw pages for fewer days (`keep_pages_days`)"
                )

    def _free(self) -> dict[str, int]:
        found = {}
        # the embedded server's data may be a link to another disk
        for folder in (self._home, self._home / "mongo"):
            with suppress(OSError):
                found[f"at {folder}"] = shutil.disk_usage(folder).free
        told = self._told()
        return found if told is None else {**found, "where MongoDB keeps its data": told}

    def _told(self) -> int | None:
        """Return what the server says; None where it says nothing (a mongos, a hosted one)."""
        with asking("tell how much disk is free"):
            try:
                return free_of(self._db.command("dbStats", freeStorage=0))
            except OperationFailure:
                return None


def free_of(figures: Document) -> int | None:
    """Return the bytes that are free where the data lies, of the server's `dbStats`."""
    total = figures.get("fsTotalSize")
    return int(total - figures["fsUsedSize"]) if total else None
