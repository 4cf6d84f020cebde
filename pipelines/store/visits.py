"""Live state of what is visited: feeds, sources, hosts with their pace and robots.txt."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ReplaceOne, UpdateOne
from pymongo.database import Database

from config.secrets import redacted
from pipelines.store.errors import asking

Document = dict[str, Any]
VERSION = 1
BY_EXIT = "exit"  # the way of telling that always is: a run ends with 1
OWED = "owed"
OWED_AT = f"told.{BY_EXIT}"


class Visits:
    """The collections ``feeds``, ``sources`` and ``hosts`` of one database.

    Documents go in and out as the schema says: what they mean is decided in the crawler.
    """

    def __init__(self, db: Database[Document]) -> None:
        self._db = db

    def feeds(self, sources: Collection[str]) -> list[Document]:
        """Return the known feeds of some sources."""
        with asking("read the feeds"):
            return list(self._db["feeds"].find({"source": {"$in": list(sources)}}))

    def feeds_by_id(self, ids: Collection[str]) -> list[Document]:
        """Return those of some feeds that are known, whatever their source."""
        with asking("read the feeds"):
            return list(self._db["feeds"].find({"_id": {"$in": list(ids)}}))

    def witnesses(self, sources: Collection[str]) -> list[Document]:
        """Return the sitemaps that are read for what the feeds of some sources did not say."""
        query = {"source": {"$in": list(sources)}, "is_witness": True, "parent": None}
        with asking("read the feeds"):
            return list(self._db["feeds"].find(query))

    def covered(self, days: Sequence[Document], most: int, now: datetime) -> None:
        """Note what a site lists of some days; what was missed before stays.

        Each {source, day, listed, missed}; at most ``most`` addresses of a day are named.
        """
        writes = [
            UpdateOne(
                {"_id": f"{one['source']}:{one['day']:%Y-%m-%d}"},
                {
                    "$set": {
                        "source": one["source"],
                        "day": one["day"],
                        "seen_at": now,
                        "schema_version": VERSION,
                    },
                    "$max": {"listed": one["listed"]},
                    "$inc": {"number": len(one["missed"])},
                    "$push": {"missed": {"$each": list(one["missed"]), "$slice": most}},
                },
                upsert=True,
            )
            for one in days
        ]
        if writes:
            with asking("write the coverage"):
                self._db["coverage"].bulk_write(writes, ordered=False)

    def coverage(self, source: str, days: int) -> list[Document]:
        """Return what the site of a source listed of its last days, the newest first."""
        with asking("read the coverage"):
            found = self._db["coverage"].find({"source": source}).sort([("day", -1)])
            return list(found.limit(days))

    def renamed(self, names: Mapping[str, str]) -> None:
        """Carry what is kept under earlier ids of sources over to the present ones.

        ``names``: the present id by each earlier one. Articles keep theirs. Safe to repeat.
        """
        old = list(names)
        with asking("rename sources"):
            for kept in ("sources", "rechecks", "budgets"):
                for row in self._db[kept].find({"_id": {"$in": old}}):
                    name = row.pop("_id")
                    of_new = {"_id": names[name]}
                    self._db[kept].update_one(of_new, {"$setOnInsert": row}, upsert=True)
                    self._db[kept].delete_one({"_id": name})
            for kept in ("feeds", "coverage", "frontier"):
                for name in self._db[kept].distinct("source", {"source": {"$in": old}}):
                    self._db[kept].update_many({"source": name}, {"$set": {"source": names[name]}})

    def save_feed(self, feed: Document) -> None:
        """Write the whole state of a feed."""
        self.save_feeds([feed])

    def save_feeds(self, feeds: Sequence[Document]) -> None:
        """Write the whole state of feeds."""
        self._replace("feeds", feeds)

    def sources(self, ids: Collection[str] | None = None) -> dict[str, Document]:
        """Return the live state of sources by id; of all where None is given."""
        query = {} if ids is None else {"_id": {"$in": list(ids)}}
        with asking("read the sources' state"):
            return {row["_id"]: row for row in self._db["sources"].find(query)}

    def untold(self, way: str) -> list[Document]:
        """Return the sources that fell ill, or got well, since that was told last by this way."""
        ill = {"health": "ill", "$expr": {"$ne": [f"$told.{way}", "$word"]}}
        well = {"health": "well", f"told.{way}": {"$nin": [None, "well"]}}
        with asking("read the sources' state"):
            found = self._db["sources"].find({"_id": {"$gt": ""}, "$or": [ill, well]})
            return list(found.sort([("_id", 1)]))

    def told(self, way: str, words: Mapping[str, str]) -> None:
        """Note what was told of sources by a way."""
        writes = [
            UpdateOne({"_id": key}, {"$set": {f"told.{way}": word}}) for key, word in words.items()
        ]
        if writes:
            with asking("write what was told"):
                self._db["sources"].bulk_write(writes, ordered=False)

    def unsaid(self, ids: Collection[str]) -> list[str]:
        """Return which of the sources fell ill without that a run could end saying so."""
        query = {"_id": {"$in": list(ids)}, "health": "ill", OWED_AT: OWED}
        with asking("read the sources' state"):
            return [row["_id"] for row in self._db["sources"].find(query).sort([("_id", 1)])]

    def save_sources(self, sources: Sequence[Document]) -> None:
        """Write how sources are doing; what else is kept of them stays."""
        self._set("sources", sources)

    def norms(self, ids: Collection[str]) -> dict[str, Document]:
        """Return what the pages of those sources read like, of which it is known."""
        query = {"_id": {"$in": list(ids)}, "norm": {"$ne": None}}
        with asking("read what sources are like"):
            return {row["_id"]: row["norm"] for row in self._db["sources"].find(query, {"norm": 1})}

    def save_norms(self, found: Mapping[str, Document | None]) -> None:
        """Write what the pages of sources read like; None: it is to be learned anew."""
        writes = [UpdateOne({"_id": key}, {"$set": {"norm": norm}}) for key, norm in found.items()]
        if writes:
            with asking("write what sources are like"):
                self._db["sources"].bulk_write(writes, ordered=False)

    def hosts(self, ids: Collection[str]) -> dict[str, Document]:
        """Return what is known under those of ``ids`` (`pace:…`, `robots:…`) that there are."""
        with asking("read the hosts"):
            return {row["_id"]: row for row in self._db["hosts"].find({"_id": {"$in": list(ids)}})}

    def save_hosts(self, hosts: Sequence[Document]) -> None:
        """Write pace and robots.txt of hosts."""
        self._set("hosts", hosts)

    def _set(self, collection: str, rows: Sequence[Document]) -> None:
        writes = [
            UpdateOne({"_id": row["_id"]}, {"$set": _document(row)}, upsert=True) for row in rows
        ]
        if writes:
            with asking(f"write the {collection}"):
                self._db[collection].bulk_write(writes, ordered=False)

    def _replace(self, collection: str, rows: Sequence[Document]) -> None:
        writes = [ReplaceOne({"_id": row["_id"]}, _document(row), upsert=True) for row in rows]
        if writes:
            with asking(f"write {collection}"):
                self._db[collection].bulk_write(writes, ordered=False)


def _document(row: Document) -> Document:
    """Return a row as it is written: a site may say back, in what ails it, what it is sent."""
    said = {name: redacted(row[name]) for name in ("detail", "cause") if row.get(name)}
    return {**row, **said, "schema_version": VERSION}
