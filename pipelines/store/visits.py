"""Live state of what is visited: feeds, sources, hosts with their pace and robots.txt."""

from collections.abc import Collection, Sequence
from typing import Any

from pymongo import ReplaceOne, UpdateOne
from pymongo.database import Database

from pipelines.store.errors import asking

Document = dict[str, Any]
VERSION = 1


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

    def save_sources(self, sources: Sequence[Document]) -> None:
        """Write the whole state of sources."""
        self._replace("sources", sources)

    def hosts(self, ids: Collection[str]) -> dict[str, Document]:
        """Return what is known under those of ``ids`` (`pace:…`, `robots:…`) that there are."""
        with asking("read the hosts"):
            return {row["_id"]: row for row in self._db["hosts"].find({"_id": {"$in": list(ids)}})}

    def save_hosts(self, hosts: Sequence[Document]) -> None:
        """Write pace and robots.txt of hosts."""
        writes = [
            UpdateOne(
                {"_id": host["_id"]}, {"$set": {**host, "schema_version": VERSION}}, upsert=True
            )
            for host in hosts
        ]
        if writes:
            with asking("write the hosts"):
                self._db["hosts"].bulk_write(writes, ordered=False)

    def _replace(self, collection: str, rows: Sequence[Document]) -> None:
        writes = [
            ReplaceOne({"_id": row["_id"]}, {**row, "schema_version": VERSION}, upsert=True)
            for row in rows
        ]
        if writes:
            with asking(f"write {collection}"):
                self._db[collection].bulk_write(writes, ordered=False)
