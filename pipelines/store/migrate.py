"""Documents of an older schema brought forward, one small step each, in any number of attempts.

A step changes one document and its ``schema_version`` in one write, on the condition that the
version is still the old one: what was done before a ``kill -9`` is not done again.
The version of the database, in ``meta``, moves only once every document has moved.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from pipelines.records import PackedSighting
from pipelines.store import layout, schema, sightings
from pipelines.store.errors import StoreError, asking

Document = dict[str, Any]
BATCH = 500  # of an article's 4 kB: one write of 2 MB at most
ROUNDS = 5  # an older Dateline that still runs may add documents behind us


@dataclass(frozen=True, kw_only=True, slots=True)
class Migration:
    """One step forward of one collection."""

    number: int
    """The schema version that its documents have afterwards."""
    why: str
    """One sentence."""
    collection: str
    change: Callable[[Mapping[str, Any]], Document]
    """From a document to MongoDB's update of it; pure. ``schema_version`` is set by us."""
    only: Mapping[str, Any] = field(default_factory=dict)
    """A filter that its documents pass, beside their version; the others keep their version."""
    into: str = ""
    """The collection that takes the place of this one, which is dropped; "": none does."""
    parts: Callable[[Mapping[str, Any]], Sequence[Document]] = lambda _: ()
    """From a document to those of ``into``; pure. One that is there already stays as it is."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What a migration did."""

    before: int | None
    """The database's version; None where it had none."""
    after: int
    changed: Mapping[int, int]
    """How many documents each step changed, by its number; steps that were not due are left out."""


def _pages_of_site(site: Mapping[str, Any]) -> list[Document]:
    return [
        sightings.document(
            PackedSighting(
                site=site["_id"],
                url=page["url"],
                seen_at=page["seen_at"],
                choice=page.get("choice", -1),  # of a Dateline that noted none: to be read again
                lines=page["lines"],
            )
        )
        for page in site.get("sightings", ())
    ]


MIGRATIONS: tuple[Migration, ...] = (
    Migration(
        number=2,
        why="Articles from before texts were compared wait to be judged.",
        collection="articles",
        change=lambda _: {"$set": {"fingerprints.waits": True}},
    ),
    Migration(
        number=3,
        why="Articles say which agencies they are credited to, and where they were written.",
        collection="articles",
        change=lambda _: {"$set": {"agencies": [], "place": None}},
    ),
    Migration(
        number=4,
        why="What was seen of a site is a document a page: which pages teach is chosen of them.",
        collection="sites",
        change=lambda _: {},
        into="sightings",
        parts=_pages_of_site,
    ),
)
"""In order of their numbers. A step is never edited once it was released."""


def migrate(
    db: Database[Document],
    migrations: Sequence[Migration] = MIGRATIONS,
    version: int = schema.SCHEMA_VERSION,
    batch: int = BATCH,
) -> Report:
    """Bring validators, indexes and documents to ``version``; safe to stop and to repeat.

    Raises StoreError where the database is of a newer Dateline, or an older one still writes to it.
    """
    with asking(f"migrate the database {db.name}"):
        before = version_of(db)
        if before is not None and before > version:
            raise StoreError(
                f"the database {db.name} has schema {before}, this older Dateline has {version}.\n"
                "Update Dateline; nothing was changed."
            )
        # first, so that documents are written against the new validators
        layout.apply(db)
        due = [step for step in migrations if (before or 0) < step.number <= version]
        changed = {step.number: 0 for step in due}
        for step in due:
            changed[step.number] += _carry_out(db, step, batch)
        db[schema.META].update_one({"_id": "schema"}, {"$max": {"version": version}}, upsert=True)
    return Report(before=before, after=version, changed=changed)


def version_of(db: Database[Document]) -> int | None:
    """Return the schema version that the database is at, or None where it was never prepared."""
    meta = db[schema.META].find_one({"_id": "schema"}) or {}
    found = meta.get("version")
    return int(found) if found is not None else None


def _carry_out(db: Database[Document], step: Migration, batch: int) -> int:
    changed = 0
    for _ in range(ROUNDS):
        seen = 0
        for documents in _batches(db, step, batch):
            seen += len(documents)
            _part(db, step, documents)
            # it lacks what the steps after it give
            answer = db[step.collection].bulk_write(
                [_write(step, one) for one in documents], bypass_document_validation=True
            )
            changed += answer.modified_count
        if not seen:
            if step.into:
                db.drop_collection(step.collection)
            return changed
    raise StoreError(
        f"documents of an older schema keep coming into {db.name}.{step.collection}.\n"
        "Stop the older Dateline that writes them, then run `dateline db migrate` again."
    )


def _part(db: Database[Document], step: Migration, documents: Sequence[Document]) -> None:
    parts = [part for document in documents for part in step.parts(document)]
    if parts:
        writes = [
            UpdateOne({"_id": one["_id"]}, {"$setOnInsert": one}, upsert=True) for one in parts
        ]
        db[step.into].bulk_write(writes, ordered=False)


def _batches(db: Database[Document], step: Migration, batch: int) -> Iterator[list[Document]]:
    """The documents that the step has still to change, by ``_id``, each once."""
    # a document without a version is older than any
    old = {**step.only, "schema_version": {"$not": {"$gte": step.number}}}
    last: Document = {}
    while True:
        every = db[step.collection].find({**old, **last}).hint("_id_")
        found = list(every.sort("_id", 1).limit(batch))
        if not found:
            return
        yield found
        last = {"_id": {"$gt": found[-1]["_id"]}}


def _write(step: Migration, document: Document) -> UpdateOne:
    update = step.change(document)
    sets = {**update.get("$set", {}), "schema_version": step.number}
    # None also stands for a field that is missing
    unchanged = {"_id": document["_id"], "schema_version": document.get("schema_version")}
    return UpdateOne(unchanged, {**update, "$set": sets})
