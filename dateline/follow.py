"""The archive followed from Python: what `dateline watch` prints, as an iterator.

from dateline.follow import follow

for change in follow(after=kept):
    use(change.article)
    kept = str(change.cursor)  # keep it where it survives you; then nothing is missed
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from config.settings import Settings, load
from dateline.database import opened

if TYPE_CHECKING:
    from pipelines.store.changes import Change
    from pipelines.store.search import Search


def follow(
    after: str | None = None,
    search: "Search | None" = None,
    *,
    settings: Settings | None = None,
    is_once: bool = False,
) -> "Iterator[Change]":
    """Yield each change of an article at least once, of one article in order; waits for more.

    ``after``: a cursor as words; None: from now on. ``search``: which articles; None: all.
    ``is_once``: ends where there is nothing more. Raises CursorError, and StoreError where MongoDB
    is away for a minute.
    """
    from pipelines.store.changes import Changes, since  # noqa: PLC0415 `--help` must load little

    here = since(after) if after is not None else None
    with opened(settings or load()) as connection:
        for change in Changes(connection.db, search).follow(here):
            if change is not None:
                yield change
            elif is_once:
                return
