"""What every room's tests may ask for."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import settings
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.store import server
from tests.indexed import let_tests_scan

settings.register_profile("dateline", deadline=None)  # no test asserts a time: machines are busy
settings.load_profile("dateline")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a case of bytes by its argument.

    Packed bytes hold the second they were packed in, and the processes that share the suite must
    name each case alike.
    """
    return argname if isinstance(val, bytes) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put last the files that take the least: then those who share the suite end together."""
    items.sort(
        key=lambda item: item.path.parent.name == "rooms" and not item.get_closest_marker("slow")
    )


@pytest.fixture(scope="session")
def mongo_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The home of the one MongoDB of this session; not to be stopped or killed by a test."""
    home = tmp_path_factory.mktemp("mongo")
    uri = server.ensure(home).uri
    if os.environ.get("NOTABLESCAN"):  # to see which questions of the product have no index
        let_tests_scan()
        with MongoClient[dict[str, Any]](uri) as client:
            client.admin.command("setParameter", 1, notablescan=True)
    yield home
    server.stop(home)
    shutil.rmtree(home)


@pytest.fixture(scope="session")
def mongo_uri(mongo_home: Path) -> str:
    """The address of the session's MongoDB, a replica set of one."""
    return server.ensure(mongo_home).uri


@pytest.fixture(scope="session")
def mongo_client(mongo_uri: str) -> Iterator[MongoClient[dict[str, Any]]]:
    """A client with the options of the product."""
    with MongoClient[dict[str, Any]](
        mongo_uri, w="majority", journal=True, tz_aware=True
    ) as client:
        yield client


@pytest.fixture
def database(mongo_client: MongoClient[dict[str, Any]]) -> Iterator[Database[dict[str, Any]]]:
    """An empty database of the test's own; dropped afterwards."""
    name = f"test_{uuid4().hex}"
    yield mongo_client[name]
    mongo_client.drop_database(name)
