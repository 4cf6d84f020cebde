"""The last articles of sources without their texts, and why addresses of them wait.

What that says of a source's health is decided in the crawler.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from pymongo.database import Database

from pipelines.records import State, Trouble
from pipelines.store.errors import asking
from pipelines.store.removed import REMOVED

Document = dict[str, Any]
LAST = 40
TOGETHER = 50  # sources in one question
WAITING = [State.RETRYING, State.QUARANTINED]
KEPT = (
    *("source", "language", "access", "published_at", "published.precision"),
    *("first_seen_at", "fetched_at", "revision"),
)


class Signs:
    """Looks at the collections ``articles`` and ``frontier`` of one database."""

    def __init__(self, db: Database[Document]) -> None:
        self._db = db

    def last(self, sources: Iterable[str]) -> Iterator[tuple[str, list[Document]]]:
        """Yield each source with its last articles, the newest first.

        ``bytes``: of the text, in UTF-8.
        """
        left = iter(sources)
        while some := list(islice(left, TOGETHER)):
            found = self._last(some, {}, "published_at")
            undated = [key for key, rows in found.items() if rows and _is_undated(rows[0])]
            found |= self._last(undated, {"published_at": None}, "first_seen_at")
            yield from found.items()

    def _last(
        self, sources: Sequence[str], query: Document, clock: str
    ) -> dict[str, list[Document]]:
        """Return the last articles of some sources, as one question: there may be thousands."""
        found: dict[str, list[Document]] = {source: [] for source in sources}
        if not found:
            return found
        first, *others = (_steps({**query, "source": source}, clock) for source in sources)
        also = [{"$unionWith": {"coll": "articles", "pipeline": steps}} for steps in others]
        with asking("look at the sources' last articles"):
            for row in self._db["articles"].aggregate([*first, *also]):
                found[row["source"]].append(row)
        return found

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


def _steps(query: Document, clock: str) -> list[Document]:
    fields = {**dict.fromkeys(KEPT, 1), "bytes": {"$strLenBytes": "$text"}}
    return [
        # of what was removed on request nothing is left to be a sign
        {"$match": {**query, "state": {"$ne": REMOVED}}},
        {"$sort": {clock: -1}},
        {"$limit": LAST},
        {"$project": fields},
    ]


def _is_undated(row: Document) -> bool:
    """Return whether the newest article of a source is undated: then it dates nothing."""
    return row["published_at"] is None
