"""Runs: one at a time a home and a database, and what each reported."""

import hashlib
import os
import platform
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pymongo.database import Database

from pipelines.store.errors import asking
from pipelines.store.lock import Lock

Document = dict[str, Any]
HEARTBEAT_SECONDS = 15
DEAD_AFTER_SECONDS = 60
LOCK = "lock:crawl"


class BusyError(Exception):
    """Another run holds the lock; the message says which."""


def owner(home: Path) -> str:
    """Return the part of a run's name that all runs of one home on one machine share."""
    place = hashlib.blake2b(str(home.resolve()).encode(), digest_size=4).hexdigest()
    return f"{platform.node() or 'machine'}/{place}/"


class Runs:
    """The collection ``runs`` and the lock of the run that is under way."""

    def __init__(self, db: Database[Document], home: Path, started_at: datetime) -> None:
        self._db = db
        self._home = home
        self.owner = owner(home)
        self.id = f"{started_at.astimezone(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        self.by = f"{self.owner}{os.getpid()}/{self.id}"
        self._file = FileLock(home / "crawl.lock", timeout=0)
        self._lock = Lock(db, LOCK, self.by, DEAD_AFTER_SECONDS)

    def begin(self, started_at: datetime) -> None:
        """Take the lock and open the run's report. Raises BusyError."""
        self._home.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._file.acquire()
        except Timeout:
            raise BusyError(f"another run of {self._home} is under way") from None
        try:
            self._take_lock()
        except BaseException:
            self._file.release()
            raise
        with asking("open the report of a run"):
            self._db["runs"].insert_one(
                {
                    "_id": self.id,
                    "by": self.by,
                    "started_at": started_at,
                    "ended_at": None,
                    "outcome": None,
                    "report": None,
                    "schema_version": 1,
                }
            )

    def beat(self) -> None:
        """Say that the run is alive; every HEARTBEAT_SECONDS.

        Raises BusyError where another run has taken the lock: we were stopped for so long that it
        took us for dead.
        """
        if not self._lock.renew():
            raise BusyError("this run was stopped for so long that another one took its place")

    def end(self, outcome: str, report: Document, now: datetime) -> None:
        """Close the report and free the lock."""
        try:
            with asking("close the report of a run"):
                self._db["runs"].update_one(
                    {"_id": self.id},
                    {"$set": {"ended_at": now, "outcome": outcome, "report": report}},
                )
            self._lock.free()
        finally:
            self._file.release()

    def abandon(self) -> None:
        """Free the home's lock where the database cannot be told any more."""
        self._file.release()

    def _take_lock(self) -> None:
        # a lock of this home is a dead run's: we hold the file; another's counts while it beats
        is_dead = {"lease.by": {"$gt": self.owner, "$lt": self.owner + "\uffff"}}
        if self._lock.take(is_dead) is None:
            raise BusyError(f"another run holds this database: {self._lock.holder()}")
