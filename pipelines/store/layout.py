"""Bringing a database into the form of the schema: collections, validators, indexes."""

from collections.abc import Mapping
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database
from pymongo.errors import CollectionInvalid, OperationFailure

from pipelines.store.errors import asking
from pipelines.store.schema import (
    COLLECTIONS,
    DEFINITION,
    META,
    RESTORING,
    SCHEMA_VERSION,
    VIEWS,
    Collection,
    Field,
    Index,
    View,
)

Document = dict[str, Any]
NAMESPACE_EXISTS = 48


def validator(collection: Collection) -> Document:
    """Return the ``$jsonSchema`` of a collection: every field's type, promised ones required."""
    return {
        "$jsonSchema": {
            "bsonType": "object",
            "required": [field.name for field in collection.fields if field.is_promised],
            "properties": {field.name: _property(field) for field in collection.fields},
        }
    }


def _property(field: Field) -> Document:
    kinds = list(field.types)
    shape: Document = {"bsonType": kinds, "description": field.meaning}
    if field.values:
        shape["enum"] = [str(value) for value in field.values] + ([None] if "null" in kinds else [])
    return shape


def apply(db: Database[Document]) -> None:
    """Create or update every collection, validator and index; again changes nothing."""
    with asking(f"prepare the database {db.name}"):
        present = set(db.list_collection_names())
        for collection in COLLECTIONS:
            _create(db, collection, present)
        for view in VIEWS:
            _show(db, view, present)
        db[META].update_one(
            {"_id": "schema"},
            {"$setOnInsert": {"version": SCHEMA_VERSION}, "$set": {"definition": DEFINITION}},
            upsert=True,
        )


def make(db: Database[Document]) -> None:
    """Create those collections that are not there, for documents to come before their indexes."""
    present = set(db.list_collection_names())
    for collection in COLLECTIONS:
        if collection.name not in present:
            _is_created(db, collection)


def _create(db: Database[Document], collection: Collection, present: set[str]) -> None:
    if collection.name in present or not _is_created(db, collection):
        db.command("collMod", collection.name, validator=validator(collection))
    for name in set(collection.retired) & set(db[collection.name].index_information()):
        db[collection.name].drop_index(name)
    models = [_model(index) for index in collection.indexes]
    if models:
        db[collection.name].create_indexes(models)


def _show(db: Database[Document], view: View, present: set[str]) -> None:
    """Create a view, or bring it up to date."""
    options: Document = {"viewOn": view.of, "pipeline": list(view.pipeline)}
    if view.name in present or not _is_made(db, view.name, options):
        db.command("collMod", view.name, **options)


def _is_created(db: Database[Document], collection: Collection) -> bool:
    """Create a collection; False where another process was quicker."""
    options: Document = {"validator": validator(collection)}
    if not collection.is_compressed:
        plain = {"configString": "block_compressor=none"}
        options["storageEngine"] = {"wiredTiger": plain}
    return _is_made(db, collection.name, options)


def _is_made(db: Database[Document], name: str, options: Document) -> bool:
    try:
        db.create_collection(name, **options)
    except CollectionInvalid:
        return False
    except OperationFailure as error:
        if error.code != NAMESPACE_EXISTS:
            raise
        return False
    return True


def _model(index: Index) -> IndexModel:
    expiry = {} if index.expire_seconds is None else {"expireAfterSeconds": index.expire_seconds}
    return IndexModel(list(index.keys), name=index.name, sparse=index.is_sparse, **expiry)


def differences(db: Database[Document]) -> list[str]:
    """Return in words what is not as the schema says; [] when all is."""
    found = []
    version = (db[META].find_one({"_id": "schema"}) or {}).get("version")
    if version != SCHEMA_VERSION:
        found.append(f"schema version is {version}, this code's is {SCHEMA_VERSION}")
    if db[META].find_one({"_id": RESTORING}):
        found.append("a restore is under way, or was cut off: repeat `dateline restore`")
    present = {str(row["name"]): row for row in db.list_collections()}
    for collection in COLLECTIONS:
        if collection.name not in present:
            found.append(f"collection {collection.name} is missing")
            continue
        found += _collection_differences(db, collection, present[collection.name])
    for view in VIEWS:
        options = present.get(view.name, {}).get("options")
        if not isinstance(options, dict) or options.get("pipeline") != list(view.pipeline):
            found.append(f"the view {view.name} is not this code's")
    return found


def _collection_differences(
    db: Database[Document], collection: Collection, row: Mapping[str, object]
) -> list[str]:
    options = row.get("options")
    found = []
    if not isinstance(options, dict) or options.get("validator") != validator(collection):
        found.append(f"the validator of {collection.name} is not this code's")
    names = set(db[collection.name].index_information())
    found += [
        f"index {name} of {collection.name} is one too many"
        for name in names.intersection(collection.retired)
    ]
    found += [
        f"index {index.name} of {collection.name} is missing: it answers {index.question}"
        for index in collection.indexes
        if index.name not in names
    ]
    return found
