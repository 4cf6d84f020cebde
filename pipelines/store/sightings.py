"""What was seen of each site's template, a page a document: the choice of those that teach it."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from pymongo import ReplaceOne, UpdateOne
from pymongo.database import Database

from pipelines.records import PackedSighting
from pipelines.store.errors import asking

Document = dict[str, Any]
KEPT = 12  # pages that teach a template: those of the last days, what changed is soon forgotten
BATCH = 64  # pages: of each that is to be read again its stored body is in hand
VERSION = 1
AFTER, BEFORE = 1, -1
KINDS: tuple[Document, ...] = ({"is_skimmed": {"$exists": False}}, {"is_skimmed": True})
OPEN = {"learned_of": {"$lt": KEPT}}  # not yet held against a template of as many as teach


def order(one: PackedSighting) -> tuple[int, int]:
    """Return what pages that teach are chosen by, the least first: the last day, then by lot.

    The lot is the address's: whatever the order they came in, the same pages are chosen.
    """
    return -_day(one.seen_at), _lot(one.url)


class Sightings:
    """The collection ``sightings`` of one database."""

    def __init__(self, db: Database[Document]) -> None:
        self._sightings = db["sightings"]

    def teachers(self, site: str, day: int | None = None) -> list[PackedSighting]:
        """Return the pages that teach a site's template, in their ``order``: at most KEPT.

        Those of a day and the days before it, then of those after; without ``day`` the last ones.
        As many skimmed ones come behind them: they teach what recurs.
        """
        found = []
        with asking("read what was seen of sites"):
            for kind in KINDS:
                own = self._nearest(site, kind, BEFORE, KEPT, day)
                if day is not None and len(own) < KEPT:
                    own += self._nearest(site, kind, AFTER, KEPT - len(own), day)
                found += own
        return [_sighting(row) for row in found]

    def add(self, sightings: Sequence[PackedSighting]) -> None:
        """Add sightings; of one page the last counts."""
        writes = [
            ReplaceOne({"_id": one.url}, document(one), upsert=True)
            for one in {one.url: one for one in sightings}.values()
        ]
        if writes:
            with asking("note what was seen of sites"):
                self._sightings.bulk_write(writes, ordered=False)

    def to_check(self) -> list[str]:
        """Return the sites of which a page was seen since they were last checked."""
        with asking("look for sites to check"):
            return sorted(self._sightings.distinct("to_check", {"to_check": {"$gt": ""}}))

    def days(self, site: str) -> list[int]:
        """Return the days of a site's pages that are not settled, as ordinals, the last first."""
        with asking("look for pages to check"):
            found = self._sightings.distinct("day", {"site": site, **OPEN})
        return sorted(found, reverse=True)

    def unsettled(self, site: str, day: int) -> Iterator[list[PackedSighting]]:
        """Yield a day's pages that were not yet held against a template of KEPT, in batches."""
        with asking("look for pages to check"):
            rows = self._sightings.find({"site": site, "day": day, **OPEN})
            while batch := list(islice(rows, BATCH)):
                yield [_sighting(row) for row in batch]

    def checked(self, sightings: Iterable[PackedSighting]) -> None:
        """Note how pages are read now; of one that was seen again meanwhile nothing."""
        writes = [
            UpdateOne(
                {"_id": one.url, "seen_at": one.seen_at},
                {
                    "$set": {"choice": one.choice, "learned_of": one.learned_of},
                    "$unset": {"to_check": ""},
                },
            )
            for one in sightings
        ]
        if writes:
            with asking("note what was checked of sites"):
                self._sightings.bulk_write(writes, ordered=False)

    def forget(self, site: str) -> None:
        """Delete the pages of a site that teach nothing any more, once they were checked."""
        with asking("forget what was seen of sites"):
            found = (self._nearest(site, kind, BEFORE, KEPT, None) for kind in KINDS)
            teachers = [row["_id"] for rows in found for row in rows]
            if len(teachers) >= KEPT:
                checked = {"site": site, "to_check": {"$exists": False}, "_id": {"$nin": teachers}}
                self._sightings.delete_many(checked)

    def _nearest(
        self, site: str, kind: Document, way: int, most: int, day: int | None
    ) -> list[Document]:
        wanted: Document = {"site": site, **kind}
        if day is not None:
            wanted["day"] = {"$lte": day} if way == BEFORE else {"$gt": day}
        found = self._sightings.find(wanted)
        return list(found.sort([("day", way), ("lot", 1)]).limit(most))


def document(one: PackedSighting) -> Document:
    """Return a sighting as it is stored, to be checked."""
    return {
        "_id": one.url,
        "site": one.site,
        "seen_at": one.seen_at,
        "day": _day(one.seen_at),
        "lot": _lot(one.url),
        "choice": one.choice,
        "learned_of": one.learned_of,
        "lines": one.lines,
        "to_check": one.site,
        "schema_version": VERSION,
        **({"is_skimmed": True} if one.is_skimmed else {}),
    }


def _sighting(row: Document) -> PackedSighting:
    return PackedSighting(
        site=row["site"],
        url=row["_id"],
        seen_at=row["seen_at"],
        choice=row["choice"],
        learned_of=row["learned_of"],
        lines=row["lines"],
        is_skimmed=row.get("is_skimmed", False),
    )


def _day(at: datetime) -> int:
    return at.astimezone(UTC).toordinal()


def _lot(url: str) -> int:
    return int.from_bytes(hashlib.blake2b(url.encode(), digest_size=8).digest(), "big") >> 1
