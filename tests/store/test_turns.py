"""Turns at a host: one run at a time, at the pace that the last one left."""

from datetime import timedelta
from typing import Any

from pymongo.database import Database

from pipelines.store.turns import Turns
from tests.samples import NOW

Document = dict[str, Any]
HOST = "lantern.example"
NO_WAIT = {"next_at": NOW, "hold_until": None, "troubles": 0}


def the_turns(db: Database[Document], by: str, dead: str = "") -> Turns:
    return Turns(db, by, 60, lambda other: other == dead)


def test_a_host_is_one_run_s_until_that_lets_go_of_it(db: Database[Document]) -> None:
    one, other = the_turns(db, "one"), the_turns(db, "other")

    assert one.take(HOST, NOW).is_ours
    assert not other.take(HOST, NOW).is_ours
    assert other.take("quay.example", NOW).is_ours
    one.free(HOST, NO_WAIT)
    assert other.take(HOST, NOW).is_ours


def test_the_next_one_waits_as_long_as_the_last_one_was_told(db: Database[Document]) -> None:
    one, other = the_turns(db, "one"), the_turns(db, "other")
    later = NOW + timedelta(minutes=5)
    one.take(HOST, NOW)
    one.free(HOST, {"next_at": NOW, "hold_until": later, "troubles": 1})

    refused = other.take(HOST, NOW)

    assert (refused.is_ours, refused.pace["hold_until"]) == (False, later)
    assert other.take(HOST, later).is_ours


def test_a_dead_run_s_turn_is_had_at_once_and_one_whose_lease_is_over(
    db: Database[Document],
) -> None:
    the_turns(db, "one").take(HOST, NOW)

    assert not the_turns(db, "other").take(HOST, NOW).is_ours
    assert the_turns(db, "other", dead="one").take(HOST, NOW).is_ours
    db["hosts"].update_many({}, {"$set": {"lease.until": NOW - timedelta(days=365)}})
    assert the_turns(db, "third").take(HOST, NOW).is_ours


def test_what_ends_late_frees_no_turn_that_was_taken_since(db: Database[Document]) -> None:
    late, other = the_turns(db, "one"), the_turns(db, "other")
    late.take(HOST, NOW)
    db["hosts"].update_many({}, {"$set": {"lease.until": NOW - timedelta(days=365)}})
    other.take(HOST, NOW)

    late.free(HOST, NO_WAIT)

    assert not the_turns(db, "third").take(HOST, NOW).is_ours
    other.release()
    assert the_turns(db, "third").take(HOST, NOW).is_ours
