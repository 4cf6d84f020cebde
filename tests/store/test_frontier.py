"""The ledger in MongoDB: each address once, to one run at a time, late writes change nothing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from pipelines import ledger
from pipelines.records import Lease, Standing, State
from pipelines.store.frontier import Announcement, Frontier, Recorded
from tests.samples import NOW, a_want, an_announcement, an_entry

Document = dict[str, Any]
KEPT = Standing(state=State.STORED, article="a" * 32)
FAILED = Standing(state=State.RETRYING, reason="timeout", attempts=1, next_at=NOW)


@pytest.fixture
def frontier(db: Database[Document]) -> Frontier:
    return Frontier(db)


def row(db: Database[Document], path: str = "ferry") -> Document:
    found = db["frontier"].find_one({"_id": an_announcement(path).id})
    assert found
    return found


def expire(db: Database[Document]) -> None:
    """Let every lease be over by the server's clock."""
    db["frontier"].update_many({}, {"$set": {"lease.until": NOW - timedelta(days=400)}})


def test_an_address_is_recorded_once_and_keeps_its_standing(
    db: Database[Document], frontier: Frontier
) -> None:
    announced = (an_announcement(), an_announcement("tide"))
    assert frontier.record(announced, NOW) == {one.id for one in announced}
    [due, _] = frontier.take(a_want(), NOW)
    frontier.settle([(due.lease, KEPT)], NOW)
    before = list(db["frontier"].find())

    again = frontier.record([an_announcement(), an_announcement("tide")], NOW + timedelta(days=1))

    assert again == set()
    assert list(db["frontier"].find()) == before


def test_nothing_recorded_and_nothing_settled_ask_nothing(frontier: Frontier) -> None:
    assert frontier.record([], NOW) == set()
    assert frontier.settle([], NOW) == 0
    assert frontier.announce_again({}) == 0
    assert frontier.take(a_want(), NOW) == []


def test_what_is_known_comes_back_as_it_was_announced(frontier: Frontier) -> None:
    entry = an_entry(
        title="The tide",
        summary="It came.",
        published=NOW,
        updated=NOW + timedelta(minutes=1),
        published_raw="today",
        authors=("A. Writer",),
        tags=("sea",),
        language="en",
        id="7",
    )
    announcement = an_announcement(entry=entry)
    frontier.record([announcement], NOW)

    known = frontier.known([announcement.id, "unknown"])

    assert list(known) == [announcement.id]
    assert known[announcement.id].entry == entry
    assert known[announcement.id].standing == announcement.standing
    assert known[announcement.id].feed == "feed"


def test_what_is_taken_is_not_given_out_again(frontier: Frontier) -> None:
    frontier.record([an_announcement(), an_announcement("tide")], NOW)

    first = frontier.take(a_want("machine/1"), NOW)

    assert len(first) == 2
    assert frontier.take(a_want("machine/2"), NOW) == []
    assert frontier.take(a_want("machine/1"), NOW) == []


def test_what_is_not_due_yet_or_another_sources_stays(frontier: Frontier) -> None:
    later = Standing(state=State.PENDING, next_at=NOW + timedelta(seconds=1))
    never = Standing(state=State.GONE)
    frontier.record(
        [
            an_announcement("due"),
            an_announcement("later", standing=later),
            an_announcement("gone", standing=never),
            an_announcement("foreign", source="quay"),
        ],
        NOW,
    )

    taken = frontier.take(a_want(), NOW)

    assert [due.id for due in (d.lease for d in taken)] == [an_announcement("due").id]


def test_fresh_things_come_first_few_a_host_none_of_a_full_one(frontier: Frontier) -> None:
    frontier.record(
        [
            *(an_announcement(f"old/{n}", host="a.example", priority=1) for n in range(3)),
            *(an_announcement(f"new/{n}", host="a.example") for n in range(3)),
            *(an_announcement(f"full/{n}", host="full.example") for n in range(3)),
            an_announcement("b", host="b.example", priority=1),
        ],
        NOW,
    )

    taken = frontier.take(a_want(per_host=2, full_hosts=["full.example"]), NOW)

    assert [(due.host, due.priority) for due in taken] == [
        ("a.example", 0), ("a.example", 0), ("b.example", 1),
    ]  # fmt: skip


def test_no_more_than_asked_for_and_one_large_host_hides_no_other(frontier: Frontier) -> None:
    frontier.record([an_announcement(f"large/{n}", host="large.example") for n in range(60)], NOW)
    small = Standing(state=State.PENDING, next_at=NOW + timedelta(seconds=1))
    frontier.record([an_announcement("small", host="small.example", standing=small)], NOW)
    moment = NOW + timedelta(minutes=1)

    taken = frontier.take(a_want(limit=4, per_host=2), moment)

    assert {due.host for due in taken} == {"large.example", "small.example"}
    assert len(frontier.take(a_want(limit=4), moment)) == 4


def test_a_late_settlement_under_an_older_lease_changes_nothing(
    db: Database[Document], frontier: Frontier
) -> None:
    frontier.record([an_announcement()], NOW)
    [old] = frontier.take(a_want("machine/1"), NOW)
    expire(db)
    [new] = frontier.take(a_want("machine/2"), NOW)

    late = frontier.settle([(old.lease, FAILED)], NOW)

    assert late == 0
    assert new.lease.epoch == old.lease.epoch + 1
    assert row(db)["lease"]["by"] == "machine/2"
    assert row(db)["state"] == "pending"
    assert frontier.settle([(new.lease, KEPT)], NOW) == 1
    assert frontier.settle([(old.lease, FAILED), (new.lease, FAILED)], NOW) == 0
    assert row(db)["state"] == "stored"


def test_an_older_lease_of_the_same_run_is_fenced_off_too(
    db: Database[Document], frontier: Frontier
) -> None:
    frontier.record([an_announcement()], NOW)
    [old] = frontier.take(a_want(), NOW)
    frontier.give_back([old.lease])
    [new] = frontier.take(a_want(), NOW)

    frontier.give_back([old.lease])
    frontier.postpone(old.lease, NOW + timedelta(days=9))

    assert row(db)["lease"]["by"] == new.lease.by
    assert row(db)["next_at"] == NOW


def test_given_back_it_is_free_as_it_was(db: Database[Document], frontier: Frontier) -> None:
    frontier.record([an_announcement()], NOW)
    before = row(db)
    [due] = frontier.take(a_want(), NOW)

    frontier.give_back([due.lease])

    after = row(db)
    assert after["lease"] == {"by": None, "until": None, "epoch": 1}
    assert {**after, "lease": None} == {**before, "lease": None}
    assert len(frontier.take(a_want("machine/2"), NOW)) == 1


def test_postponed_it_keeps_its_state_until_then(
    db: Database[Document], frontier: Frontier
) -> None:
    frontier.record([an_announcement()], NOW)
    [due] = frontier.take(a_want(), NOW)
    until = NOW + timedelta(minutes=5)

    frontier.postpone(due.lease, until)

    assert (row(db)["state"], row(db)["attempts"], row(db)["visited_at"]) == ("pending", 0, None)
    assert frontier.take(a_want(), until - timedelta(seconds=1)) == []
    assert len(frontier.take(a_want(), until)) == 1


def test_a_run_frees_what_it_holds_and_nothing_else(frontier: Frontier) -> None:
    frontier.record([an_announcement(), an_announcement("tide", source="quay")], NOW)
    frontier.take(a_want("machine/1"), NOW)
    frontier.take(a_want("machine/2", sources=["quay"]), NOW)

    assert frontier.release("machine/1") == 1
    assert len(frontier.take(a_want("machine/3", sources=["lantern", "quay"]), NOW)) == 1


def test_the_dead_of_one_home_are_freed_the_living_and_other_homes_are_not(
    db: Database[Document], frontier: Frontier
) -> None:
    holders = ["box/home/1", "box/home/2", "box/homestead/1", "box2/home/1"]
    for number, by in enumerate(holders):
        frontier.record([an_announcement(f"p/{number}", source=by)], NOW)
        frontier.take(a_want(by, sources=[by]), NOW)

    freed = frontier.release_dead("box/home/", lambda by: by != "box/home/2")

    assert freed == 1
    held = {r["lease"]["by"] for r in db["frontier"].find()}
    assert held == {None, *holders[1:]}


@pytest.mark.parametrize(
    ("why", "article", "state"),
    [
        ("what was never stored is pending again", None, "pending"),
        ("what was stored stays stored and is read again", "a" * 32, "stored"),
    ],
)
def test_again(
    db: Database[Document], frontier: Frontier, why: str, article: str | None, state: str
) -> None:
    standing = Standing(state=State.QUARANTINED, reason="page-time", attempts=5, article=article)
    if article:
        standing = Standing(state=State.STORED, reason="timeout", attempts=5, article=article)
    frontier.record([an_announcement(standing=standing)], NOW)

    number = frontier.again({"source": "lantern", "reason": standing.reason}, NOW)

    assert number == 1, why
    after = row(db)
    assert (after["state"], after["reason"], after["attempts"]) == (state, None, 0)
    assert after["next_at"] == NOW
    assert len(frontier.take(a_want(), NOW)) == 1


def test_an_address_is_read_again_where_it_stands_as_it_did_when_its_feed_changed(
    db: Database[Document], frontier: Frontier
) -> None:
    gone = Standing(state=State.GONE, reason="not-found", attempts=5)
    announced = (an_announcement(standing=KEPT), an_announcement("tide", standing=gone))
    frontier.record(announced, NOW)
    changed = corrected(frontier, *announced)
    # settled by a run in between
    db["frontier"].update_one({"_id": announced[1].id}, {"$set": {"state": "excluded"}})

    assert frontier.announce_again(changed) == 1

    assert (row(db)["next_at"], row(db)["priority"], row(db)["state"]) == (NOW, 1, "stored")
    assert row(db)["announced"]["title"] == "Corrected"
    assert (row(db, "tide")["priority"], row(db, "tide")["next_at"]) == (0, None)


def test_a_feeds_whole_text_waits_with_its_address_and_leaves_the_ledger_once_it_is_settled(
    db: Database[Document], frontier: Frontier
) -> None:
    frontier.record([an_announcement(entry=an_entry(content="<p>It left.</p>"))], NOW)

    [due] = frontier.take(a_want(), NOW)
    frontier.settle([(due.lease, FAILED)], NOW)
    [again] = frontier.take(a_want(), NOW)
    frontier.settle([(again.lease, KEPT)], NOW)

    assert (due.entry.content, again.entry.content) == ("<p>It left.</p>", "<p>It left.</p>")
    assert "content" not in row(db)["announced"]


def corrected(
    frontier: Frontier, *announced: Announcement
) -> dict[str, tuple[Announcement, Recorded]]:
    """Return what another title in the feed makes of what the ledger knows."""
    known = frontier.known([one.id for one in announced])
    found = {}
    for one in announced:
        before = known[one.id]
        standing = ledger.announced(before.standing, NOW)
        assert standing
        entry = an_entry(title="Corrected")
        priority = 1 if standing.article else 0
        again = replace(one, entry=entry, standing=standing, priority=priority)
        found[one.id] = (again, before)
    return found


def test_a_visit_that_began_before_the_feed_said_something_anew_settles_nothing(
    db: Database[Document], frontier: Frontier
) -> None:
    announced = (an_announcement(), an_announcement("tide", standing=replace(KEPT, next_at=NOW)))
    frontier.record(announced, NOW)
    early = frontier.take(a_want(), NOW)

    assert frontier.announce_again(corrected(frontier, *announced)) == 2
    assert frontier.settle([(due.lease, KEPT) for due in early], NOW) == 0

    assert {due.entry.title for due in frontier.take(a_want(), NOW)} == {"Corrected"}
    assert row(db)["state"] == "pending"


def test_what_is_seen_is_noted_once_a_day(db: Database[Document], frontier: Frontier) -> None:
    frontier.record([an_announcement()], NOW)
    key = an_announcement().id

    frontier.seen([key], NOW + timedelta(hours=3))
    same_day = row(db)["seen_at"]
    frontier.seen([key], NOW + timedelta(days=1))

    assert same_day == NOW
    assert row(db)["seen_at"] == NOW + timedelta(days=1)


def test_the_next_retry_is_known_as_far_as_a_run_waits(frontier: Frontier) -> None:
    soon = NOW + timedelta(seconds=30)
    retrying = Standing(state=State.RETRYING, reason="busy", attempts=1, next_at=soon)
    frontier.record([an_announcement(standing=retrying)], NOW)

    assert frontier.next_due("machine/1", ["lantern"], soon) == soon
    assert frontier.next_due("machine/1", ["lantern"], soon - timedelta(seconds=1)) is None
    assert frontier.next_due("machine/1", ["quay"], soon) is None


def test_what_another_run_holds_is_nothing_to_wait_for(frontier: Frontier) -> None:
    frontier.record([an_announcement()], NOW)
    frontier.take(a_want("elsewhere/1"), NOW)

    assert frontier.next_due("machine/1", ["lantern"], NOW + timedelta(minutes=1)) is None


def test_a_lease_of_nobody_that_ran_is_no_hindrance(
    db: Database[Document], frontier: Frontier
) -> None:
    frontier.record([an_announcement()], NOW)
    db["frontier"].update_one({}, {"$unset": {"lease": ""}})

    [due] = frontier.take(a_want(), NOW)

    assert due.lease == Lease(id=an_announcement().id, by="machine/1", epoch=1)


def test_what_a_run_holds_is_kept_from_lapsing(db: Database[Document], frontier: Frontier) -> None:
    frontier.record([an_announcement(), an_announcement("tide")], NOW)
    frontier.take(a_want("machine/1", limit=1), NOW)
    frontier.take(a_want("elsewhere/1", limit=1), NOW)
    db["frontier"].update_many({}, {"$set": {"lease.until": NOW}})

    renewed = frontier.renew("machine/1", timedelta(minutes=10))

    held = {row["lease"]["by"]: row["lease"]["until"] for row in db["frontier"].find()}
    assert (renewed, held["elsewhere/1"]) == (1, NOW)
    assert held["machine/1"] > NOW
    assert frontier.renew("machine/1", timedelta(minutes=10)) == 0, "a fresh lease needs no write"


def test_what_a_run_holds_it_does_not_take_again(
    db: Database[Document], frontier: Frontier
) -> None:
    frontier.record([an_announcement()], NOW)
    frontier.take(a_want("machine/1"), NOW)
    db["frontier"].update_many({}, {"$set": {"lease.until": NOW - timedelta(days=365)}})

    assert frontier.take(a_want("machine/1"), NOW) == []
    assert frontier.next_due("machine/1", ["lantern"], NOW) is None
    assert frontier.next_due("elsewhere/1", ["lantern"], NOW) == NOW
    assert len(frontier.take(a_want("elsewhere/1"), NOW)) == 1
