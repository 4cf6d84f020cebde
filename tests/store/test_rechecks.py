"""Planned visits are taken within a day's budget; what they find is noted where it is true."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.records import Before, Due, Priority, Standing, State, Trouble
from pipelines.store import documents
from pipelines.store.frontier import Frontier
from pipelines.store.presence import Presence, Seen
from pipelines.store.rechecks import Rechecks
from tests.samples import (
    NOW,
    TEXT,
    a_draft,
    a_want,
    an_announcement,
    an_offer,
    the_articles,
    url_of,
)

Document = dict[str, Any]
PATHS = ("ferry", "tide", "bell")
LATER = NOW + timedelta(hours=2)
KEY = an_offer().own_id


@pytest.fixture
def stored(db: Database[Document]) -> Database[Document]:
    """Three stored addresses with a visit planned in one, two and three minutes."""
    frontier = Frontier(db)
    frontier.record([an_announcement(path) for path in PATHS], NOW)
    due = {one.url: one for one in frontier.take(a_want(), NOW)}
    for minutes, path in enumerate(PATHS, 1):
        [verdict] = the_articles(db).keep([an_offer(path, a_draft(path, f"{TEXT}\n\n{path}"))], NOW)
        key = verdict.article  # type: ignore[union-attr]  # nobody else stores here
        next_at = NOW + timedelta(minutes=minutes)
        standing = Standing(state=State.STORED, article=key, next_at=next_at)
        frontier.settle([(due[url_of(path)].lease, standing)], NOW)
    return db


def taken(db: Database[Document], a_day: int, **fields: Any) -> list[Due]:
    return Rechecks(db, a_day).take(a_want(**fields), LATER)


def test_what_is_planned_is_taken_by_nobody_else_and_waited_for_by_none(
    stored: Database[Document],
) -> None:
    frontier = Frontier(stored)

    assert {row["priority"] for row in stored["frontier"].find()} == {Priority.RECHECK}
    assert frontier.take(a_want(), LATER) == []
    assert frontier.next_due("machine/1", ["lantern"], LATER) is None
    assert len(taken(stored, 10)) == 3


def test_a_source_is_asked_no_more_often_than_a_day_allows(stored: Database[Document]) -> None:
    assert taken(stored, 0) == []
    stored["frontier"].update_one({"url": url_of("ferry")}, {"$set": {"first_seen_at": LATER}})
    assert len(first := taken(stored, 2)) == 2
    assert first[0].url == url_of("ferry"), "what was stored last counts most"
    assert taken(stored, 2) == []
    assert stored["frontier"].count_documents({"lease.by": None}) == 1, "it is given back"
    tomorrow = LATER + timedelta(days=1)
    assert len(Rechecks(stored, 2).take(a_want("machine/2"), tomorrow)) == 1


def test_a_visit_knows_the_one_before(stored: Database[Document]) -> None:
    entry = replace(an_announcement().entry, content="<p>It left.</p>")
    arrival = replace(an_offer().arrival, page=replace(an_offer().arrival.page, entry=entry))
    page = documents.page(arrival, b"zstd", None)
    the_articles(stored).keep_pages([page])

    due = {one.url: one for one in taken(stored, 10)}

    text = stored["articles"].find_one({"_id": KEY})["fingerprints"]["text"]  # type: ignore[index]
    before = Before(url=url_of("ferry"), etag='"1"', text_hash=text)
    assert due[url_of("ferry")].before == before
    assert due[url_of("ferry")].entry.content == "<p>It left.</p>"
    assert due[url_of("tide")].before is None, "its page is not kept"


def test_what_visits_showed_is_added_up_by_source(db: Database[Document]) -> None:
    rechecks = Rechecks(db, 10)

    rechecks.learn([("lantern", True), ("lantern", False), ("quay", False)])
    rechecks.learn([("lantern", False)])
    rechecks.learn([])

    habits = rechecks.habits(["lantern", "quay", "new"])
    assert {key: (h.checks, h.found) for key, h in habits.items()} == {
        "lantern": (3, 1), "quay": (1, 0), "new": (0, 0),
    }  # fmt: skip


WITHDRAWN = Seen(article=KEY, address=an_announcement().id, state="withdrawn")
MOVED = replace(WITHDRAWN, state="moved", moved_to="https://lantern.example/new")
LIVE = replace(WITHDRAWN, state="live")


@pytest.mark.parametrize(
    ("why", "seen", "state", "moved_to"),
    [
        ("as ever", [LIVE], "live", None),
        ("it is gone", [WITHDRAWN], "withdrawn", None),
        ("it leads elsewhere", [MOVED], "moved", MOVED.moved_to),
        ("it came back", [WITHDRAWN, LIVE], "live", None),
        ("it came back from elsewhere", [MOVED, LIVE], "live", None),
        ("elsewhere it is gone", [MOVED, WITHDRAWN], "withdrawn", None),
    ],
)
def test_what_became_of_an_article(
    stored: Database[Document], why: str, seen: list[Seen], state: str, moved_to: str | None
) -> None:
    before = stored["articles"].find_one({"_id": KEY}) or {}

    for one in seen:
        Presence(stored).note([one])

    after = stored["articles"].find_one({"_id": KEY}) or {}
    assert (after["state"], after.get("moved_to")) == (state, moved_to), why
    assert after["text"] == before["text"]
    assert (after["changed_at"] > before["changed_at"]) == (seen != [LIVE])
    assert stored["articles"].count_documents({"state": "live"}) == 2 + (state == "live")


@pytest.mark.parametrize(
    ("why", "other", "state"),
    [
        ("another address shows it", {"reason": None}, "live"),
        ("another address was gone once", {"reason": Trouble.NOT_FOUND, "attempts": 1}, "live"),
        ("another is gone too", {"reason": Trouble.NOT_FOUND, "attempts": 2}, "withdrawn"),
        ("another leads elsewhere too", {"reason": Trouble.REDIRECTS}, "withdrawn"),
    ],
)
def test_an_article_is_live_while_one_of_its_addresses_shows_it(
    stored: Database[Document], why: str, other: Document, state: str
) -> None:
    tide = {"_id": an_announcement("tide").id}
    stored["frontier"].update_one(tide, {"$set": {"article": KEY, **other}})

    Presence(stored).note([WITHDRAWN])

    assert (stored["articles"].find_one({"_id": KEY}) or {})["state"] == state, why


def test_what_was_removed_stays_so(stored: Database[Document]) -> None:
    stored["articles"].update_one({"_id": KEY}, {"$set": {"state": "removed"}})

    Presence(stored).note([LIVE])

    assert (stored["articles"].find_one({"_id": KEY}) or {})["state"] == "removed"
