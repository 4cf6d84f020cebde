"""Who is told of changes by a webhook: how far they are, and what they would not take."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from pymongo.database import Database

from pipelines.store.errors import asking
from pipelines.store.schema import SCHEMA_VERSION

Document = dict[str, Any]


class Followers:
    """The followers of one database."""

    def __init__(self, db: Database[Document]) -> None:
        self._followers = db["followers"]
        self._undelivered = db["undelivered"]
        self._articles = db["articles"]

    def cursor(self, name: str) -> str | None:
        """Return how far one is; None: nobody of that name is known."""
        with asking("look how far a follower is"):
            row = self._followers.find_one({"_id": name}, {"cursor": 1})
        return row["cursor"] if row else None

    def begin(self, name: str, cursor: str, now: datetime) -> None:
        """Note from where on one follows, unless they do already."""
        new = {"cursor": cursor, "settled_at": now, "delivered": 0}
        with asking("note a follower"):
            self._followers.update_one(
                {"_id": name},
                {"$setOnInsert": {**new, "schema_version": SCHEMA_VERSION}},
                upsert=True,
            )

    def settled(self, name: str, cursor: str, now: datetime, *, is_taken: bool) -> None:
        """Note that a change was taken, or given up."""
        counted = {"delivered": int(is_taken)}
        with asking("note how far a follower is"):
            self._followers.update_one(
                {"_id": name}, {"$set": {"cursor": cursor, "settled_at": now}, "$inc": counted}
            )

    def give_up(self, name: str, article: Document, why: str, tries: int, now: datetime) -> None:
        """Put a change on the list of those that were given up; of one article the last."""
        row = {
            "follower": name,
            "article": article["_id"],
            "changed_at": article["changed_at"],
            "why": why,
            "tries": tries,
            "given_up_at": now,
            "schema_version": SCHEMA_VERSION,
        }
        with asking("note what was not delivered"):
            self._undelivered.replace_one({"_id": f"{name}:{article['_id']}"}, row, upsert=True)

    def all(self) -> list[Document]:
        """Return the followers, by name, each with how many changes they lack: ``lacking``."""
        with asking("look for followers"):
            found = list(self._followers.find().sort("_id", 1))
            for row in found:
                mine = {"follower": row["_id"]}
                row["lacking"] = self._undelivered.count_documents(mine)
        return found

    def undelivered(self, name: str) -> Iterator[Document]:
        """Yield what was given up, the first first."""
        with asking("look for what was not delivered"):
            yield from self._undelivered.find({"follower": name}).sort("given_up_at", 1)

    def article(self, key: str) -> Document | None:
        """Return an article as it is now."""
        with asking("read an article"):
            return self._articles.find_one({"_id": key})

    def delivered(self, name: str, article: str, changed_at: datetime) -> None:
        """Take a change off the list, unless a later one was given up meanwhile."""
        ours = {"_id": f"{name}:{article}", "changed_at": {"$lte": changed_at}}
        with asking("note what was delivered"):
            self._undelivered.delete_one(ours)
            self._followers.update_one({"_id": name}, {"$inc": {"delivered": 1}})

    def forget(self, name: str) -> bool:
        """Forget a follower and what they lack; return whether there was one."""
        with asking("forget a follower"):
            self._undelivered.delete_many({"follower": name})
            return self._followers.delete_one({"_id": name}).deleted_count > 0
