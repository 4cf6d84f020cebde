"""What changed since, by ``changed_at``: each change at least once, of one article in order.

The server's clock is read when a write begins, and the write is seen when it is over: one that
took long appears behind what was read already. So a reader looks back OVERLAP each time, and leaves
out what it has read.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from pymongo.database import Database

from pipelines.store.clock import server_time
from pipelines.store.errors import asking
from pipelines.store.search import Cursor, Order, Search, phases

Document = dict[str, Any]
OVERLAP = timedelta(seconds=90)
"""Longer than any write of ours may take, tried again through an election."""
BATCH = 500
MANY = 10_000  # articles after which those are forgotten that lie behind the overlap


@dataclass(slots=True)
class Place:
    """How far a reader has read."""

    at: datetime | None = None
    """``changed_at`` of what it read last; None: nothing yet."""
    seen: dict[str, datetime] = field(default_factory=dict)
    """Of articles that were read and lie in the overlap: ``changed_at`` as it was read."""

    number: int = 0
    """Articles that were read."""
    last: str = ""
    """The one that was read last."""
    is_amid: bool = False
    """There is more to be read at once, behind that one."""

    def read(self, article: Document) -> None:
        """Note that an article was read."""
        moment = article["changed_at"]
        self.number += 1
        self.last = article["_id"]
        self.at = max(self.at or moment, moment)
        self.seen[article["_id"]] = moment
        if self.number % MANY == 0:
            self._forget(self.at)

    def settle(self, now: datetime) -> None:
        """Forget what lies behind the overlap, and where the clock was set back, go back with it.

        ``now`` is the server's. Call it when all was read.
        """
        if self.at is not None:
            self.at = min(self.at, now)
            self._forget(self.at)

    def _forget(self, at: datetime) -> None:
        """Forget what lies behind the place where the next look begins."""
        old = at - OVERLAP
        self.seen = {one: moment for one, moment in self.seen.items() if moment >= old}

    @property
    def exact(self) -> Cursor:
        """The place behind the last one, where more is to be read at once."""
        return Cursor(order=Order.FOLLOWING, at=self.at, article=self.last)

    @property
    def cursor(self) -> Cursor:
        """The place for somebody who does not keep what was seen: read twice rather than not."""
        at = (self.at or datetime.fromtimestamp(0, UTC)) - OVERLAP
        return Cursor(order=Order.FOLLOWING, at=at, article="")


class Following:
    """The changes of one database."""

    def __init__(self, db: Database[Document]) -> None:
        self._db = db
        self._articles = db["articles"]

    def changed(
        self,
        place: Place,
        search: Search,
        most: int = BATCH,
        fields: Sequence[str] | None = None,
    ) -> list[Document]:
        """Return the next articles that have changed, at most so many; [] if none has.

        Whoever is amid many goes on behind the last; then the overlap is looked through once more.
        """
        for is_amid in (True, False) if place.is_amid else (False,):
            place.is_amid = is_amid
            anew = (
                article
                for article in self._from(place, search, fields)
                if place.seen.get(article["_id"]) != article["changed_at"]
            )
            if found := list(islice(anew, most)):
                place.is_amid = len(found) == most
                return found
        return []

    def _from(
        self, place: Place, search: Search, fields: Sequence[str] | None
    ) -> Iterator[Document]:
        query = search.query()
        if place.at is not None:
            begin = place.exact if place.is_amid else place.cursor
            following = replace(search, order=Order.FOLLOWING, after=begin)
            [query] = phases(following, query)
        with asking("look for changes"):
            found = self._articles.find(query, dict.fromkeys(fields, 1) if fields else None)
            yield from found.sort([("changed_at", 1), ("_id", 1)]).batch_size(BATCH)

    def count(self, place: Place, search: Search) -> int:
        """Return how many articles there are to read, those in the overlap counted too."""
        query = search.query()
        bounds = {"changed_at": {"$gte": place.at - OVERLAP}} if place.at else {}
        with asking("count changes"):
            return self._articles.count_documents({"$and": [query, bounds]}, hint="by_change")

    def clock(self) -> datetime:
        """Return the server's time."""
        return server_time(self._db)
