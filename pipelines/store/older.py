"""The part of the ledger that is from long ago: what was left out for that, and what waits."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from pipelines.records import Due, Entry, Exclusion, Priority, State
from pipelines.store import frontier
from pipelines.store.errors import asking
from pipelines.store.frontier import Want

Document = dict[str, Any]
CHUNK = 1_000
OPEN = (State.PENDING, State.RETRYING, State.GONE)


class Older:
    """What is older, in the ledger of one database."""

    def __init__(self, db: Database[Document]) -> None:
        self._rows = db["frontier"]

    def recall(self, source: str, is_wanted: Callable[[Entry], bool], now: datetime) -> int:
        """Have addresses fetched that were too old, as far as they are wanted; return how many."""
        left_out = {"source": source, "state": State.EXCLUDED, "reason": Exclusion.TOO_OLD}
        number = 0
        with asking("look for what was too old"):
            ids: list[str] = []
            for row in self._rows.find(left_out):
                if is_wanted(frontier.due(row).entry):
                    ids.append(row["_id"])
                if len(ids) == CHUNK:
                    number += self._wait(ids, now)
                    ids = []
            return number + self._wait(ids, now)

    def _wait(self, ids: list[str], now: datetime) -> int:
        """Let addresses wait, but for those that something else has happened to."""
        change = {
            "state": State.PENDING,
            "reason": None,
            "detail": None,
            "priority": Priority.BACKFILL,
            "next_at": now,
        }
        are_old = {"state": State.EXCLUDED, "reason": Exclusion.TOO_OLD}
        writes = [UpdateOne({"_id": key, **are_old}, {"$set": change}) for key in ids]
        return self._rows.bulk_write(writes, ordered=False).modified_count if writes else 0

    def hold(self, ids: Collection[str], want: Want) -> list[Due]:
        """Take for a run those of some addresses that a recorded page may settle.

        Those that wait or that the site no longer has, which nobody holds.
        """
        is_open = [{"state": {"$in": list(OPEN)}}, {"reason": Exclusion.TOO_OLD}]
        lawful = {"_id": {"$in": list(ids)}, "$or": is_open, **frontier.FREE}
        with asking("take recorded addresses"):
            self._rows.update_many(lawful, [{"$set": {"lease": frontier.new_lease(want)}}])
            rows = self._rows.find({"_id": {"$in": list(ids)}, "lease.by": want.by})
            return [frontier.due(row) for row in rows]

    def waiting(self, source: str) -> int:
        """Return how many older addresses of a source wait to be fetched."""
        query = {"source": source, "priority": Priority.BACKFILL, "next_at": {"$ne": None}}
        with asking("count what waits"):
            return self._rows.count_documents(query)
