"""Runs: one at a time a home and a database, or several that share; and what each reported."""

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from pymongo.database import Database

from pipelines.store import private
from pipelines.store.errors import asking
from pipelines.store.living import Living
from pipelines.store.lock import Lock

Document = dict[str, Any]
HEARTBEAT_SECONDS = 15
DEAD_AFTER_SECONDS = 60
BEATS = 4  # a lease
LOCK = "lock:crawl"
BACKUP = "dateline backup"  # who holds the lock for one, where the server has no snapshots
SHARER = "run:"
ENDS = {"$gt": SHARER, "$lt": SHARER + "\uffff"}


class BusyError(Exception):
    """Another run holds the lock; the message says which."""


class Runs:
    """The collection ``runs`` and the lock of the run that is under way.

    ``shares``: beside others that share it may run, beside none that does not.
    """

    def __init__(
        self,
        db: Database[Document],
        home: Path,
        started_at: datetime,
        *,
        lease_seconds: float = DEAD_AFTER_SECONDS,
        shares: bool = False,
    ) -> None:
        self._db = db
        self._home = home
        self.id = f"{started_at.astimezone(UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}"
        self.living = Living(home, self.id)
        self.owner = self.living.owner
        self.by = f"{self.owner}{os.getpid()}/{self.id}"
        self.shares = shares
        seconds = min(DEAD_AFTER_SECONDS, lease_seconds)
        self.heartbeat = min(HEARTBEAT_SECONDS, seconds / BEATS)
        self._file = FileLock(home / "crawl.lock", timeout=0, mode=0o600)
        name = SHARER + self.id if shares else LOCK
        self._lock = Lock(db, name, self.by, seconds, self.living.is_dead)

    def begin(self, started_at: datetime) -> None:
        """Take the lock and open the run's report. Raises BusyError."""
        with private.explained(self._home):
            private.made(self._home)
            if not self.shares:
                self._take_file()
        try:
            with private.explained(self._home):
                self.living.begin()
            self._take_lock()
        except BaseException:
            self.abandon()
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
        """Say that the run is alive; every ``heartbeat`` seconds.

        Raises BusyError where another run has taken the lock: we were stopped for so long that it
        took us for dead.
        """
        if self._lock.renew():
            return
        if not self.shares:
            raise BusyError("this run was stopped for so long that another one took its place")
        self._take_lock()

    def end(self, outcome: str, report: Document, now: datetime) -> None:
        """Close the report and free the lock."""
        try:
            with asking("close the report of a run"):
                self._db["runs"].update_one(
                    {"_id": self.id},
                    {"$set": {"ended_at": now, "outcome": outcome, "report": report}},
                )
            self._free()
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Free what is held in the home where the database cannot be told any more."""
        self.living.end()
        self._file.release()

    def _take_file(self) -> None:
        try:
            self._file.acquire()
        except Timeout:
            raise BusyError(f"another run of {self._home} is under way") from None

    def _take_lock(self) -> None:
        """Take it first and look then: of two that exclude each other, one sees the other."""
        self._forget_silent()
        if self._lock.take() is None:
            raise BusyError(f"another run holds this database: {self._lock.holder()}")
        if other := self._excludes():
            self._free()
            raise BusyError(f"another run holds this database: {other}")

    def _free(self) -> None:
        if self.shares:
            self._lock.drop()
        else:
            self._lock.free()

    def _excludes(self) -> str | None:
        """Return a run beside which we may not be."""
        with asking("look for other runs"):
            others = held(self._db, LOCK if self.shares else ENDS)
        return next((by for by in others if not self.living.is_dead(by)), None)

    def _forget_silent(self) -> None:
        """Delete the locks of sharing runs that are silent; one that goes on makes its own anew."""
        with asking("forget runs that are over"):
            silent = {"_id": ENDS, "$expr": {"$lt": ["$lease.until", "$$NOW"]}}
            self._db["hosts"].delete_many(silent)


def alone(db: Database[Document], by: str) -> Lock:
    """Return the lock of a run that no other is beside, sharing ones included; taken.

    Raises BusyError. Of a run that was killed the lock holds until its lease is over.
    """
    lock = Lock(db, LOCK, by, DEAD_AFTER_SECONDS)
    if lock.take() is None:
        raise BusyError(f"a run is under way: {lock.holder()}")
    with asking("look for other runs"):
        others = held(db, ENDS)
    if others:
        lock.free()
        raise BusyError(f"a run is under way: {others[0]}")
    return lock


def held(db: Database[Document], name: str | Document) -> list[str]:
    """Return who holds the locks of a name, or of a span of names, by the server's clock."""
    is_held = {"$expr": {"$gt": [{"$ifNull": ["$lease.until", None]}, "$$NOW"]}}
    return [row["lease"]["by"] for row in db["hosts"].find({"_id": name, **is_held}, {"lease": 1})]
