"""Whose turn it is at a host, where runs share: one of them asks it at a time, at one pace."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument, WriteConcern
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from pipelines.store.errors import asking
from pipelines.store.lock import IsDead, takable

Document = dict[str, Any]
PACES = {"$gt": "pace:", "$lt": "pace:\uffff"}


@dataclass(frozen=True, slots=True)
class Turn:
    """What a run that wants a host's turn is told."""

    is_ours: bool
    pace: Document
    """The host's document, as the last who asked it left it."""


class Turns:
    """The paces of the collection ``hosts``, each under a lease while its host is asked."""

    def __init__(self, db: Database[Document], by: str, seconds: float, is_dead: IsDead) -> None:
        """``seconds``: longer than any request takes; then whoever had the turn is gone."""
        # a turn is over in a second or two: it need not outlive the server
        self._hosts = db.get_collection("hosts", write_concern=WriteConcern(w=1, j=False))
        self._by = by
        self._is_dead = is_dead
        self._until: Document = {"$add": ["$$NOW", round(seconds * 1000)]}
        self._epochs: dict[str, int] = {}

    def take(self, host: str, now: datetime) -> Turn:
        """Return whether a host may be asked now, by this run and no other."""
        key = f"pace:{host}"
        with asking("take a host's turn"):
            self._make(key)
            taken = self._take(key, now)
            found = taken or self._hosts.find_one({"_id": key}) or {}
            holder = (found.get("lease") or {}).get("by")
            if taken is None and holder and self._is_dead(holder):
                taken = self._take(key, now, [holder])
        if taken is None:
            return Turn(is_ours=False, pace=found)
        self._epochs[host] = taken["lease"]["epoch"]
        return Turn(is_ours=True, pace=taken)

    def free(self, host: str, pace: Mapping[str, object]) -> None:
        """Let others have a host's turn; ``pace``: when it may be asked again."""
        ours = {"lease.by": self._by, "lease.epoch": self._epochs.get(host)}
        with asking("free a host's turn"):
            self._hosts.update_one(
                {"_id": f"pace:{host}", **ours},
                {"$set": {**pace, "lease.by": None, "lease.until": None}},
            )

    def release(self) -> None:
        """Let others have all turns that are ours."""
        freed = {"$set": {"lease.by": None, "lease.until": None}}
        with asking("free the hosts' turns"):
            self._hosts.update_many({"_id": PACES, "lease.by": self._by}, freed)

    def _make(self, key: str) -> None:
        if self._hosts.find_one({"_id": key}, {"_id": 1}):
            return
        lease = {"by": None, "until": None, "epoch": 0}
        fresh = {"next_at": None, "hold_until": None, "troubles": 0, "lease": lease}
        try:
            self._hosts.insert_one({"_id": key, **fresh, "schema_version": 1})
        except DuplicateKeyError:
            return  # the other run was quicker

    def _take(self, key: str, now: datetime, dead: Sequence[str] = ()) -> Document | None:
        is_over = [
            {"$or": [{name: None}, {name: {"$lte": now}}]} for name in ("next_at", "hold_until")
        ]
        epoch = {"$add": [{"$ifNull": ["$lease.epoch", 0]}, 1]}
        return self._hosts.find_one_and_update(
            {"_id": key, "$and": [{"$or": takable(self._by, dead)}, *is_over]},
            [{"$set": {"lease": {"by": self._by, "until": self._until, "epoch": epoch}}}],
            return_document=ReturnDocument.AFTER,
        )
