"""The last articles of a source without their texts, and why addresses of it wait.

What that says of the source's health is decided in the crawler.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from pymongo.database import Database

from pipelines.records import State, Trouble
from pipelines.store.errors import asking
from pipelines.store.removed import REMOVED

Document = dict[str, Any]
LAST = 40
WAITING = [State.RETRYING, State.QUARANTINED]
KEPT = (
    *("language", "access", "published_at", "published.precision"),
    *("first_seen_at", "fetched_at", "revision"),
)


class Signs:
    """Looks at the collections ``articles`` and ``frontier`` of one database."""

    def __init__(self, db: Database[Document]) -> None:
        self._db = db

    def last(self, source: str) -> list[Document]:
        """Return the last articles, the newest first; ``bytes``: of the text, in UTF-8."""
        found = self._last({"source": source}, "published_at")
        if found and found[0]["published_at"] is None:  # it dates nothing
            found = self._last({"source": source, "published_at": None}, "first_seen_at")
        return found

    def _last(self, query: Document, clock: str) -> list[Document]:
        fields = {**dict.fromkeys(KEPT, 1), "bytes": {"$strLenBytes": "$text"}}
        steps: list[Document] = [
            # of what was removed on request nothing is left to be a sign
            {"$match": {**query, "state": {"$ne": REMOVED}}},
            {"$sort": {clock: -1}},
            {"$limit": LAST},
            {"$project": fields},
        ]
        with asking("look at a source's last articles"):
            return list(self._db["articles"].aggregate(steps))

    def waiting(self, sources: Collection[str], since: datetime) -> dict[str, Counter[str]]:
        """Return how many addresses of each source wait or were given up, by reason.

        Those visited ``since`` then; what is withheld counts however long it is.
        """
        found: dict[str, Counter[str]] = {source: Counter() for source in sources}
        match = {
            "source": {"$in": list(sources)},
            "state": {"$in": WAITING},
            "$or": [{"reason": Trouble.LAYOUT}, {"visited_at": {"$gte": since}}],
        }
        group = {"_id": {"source": "$source", "reason": "$reason"}, "number": {"$sum": 1}}
        with asking("look at what waits"):
            for row in self._db["frontier"].aggregate([{"$match": match}, {"$group": group}]):
                found[row["_id"]["source"]][row["_id"]["reason"] or ""] += row["number"]
        return found
