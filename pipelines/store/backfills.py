"""How far backfills have come: the lists that each has to read. Safe to stop and repeat."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from pymongo import UpdateOne
from pymongo.database import Database

from pipelines.store.errors import asking

Document = dict[str, Any]
VERSION = 1
KEPT = timedelta(days=60)
Kind = Literal["sitemap", "section"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """One list of a backfill."""

    id: str
    """The ledger's key of its address."""
    url: str
    kind: Kind
    parent: str | None = None
    """The address of the list that names it."""
    changed_at: datetime | None = None
    """As the index that names it says."""
    shown: tuple[str, ...] = ()
    """The ledger's keys of what the page before it showed."""


class Backfills:
    """The collection ``backfills`` of one database."""

    def __init__(self, db: Database[Document]) -> None:
        self._rows = db["backfills"]

    def unread(self, backfill: str) -> list[Listing]:
        """Return the lists that a backfill has yet to read."""
        with asking("read how far a backfill is"):
            found = self._rows.find({"backfill": backfill, "read_at": None})
            return [_listing(row) for row in found.sort([("expires_at", 1), ("_id", 1)])]

    def number(self, backfill: str) -> int:
        """Return how many lists a backfill has, read or not."""
        with asking("read how far a backfill is"):
            return self._rows.count_documents({"backfill": backfill})

    def add(self, backfill: str, listings: Sequence[Listing], now: datetime) -> set[str]:
        """Enter lists, each once; return the ids of those that were new."""
        writes = [
            UpdateOne(
                {"_id": f"{backfill} {one.id}"},
                {"$setOnInsert": _row(backfill, one, now)},
                upsert=True,
            )
            for one in listings
        ]
        if not writes:
            return set()
        with asking("note the lists of a backfill"):
            made = self._rows.bulk_write(writes, ordered=False).upserted_ids or {}
            return {str(key).rpartition(" ")[2] for key in made.values()}

    def read(self, backfill: str, listing: str, trouble: str | None, now: datetime) -> None:
        """Note that a list was read, or is not to be had for good and why."""
        change = {"read_at": now, "trouble": trouble}
        with asking("note how far a backfill is"):
            self._rows.update_one({"_id": f"{backfill} {listing}"}, {"$set": change})

    def forget(self, backfill: str) -> None:
        """Forget a backfill that is over: the next of its words begins anew."""
        with asking("forget a backfill"):
            self._rows.delete_many({"backfill": backfill})


def _row(backfill: str, one: Listing, now: datetime) -> Document:
    return {
        "backfill": backfill,
        "url": one.url,
        "kind": one.kind,
        "parent": one.parent,
        "changed_at": one.changed_at,
        "shown": list(one.shown),
        "read_at": None,
        "trouble": None,
        "expires_at": now + KEPT,
        "schema_version": VERSION,
    }


def _listing(row: Document) -> Listing:
    return Listing(
        id=row["_id"].rpartition(" ")[2],
        url=row["url"],
        kind=row["kind"],
        parent=row["parent"],
        changed_at=row["changed_at"],
        shown=tuple(row["shown"]),
    )
