"""The invented web and the homes of the crawls."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.store import layout, schema
from tests.crawl.home import Home
from tests.crawl.server import Web

Document = dict[str, Any]


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    """The invented web of a module."""
    with Web() as server:
        yield server
        server.shutdown()


@pytest.fixture(scope="session")
def left(mongo_client: MongoClient[Document]) -> Iterator[list[str]]:
    """Databases that homes have left, emptied: to make one anew takes longer than most crawls."""
    names: list[str] = []
    yield names
    for name in names:
        mongo_client.drop_database(name)


@pytest.fixture(scope="module")
def a_home(
    web: Web,
    mongo_uri: str,
    mongo_client: MongoClient[Document],
    left: list[str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., Home]]:
    """Make homes, each with a database of its own, or with one that is given."""
    made: list[str] = []

    def make(database: str | None = None) -> Home:
        path: Path = tmp_path_factory.mktemp("home")
        name = database or (left.pop() if left else f"test_{uuid4().hex}")
        made.append(name)
        return Home(path=path, uri=mongo_uri, database=name, proxy=web.proxy)

    yield make
    for name in set(made):
        if is_emptied(mongo_client[name]):
            left.append(name)
        else:
            mongo_client.drop_database(name)


def is_emptied(db: Database[Document]) -> bool:
    """Leave of a database only what is prepared; False where it is not as it would be made."""
    names = {collection.name for collection in schema.COLLECTIONS}
    for name in db.list_collection_names(filter={"type": "collection"}):
        if name.startswith("system."):  # of views
            continue
        if name not in names:
            return False
        db[name].delete_many({})
    layout.apply(db)
    return not layout.differences(db)
