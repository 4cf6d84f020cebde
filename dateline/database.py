"""Opening the database for a command, and closing it again."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from config.settings import Settings, load
from dateline.screen import say

if TYPE_CHECKING:
    from pipelines.store.connect import Connection


def has_any(settings: Settings | None = None) -> bool:
    """Return whether there is a database to ask: one that is named, or one that was begun here."""
    settings = settings or load()
    return settings.mongodb_uri is not None or (settings.home / "mongo").exists()


@contextmanager
def opened(settings: Settings | None = None) -> "Iterator[Connection]":
    """Give the database of the settings; one line on stderr where its server had to be started."""
    from pipelines.store.connect import connect  # noqa: PLC0415 `--help` must not load pymongo

    connection = connect(settings or load(), say)
    try:
        yield connection
    finally:
        connection.close()
