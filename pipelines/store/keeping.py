"""What grows with time and may go, taken away in small parts at the end of runs. Never an article.

Raw pages whose time is over, unless their address is not settled; reports of runs; what sitemaps
listed of a day; of addresses that nobody has named for long, what feeds said of them.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo.database import Database

from pipelines.records import State
from pipelines.store.errors import asking
from pipelines.store.schema import META

Document = dict[str, Any]
MARK = "tidied"  # in meta: {after, done}: how far the ledger was gone through, and its last day
BATCH, BATCHES = 500, 20  # deleted of a kind in one run at the most
ROWS, LOOKS = 2_000, 10  # of the ledger looked at in one run: five million a day, at most
OPEN = (State.PENDING, State.RETRYING, State.QUARANTINED)
UNSEEN = (State.EXCLUDED, State.GONE)
# by these a feed that names it again is known to say nothing new
STAYS = ("title", "updated", "published")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """How long things are kept."""

    pages: timedelta
    reports: timedelta
    unseen: timedelta


class Keeping:
    """The old things of one database."""

    def __init__(self, db: Database[Document], terms: Terms) -> None:
        self._db = db
        self._terms = terms

    def tidy(self, now: datetime, is_wanted: Callable[[], bool]) -> Counter[str]:
        """Take away some of what may go; return how much of each kind.

        ``is_wanted`` is asked before each part; what is left is for the next run.
        """
        counts: Counter[str] = Counter()
        steps: list[tuple[str, int, Callable[[datetime], int]]] = [
            ("pages", BATCHES, self._pages),
            ("reports", BATCHES, self._reports),
            ("days", BATCHES, self._days),
            ("addresses", LOOKS, self._addresses),
        ]
        for name, most, step in steps:
            for _ in range(most):
                if not is_wanted():
                    return counts
                with asking("take away what is old"):
                    number = step(now)
                if number < 0:
                    break
                counts[name] += number
        return +counts

    def _pages(self, now: datetime) -> int:
        """Delete raw pages whose time is over; one of an address that is open stays, without it."""
        over = {"expires_at": {"$lt": now}}
        found = self._db["pages"].find(over, {"_id": 1}).sort("expires_at", 1).limit(BATCH)
        ids = [row["_id"] for row in found]
        if not ids:
            return -1
        held = [{"state": {"$in": list(OPEN)}}, {"lease.by": {"$ne": None}}]
        rows = self._db["frontier"].find({"_id": {"$in": ids}, "$or": held}, {"_id": 1})
        kept = [row["_id"] for row in rows]
        self._db["pages"].update_many(
            {"_id": {"$in": kept}, **over}, {"$set": {"expires_at": None}}
        )
        gone = {"_id": {"$in": ids, "$nin": kept}, **over}
        return int(self._db["pages"].delete_many(gone).deleted_count)

    def _reports(self, now: datetime) -> int:
        return self._older("runs", "started_at", now - self._terms.reports)

    def _days(self, now: datetime) -> int:
        return self._older("coverage", "day", now - self._terms.reports)

    def _older(self, collection: str, field: str, before: datetime) -> int:
        """Delete some documents from before a moment; -1 where there is none."""
        found = self._db[collection].find({field: {"$lt": before}}, {"_id": 1})
        ids = [row["_id"] for row in found.sort(field, 1).limit(BATCH)]
        if not ids:
            return -1
        return int(self._db[collection].delete_many({"_id": {"$in": ids}}).deleted_count)

    def _addresses(self, now: datetime) -> int:
        """Go on through the ledger, once a day; return how many addresses shrank, -1 at its end."""
        today = now.date().isoformat()
        mark = self._db[META].find_one({"_id": MARK}) or {}
        if mark.get("done") == today:
            return -1
        wanted = {"state": 1, "seen_at": 1, "lease.by": 1, "announced.tags": 1}
        found = self._db["frontier"].find({"_id": {"$gt": mark.get("after", "")}}, wanted)
        rows = list(found.sort("_id", 1).limit(ROWS))
        number = self._shrunk(rows, now - self._terms.unseen)
        self._settled(rows, now + self._terms.pages)
        is_end = len(rows) < ROWS
        after = {"after": "", "done": today} if is_end else {"after": rows[-1]["_id"]}
        self._db[META].update_one({"_id": MARK}, {"$set": after}, upsert=True)
        return number

    def _shrunk(self, rows: list[Document], before: datetime) -> int:
        ids = [
            row["_id"]
            for row in rows
            if row["state"] in UNSEEN
            and row["seen_at"] < before
            and "tags" in (row.get("announced") or {})
        ]
        if not ids:
            return 0
        unseen = {"_id": {"$in": ids}, "state": {"$in": list(UNSEEN)}, "seen_at": {"$lt": before}}
        short = {name: f"$announced.{name}" for name in STAYS}
        # in its place: $set would merge the two
        shrunk = {"$setField": {"field": "announced", "input": "$$ROOT", "value": short}}
        change = [{"$replaceWith": shrunk}]
        return int(self._db["frontier"].update_many(unseen, change).modified_count)

    def _settled(self, rows: list[Document], until: datetime) -> None:
        """Give pages a time that had none while their address was open, and is settled by now."""
        ids = [row["_id"] for row in rows if row["state"] not in OPEN and not _is_held(row)]
        query = {"_id": {"$in": ids}, "expires_at": None}
        self._db["pages"].update_many(query, {"$set": {"expires_at": until}})


def _is_held(row: Document) -> bool:
    return bool((row.get("lease") or {}).get("by"))
