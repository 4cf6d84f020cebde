"""Whether a paper still shows an article: live, withdrawn or moved, as visits to it found."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from pipelines.ledger import MISSING_AFTER
from pipelines.records import Trouble
from pipelines.store.errors import asking

Document = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """What a visit to one of an article's addresses says of it."""

    article: str
    address: str
    """frontier._id"""
    state: str = "live"
    moved_to: str | None = None
    """The address that its own leads to now."""


class Presence:
    """The states of the articles of one database."""

    def __init__(self, db: Database[Document]) -> None:
        self._db = db

    def note(self, seen: Sequence[Seen]) -> None:
        """Write what is new of it; an article that another of its addresses shows is live."""
        with asking("note what papers still show"):
            writes = [_write(one) for one in seen if one.state == "live" or self._is_away(one)]
            if writes:
                self._db["articles"].bulk_write(writes, ordered=False)

    def _is_away(self, seen: Seen) -> bool:
        gone = {"reason": Trouble.NOT_FOUND, "attempts": {"$gte": MISSING_AFTER}}
        shows = {
            "article": seen.article,
            "_id": {"$ne": seen.address},
            "$nor": [gone, {"reason": Trouble.REDIRECTS}],
        }
        return self._db["frontier"].find_one(shows, {"_id": 1}) is None


def _write(seen: Seen) -> UpdateOne:
    """A change by the server's clock of an article that stands otherwise, and was not removed."""
    is_so = {"state": seen.state, "moved_to": seen.moved_to}
    query = {"_id": seen.article, "state": {"$ne": "removed"}, "$nor": [is_so]}
    moved_to = {"$literal": seen.moved_to} if seen.moved_to else "$$REMOVE"
    change: Document = {"state": seen.state, "moved_to": moved_to, "changed_at": "$$NOW"}
    change["fingerprints.waits"] = True  # what is not shown any more heads no story
    return UpdateOne(query, [{"$set": change}])
