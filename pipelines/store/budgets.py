"""How many pages of sources, and bytes, were had today, where they are limited. A day is of UTC."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from math import inf
from types import MappingProxyType
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

    def __init__(
        self,
        db: Database[Document],
        limits: Mapping[str, int],
        sizes: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        """``limits``: pages a day by source, ``sizes``: bytes; who is not named has none."""
        self._db = db
        self._frontier = Frontier(db)
        self._limits = limits
        self._sizes = sizes
        self._limited = limits.keys() | sizes.keys()

    def take(self, want: Want, now: datetime) -> list[Due]:
        """Take due addresses as the ledger does, of each source as many as it may still have.

        They are counted before they are asked for: a run that is killed asks for fewer, never more.
        """
        if not self._limited:
            return self._frontier.take(want, now)
        room = self._room(now)
        sources = [source for source in want.sources if room.get(source, 1) > 0]
        taken = self._frontier.take(replace(want, sources=sources), now)
        kept, over = within(taken, self._claimed(taken, now))
        self._frontier.give_back([due.lease for due in over])
        return kept

    def claim(self, due: Due, now: datetime) -> bool:
        """Count what is asked for after all; False, and not counted, where no page is left."""
        return bool(within([due], self._claimed([due], now))[0])

    def take_whole(
        self, want: Want, now: datetime, sources: Collection[str], passed: Collection[str]
    ) -> list[Due]:
        """Take of some sources that have had all of today what their feeds may have whole.

        ``passed``: addresses of which no feed has, as was seen. They are counted as others are.
        """
        wanted = self._whole(want, now, sources, passed)
        taken = self._frontier.take(wanted, now) if wanted else []
        self._count(taken, now)
        return taken

    def has_whole(
        self, want: Want, now: datetime, sources: Collection[str], passed: Collection[str]
    ) -> bool:
        """Return whether ``take_whole`` would take any."""
        wanted = self._whole(want, now, sources, passed)
        return wanted is not None and self._frontier.has(wanted, now)

    def _whole(
        self, want: Want, now: datetime, sources: Collection[str], passed: Collection[str]
    ) -> Want | None:
        spent = self.spent(now) & set(sources) & set(want.sources)
        also = {"announced.content": {"$exists": True}, "_id": {"$nin": list(passed)}}
        return replace(want, sources=sorted(spent), also=also) if spent else None

    def weighs(self, due: Due) -> bool:
        """Return whether the bytes of an answer count."""
        return due.source in self._sizes and due.priority != Priority.RECHECK

    def weigh(self, due: Due, size: int, now: datetime) -> None:
        """Count the bytes of an answer, as they were sent, where its source has a limit."""
        if self.weighs(due):
            self._write([(due.source, _after(_day(now), size=size))])

    def refund(self, dues: Iterable[Due], now: datetime) -> None:
        """Count no more what was taken and not asked for."""
        writes = [
            UpdateOne({"_id": source, "day": _day(now)}, {"$inc": {"asked": -number}})
            for source, number in self._counts(dues).items()
        ]
        if writes:
            with asking("note how much sources were asked for"):
                self._db["budgets"].bulk_write(writes, ordered=False)

    def spent(self, now: datetime) -> frozenset[str]:
        """Return the sources that have had all their pages of today."""
        if not self._limited:
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

    def _room(self, now: datetime) -> dict[str, float]:
        """Return how many pages each source may still have; inf where it has no limit of these."""
        query = {"_id": {"$in": list(self._limited)}, "day": _day(now)}
        with asking("read how much sources were asked for"):
            rows = {row["_id"]: row for row in self._db["budgets"].find(query)}
        return {source: self._left(source, rows.get(source, {})) for source in self._limited}

    def _left(self, source: str, row: Document) -> float:
        if source in self._sizes and row.get("bytes", 0) >= self._sizes[source]:
            return 0
        return self._limits.get(source, inf) - float(row.get("asked", 0))

    def _claimed(self, dues: Iterable[Due], now: datetime) -> dict[str, float]:
        """Count as many as there is room for; return how many of each source that is limited.

        In one step each: two that look first and count then may both find the same last page.
        """
        claimed = {}
        for source, number in self._counts(dues).items():
            limits = self._limits.get(source, inf), self._sizes.get(source, inf)
            change = _with_room(_day(now), number, *limits)
            with asking("note how much sources were asked for"):
                before = self._db["budgets"].find_one_and_update(
                    {"_id": source}, [{"$set": change}], upsert=True
                )
            row = before if before and before["day"] == _day(now) else {}
            claimed[source] = max(0, min(number, self._left(source, row)))
        return claimed

    def _counts(self, dues: Iterable[Due]) -> Counter[str]:
        """Return how many count, by source; planned visits have a budget of their own."""
        return Counter(
            due.source
            for due in dues
            if due.source in self._limited and due.priority != Priority.RECHECK
        )

    def _count(self, taken: Iterable[Due], now: datetime) -> None:
        counts = self._counts(taken)
        self._write([(source, _after(_day(now), asked=n)) for source, n in counts.items()])

    def _write(self, changes: Sequence[tuple[str, Document]]) -> None:
        writes = [
            UpdateOne({"_id": source}, [{"$set": change}], upsert=True)
            for source, change in changes
        ]
        if writes:
            with asking("note how much sources were asked for"):
                self._db["budgets"].bulk_write(writes, ordered=False)


def _after(day: str, *, asked: int = 0, size: int = 0) -> Document:
    return {
        "asked": {"$add": [_before("asked", day), asked]},
        "bytes": {"$add": [_before("bytes", day), size]},
        "day": day,
        "schema_version": VERSION,
    }


def _with_room(day: str, asked: int, most: float, most_bytes: float) -> Document:
    """Return the change that counts no more than there is room for."""
    before = _before("asked", day)
    most_now = {"$cond": [{"$lt": [_before("bytes", day), most_bytes]}, most, 0]}
    room = {"$max": [0, {"$subtract": [most_now, before]}]}
    return _after(day) | {"asked": {"$add": [before, {"$min": [asked, room]}]}}


def _before(name: str, day: str) -> Document:
    return {"$cond": [{"$eq": ["$day", day]}, {"$ifNull": [f"${name}", 0]}, 0]}


def _day(now: datetime) -> str:
    return now.date().isoformat()
