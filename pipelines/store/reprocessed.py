"""Which articles are read again by today's rules, some at a time, and how far that has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo.database import Database

from pipelines.store.errors import asking
from pipelines.store.schema import META

Document = dict[str, Any]
MARK = "reprocess"  # of meta: {of, after}: for which articles, and the last that was read
BATCH = 48
FIELDS = ("title", "text", "source", "fetched_at", "fingerprints.text", "urls", "language")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which articles are to be read again."""

    sources: tuple[str, ...] | None = None
    """By all ids that these had; None: of all, those too that the catalogue has no more."""
    since: datetime | None = None
    """Fetched at or after, from that day's beginning on."""
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """An article as it is stored."""

    article: str
    source: str
    title: str | None
    text: str
    text_hash: str
    fetched_at: datetime
    address: str
    """Where it was met first."""
    language: str | None


class Reprocessed:
    """The articles that are wanted, by their ids."""

    def __init__(self, db: Database[Document], wanted: Wanted) -> None:
        self._articles = db["articles"]
        self._meta = db[META]
        self._wanted: Document = {"state": {"$ne": "removed"}}
        if wanted.sources is not None:
            self._wanted["source"] = {"$in": list(wanted.sources)}
        if wanted.region is not None:
            self._wanted["region"] = wanted.region
        if wanted.since is not None:
            # from the day's beginning: who is stopped and asks for "30d" again goes on
            day = wanted.since.replace(hour=0, minute=0, second=0, microsecond=0)
            self._wanted["fetched_at"] = {"$gte": day}
        self._of = repr(sorted(map(repr, self._wanted.items())))
        self._after = ""

    def count(self) -> int:
        """Return how many articles there are."""
        with asking("count articles"):
            return self._articles.count_documents(self._wanted, hint="_id_")

    def go_on(self) -> bool:
        """Go on where one for the same articles was cut off; return whether there was one."""
        with asking("look how far it was"):
            mark = self._meta.find_one({"_id": MARK})
        if mark is None or mark["of"] != self._of:
            return False
        self._after = mark["after"]
        return True

    def batch(self) -> list[Kept]:
        """Return the next articles; [] behind the last."""
        with asking("read articles"):
            query = {**self._wanted, "_id": {"$gt": self._after}}
            rows = self._articles.find(query, dict.fromkeys(FIELDS, 1), hint="_id_")
            found = [_kept(row) for row in rows.sort("_id", 1).limit(BATCH)]
        if found:
            self._after = found[-1].article
        return found

    def read(self, batch: Sequence[Kept]) -> None:
        """Note that these were read, and stored as they are read now."""
        mark = {"of": self._of, "after": batch[-1].article}
        with asking("note how far it is"):
            self._meta.update_one({"_id": MARK}, {"$set": mark}, upsert=True)

    def end(self) -> None:
        """Note that all were read."""
        with asking("note how far it is"):
            self._meta.delete_one({"_id": MARK})


def _kept(row: Document) -> Kept:
    return Kept(
        article=row["_id"],
        source=row["source"],
        title=row["title"],
        text=row["text"],
        text_hash=row["fingerprints"]["text"],
        fetched_at=row["fetched_at"],
        address=row["urls"][0] if row["urls"] else "",
        language=row["language"],
    )
