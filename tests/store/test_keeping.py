"""What is old goes in small parts; no article ever does, and no page of an address that is open."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.records import Standing, State
from pipelines.store import keeping, layout
from pipelines.store.audit import audit
from pipelines.store.frontier import Frontier
from pipelines.store.keeping import BATCH, Keeping, Terms
from pipelines.store.schema import META
from tests.samples import NOW, a_want, an_announcement

Document = dict[str, Any]
Db = Database[Document]
DAY = timedelta(days=1)
LONG_AGO = NOW - 200 * DAY
TERMS = Terms(pages=90 * DAY, reports=90 * DAY, unseen=180 * DAY)


@pytest.fixture(autouse=True)
def unmarked(db: Db) -> Iterator[None]:
    yield
    db[META].delete_one({"_id": keeping.MARK})


def tidy(db: Db, parts: int = 1_000, now: datetime = NOW) -> dict[str, int]:
    turns = iter(range(parts))
    return dict(Keeping(db, TERMS).tidy(now, lambda: next(turns, None) is not None))


def a_page(key: str, expires_at: datetime | None) -> Document:
    return {"_id": key, "url": "https://lantern.example/", "status": 200, "content_type": None,
            "headers": {}, "body": b"zstd", "fetched_at": LONG_AGO, "expires_at": expires_at,
            "schema_version": 1}  # fmt: skip


def standing(db: Db, path: str, state: State, reason: str | None = None) -> str:
    announced = an_announcement(path, standing=Standing(state=state, reason=reason, next_at=NOW))
    Frontier(db).record([announced], LONG_AGO)
    return announced.id


@pytest.mark.parametrize(
    ("state", "reason", "goes"),
    [
        (State.STORED, None, True),
        (State.EXCLUDED, "list", True),
        (State.GONE, "not-found", True),
        (State.PENDING, None, False),
        (State.RETRYING, "timeout", False),
        (State.QUARANTINED, "page-time", False),
    ],
)
def test_a_page_whose_time_is_over_goes_unless_its_address_is_open(
    db: Db, state: State, reason: str | None, goes: bool
) -> None:
    key = standing(db, "ferry", state, reason)
    db["pages"].insert_one(a_page(key, NOW - DAY))

    assert tidy(db).get("pages", 0) == goes

    assert [row["expires_at"] for row in db["pages"].find()] == ([] if goes else [None])


def test_a_page_in_hand_stays_and_gets_its_time_once_its_address_is_settled(db: Db) -> None:
    key = standing(db, "ferry", State.PENDING)
    [due] = Frontier(db).take(a_want(), NOW)
    db["frontier"].update_one({}, {"$set": {"state": "excluded", "reason": "list"}})
    db["pages"].insert_one(a_page(key, NOW - DAY))

    assert tidy(db).get("pages", 0) == 0
    Frontier(db).settle([(due.lease, Standing(state=State.EXCLUDED, reason="list"))], NOW)
    assert tidy(db, now=NOW + DAY) == {}

    assert db["pages"].find_one({})["expires_at"] == NOW + 91 * DAY  # type: ignore[index]
    assert tidy(db, now=NOW + 92 * DAY) == {"pages": 1}


def test_a_page_without_an_address_goes_and_one_whose_time_is_to_come_stays(db: Db) -> None:
    db["pages"].insert_many([a_page("lost", NOW - DAY), a_page("late", NOW + DAY)])

    assert tidy(db) == {"pages": 1}

    assert [row["_id"] for row in db["pages"].find()] == ["late"]


def test_reports_and_days_of_sitemaps_go_and_the_last_ones_stay(db: Db) -> None:
    for days in (1, 89, 91, 400):
        at = NOW - days * DAY
        db["runs"].insert_one({"_id": f"r{days}", "by": "m", "started_at": at, "ended_at": None,
                               "outcome": None, "report": None, "schema_version": 1})  # fmt: skip
        db["coverage"].insert_one({"_id": f"quay:{days}", "source": "quay", "day": at, "listed": 1,
                                   "missed": [], "number": 0, "seen_at": at,
                                   "schema_version": 1})  # fmt: skip

    assert tidy(db) == {"reports": 2, "days": 2}

    assert sorted(row["_id"] for row in db["runs"].find()) == ["r1", "r89"]
    assert db["coverage"].count_documents({}) == 2


def test_what_nobody_names_any_more_shrinks_to_what_tells_that_it_is_known(db: Db) -> None:
    left_out = standing(db, "list", State.EXCLUDED, "list")
    kept = standing(db, "ferry", State.STORED)
    waits = standing(db, "waits", State.PENDING)
    seen = standing(db, "seen", State.EXCLUDED, "robots")
    Frontier(db).seen([seen], NOW - 10 * DAY)

    assert tidy(db) == {"addresses": 1}

    rows = {row["_id"]: row for row in db["frontier"].find()}
    assert rows[left_out]["announced"] == {
        "title": "The ferry left at dawn", "updated": None, "published": None,
    }  # fmt: skip
    assert all("tags" in rows[key]["announced"] for key in (kept, waits, seen))
    assert (rows[left_out]["state"], rows[left_out]["reason"]) == ("excluded", "list")
    known = Frontier(db).known([left_out])[left_out]
    assert (known.entry.title, known.entry.tags) == ("The ferry left at dawn", ())
    assert tidy(db) == {}, "once a day"
    assert tidy(db, now=NOW + DAY) == {}, "and once for all"


def test_it_is_done_in_parts_and_goes_on_where_it_ended(db: Db) -> None:
    db["pages"].insert_many([a_page(f"p{at}", LONG_AGO) for at in range(BATCH + 10)])

    assert tidy(db, parts=1) == {"pages": BATCH}
    assert tidy(db, parts=0) == {}
    assert tidy(db) == {"pages": 10}


def test_the_server_deletes_no_page_by_itself_any_more(db: Db) -> None:
    db["pages"].drop_indexes()
    db["pages"].create_index([("expires_at", 1)], name="expiry", expireAfterSeconds=0)
    assert "index expiry of pages is one too many" in layout.differences(db)

    layout.apply(db)

    assert layout.differences(db) == []
    assert not [one for one in db["pages"].list_indexes() if "expireAfterSeconds" in one]
    assert audit(db).is_clean
