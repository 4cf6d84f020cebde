"""Stored pages as they once arrived, to be read again by today's rules. Asks no site."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import zstandard
from pymongo.database import Database

from config.source import Source
from pipelines.identify.canonical import ledger_key
from pipelines.line import owned
from pipelines.records import Arrival, Due, Page, Sheet, State
from pipelines.store import documents, frontier
from pipelines.store.errors import asking

Document = dict[str, Any]
MOST_BYTES = 64_000_000  # no page was larger when it was stored


class Archive:
    """The raw pages of one database."""

    def __init__(self, db: Database[Document], source: Callable[[str], Source | None]) -> None:
        self._db = db
        self._source = source

    def under_way(self, urls: Iterable[str]) -> set[str]:
        """Return those of some addresses that a run holds: what it stores there is yet to come."""
        keys = {ledger_key(url): url for url in urls}
        with asking("look who holds addresses"):
            held = {"_id": {"$in": list(keys)}, "lease.by": {"$ne": None}}
            return {keys[row["_id"]] for row in self._db["frontier"].find(held, {"_id": 1})}

    def arrivals(self, urls: Iterable[str]) -> list[Arrival]:
        """Return the pages behind stored addresses, as announced; those without one are left out.

        Their leases are nobody's: the ledger is not to be settled with them.
        """
        return self.arrivals_of([ledger_key(url) for url in urls])

    def arrivals_of(self, keys: Iterable[str]) -> list[Arrival]:
        """Return the same by the ledger's keys of the addresses."""
        with asking("read stored pages"):
            stored = {"_id": {"$in": list(keys)}, "state": State.STORED, "article": {"$ne": None}}
            rows = {row["_id"]: row for row in self._db["frontier"].find(stored)}
            pages = list(self._db["pages"].find({"_id": {"$in": list(rows)}}))
        return [self._arrival(frontier.due(rows[page["_id"]]), page) for page in pages]

    def of_articles(self, articles: Mapping[str, tuple[datetime, str]]) -> dict[str, str]:
        """Return the ledger's key of the page that each article was read of, where it is kept.

        ``articles``: when the text of each was fetched, and where it was met first. Of several
        pages the one of that time, else that of that address: it was visited again, and said the
        same. What another address shows (a form to print, a wall) is not read for it.
        """
        with asking("look for stored pages"):
            led = {"article": {"$in": list(articles)}, "state": State.STORED}
            rows = self._db["frontier"].find(led, {"article": 1})
            owners = {row["_id"]: row["article"] for row in rows}
            wanted = {"_id": {"$in": list(owners)}}
            pages = list(self._db["pages"].find(wanted, {"fetched_at": 1}).sort("_id", 1))
        best: dict[str, str] = {}
        for page in pages:
            at, address = articles[owners[page["_id"]]]
            if page["fetched_at"] == at:
                best[owners[page["_id"]]] = page["_id"]
            elif page["_id"] == ledger_key(address):
                best.setdefault(owners[page["_id"]], page["_id"])
        return best

    def _arrival(self, due: Due, page: Document) -> Arrival:
        seen = Page(
            url=page["url"],
            announced_url=due.url,
            body=_body(page),
            content_type=page["content_type"],
            headers=page["headers"] or {},
            status=page["status"],
            fetched_at=page["fetched_at"],
            entry=replace(due.entry, content=documents.unpacked(page.get("announced"))),
            source=due.source,
            is_of_feed=page.get("is_of_feed", False),
            more=tuple(
                Sheet(url=one["url"], body=_body(one), content_type=one["content_type"])
                for one in page.get("more", ())
            ),
            lacks=page.get("lacks"),
            stand_in=page.get("stand_in"),
        )
        return Arrival(due=due, page=owned(seen, self._source(due.source), is_stored=True))


def _body(page: Document) -> bytes:
    return zstandard.ZstdDecompressor().decompress(page["body"], MOST_BYTES)
