"""The search collection: by which terms an article is found. Filled behind the crawl.

A document an article, small and made anew from the article at any time: what is lost of it is made
again. It follows ``changed_at``, as following.py does.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from pipelines.store.errors import asking
from pipelines.store.following import Following, Place
from pipelines.store.schema import META, SCHEMA_VERSION
from pipelines.store.search import Search, phases
from pipelines.terms import Wanted, terms

Document = dict[str, Any]
MARK = "search"  # of meta: {at}: how far articles were read
BATCH = 200
COMMON = (1_000, 10_000, 100_000)  # articles with a word: a microsecond each
PAGE = 100  # articles that are looked at together
READ = ("title", "summary", "text", "published_at", "source", "region", "state", "changed_at")
DUPLICATE = 11000


class Words:
    """The terms of the articles of one database."""

    def __init__(self, db: Database[Document]) -> None:
        self._db = db
        self._search = db["search"]
        self._articles = db["articles"]
        self._following = Following(db)
        self._meta = db[META]

    def find(self, want: Wanted, search: Search) -> Iterator[list[str]]:
        """Yield ids of articles that have the terms, in the order of the search, some at a time.

        Nothing where nothing is wanted.
        """
        asked: list[Document] = [{"terms": term} for term in self._rarest_first(want.terms)]
        # an expression with an anchor is looked up in the index, and quoted as it has letters alone
        asked += [{"terms": {"$regex": f"^{begin}"}} for begin in want.beginnings]
        if not asked:
            return
        order = [(search.order.field, search.order.way), ("_id", 1)]
        page_size = min(PAGE, search.limit or PAGE)
        for query in phases(search, {"$and": asked, **_also(search)}):
            with asking("find words"):
                found = self._search.find(query, {"_id": 1}).sort(order).batch_size(page_size)
                while page := [row["_id"] for row in islice(found, page_size)]:
                    yield page

    def _rarest_first(self, words: Sequence[str]) -> list[str]:
        """MongoDB keeps how it answered the last question of this form: by the first word."""
        number, before = dict.fromkeys(words, 0), 0
        for most in COMMON if len(words) > 1 else ():
            number |= {word: self._count(word, most) for word in words if number[word] >= before}
            before = most
            # of two that are this common it is still to be seen which one is more so
            if sum(found >= most for found in number.values()) < 2:
                break
        return sorted(words, key=lambda word: number[word])

    def _count(self, word: str, most: int) -> int:
        """Return how many articles have a word, by the index alone."""
        with asking("find words"):
            told = self._db.command("count", "search", query={"terms": word}, limit=most)
        return int(told["n"])

    def behind(self) -> int:
        """Return how many articles were changed since it was filled last, at most 10,000."""
        at = self._at()
        query = {"changed_at": {"$gt": at}} if at else {}
        with asking("count what is to be read for words"):
            return self._articles.count_documents(query, limit=10_000, hint="by_change")

    def fill(self, is_wanted: Callable[[], bool] = lambda: True) -> int:
        """Read what has changed since the last time; return how many articles were entered.

        Asks ``is_wanted`` before each BATCH; what is left is for the next call.
        """
        place, began, number = Place(at=self._at()), self._following.clock(), 0
        while is_wanted():
            found = self._following.changed(place, Search(), BATCH, READ)
            if not found:
                break
            number += self._enter(found)
            for article in found:
                place.read(article)
            self._note(place.at)
        place.settle(began)
        self._note(place.at)
        return number

    def _at(self) -> datetime | None:
        with asking("look how far words were read"):
            mark = self._meta.find_one({"_id": MARK})
        return mark["at"] if mark else None

    def _note(self, at: datetime | None) -> None:
        with asking("note how far words were read"):
            self._meta.update_one({"_id": MARK}, {"$set": {"at": at}}, upsert=True)

    def forget(self) -> None:
        """Drop all of it, and how far it was."""
        with asking("drop the words"):
            self._search.delete_many({})
            self._meta.delete_one({"_id": MARK})

    def _enter(self, rows: list[Document]) -> int:
        """Write the terms of those articles that have changed since; return how many."""
        ids = [row["_id"] for row in rows]
        with asking("enter words"):
            found = self._search.find({"_id": {"$in": ids}}, {"changed_at": 1})
            known = {row["_id"]: row["changed_at"] for row in found}
            anew = [row for row in rows if known.get(row["_id"]) != row["changed_at"]]
            try:
                if anew:
                    self._search.bulk_write([_write(row) for row in anew], ordered=False)
            except BulkWriteError as error:
                # another who fills it was quicker; what is newer comes again in the overlap
                if {one["code"] for one in error.details["writeErrors"]} != {DUPLICATE}:
                    raise
        return len(anew)


def _also(search: Search) -> Document:
    """Return what else the search says that is kept here: the rest is asked of the articles."""
    query = search.query()
    return {name: query[name] for name in ("source", "region", "published_at") if name in query}


def _write(row: Document) -> UpdateOne:
    """Return the write of an article's terms."""
    found = [] if row["state"] == "removed" else terms(row["title"], row["summary"], row["text"])
    kept = {name: row[name] for name in ("published_at", "source", "region", "changed_at")}
    return UpdateOne(
        {"_id": row["_id"]},
        {"$set": {**kept, "terms": found, "schema_version": SCHEMA_VERSION}},
        upsert=True,
    )
