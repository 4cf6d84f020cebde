"""A lock in the database: one holder at a time, by the server's clock, free once it is silent."""

from collections.abc import Callable, Sequence
from typing import Any

from pymongo import ReturnDocument
from pymongo.database import Database

from pipelines.store.errors import asking

Document = dict[str, Any]
IsDead = Callable[[str], bool]


def nobody(_: str) -> bool:
    """Return that nothing is known of a holder: only its lease says whether it is dead."""
    return False


def takable(by: str, dead: Sequence[str | None] = ()) -> list[Document]:
    """Return of which one holds where a lease may be taken; ``dead``: holders that are known to be.

    By the server's clock.
    """
    holders: list[Document] = [{"lease.by": one} for one in (None, by, *dead)]
    return [*holders, {"$expr": {"$lt": ["$lease.until", "$$NOW"]}}]


class Lock:
    """One document of ``hosts``; each time that it is taken its epoch grows.

    ``is_dead``: whether a holder is known to be; then its lease is not waited for.
    """

    def __init__(
        self,
        db: Database[Document],
        name: str,
        by: str,
        seconds: float,
        is_dead: IsDead = nobody,
    ) -> None:
        self._locks = db["hosts"]
        self._id = name
        self._by = by
        self._is_dead = is_dead
        self._until: Document = {"$add": ["$$NOW", round(seconds * 1000)]}

    def take(self) -> int | None:
        """Return the epoch of the lock, now ours; None where another holds it."""
        holder = self.holder()
        is_over = holder is not None and holder != self._by and self._is_dead(holder)
        free = takable(self._by, [holder] if is_over else [])
        unheld = {"lease": {"by": None, "until": None, "epoch": 0}, "schema_version": 1}
        # by the clock, so that it grows also where the document of an older one is lost
        epoch = {"$max": [{"$add": ["$lease.epoch", 1]}, {"$toLong": "$$NOW"}]}
        ours = {"by": self._by, "until": self._until, "epoch": epoch}
        with asking("take a lock"):
            self._locks.update_one({"_id": self._id}, {"$setOnInsert": unheld}, upsert=True)
            taken = self._locks.find_one_and_update(
                {"_id": self._id, "$or": free},
                [{"$set": {"lease": ours}}],
                return_document=ReturnDocument.AFTER,
            )
        return int(taken["lease"]["epoch"]) if taken else None

    def renew(self) -> bool:
        """Hold it for longer; False where it was taken from us."""
        with asking("renew a lock"):
            answer = self._locks.update_one(
                {"_id": self._id, "lease.by": self._by}, [{"$set": {"lease.until": self._until}}]
            )
        return answer.matched_count == 1

    def free(self) -> None:
        """Let go of it, if it is still ours."""
        with asking("free a lock"):
            self._locks.update_one(
                {"_id": self._id, "lease.by": self._by},
                {"$set": {"lease.by": None, "lease.until": None}},
            )

    def drop(self) -> None:
        """Let go of it for good: nobody else takes one of that name."""
        with asking("free a lock"):
            self._locks.delete_one({"_id": self._id, "lease.by": self._by})

    def holder(self) -> str | None:
        """Return who holds it."""
        with asking("look at a lock"):
            found = self._locks.find_one({"_id": self._id}) or {}
        return (found.get("lease") or {}).get("by")
