"""The last articles of many sources, as one question finds them for each."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.store.removed import REMOVED
from pipelines.store.signs import LAST, TOGETHER, Signs
from tests.samples import NOW, an_offer, the_articles

Document = dict[str, Any]


@pytest.fixture
def put(db: Database[Document]) -> Any:
    """What stores articles of a source, by their ages in hours; None: it says no day."""
    the_articles(db).keep([an_offer()], NOW)
    [like] = db["articles"].find()
    db["articles"].delete_many({})

    def store(source: str, *ages: int | None, **changes: Any) -> None:
        for number, age in enumerate(ages):
            at = None if age is None else NOW - timedelta(hours=age)
            seen = {"first_seen_at": NOW + timedelta(minutes=number), "published_at": at}
            row = {**like, "_id": f"{source} {number} {age}", "source": source, **seen, **changes}
            db["articles"].insert_one(row)

    return store


def ids(db: Database[Document], *sources: str) -> dict[str, list[str]]:
    return {key: [row["_id"] for row in rows] for key, rows in Signs(db).last(sources)}


def test_of_each_source_the_newest_are_found(db: Database[Document], put: Any) -> None:
    put("lamp", 3, 1, 2)
    put("buoy", 5, 4)
    put("other", 0)

    assert ids(db, "lamp", "none", "buoy") == {
        "lamp": ["lamp 1 1", "lamp 2 2", "lamp 0 3"],
        "none": [],
        "buoy": ["buoy 1 4", "buoy 0 5"],
    }


def test_of_a_source_that_dates_nothing_those_that_came_last(
    db: Database[Document], put: Any
) -> None:
    put("lamp", None, None)
    put("buoy", None, 4)

    assert ids(db, "lamp", "buoy") == {
        "lamp": ["lamp 1 None", "lamp 0 None"],
        "buoy": ["buoy 1 4", "buoy 0 None"],
    }


def test_what_was_removed_says_nothing_and_no_more_than_the_last_are_looked_at(
    db: Database[Document], put: Any
) -> None:
    put("lamp", *range(LAST + 2))
    put("buoy", 1, state=REMOVED, removed={"reason": "asked", "by": "desk", "at": NOW})

    found = ids(db, "lamp", "buoy")

    assert found["lamp"] == [f"lamp {n} {n}" for n in range(LAST)]
    assert found["buoy"] == []


def test_a_text_is_measured_and_not_carried(db: Database[Document], put: Any) -> None:
    put("lamp", 1, text="Gaspé")

    [(_, [row])] = Signs(db).last(["lamp"])

    assert row["bytes"] == 6
    assert "text" not in row


def test_many_sources_are_several_questions(db: Database[Document], put: Any) -> None:
    names = [f"paper{n}" for n in range(TOGETHER + 1)]
    put(names[0], 1)
    put(names[-1], 2)

    found = ids(db, *names)

    assert list(found) == names
    assert (found[names[0]], found[names[-1]]) == (["paper0 0 1"], [f"{names[-1]} 0 2"])
