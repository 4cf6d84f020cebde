"""Questions that the front door asks of the database. Reads only."""

from collections.abc import Collection
from typing import Any

from pymongo.collection import Collection as Documents
from pymongo.database import Database

from pipelines.identify.canonical import name_of
from pipelines.store.claims import address_claim
from pipelines.store.documents import told_at
from pipelines.store.errors import asking
from pipelines.store.frontier import EVERY

Document = dict[str, Any]
TOLD = ("first_seen_at", "relation", "quotes", "agencies", "text")
SHORT = ("title", "source", "published_at", "url", "duplicate_of", "language", "state")


def number_in(collection: Documents[Document]) -> int:
    """Return how many documents there are.

    Counted by the index on _id, which reads no document: 25,000 take 5 ms. The server's estimate
    takes none, and is wrong after it was killed, until somebody has it validated.
    """
    return collection.count_documents({}, hint="_id_")


def sizes(db: Database[Document], without: Collection[str] = ()) -> dict[str, int]:
    """Return about how many documents each collection has that has any."""
    with asking("count documents"):
        every = db.list_collection_names(filter={"type": "collection"})
        names = [name for name in every if name not in without and not name.startswith("system.")]
        found = {name: db[name].estimated_document_count() for name in names}
    return {name: number for name, number in found.items() if number}


class Query:
    """Questions to one database."""

    def __init__(self, db: Database[Document]) -> None:
        self._db = db

    def has_articles(self, query: Document) -> bool:
        """Return whether any article answers to a query."""
        with asking("find articles"):
            return self._db["articles"].find_one(query, {"_id": 1}) is not None

    def sources(self) -> list[str]:
        """Return the ids of the sources that have articles."""
        with asking("find articles"):
            return self._db["articles"].distinct("source")

    def article(self, name: str, canonical: str | None) -> Document | None:
        """Return the article of an id, or the one met at an address; None if there is none."""
        articles = self._db["articles"]
        with asking("find an article"):
            found = articles.find_one({"_id": name}) or articles.find_one({"urls": name})
            if found or canonical is None:
                return found
            claim = self._db["claims"].find_one({"_id": address_claim(canonical)})
            return articles.find_one({"_id": claim["article"]}) if claim else None

    def copies(self, article: Document) -> list[Document]:
        """Return the other articles of the same story, with their texts, the earliest first."""
        query = {"story": article["story"], "_id": {"$ne": article["_id"]}}
        with asking("find copies"):
            found = list(self._db["articles"].find(query, dict.fromkeys((*SHORT, *TOLD), 1)))
        # the head is the earliest whatever its own clock says; see told_at
        return sorted(found, key=lambda row: (row["duplicate_of"] is not None, told_at(row)))

    def revisions(self, article: str) -> list[Document]:
        """Return the earlier texts of an article, first one first."""
        with asking("find revisions"):
            found = self._db["revisions"].find({"article": article})
            return list(found.sort([("revision", 1)]))

    def row(self, key: str) -> Document | None:
        """Return the ledger's row of that key; None if there is none."""
        with asking("read the ledger"):
            return self._db["frontier"].find_one({"_id": key})

    def rows(self, query: Document, limit: int) -> list[Document]:
        """Return rows of the ledger."""
        with asking("read the ledger"):
            return list(self._db["frontier"].find(query).limit(limit))

    def row_of_form(self, form: str, hosts: Collection[str]) -> Document | None:
        """Return the row at one of the hosts whose address has that canonical form; None if none.

        Looks through all of their rows: for a person's question, not for a crawl.
        """
        with asking("read the ledger"):
            rows = self._db["frontier"].find({**EVERY, "host": {"$in": list(hosts)}}, {"url": 1})
            key = next((row["_id"] for row in rows if name_of(row["url"]) == form), None)
        return self.row(key) if key else None

    def feed(self, key: str) -> Document | None:
        """Return the state of a feed."""
        with asking("read the feeds"):
            return self._db["feeds"].find_one({"_id": key})

    def raw_page(self, key: str) -> Document:
        """Return what is kept of the page behind an address: {has_page, pages, lacks, stand_in}.

        ``pages``: the addresses of those behind the first; the others as ``pages`` has them.
        """
        wanted = {"more.url": 1, "lacks": 1, "stand_in": 1}
        with asking("look for a raw page"):
            found = self._db["pages"].find_one({"_id": key}, wanted)
        page = found or {}
        return {
            "has_page": found is not None,
            "pages": [sheet["url"] for sheet in page.get("more", ())],
            "lacks": page.get("lacks"),
            "stand_in": page.get("stand_in"),
        }

    def states(self) -> list[tuple[str, str | None, int]]:
        """Return (state, reason, how many addresses), the largest first in each state."""
        grouped: list[Document] = [
            {"$group": {"_id": {"state": "$state", "reason": "$reason"}, "n": {"$sum": 1}}},
            {"$sort": {"_id.state": 1, "n": -1}},
        ]
        with asking("count the ledger"):
            rows = self._db["frontier"].aggregate(grouped, hint="by_state")
            return [(row["_id"]["state"], row["_id"].get("reason"), row["n"]) for row in rows]

    def stored_by_source(self, ids: Collection[str] | None = None) -> dict[str, int]:
        """Return how many articles each source has."""
        wanted: Document = {} if ids is None else {"source": {"$in": list(ids)}}
        group: Document = {"$group": {"_id": "$source", "n": {"$sum": 1}}}
        with asking("count articles"):
            rows = self._db["articles"].aggregate([{"$match": wanted}, group])
            return {row["_id"]: row["n"] for row in rows}

    def totals(self) -> dict[str, int]:
        """Return how many articles, originals and copies there are; of all, how many removed."""
        articles = self._db["articles"]
        with asking("count articles"):
            copies = articles.count_documents({"duplicate_of": {"$ne": None}})
            removed = articles.count_documents({"duplicate_of": None, "state": "removed"})
            every = number_in(articles)
        originals = every - copies
        return {"articles": every, "originals": originals, "copies": copies, "removed": removed}

    def runs(self, limit: int) -> list[Document]:
        """Return the last runs, newest first."""
        with asking("read the runs"):
            return list(self._db["runs"].find().sort([("started_at", -1)]).limit(limit))

    def feeds_in_trouble(self) -> list[Document]:
        """Return the feeds whose last visit failed, the longest failing first."""
        with asking("read the feeds"):
            return list(self._db["feeds"].find({"failures": {"$gt": 0}}).sort([("failures", -1)]))
