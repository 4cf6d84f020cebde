"""A search in, articles out, one behind the other. Reads only."""

from collections.abc import Iterator
from typing import Any

from pymongo.database import Database

from pipelines import terms
from pipelines.store.errors import asking
from pipelines.store.search import CursorError, Search, phases
from pipelines.store.words import Words

Document = dict[str, Any]
SHORT = (
    *("title", "source", "region", "published_at", "url", "duplicate_of", "language", "state"),
    *("section", "authors", "changed_at"),
)
READ = ("summary", "text")
SHOWN = frozenset({"_id", *SHORT})
BY_INDEX = frozenset({"source", "region", "duplicate_of", "published_at", "story", "_id"})


class Finding:
    """The articles of one database."""

    def __init__(self, db: Database[Document]) -> None:
        self._articles = db["articles"]
        self._words = Words(db)

    def articles(self, search: Search, *, is_whole: bool = False) -> Iterator[Document]:
        """Yield articles in their order. Raises CursorError for one of another order."""
        if search.after and search.after.order is not search.order:
            raise CursorError(f"the cursor is of --sort {search.after.order}")
        ways = self._of_words if search.words else self._in_order
        found = ways(search, is_whole=is_whole)
        for at, article in enumerate(found, 1):
            yield article
            if at == search.limit:
                return

    def _in_order(self, search: Search, *, is_whole: bool) -> Iterator[Document]:
        fields = None if is_whole else dict.fromkeys(SHORT, 1)
        for query in phases(search, search.query()):
            with asking("find articles"):
                found = self._articles.find(query, fields)
                found = found.sort([(search.order.field, search.order.way), ("_id", 1)])
                yield from found.limit(search.limit) if search.limit else found

    def _of_words(self, search: Search, *, is_whole: bool) -> Iterator[Document]:
        """Yield what has the words: by the search collection, then held to all that is asked."""
        want = terms.wanted(search.words or "")
        read = READ if want.phrases else ()
        fields = None if is_whole else dict.fromkeys((*SHORT, *read), 1)
        for ids in self._words.find(want, search):
            with asking("find articles"):
                query = {**search.query(), "_id": {"$in": ids}}
                rows = {row["_id"]: row for row in self._articles.find(query, fields)}
            for row in (rows[one] for one in ids if one in rows):
                if terms.has_phrases(want, row["title"], *(row.get(name) for name in READ)):
                    yield row if is_whole else {name: row[name] for name in row if name in SHOWN}

    def count(self, search: Search) -> int | None:
        """Return how many articles there are, the cursor left out; None where nobody counts them.

        What has words is counted by whoever reads it.
        """
        if search.words:
            return None
        query = search.query()
        # where no index tells which they are, each is looked at: servers that forbid that let it be
        every: Document = {} if query.keys() & BY_INDEX else {"hint": "by_time"}
        with asking("count articles"):
            return self._articles.count_documents(query, **every)

    def has_any(self) -> bool:
        """Return whether there is any article."""
        with asking("find articles"):
            return self._articles.find_one({}, {"_id": 1}) is not None
