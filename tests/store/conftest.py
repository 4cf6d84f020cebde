"""A database with Dateline's collections, validators and indexes."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.store import layout, schema

Document = dict[str, Any]


@pytest.fixture(scope="session")
def prepared(mongo_client: MongoClient[Document]) -> Iterator[Database[Document]]:
    """One database for all tests that ask for ``db``: preparing it takes longer than they do."""
    database = mongo_client["test_prepared"]
    layout.apply(database)
    yield database
    mongo_client.drop_database(database.name)


@pytest.fixture
def db(prepared: Database[Document]) -> Iterator[Database[Document]]:
    """An empty database, prepared as every command prepares it."""
    yield prepared
    for collection in schema.COLLECTIONS:
        prepared[collection.name].delete_many({})
