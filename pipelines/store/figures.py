"""Counts and moments of one database, for monitoring and for whoever looks after it. Reads only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.database import Database

from pipelines.store.errors import asking
from pipelines.store.frontier import EVERY
from pipelines.store.query import Query
from pipelines.store.room import free_of
from pipelines.store.runs import ENDS, LOCK, held

Document = dict[str, Any]
LOOKED_BACK = 200  # runs that are looked through for the last that ended well


@dataclass(frozen=True, kw_only=True, slots=True)
class Sizes:
    """How much there is."""

    originals: int
    copies: int
    bytes: int
    free: int | None
    """Bytes that are free where the data lies; None where the server does not say."""


class Figures:
    """Questions to one database."""

    def __init__(self, db: Database[Document]) -> None:
        self._db = db

    def sizes(self) -> Sizes:
        """Return how much there is."""
        totals = Query(self._db).totals()
        with asking("measure the database"):
            found = self._db.command("dbStats")
        return Sizes(
            originals=totals["originals"],
            copies=totals["copies"],
            bytes=int(found.get("totalSize", 0)),
            free=free_of(found),
        )

    def due(self, now: datetime) -> int:
        """Return how many addresses are to be asked for now."""
        with asking("count the ledger"):
            return self._db["frontier"].count_documents({**EVERY, "next_at": {"$lte": now}})

    def leased(self) -> int:
        """Return how many addresses somebody holds."""
        with asking("count the ledger"):
            return self._db["frontier"].count_documents({"lease.by": {"$gt": ""}})

    def words(self) -> dict[str, int]:
        """Return how many sources are doing how, by the word for it."""
        said = {"$ifNull": ["$word", "$health"]}
        with asking("read the sources' state"):
            rows = self._db["sources"].aggregate([{"$group": {"_id": said, "n": {"$sum": 1}}}])
            return {row["_id"]: row["n"] for row in rows}

    def ill(self) -> int:
        """Return how many sources need a person."""
        with asking("read the sources' state"):
            return self._db["sources"].count_documents({"health": "ill"}, hint="_id_")

    def feeds_failing(self) -> int:
        """Return how many feeds failed at their last visit."""
        with asking("read the feeds"):
            return self._db["feeds"].count_documents({"failures": {"$gt": 0}})

    def runs_since(self, moment: datetime) -> list[Document]:
        """Return the runs that began since, newest first, without their reports."""
        with asking("read the runs"):
            found = self._db["runs"].find({"started_at": {"$gte": moment}}, {"report": 0})
            return [row | {"report": None} for row in found.sort([("started_at", -1)])]

    def last_ended(self) -> list[Document]:
        """Return the last runs that have ended, newest first."""
        with asking("read the runs"):
            rows = self._db["runs"].find({"report": {"$ne": None}}).sort([("started_at", -1)])
            return list(rows.limit(LOOKED_BACK))

    def run(self, name: str) -> list[Document]:
        """Return the runs whose id is, or begins with, a name; two at the most."""
        with asking("read the runs"):
            if found := self._db["runs"].find_one({"_id": name}):
                return [found]
            span = {"$gte": name, "$lt": name + "\uffff"}
            return list(self._db["runs"].find({"_id": span}).limit(2))

    def holders(self) -> list[str]:
        """Return the runs under way: who holds a run's lock and has said so lately.

        By the server's clock; several where runs share.
        """
        with asking("look at the locks of runs"):
            return held(self._db, LOCK) + held(self._db, ENDS)

    def leftovers(self, before: datetime) -> tuple[int, list[str]]:
        """Return how many addresses wait since before a moment, and up to three who held them.

        Their leases had run out by then as well: anybody may take them, and nobody did.
        """
        over = {
            "lease.by": {"$gt": ""},
            "lease.until": {"$lt": before},
            "next_at": {"$lt": before},
        }
        with asking("count the ledger"):
            number = self._db["frontier"].count_documents(over)
            some = self._db["frontier"].find(over, {"lease.by": 1}).limit(3)
            return number, list(dict.fromkeys(row["lease"]["by"] for row in some))
