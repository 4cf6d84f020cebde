"""Migrations that may be stopped anywhere."""

import signal
import subprocess
import sys
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.store import layout, schema
from pipelines.store.errors import StoreError
from pipelines.store.migrate import Migration, migrate, version_of
from tests.store.migrating import STEPS, VERSION

Db = Database[dict[str, Any]]
BEFORE = [
    {"_id": 1, "name": "Ada Reed", "schema_version": 1},
    {"_id": 2, "name": "Bo Sand", "schema_version": 1},
    {"_id": 3, "name": "Cy Moss"},  # from before documents had a version
]
AFTER = [
    {"_id": 1, "first": "Ada", "last": "Reed", "turns": 1, "schema_version": 3},
    {"_id": 2, "first": "Bo", "last": "Sand", "turns": 1, "schema_version": 3},
    {"_id": 3, "first": "Cy", "last": "Moss", "turns": 1, "schema_version": 3},
]


@pytest.fixture
def people(database: Db) -> Db:
    """A database of schema 1 with three documents."""
    layout.apply(database)
    database[schema.META].update_one({"_id": "schema"}, {"$set": {"version": 1}})
    database.people.insert_many(BEFORE)
    return database


@pytest.mark.parametrize("document", [2, 3, 4])
def test_a_migration_killed_before_a_document_is_finished_by_the_next(
    people: Db, mongo_uri: str, document: int
) -> None:
    """Each document is changed once, and the version moves last."""
    killed = subprocess.run(
        [sys.executable, "-m", "tests.store.migrating", mongo_uri, people.name, str(document)],
        check=False,
    )
    at_the_kill = version_of(people)
    done = people.people.count_documents({"schema_version": {"$gte": 2}})

    report = migrate(people, STEPS, VERSION)

    assert killed.returncode == -signal.SIGKILL
    assert at_the_kill == 1
    assert done == min(document - 1, 3)
    assert sum(report.changed.values()) == 6 - (document - 1)
    assert list(people.people.find().sort("_id")) == AFTER
    assert version_of(people) == VERSION


def test_a_second_migration_changes_nothing(people: Db) -> None:
    migrate(people, STEPS, VERSION, batch=2)

    again = migrate(people, STEPS, VERSION, batch=2)

    assert (again.before, again.after, dict(again.changed)) == (VERSION, VERSION, {})
    assert list(people.people.find().sort("_id")) == AFTER


def test_a_database_of_a_newer_dateline_is_left_alone(people: Db) -> None:
    people[schema.META].update_one({"_id": "schema"}, {"$set": {"version": VERSION + 1}})

    with pytest.raises(StoreError, match="schema 4, this older Dateline has 3"):
        migrate(people, STEPS, VERSION)

    assert list(people.people.find().sort("_id")) == BEFORE


def test_an_empty_database_gets_todays_schema(database: Db) -> None:
    report = migrate(database)

    assert (report.before, report.after) == (None, schema.SCHEMA_VERSION)
    assert layout.differences(database) == []


def test_documents_that_a_step_does_not_mean_keep_their_version(people: Db) -> None:
    step = Migration(
        number=2,
        why="only Bo",
        collection="people",
        change=lambda _: {"$set": {"chosen": True}},
        only={"name": "Bo Sand"},
    )

    migrate(people, [step], 2)

    assert people.people.find_one({"chosen": True}, {"_id": 1}) == {"_id": 2}
    assert people.people.count_documents({"schema_version": 2}) == 1


def test_an_older_dateline_that_goes_on_writing_ends_the_migration(people: Db) -> None:
    """Its documents keep coming; the version must not move past them."""
    numbers = iter(range(100, 200))

    def change(_: object) -> dict[str, Any]:
        people.people.insert_one({"_id": -next(numbers), "schema_version": 1})
        return {"$set": {"seen": True}}

    step = Migration(number=2, why="never ends", collection="people", change=change)

    with pytest.raises(StoreError, match="older Dateline"):
        migrate(people, [step], 2)

    assert version_of(people) == 1
