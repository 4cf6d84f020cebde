"""Pages a day of a source: counted when they are taken, given back where nothing was asked for."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.records import Due, Priority
from pipelines.store.budgets import Budgets
from pipelines.store.frontier import Frontier
from tests.samples import NOW, a_want, an_announcement

Document = dict[str, Any]
TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def waiting(db: Database[Document]) -> Database[Document]:
    """Ten addresses that wait."""
    Frontier(db).record([an_announcement(f"news/{number}") for number in range(10)], NOW)
    return db


def take(db: Database[Document], a_day: int | None, day: Any = NOW, **fields: Any) -> list[Due]:
    limits = {} if a_day is None else {"lantern": a_day}
    return Budgets(db, limits).take(a_want(**fields), day)


def test_a_source_without_a_budget_is_not_counted(waiting: Database[Document]) -> None:
    assert len(take(waiting, None)) == 10
    assert waiting["budgets"].count_documents({}) == 0


def test_no_more_is_taken_than_a_day_may_have_and_the_rest_is_free(
    waiting: Database[Document],
) -> None:
    assert [len(take(waiting, 6, limit=4)) for _ in range(3)] == [4, 2, 0]
    assert waiting["frontier"].count_documents({"lease.by": None}) == 4
    assert waiting["budgets"].find_one() == {
        "_id": "lantern", "day": "2026-11-02", "asked": 6, "bytes": 0, "schema_version": 1,
    }  # fmt: skip


def test_a_new_day_has_all_its_pages(waiting: Database[Document]) -> None:
    take(waiting, 6)

    assert len(take(waiting, 3, TOMORROW)) == 3
    assert len(take(waiting, 3, TOMORROW)) == 0


def test_what_was_not_asked_for_is_given_back_but_not_to_another_day(
    waiting: Database[Document],
) -> None:
    budgets = Budgets(waiting, {"lantern": 6})
    taken = budgets.take(a_want(), NOW)

    budgets.refund(taken[:2], NOW)
    budgets.refund(taken[2:], TOMORROW)
    budgets.refund([], NOW)

    assert waiting["budgets"].find_one({})["asked"] == 4  # type: ignore[index]


@pytest.mark.parametrize(
    ("limits", "sizes", "granted"),
    [
        ({"lantern": 6}, {}, 3),
        ({}, {"lantern": 1_000}, 0),
        ({}, {"lantern": 1_001}, 8),
        ({}, {}, 8),
    ],
)
def test_many_that_claim_at_once_get_what_is_left_and_no_more(
    waiting: Database[Document], limits: dict[str, int], sizes: dict[str, int], granted: int
) -> None:
    dues = Frontier(waiting).take(a_want(), NOW)
    row = {"_id": "lantern", "day": NOW.date().isoformat(), "asked": 3, "bytes": 1_000}
    row["schema_version"] = 1
    waiting["budgets"].insert_one(row)
    budgets = Budgets(waiting, limits, sizes)

    with ThreadPoolExecutor(8) as pool:
        claimed = list(pool.map(lambda due: budgets.claim(due, NOW), dues[:8]))

    assert claimed.count(True) == granted
    asked = waiting["budgets"].find_one({})["asked"]  # type: ignore[index]
    assert asked == 3 + (granted if limits or sizes else 0)


def test_two_runs_that_share_take_no_more_than_one(waiting: Database[Document]) -> None:
    budgets = Budgets(waiting, {"lantern": 6})

    with ThreadPoolExecutor(2) as pool:
        taken = list(pool.map(lambda by: budgets.take(a_want(by, limit=5), NOW), ("a/1", "b/1")))

    assert sum(map(len, taken)) <= 6
    assert len(take(waiting, 6, by="c/1")) == 6 - sum(map(len, taken))
    assert waiting["frontier"].count_documents({"lease.by": None}) == 4


def test_what_is_over_waits_and_is_counted(waiting: Database[Document]) -> None:
    budgets = Budgets(waiting, {"lantern": 6, "quay": 1})
    assert (budgets.spent(NOW), budgets.waiting(NOW)) == (frozenset(), 0)

    budgets.take(a_want(), NOW)

    # those in hand are counted, too, until they are settled
    assert (budgets.spent(NOW), budgets.waiting(NOW)) == (frozenset({"lantern"}), 10)
    assert (budgets.spent(TOMORROW), budgets.waiting(TOMORROW)) == (frozenset(), 0)


def test_planned_visits_have_a_budget_of_their_own(waiting: Database[Document]) -> None:
    waiting["frontier"].update_many({}, {"$set": {"priority": Priority.RECHECK}})
    budgets = Budgets(waiting, {"lantern": 1})

    assert budgets.take(a_want(), NOW) == []
    assert budgets.waiting(NOW) == 0
    taken = Frontier(waiting).take(a_want(priorities=(Priority.RECHECK,)), NOW)
    budgets.refund(taken, NOW)
    assert waiting["budgets"].count_documents({}) == 0


def test_bytes_are_counted_of_the_day_and_end_it(waiting: Database[Document]) -> None:
    budgets = Budgets(waiting, {}, {"lantern": 1_000})
    [one, *others] = budgets.take(a_want(limit=3), NOW)

    budgets.weigh(one, 600, NOW)
    assert budgets.spent(NOW) == frozenset()
    budgets.weigh(replace(one, priority=Priority.RECHECK), 9_000, NOW)
    budgets.weigh(others[0], 400, NOW)

    assert budgets.spent(NOW) == frozenset({"lantern"})
    assert budgets.take(a_want(), NOW) == []
    assert len(budgets.take(a_want(limit=3), TOMORROW)) == 3
    assert waiting["budgets"].find_one({})["bytes"] == 0  # type: ignore[index]


def test_what_a_feed_may_have_whole_is_taken_over_budget_but_not_what_was_passed(
    waiting: Database[Document],
) -> None:
    ids = [row["_id"] for row in waiting["frontier"].find().limit(3)]
    content = {"$set": {"announced.content": b"zstd"}}
    waiting["frontier"].update_many({"_id": {"$in": ids}}, content)
    budgets = Budgets(waiting, {"lantern": 0})

    assert not budgets.has_whole(a_want(), NOW, ["quay"], [])
    assert not Budgets(waiting, {"lantern": 1}).has_whole(a_want(), NOW, ["lantern"], [])
    assert not budgets.has_whole(a_want(), NOW, ["lantern"], ids)
    assert budgets.has_whole(a_want(), NOW, ["lantern"], ids[:2])
    waiting["frontier"].update_many({}, {"$unset": {"announced.content": ""}})
    assert not budgets.has_whole(a_want(), NOW, ["lantern"], [])
