"""The invented web and the homes of the crawls."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient

from tests.crawl.home import Home
from tests.crawl.server import Web

Document = dict[str, Any]


@pytest.fixture(scope="module")
def web() -> Iterator[Web]:
    """The invented web of a module."""
    with Web() as server:
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def a_home(
    web: Web,
    mongo_uri: str,
    mongo_client: MongoClient[Document],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., Home]]:
    """Make homes, each with a database of its own, or with one that is given."""
    made: list[str] = []

    def make(database: str | None = None) -> Home:
        path: Path = tmp_path_factory.mktemp("home")
        name = database or f"test_{uuid4().hex}"
        made.append(name)
        return Home(path=path, uri=mongo_uri, database=name, proxy=web.proxy)

    yield make
    for name in set(made):
        mongo_client.drop_database(name)
