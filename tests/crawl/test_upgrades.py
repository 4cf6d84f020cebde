"""A database that an earlier Dateline made: brought forward, sound afterwards, and collected into.

`tests/store/older` holds one of each schema, written by the Dateline of that time over the same two
papers: four articles, one of them an exact copy and one revised, an address that failed, one that
is left out.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from bson import json_util
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.store import layout
from pipelines.store.audit import audit
from pipelines.store.schema import COLLECTIONS, SCHEMA_VERSION
from tests.crawl.home import Home
from tests.crawl.server import Web, article, feed

Document = dict[str, Any]
OLDER = Path(__file__).parents[1] / "store" / "older"
LIT = "It was lit on Tuesday, the harbour master said in the evening."
REEF = [f"http://reef.example/{name}" for name in ("bridge", "quay", "lamp")]
# the first Dateline there was, and the last one of each schema
FILES = ("first", "schema-1", "schema-2", "schema-3", "schema-4")


def made(db: Database[Document], name: str) -> dict[str, list[Document]]:
    """Fill a database as it was left then; return what was in it."""
    text = (OLDER / f"{name}.json").read_text("utf-8")
    options = json_util.JSONOptions(tz_aware=True)
    found: dict[str, list[Document]] = json_util.loads(text, json_options=options)
    for collection, documents in found.items():
        db.create_collection(collection)
        if documents:
            db[collection].insert_many(documents)
    db["pages"].create_index([("expires_at", 1)], name="expiry", expireAfterSeconds=0)
    return found


def papers(web: Web, home: Home) -> None:
    for name in ("reef", "cove"):
        home.paper(name, country="IE", language="en", timezone="Europe/Dublin")
    web.put("http://reef.example/feed", feed([*REEF, "http://reef.example/new"]))
    web.put("http://cove.example/feed", feed(["http://cove.example/bridge"]))
    for url in (*REEF, "http://cove.example/bridge", "http://reef.example/new"):
        name = url.rpartition("/")[2]
        web.put(url, article(name, more=LIT if name == "lamp" else ""))


def invalid(db: Database[Document]) -> dict[str, int]:
    """How many documents of each collection its validator would not take."""
    counts = {
        one.name: db[one.name].count_documents({"$nor": [layout.validator(one)]})
        for one in COLLECTIONS
    }
    return {name: number for name, number in counts.items() if number}


@pytest.mark.parametrize("name", FILES)
def test_an_older_database_is_brought_forward_and_collected_into(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document], name: str
) -> None:
    home = a_home(f"test_{uuid4().hex}")  # not prepared
    db = home.db(mongo_client)
    before = made(db, name)
    version = before["meta"][-1]["version"]
    papers(web, home)
    early = home.run("status")

    migrated = home.run("db", "migrate")

    assert early.code == (0 if version == SCHEMA_VERSION else 69), early.err
    assert migrated.code == 0, migrated.err
    assert f"schema {version} before, schema {SCHEMA_VERSION} now" in migrated.out
    checked = home.run("db", "check")
    assert checked.code == 0, checked.out
    assert audit(db).is_clean, audit(db)
    assert invalid(db) == {}
    web.log.clear()
    report = home.crawl("--all").report
    assert report["pages"]["stored"]["new"] == 1
    assert audit(db).is_clean
    after = {row["_id"]: row for row in db["articles"].find()}
    for row in before["articles"]:
        assert {k: after[row["_id"]][k] for k in ("url", "text", "revision", "first_seen_at")} == {
            k: row[k] for k in ("url", "text", "revision", "first_seen_at")
        }
    assert len(after) == len(before["articles"]) + 1
    [copy] = [row for row in after.values() if row["duplicate_of"]]
    head = after[copy["duplicate_of"]]
    assert {row["url"].rpartition("/")[2] for row in (head, copy)} == {"bridge"}
    assert (head["text"], copy["relation"]) == (copy["text"], "copy")


@pytest.mark.parametrize("name", FILES)
def test_a_backup_of_an_older_database_is_restored_into_todays(
    a_home: Callable[..., Home], mongo_client: MongoClient[Document], name: str
) -> None:
    older, home = (a_home(f"test_{uuid4().hex}") for _ in range(2))  # not prepared
    before = made(older.db(mongo_client), name)
    file = older.path / "older.zip"

    backed = older.run("backup", str(file))
    restored = home.run("restore", str(file), "--json")

    assert (backed.code, restored.code) == (0, 0), backed.err + restored.err
    assert restored.report["schema"] == {
        "before": before["meta"][-1]["version"], "now": SCHEMA_VERSION,
    }  # fmt: skip
    assert restored.report["faults"] == 0
    assert home.db(mongo_client)["articles"].count_documents({}) == len(before["articles"])
    assert home.run("db", "check").code == 0
