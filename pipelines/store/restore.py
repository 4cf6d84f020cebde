"""A backup into a database: all of it, or nothing that any command takes for a database.

A mark in ``meta`` stands from before the first document until all is done; who meets it refuses,
and the next restore begins anew. What was removed on request stays removed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from bson.raw_bson import RawBSONDocument
from pymongo import ReplaceOne
from pymongo.database import Database

from pipelines.records import Exclusion
from pipelines.store import layout
from pipelines.store.dump import DamagedError, Reader, Tell
from pipelines.store.errors import asking
from pipelines.store.migrate import Report, migrate
from pipelines.store.query import sizes
from pipelines.store.removed import REMOVED, Removals, Request
from pipelines.store.runs import alone
from pipelines.store.schema import META, RESTORING, SCHEMA_VERSION
from pipelines.store.words import Words

Document = dict[str, Any]
BATCH_BYTES, BATCH = 8_000_000, 1_000
KEPT_AS = "kept:"  # what was removed on request, while its database is replaced
THE_KEPT = {"_id": {"$gt": KEPT_AS, "$lt": f"{KEPT_AS}\uffff"}}
T = TypeVar("T")


class OccupiedError(Exception):
    """The database holds something; the message says how much."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came of it."""

    documents: int
    migration: Report
    removed: int
    """Articles of the backup that were removed since it was made, and are so again."""


def restore(
    db: Database[Document], reader: Reader, tell: Tell, *, is_replaced: bool = False
) -> Restored:
    """Put a backup that was verified into a database that is empty, or ``is_replaced``.

    Raises OccupiedError, BusyError, StoreError, and DamagedError where its schema is newer.
    """
    manifest = reader.manifest
    if (manifest.schema or 0) > SCHEMA_VERSION:
        made = f"it has schema {manifest.schema}, this older Dateline {SCHEMA_VERSION}"
        raise DamagedError(f"{made}: update Dateline")
    with asking(f"restore into the database {db.name}"):
        _begin(db, is_replaced=is_replaced)
        for part in manifest.parts:
            for batch in _batches(reader.documents(part)):
                documents = [RawBSONDocument(one) for one in batch]
                if part.name == META:
                    own = [d for d in documents if not d["_id"].startswith(KEPT_AS)]
                    db[META].bulk_write([ReplaceOne({"_id": d["_id"]}, d, True) for d in own])
                else:
                    db[part.name].insert_many(
                        documents, ordered=False, bypass_document_validation=True
                    )
                tell(part.name, len(batch))
        _be_at_rest(db)
    migration = migrate(db)
    removed = _remove_again(db)
    with asking(f"restore into the database {db.name}"):
        db[META].delete_many(THE_KEPT)
        db[META].delete_one({"_id": RESTORING})
    return Restored(manifest.documents, migration, removed)


def occupied(db: Database[Document]) -> int:
    """Return how many documents there are beside what every command makes; 0 of half a restore."""
    with asking(f"look into the database {db.name}"):
        if db[META].find_one({"_id": RESTORING}):
            return 0
    return sum(sizes(db, (META,)).values())


def _begin(db: Database[Document], *, is_replaced: bool) -> None:
    """Keep what is to stay removed, mark the database and empty it."""
    number = occupied(db)
    if number and not is_replaced:
        raise OccupiedError(f"the database {db.name} holds {number} documents")
    if number:
        # nobody frees it: it goes with all the rest
        alone(db, "dateline restore")
    if db[META].find_one({"_id": RESTORING}) is None:
        _keep(db)
        db[META].insert_one({"_id": RESTORING})
    for name in db.list_collection_names():
        if name != META and not name.startswith("system."):
            db.drop_collection(name)
    db[META].delete_many({"_id": {"$ne": RESTORING, "$not": THE_KEPT["_id"]}})
    layout.make(db)


def _keep(db: Database[Document]) -> None:
    """Write what is to stay removed where the emptying leaves it, each in a document of its own."""
    db[META].delete_many(THE_KEPT)
    for number, batch in enumerate(_in_turn(_tombstones(db), BATCH)):
        kept = [
            {"_id": f"{KEPT_AS}{number}:{place}", "of": name, "document": one}
            for place, (name, one) in enumerate(batch)
        ]
        db[META].insert_many(kept, ordered=False)


def _tombstones(db: Database[Document]) -> Iterator[tuple[str, Document]]:
    for one in db["frontier"].find({"reason": Exclusion.REMOVED}, hint="_id_"):
        yield "frontier", one
    for batch in _in_turn(db["articles"].find({"state": REMOVED}, hint="_id_"), BATCH):
        yield from (("articles", one) for one in batch)
        ids = [one["_id"] for one in batch]
        yield from (("claims", one) for one in db["claims"].find({"article": {"$in": ids}}))


def _in_turn(found: Iterable[T], number: int) -> Iterator[list[T]]:
    rest = iter(found)
    while batch := list(islice(rest, number)):
        yield batch


def _batches(documents: Iterator[bytes]) -> Iterator[Sequence[bytes]]:
    batch: list[bytes] = []
    size = 0
    for one in documents:
        batch.append(one)
        size += len(one)
        if size > BATCH_BYTES or len(batch) == BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _be_at_rest(db: Database[Document]) -> None:
    """Undo what a run that is none here had in hand: leases, and a revision without its article.

    Of an instant between two writes; the run that repeats them makes both.
    """
    held = {"lease.by": {"$ne": None}}
    db["frontier"].update_many(held, {"$set": {"lease.by": None, "lease.until": None}}, hint="_id_")
    early = db["revisions"].aggregate(
        [
            {
                "$lookup": {
                    "from": "articles",
                    "localField": "article",
                    "foreignField": "_id",
                    "pipeline": [{"$project": {"revision": 1}}],
                    "as": "now",
                }
            },
            {"$match": {"$expr": {"$gte": ["$revision", {"$first": "$now.revision"}]}}},
            {"$project": {"_id": 1}},
        ]
    )
    ids = [row["_id"] for row in early]
    if ids:
        db["revisions"].delete_many({"_id": {"$in": ids}})
    Words(db).forget()  # a backup has none of them


def _remove_again(db: Database[Document]) -> int:
    """Remove what the database before had removed; return how many articles it was of."""
    removals, number = Removals(db), 0
    with asking("remove again what was removed"):
        for batch in _in_turn(db[META].find({**THE_KEPT, "of": "articles"}), BATCH):
            told = {row["document"]["_id"]: row["document"]["removed"] for row in batch}
            for found in db["articles"].find({"_id": {"$in": list(told)}}):
                if found["state"] != REMOVED:
                    why = told[found["_id"]]
                    removals.remove(found, Request(reason=why["reason"], by=why["by"]))
                    number += 1
        for name in ("articles", "claims", "frontier"):
            for batch in _in_turn(db[META].find({**THE_KEPT, "of": name}), BATCH):
                kept = [row["document"] for row in batch]
                writes = [ReplaceOne({"_id": one["_id"]}, one, True) for one in kept]
                db[name].bulk_write(writes, ordered=False)
    return number
