"""What the last articles of a source are like, and what of it is refused or withheld.

Questions for a source's health; what they mean is decided in the crawler.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from pymongo.database import Database

from pipelines.records import Exclusion, State, Trouble
from pipelines.store.errors import asking

Document = dict[str, Any]
LAST = 40  # articles, for how soon they came; the others are told by the newest of them
NEWEST = 12
RECENT = timedelta(days=3)
THIN_BYTES = 300  # of UTF-8: 50 words of English, 100 characters of Chinese
REFUSALS = [Trouble.REFUSED, Exclusion.BLOCKED]
WAITING = [State.RETRYING, State.QUARANTINED]


KEPT = (
    *("language", "access", "published_at", "published.precision"),
    *("first_seen_at", "fetched_at", "revision"),
)


class Signs:
    """Looks at the collections ``articles`` and ``frontier`` of one database."""

    def __init__(self, db: Database[Document]) -> None:
        self._db = db

    def of(self, sources: Collection[str], now: datetime) -> dict[str, Document]:
        """Return {articles, thin, languages, delays, blocked, withheld} of each source."""
        waiting = self._waiting(sources, now)
        return {source: {**self._articles(source), **waiting[source]} for source in sources}

    def _articles(self, source: str) -> Document:
        found = self._last({"source": source}, "published_at")
        if found and found[0]["published_at"] is None:  # it dates nothing
            found = self._last({"source": source, "published_at": None}, "first_seen_at")
        newest = found[:NEWEST]
        spoken = Counter(row["language"].partition("-")[0] for row in newest if row["language"])
        is_thin = [row["bytes"] < THIN_BYTES or row["access"] == "truncated" for row in newest]
        return {
            "articles": len(newest),
            "delays": tuple((row["published_at"], _delay(row)) for row in found if _is_timed(row)),
            "thin": sum(is_thin),
            "languages": tuple(spoken.most_common()),
        }

    def _last(self, query: Document, clock: str) -> list[Document]:
        with asking("look at a source's last articles"):
            return list(
                self._db["articles"].aggregate(
                    [
                        {"$match": query},
                        {"$sort": {clock: -1}},
                        {"$limit": LAST},
                        {
                            "$project": {
                                **dict.fromkeys(KEPT, 1),
                                "bytes": {"$strLenBytes": "$text"},
                            }
                        },
                    ]
                )
            )

    def _waiting(self, sources: Collection[str], now: datetime) -> dict[str, Document]:
        found = {source: {"blocked": 0, "withheld": 0} for source in sources}
        match = {
            "source": {"$in": list(sources)},
            "state": {"$in": WAITING},
            "$or": [
                {"reason": Trouble.LAYOUT},
                # what was refused long ago says nothing of today
                {"reason": {"$in": REFUSALS}, "visited_at": {"$gte": now - RECENT}},
            ],
        }
        group = {"_id": {"source": "$source", "reason": "$reason"}, "number": {"$sum": 1}}
        with asking("look at what is refused"):
            for row in self._db["frontier"].aggregate([{"$match": match}, {"$group": group}]):
                kind = "withheld" if row["_id"]["reason"] == Trouble.LAYOUT else "blocked"
                found[row["_id"]["source"]][kind] += row["number"]
        return found


def _is_timed(row: Document) -> bool:
    """Return whether an article says to the minute when it was published."""
    precision = (row.get("published") or {}).get("precision")
    return row["published_at"] is not None and precision in {"second", "minute"}


def _delay(row: Document) -> float:
    """Return the minutes from publication until it was stored, of a revised one until seen."""
    came = row["fetched_at"] if row["revision"] == 1 else row["first_seen_at"]
    return float((came - row["published_at"]).total_seconds() / 60)
