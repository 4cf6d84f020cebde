"""A database into a file, as it was at one moment, while crawls go on.

On a replica set all is read as of one moment. A standalone server has no such reading: there the
lock of a crawl is held meanwhile, so that nobody writes.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import OperationFailure

from pipelines.store.dump import Manifest, Tell, written
from pipelines.store.errors import StoreError, asking
from pipelines.store.migrate import version_of
from pipelines.store.runs import BACKUP, HEARTBEAT_SECONDS, BusyError, alone
from pipelines.store.schema import META, RESTORING

Document = dict[str, Any]
SNAPSHOTS_SINCE = 13  # the wire version of MongoDB 5.0
# how long a server keeps a moment: 5 minutes, unless it is told to keep it for longer
HISTORY, HISTORY_SECONDS = "minSnapshotHistoryWindowInSeconds", 6 * 3600
USUAL_SECONDS = 300  # mongod's own
TOO_OLD = {239, 246}
LOCKS = {"_id": {"$not": {"$regex": "^(lock|run):"}}}  # of runs that mean nothing elsewhere
MADE = frozenset({"search"})  # of the articles, anew, after a restore
LAST = ("pages",)  # the largest: whatever ends a backup early does so after the rest was read


def backup(
    db: Database[Document],
    path: Path,
    tell: Tell,
    *,
    is_embedded: bool,
    without: frozenset[str] = frozenset(),
) -> Manifest:
    """Write a database into a file; return what it holds. Raises StoreError, BusyError, OSError.

    ``without``: collections that are left out.
    """
    with asking(f"back up the database {db.name}"):
        if db[META].find_one({"_id": RESTORING}):
            raise StoreError(
                f"the database {db.name} holds a part of a backup\n"
                "`dateline restore` with the same file again makes it whole"
            )
        hello = db.client.admin.command("hello")
        names = [name for name in collections(db) if name not in without]
        at, schema = datetime.now(UTC), version_of(db)
        server = str(db.client.server_info()["version"])
    with ExitStack() as stack:
        out = stack.enter_context(written(path))
        session = stack.enter_context(_moment(db, hello, is_embedded=is_embedded))
        beat = stack.enter_context(_alone(db)) if session is None else _nothing
        for name in names:
            with _explained():
                out.add(name, _chunks(db, name, session, beat), tell)
        manifest = Manifest(
            made_at=at.isoformat(timespec="seconds"),
            database=db.name,
            schema=schema,
            server=server,
            parts=tuple(out.parts),
        )
        out.end(manifest)
    return manifest


def collections(db: Database[Document]) -> list[str]:
    """Return the names of all collections, the raw pages last; what is made of others stays out."""
    every = db.list_collection_names(filter={"type": "collection"})
    names = [name for name in every if name not in MADE and not name.startswith("system.")]
    return sorted(names, key=lambda name: (name in LAST, name))


def _chunks(
    db: Database[Document], name: str, session: ClientSession | None, beat: Callable[[], None]
) -> Iterator[bytes]:
    query = LOCKS if name == "hosts" else {}
    hint = "_id_" if query else None
    for batch in db[name].find_raw_batches(query, session=session, hint=hint):
        beat()
        yield cast("bytes", batch)


@contextmanager
def _moment(
    db: Database[Document], hello: Document, *, is_embedded: bool
) -> Iterator[ClientSession | None]:
    """Give a session that reads as of one moment; None where the server has no such thing."""
    is_set = hello.get("setName") or hello.get("msg") == "isdbgrid"
    if not is_set or hello["maxWireVersion"] < SNAPSHOTS_SINCE:
        yield None
        return
    with _history(db, is_ours=is_embedded), db.client.start_session(snapshot=True) as session:
        yield session


@contextmanager
def _history(db: Database[Document], *, is_ours: bool) -> Iterator[None]:
    """Have our own server keep the moment for as long as a backup takes."""
    if not is_ours:
        yield
        return
    admin = db.client.admin
    was = admin.command({"setParameter": 1, HISTORY: HISTORY_SECONDS})["was"]
    before = USUAL_SECONDS if was == HISTORY_SECONDS else was  # a backup was killed
    try:
        yield
    finally:
        admin.command({"setParameter": 1, HISTORY: before})


@contextmanager
def _alone(db: Database[Document]) -> Iterator[Callable[[], None]]:
    """Hold the lock of a crawl; give what keeps it. Raises BusyError."""
    try:
        lock = alone(db, BACKUP)
    except BusyError as error:
        raise BusyError(f"{error}, and this server has no snapshots") from error
    last = [time.monotonic()]

    def beat() -> None:
        if time.monotonic() - last[0] > HEARTBEAT_SECONDS:
            last[0] = time.monotonic()
            if not lock.renew():
                raise BusyError("this backup was stopped for so long that a run took its place")

    try:
        yield beat
    finally:
        lock.free()


@contextmanager
def _explained() -> Iterator[None]:
    """Say what helps where a backup took longer than the server keeps a moment."""
    try:
        with asking("be read for a backup"):
            yield
    except StoreError as error:
        cause = error.__cause__
        if isinstance(cause, OperationFailure) and cause.code in TOO_OLD:
            words = "the backup took longer than the server keeps one moment (300 s, as it comes)"
            todo = f"have it keep more: setParameter {HISTORY}; or give --without-pages"
            raise StoreError(f"{words}\n{todo}") from error
        raise


def _nothing() -> None:
    return None
