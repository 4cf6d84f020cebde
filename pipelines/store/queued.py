"""Which sources have something due, and which are on a queue already; for who hands work out.

The ledger is the truth: a mark only keeps a source from being queued again while it waits there.
It ends with the batch, or by the server's clock where a message was lost.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from pipelines.records import Priority
from pipelines.store.errors import asking

Document = dict[str, Any]
MARK = "queued:"
MARKS = {"$gt": MARK, "$lt": MARK + "\uffff"}
AT_ONCE = 10_000  # of a query's values


class Queued:
    """The marks in ``hosts`` of one database, and what of its ledger is due."""

    def __init__(self, db: Database[Document]) -> None:
        self._db = db

    def feeds(self, feeds: Mapping[str, str], now: datetime) -> set[str]:
        """Return the sources of which a feed is due, or was never visited.

        ``feeds``: the source by feeds._id.
        """
        due = set(feeds.values())
        rest = set(feeds)
        with asking("look for due feeds"):
            for ids in _some(feeds):
                later = {"_id": {"$in": ids}, "next_at": {"$gt": now}}
                rest -= {row["_id"] for row in self._db["feeds"].find(later, {"_id": 1})}
        return due & {feeds[key] for key in rest}

    def addresses(self, priorities: Collection[Priority], now: datetime) -> set[str]:
        """Return the sources of which an address of those priorities is due; leased ones too."""
        due = {"priority": {"$in": list(priorities)}, "next_at": {"$lte": now}}
        with asking("look for due addresses"):
            rows = self._db["frontier"].aggregate([{"$match": due}, {"$group": {"_id": "$source"}}])
            return {row["_id"] for row in rows}

    def waiting(self) -> set[str]:
        """Return the sources that are on a queue, or in work from there, by the server's clock."""
        with asking("look what is queued"):
            query = {"_id": MARKS, "$expr": {"$gt": ["$next_at", "$$NOW"]}}
            rows = self._db["hosts"].find(query, {"_id": 1})
            return {row["_id"].removeprefix(MARK) for row in rows}

    def mark(self, sources: Collection[str], seconds: float) -> None:
        """Note that sources are on a queue: for so long they are not put there again."""
        until = {"$add": ["$$NOW", round(seconds * 1000)]}
        writes = [
            UpdateOne(
                {"_id": MARK + source},
                [{"$set": {"next_at": until, "schema_version": 1}}],
                upsert=True,
            )
            for source in sources
        ]
        if writes:
            with asking("note what is queued"):
                self._db["hosts"].bulk_write(writes, ordered=False)

    def done(self, sources: Collection[str]) -> None:
        """Let sources be queued again."""
        with asking("note what is queued no more"):
            for ids in _some(sources):
                self._db["hosts"].delete_many({"_id": {"$in": [MARK + one for one in ids]}})


def _some(values: Collection[str]) -> list[list[str]]:
    every = list(values)
    return [every[at : at + AT_ONCE] for at in range(0, len(every), AT_ONCE)]
