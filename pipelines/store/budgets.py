"""How many pages were taken up today of sources that have a limit. A day is one of UTC."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from pipelines.records import Due, Priority
from pipelines.store.errors import asking
from pipelines.store.frontier import AT_ONCE, Frontier, Want
from pipelines.store.rechecks import within

Document = dict[str, Any]
VERSION = 1


class Budgets:
    """The collection ``budgets`` of one database, and the part of its ledger that it limits."""

    def __init__(self, db: Database[Document], limits: Mapping[str, int]) -> None:
        """``limits``: pages a day by source; a source that is not named has none."""
        self._db = db
        self._frontier = Frontier(db)
        self._limits = limits

    def take(self, want: Want, now: datetime) -> list[Due]:
        """Take due addresses as the ledger does, of each source as many as it may still have.

        They are counted before they are asked for: a run that is killed asks for fewer, never more.
        """
        if not self._limits:
            return self._frontier.take(want, now)
        room = self._room(now)
        sources = [source for source in want.sources if room.get(source, 1) > 0]
        taken = self._frontier.take(replace(want, sources=sources), now)
        kept, over = within(taken, room)
        self._frontier.give_back([due.lease for due in over])
        self._count(Counter(due.source for due in kept if due.source in room), now)
        return kept

    def refund(self, dues: Iterable[Due], now: datetime, by: int = 1) -> None:
        """Count no more what was taken and not asked for; ``by`` -1: it was after all."""
        given = Counter(
            due.source
            for due in dues
            if due.source in self._limits and due.priority != Priority.RECHECK
        )
        writes = [
            UpdateOne({"_id": source, "day": _day(now)}, {"$inc": {"asked": -by * number}})
            for source, number in given.items()
        ]
        if writes:
            with asking("note how much sources were asked for"):
                self._db["budgets"].bulk_write(writes, ordered=False)

    def spent(self, now: datetime) -> frozenset[str]:
        """Return the sources that have had all their pages of today."""
        if not self._limits:
            return frozenset()
        return frozenset(source for source, left in self._room(now).items() if left < 1)

    def waiting(self, now: datetime) -> int:
        """Return how many addresses wait for another day."""
        spent = self.spent(now)
        if not spent:
            return 0
        query = {
            "priority": {"$in": list(AT_ONCE)},
            "next_at": {"$lte": now},
            "source": {"$in": sorted(spent)},
        }
        with asking("count what waits for another day"):
            return self._db["frontier"].count_documents(query)

    def _room(self, now: datetime) -> dict[str, int]:
        query = {"_id": {"$in": list(self._limits)}, "day": _day(now)}
        with asking("read how much sources were asked for"):
            asked = {row["_id"]: row["asked"] for row in self._db["budgets"].find(query)}
        return {source: most - asked.get(source, 0) for source, most in self._limits.items()}

    def _count(self, taken: Mapping[str, int], now: datetime) -> None:
        writes = [
            UpdateOne({"_id": source}, [{"$set": _after(number, _day(now))}], upsert=True)
            for source, number in taken.items()
        ]
        if writes:
            with asking("note how much sources were asked for"):
                self._db["budgets"].bulk_write(writes, ordered=False)


def _after(number: int, day: str) -> Document:
    before = {"$cond": [{"$eq": ["$day", day]}, "$asked", 0]}
    return {"asked": {"$add": [before, number]}, "day": day, "schema_version": VERSION}


def _day(now: datetime) -> str:
    return now.date().isoformat()
