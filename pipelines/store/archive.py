"""Stored pages as they once arrived, to be read again by today's rules. Asks no site."""

from collections.abc import Callable, Iterable
from dataclasses import replace
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
        keys = [ledger_key(url) for url in urls]
        with asking("read stored pages"):
            stored = {"_id": {"$in": keys}, "state": State.STORED, "article": {"$ne": None}}
            rows = {row["_id"]: row for row in self._db["frontier"].find(stored)}
            pages = list(self._db["pages"].find({"_id": {"$in": list(rows)}}))
        return [self._arrival(frontier.due(rows[page["_id"]]), page) for page in pages]

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
