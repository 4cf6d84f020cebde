"""Opening the database for a command, and closing it again."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from config.settings import Settings, load
from dateline.screen import say

if TYPE_CHECKING:
    from pipelines.store.connect import Connection


@contextmanager
def opened(settings: Settings | None = None, *, in_haste: bool = False) -> "Iterator[Connection]":
    """Give the database of the settings; one line on stderr where its server had to be started."""
    from pipelines.store.connect import connect  # noqa: PLC0415 `--help` must not load pymongo

    connection = connect(settings or load(), say, in_haste=in_haste)
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def opened_if_any(*, in_haste: bool = False) -> "Iterator[Connection | None]":
    """Give the database for what can do without: None where there is none yet, or it is away.

    The latter is said on stderr. ``in_haste``: hardly waited for, and no server is started.
    """
    from pipelines.store import server  # noqa: PLC0415 as above
    from pipelines.store.errors import StoreError  # noqa: PLC0415 the same

    settings = load()
    if settings.mongodb_uri is None and not (settings.home / "mongo").exists():
        yield None
        return
    if in_haste and settings.mongodb_uri is None and server.status(settings.home) is None:
        yield None
        return
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(opened(settings, in_haste=in_haste))
        except StoreError as error:
            say(str(error))
            connection = None
        yield connection
