"""Planned visits to what is stored: taken within the day's budget, and what came of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from math import inf
from typing import Any

from pymongo import ReplaceOne
from pymongo.database import Database

from pipelines import recheck
from pipelines.recheck import Habit
from pipelines.records import Before, Due, Priority
from pipelines.store import documents
from pipelines.store.errors import asking
from pipelines.store.frontier import Frontier, Want

Document = dict[str, Any]
VERSION = 1


class Rechecks:
    """The collection ``rechecks`` of one database, and the part of its ledger that is planned."""

    def __init__(self, db: Database[Document], a_day: int) -> None:
        """``a_day``: visits that a source may have, 0 for none."""
        self._db = db
        self._frontier = Frontier(db)
        self.a_day = a_day

    def habits(self, sources: Collection[str]) -> Mapping[str, Habit]:
        """Return what is known of each source; of a new one that is little."""
        with asking("read how often sources correct"):
            rows = list(self._db["rechecks"].find({"_id": {"$in": list(sources)}}))
        known = {row["_id"]: _habit(row) for row in rows}
        return {source: known.get(source, Habit()) for source in sources}

    def take(self, want: Want, now: datetime) -> list[Due]:
        """Take stored addresses whose time has come, with what was kept of the visit before."""
        if not self.a_day:
            return []
        sources = set(want.sources) - self._spent(want.sources, now)
        wanted = replace(want, sources=sources, priorities=(Priority.RECHECK,))
        taken = self._frontier.take(wanted, now)
        taken.sort(key=lambda due: due.first_seen_at, reverse=True)
        if not taken:
            return []
        habits = self.habits({due.source for due in taken})
        room = {key: recheck.left(habit, self.a_day, now) for key, habit in habits.items()}
        kept, over = within(taken, room)
        self._frontier.give_back([due.lease for due in over])
        asked = Counter(due.source for due in kept)
        self._save({key: recheck.asked(habits[key], asked[key], now) for key in asked})
        return self._recalled(kept)

    def learn(self, shown: Iterable[tuple[str, bool]]) -> None:
        """Count visits, each by its source and whether it showed a change."""
        checks: Counter[str] = Counter()
        found: Counter[str] = Counter()
        for source, is_change in shown:
            checks[source] += 1
            found[source] += is_change
        if checks:
            habits = self.habits(checks)
            after = {key: recheck.learned(habits[key], checks[key], found[key]) for key in checks}
            self._save(after)

    def unspent(self, sources: Collection[str], now: datetime) -> set[str]:
        """Return those of ``sources`` that may have visits today."""
        return set(sources) - self._spent(sources, now) if self.a_day else set()

    def _spent(self, sources: Collection[str], now: datetime) -> set[str]:
        """Return those of ``sources`` that had all their visits of today."""
        today = {"day": now.date().isoformat(), "asked": {"$gte": self.a_day}}
        query = {"_id": {"$in": list(sources)}, **today}
        with asking("read how often sources were asked"):
            return {row["_id"] for row in self._db["rechecks"].find(query, {"_id": 1})}

    def _save(self, habits: Mapping[str, Habit]) -> None:
        writes = [
            ReplaceOne({"_id": source}, _document(source, habit), upsert=True)
            for source, habit in habits.items()
        ]
        with asking("note how often sources correct"):
            self._db["rechecks"].bulk_write(writes, ordered=False)

    def _recalled(self, dues: Sequence[Due]) -> list[Due]:
        pages = self._found("pages", (d.lease.id for d in dues), "url", "headers", "announced")
        kept = self._found("articles", (d.standing.article for d in dues), "fingerprints.text")
        return [
            _recalled(due, pages.get(due.lease.id), kept.get(due.standing.article)) for due in dues
        ]

    def _found(
        self, collection: str, ids: Iterable[str | None], *fields: str
    ) -> dict[str | None, Document]:
        with asking("look for earlier visits"):
            rows = self._db[collection].find({"_id": {"$in": list(ids)}}, dict.fromkeys(fields, 1))
            return {row["_id"]: row for row in rows}


def within(dues: Iterable[Due], room: Mapping[str, float]) -> tuple[list[Due], list[Due]]:
    """Return those that their sources have room for, and the others; who is not named has room."""
    kept: list[Due] = []
    over: list[Due] = []
    taken: Counter[str] = Counter()
    for due in dues:
        (kept if taken[due.source] < room.get(due.source, inf) else over).append(due)
        taken[due.source] += 1
    return kept, over


def _recalled(due: Due, page: Document | None, kept: Document | None) -> Due:
    """Return an address with its last visit; the feed's whole text is evidence again."""
    if page is None:
        return due
    headers = page["headers"] or {}
    before = Before(
        url=page["url"],
        etag=headers.get("etag"),
        last_modified=headers.get("last-modified"),
        text_hash=kept["fingerprints"]["text"] if kept else None,
    )
    content = due.entry.content or documents.unpacked(page.get("announced"))
    return replace(due, before=before, entry=replace(due.entry, content=content))


def _document(source: str, habit: Habit) -> Document:
    return {
        "_id": source,
        **asdict(habit),
        "day": habit.day.isoformat(),
        "schema_version": VERSION,
    }


def _habit(row: Document) -> Habit:
    return Habit(
        checks=row["checks"],
        found=row["found"],
        day=date.fromisoformat(row["day"]),
        asked=row["asked"],
    )
