"""What was seen of each site's template: its last pages, a page a sighting, packed."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from pipelines.records import PackedSighting
from pipelines.store.errors import asking
from pipelines.template import LEAST_PAGES

Document = dict[str, Any]
KEPT = 12  # sightings a site: a template is of the last pages, what changed is soon forgotten
VERSION = 1
CHECKED_LATER = {"$set": {"to_check": {"$gte": [{"$size": "$sightings"}, LEAST_PAGES]}}}


class Sites:
    """The collection ``sites`` of one database."""

    def __init__(self, db: Database[Document]) -> None:
        self._sites = db["sites"]

    def load(self, ids: Collection[str]) -> dict[str, list[PackedSighting]]:
        """Return the last sightings of those of ``ids`` that were seen, the oldest first."""
        with asking("read what was seen of sites"):
            rows = list(self._sites.find({"_id": {"$in": list(ids)}}))
        return {
            row["_id"]: [_sighting(row["_id"], one) for one in row["sightings"]] for row in rows
        }

    def add(self, sightings: Sequence[PackedSighting]) -> None:
        """Add sightings, in their order; of one page the last counts, of a site the last KEPT."""
        writes = [
            UpdateOne({"_id": one.site}, [{"$set": _with(one)}, CHECKED_LATER], upsert=True)
            for one in sightings
        ]
        if writes:
            with asking("note what was seen of sites"):
                self._sites.bulk_write(writes)

    def to_check(self) -> list[str]:
        """Return the sites of several pages of which one was seen since they were last checked."""
        with asking("look for sites to check"):
            return sorted(row["_id"] for row in self._sites.find({"to_check": True}, {"_id": 1}))

    def checked(self, ids: Collection[str]) -> None:
        """Note that the pages of these sites are read as their templates say."""
        if ids:
            with asking("note what was checked of sites"):
                self._sites.update_many({"_id": {"$in": list(ids)}}, {"$set": {"to_check": False}})

    def read_again(self, site: str, pages: Iterable[PackedSighting]) -> None:
        """Note how pages of a site were read when they were read again; of others nothing."""
        writes = [
            UpdateOne(
                {"_id": site},
                {
                    "$set": {
                        "sightings.$[one].choice": page.choice,
                        "sightings.$[one].learned_of": page.learned_of,
                    }
                },
                array_filters=[{"one.url": page.url}],
            )
            for page in pages
        ]
        if writes:
            with asking("note what was seen of sites"):
                self._sites.bulk_write(writes)


def _with(one: PackedSighting) -> Document:
    fresh = {
        "url": one.url,
        "seen_at": one.seen_at,
        "choice": one.choice,
        "learned_of": one.learned_of,
        "lines": one.lines,
    }
    others = {
        "$filter": {
            "input": {"$ifNull": ["$sightings", []]},
            "cond": {"$ne": ["$$this.url", {"$literal": one.url}]},
        }
    }
    return {
        "sightings": {"$slice": [{"$concatArrays": [others, [{"$literal": fresh}]]}, -KEPT]},
        "seen_at": "$$NOW",
        "schema_version": VERSION,
    }


def _sighting(site: str, row: Document) -> PackedSighting:
    return PackedSighting(
        site=site,
        url=row["url"],
        seen_at=row["seen_at"],
        # of a Dateline before them: to be read again
        choice=row.get("choice", -1),
        learned_of=row.get("learned_of", 0),
        lines=row["lines"],
    )
