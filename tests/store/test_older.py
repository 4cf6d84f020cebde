"""What is older, in the ledger: what waits again, what a recorded page settles, how far it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from pipelines import recheck
from pipelines.records import (
    Due,
    Entry,
    Exclusion,
    Lease,
    Priority,
    Standing,
    State,
    Trouble,
)
from pipelines.store import layout
from pipelines.store.backfills import Backfills, Listing
from pipelines.store.frontier import Announcement, Frontier, Want
from pipelines.store.older import Older

Document = dict[str, Any]
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
OLD = Standing(state=State.EXCLUDED, reason=Exclusion.TOO_OLD)
WAITS = Standing(state=State.PENDING, next_at=NOW)


@pytest.fixture
def db(database: Database[Document]) -> Database[Document]:
    layout.apply(database)
    return database


def enter(db: Database[Document], key: str, standing: Standing, **more: Any) -> None:
    entry = Entry(url=f"http://lantern.example/{key}", published=more.pop("published", None))
    announcement = Announcement(
        id=key,
        host="lantern.example",
        source=more.pop("source", "lantern"),
        feed=None,
        entry=entry,
        standing=standing,
        **more,
    )
    Frontier(db).record([announcement], NOW)


def a_want(by: str = "machine/1") -> Want:
    lease = timedelta(minutes=10)
    return Want(by=by, sources=["lantern"], full_hosts=(), limit=9, per_host=9, lease=lease)


def test_what_was_too_old_waits_again_where_it_is_wanted(db: Database[Document]) -> None:
    enter(db, "wanted", OLD, published=NOW - timedelta(days=100))
    enter(db, "older", OLD, published=NOW - timedelta(days=900))
    enter(db, "others", OLD, published=NOW - timedelta(days=100), source="quay")
    enter(db, "robots", Standing(state=State.EXCLUDED, reason=Exclusion.ROBOTS))
    since = NOW - timedelta(days=365)

    older = Older(db)
    number = older.recall("lantern", lambda e: bool(e.published and e.published > since), NOW)
    again = older.recall("lantern", lambda e: bool(e.published and e.published > since), NOW)

    assert (number, again, older.waiting("lantern")) == (1, 0, 1)
    frontier = Frontier(db)
    assert frontier.take(a_want(), NOW) == [], "it is behind all that is asked for at once"
    assert frontier.next_due("machine/1", ["lantern"], NOW) is None
    want = Want(**{**fields(a_want()), "priorities": (Priority.BACKFILL,)})
    assert [due.lease.id for due in frontier.take(want, NOW)] == ["wanted"]


def fields(want: Want) -> dict[str, Any]:
    return {name: getattr(want, name) for name in Want.__dataclass_fields__}


@pytest.mark.parametrize(
    ("standing", "is_held"),
    [
        (WAITS, True),
        (Standing(state=State.RETRYING, reason=Trouble.BUSY, next_at=NOW), True),
        (Standing(state=State.GONE, reason=Trouble.NOT_FOUND), True),
        (OLD, True),
        (Standing(state=State.STORED, article="a"), False),
        (Standing(state=State.EXCLUDED, reason=Exclusion.ROBOTS), False),
        (Standing(state=State.EXCLUDED, reason=Exclusion.LIST), False),
        (Standing(state=State.QUARANTINED, reason=Trouble.PAGE_TIME), False),
    ],
)
def test_what_a_recorded_page_may_settle(
    db: Database[Document], standing: Standing, is_held: bool
) -> None:
    enter(db, "one", standing)

    held = Older(db).hold(["one", "unknown"], a_want())

    assert [due.lease.id for due in held] == (["one"] if is_held else [])
    assert Older(db).hold(["one"], a_want("elsewhere/1")) == [], "another run has it in hand"


def test_what_came_from_long_ago_is_not_asked_for_again_as_planned() -> None:
    due = Due(
        lease=Lease(id="one", by="machine/1", epoch=1),
        url="http://lantern.example/one",
        host="lantern.example",
        source="lantern",
        standing=WAITS,
        priority=Priority.BACKFILL,
        entry=Entry(url="http://lantern.example/one"),
        first_seen_at=NOW,
    )
    stored = Standing(state=State.STORED, article="a")

    assert recheck.planned(stored, due, recheck.Habit(), NOW) == stored


def test_a_backfill_is_known_by_its_words_and_goes_on_where_it_was(
    db: Database[Document],
) -> None:
    kept, words = Backfills(db), "lantern 2024-05-01 2024-05-31"
    map_, page = (Listing(id=key, url=f"http://lantern.example/{key}", kind="sitemap")
                  for key in ("map", "page"))  # fmt: skip

    assert kept.add(words, [map_, page], NOW) == {"map", "page"}
    kept.read(words, "map", None, NOW)
    assert kept.add(words, [map_], NOW) == set()

    assert kept.unread(words) == [page]
    assert (kept.number(words), kept.unread("lantern 2024-06-01")) == (2, [])
    kept.forget(words)
    assert kept.number(words) == 0
