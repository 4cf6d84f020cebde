"""Recorded pages that wait until all are read: those of articles in several pages. On disk."""

import json
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Self

from crawler.recording import Recorded
from pipelines.identify.canonical import ledger_key

TABLE = "CREATE TABLE pages (key TEXT PRIMARY KEY, url, at, type, headers, body)"
COLUMNS = "SELECT url, at, type, headers, body FROM pages"


class Aside:
    """Pages by their addresses, in the order in which they came; of one address the first counts.

    Use it in a ``with``, on one thread: what it holds is gone after that.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("")  # a file without a name

    def __enter__(self) -> Self:
        self._db.execute(TABLE)
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def put(self, found: Recorded) -> None:
        """Lay a page aside."""
        row = (found.url, found.at.isoformat(), found.content_type, json.dumps(found.headers))
        self._db.execute(
            "INSERT OR IGNORE INTO pages VALUES (?, ?, ?, ?, ?, ?)",
            (ledger_key(found.url), *row, found.body),
        )

    def get(self, url: str) -> Recorded | None:
        """Return the page at an address; None where none was laid aside."""
        found = self._db.execute(f"{COLUMNS} WHERE key = ?", (ledger_key(url),)).fetchone()
        return _recorded(found) if found else None

    def __iter__(self) -> Iterator[Recorded]:
        """Yield all pages."""
        return map(_recorded, self._db.execute(f"{COLUMNS} ORDER BY rowid"))


def _recorded(row: tuple[Any, ...]) -> Recorded:
    url, at, content_type, headers, body = row
    return Recorded(
        url=url,
        at=datetime.fromisoformat(at),
        content_type=content_type,
        headers=json.loads(headers),
        body=body,
    )
