"""One definition: applied twice it changes nothing, its validators refuse, its indexes answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import WriteError

from pipelines.store import layout, schema
from pipelines.store.frontier import Frontier
from tests.samples import NOW, an_announcement, an_offer, the_articles

Document = dict[str, Any]
INDEXES = [(c.name, index) for c in schema.COLLECTIONS for index in c.indexes]


@pytest.mark.slow
def test_applied_twice_and_by_several_at_once_it_is_the_same(
    mongo_client: MongoClient[Document], database: Database[Document]
) -> None:
    barrier = Barrier(3, timeout=30)

    def apply(_: int) -> None:
        barrier.wait()
        layout.apply(database)

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(apply, range(3)))
    first = sorted(database.list_collections(), key=lambda row: str(row["name"]))
    layout.apply(database)

    assert sorted(database.list_collections(), key=lambda row: str(row["name"])) == first
    assert layout.differences(database) == []


def test_what_is_not_as_defined_is_told(db: Database[Document]) -> None:
    db["articles"].drop_index("by_change")
    db.command("collMod", "claims", validator={})
    db["hosts"].drop()
    db["meta"].update_one({"_id": "schema"}, {"$set": {"version": 0}})

    found = layout.differences(db)
    db["meta"].update_one({"_id": "schema"}, {"$set": {"version": schema.SCHEMA_VERSION}})
    layout.apply(db)

    assert found == [
        f"schema version is 0, this code's is {schema.SCHEMA_VERSION}",
        "index by_change of articles is missing: it answers what changed since a moment",
        "the validator of claims is not this code's",
        "collection hosts is missing",
    ]
    assert layout.differences(db) == []


def an_article(db: Database[Document]) -> Document:
    the_articles(db).keep([an_offer()], NOW)
    article = db["articles"].find_one()
    assert article
    db["articles"].delete_many({})
    return article


def test_each_promised_field_is_demanded(db: Database[Document]) -> None:
    article = an_article(db)

    promised = [field for field in schema.ARTICLES.fields if field.is_promised]
    for field in promised:
        broken = {name: value for name, value in article.items() if name != field.name}
        if field.name == "_id":
            continue
        with pytest.raises(WriteError, match="validation"):
            db["articles"].insert_one(broken)

    db["articles"].insert_one(article)
    assert {field.name for field in promised} == article.keys()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("state", "asleep"),
        ("title", 7),
        ("changed_at", "2026-11-02"),
        ("urls", "https://a.example"),
    ],
)
def test_a_field_of_another_form_is_refused(
    db: Database[Document], field: str, value: object
) -> None:
    article = an_article(db)

    with pytest.raises(WriteError, match="validation"):
        db["articles"].insert_one({**article, field: value})


def test_the_ledger_takes_no_state_or_reason_off_its_lists(db: Database[Document]) -> None:
    Frontier(db).record([an_announcement()], NOW)

    for change in ({"state": "lost"}, {"reason": "tired"}):
        with pytest.raises(WriteError, match="validation"):
            db["frontier"].update_one({}, {"$set": change})


QUESTIONS: dict[str, tuple[Document, list[tuple[str, int]]]] = {
    "undelivered.by_follower": ({"follower": "a"}, [("given_up_at", 1)]),
    "search.by_term": ({"terms": "ferry"}, [("published_at", -1), ("_id", 1)]),
    "coverage.by_source": ({"source": "lantern"}, [("day", -1)]),
    "coverage.by_day": ({"day": {"$lt": NOW}}, [("day", 1)]),
    "articles.originals_by_time": ({"duplicate_of": None, "state": "live"}, [("published_at", -1)]),
    "articles.by_time": ({}, [("published_at", -1), ("_id", 1)]),
    "articles.by_source": ({"source": "lantern"}, [("published_at", -1)]),
    "articles.by_region": ({"region": "coast"}, [("published_at", -1)]),
    "articles.by_story": ({"story": "a"}, []),
    "articles.by_change": ({"changed_at": {"$gt": NOW}}, [("changed_at", 1), ("_id", 1)]),
    "articles.by_url": ({"urls": "https://lantern.example/a"}, []),
    "articles.by_sketch": ({"fingerprints.sketch": {"$in": [1, 2]}}, []),
    "articles.waiting": ({"fingerprints.waits": True}, []),
    "revisions.by_article": ({"article": "a"}, [("revision", 1)]),
    "frontier.due": (
        {"priority": {"$in": [0, 1]}, "next_at": {"$lte": NOW}, "source": {"$in": ["a", "b"]}},
        [("priority", 1), ("next_at", 1)],
    ),
    "frontier.by_state": ({"state": "excluded", "reason": "robots"}, []),
    "frontier.by_source": ({"source": "lantern"}, []),
    "frontier.by_article": ({"article": "a"}, []),
    "frontier.by_lease": ({"lease.by": "machine/1"}, []),
    "claims.by_article": ({"article": "a"}, []),
    "feeds.failing": ({"failures": {"$gt": 0}}, [("failures", -1)]),
    "feeds.by_source": ({"source": {"$in": ["a", "b"]}}, []),
    "sightings.site_day": (
        {"site": "lantern.example", "day": {"$lte": 739_000}},
        [("day", -1), ("lot", 1)],
    ),
    "sightings.to_check": ({"to_check": {"$gt": ""}}, []),
    "backfills.by_backfill": (
        {"backfill": "lantern 2024-05-01", "read_at": None},
        [("expires_at", 1), ("_id", 1)],
    ),
    "backfills.expiry": ({"expires_at": {"$lt": NOW - timedelta(days=1)}}, []),
    "pages.by_expiry": ({"expires_at": {"$lt": NOW - timedelta(days=1)}}, []),
    "runs.by_time": ({}, [("started_at", -1)]),
}


@pytest.mark.parametrize(
    ("collection", "index"), INDEXES, ids=lambda part: getattr(part, "name", "")
)
def test_each_index_answers_its_question(
    db: Database[Document], collection: str, index: schema.Index
) -> None:
    query, order = QUESTIONS[f"{collection}.{index.name}"]
    found = db[collection].find(query, hint=None)  # it is to choose itself

    plan = (found.sort(order) if order else found).explain()["queryPlanner"]["winningPlan"]

    stages = list(stages_of(plan))
    assert {stage.get("indexName") for stage in stages} - {None} == {index.name}
    assert not [stage["stage"] for stage in stages if stage["stage"] in {"COLLSCAN", "SORT"}]


def stages_of(plan: Document) -> list[Document]:
    below = [plan[key] for key in ("inputStage",) if key in plan]
    below += plan.get("inputStages", [])
    return [plan, *(stage for part in below for stage in stages_of(part))]
