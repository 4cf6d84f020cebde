"""What visits made of feeds is written together, and one state that is refused spoils no other."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from pymongo.database import Database

from crawler.schedule import FeedState
from crawler.spiders.notes import Note, Notes
from pipelines.records import Failed, Trouble
from pipelines.store.errors import RejectedError
from pipelines.store.visits import Visits
from tests.samples import NOW

Document = dict[str, Any]
HALF_A_LETTER = "\ud800"


def a_note(key: str, word: str = "read", **changes: Any) -> Note:
    before = FeedState(id=key, url=f"http://{key}.example/feed", source=key, next_at=NOW)
    return Note(before, replace(before, visited_at=NOW, **changes), word)


def kept(db: Database[Document]) -> dict[str, Any]:
    return {row["_id"]: row["etag"] for row in db["feeds"].find()}


def never(_: FeedState, why: Failed) -> None:
    raise AssertionError(why)


def test_nothing_is_written_until_it_is_asked_for_and_then_the_last_of_each_feed(
    db: Database[Document],
) -> None:
    notes = Notes(Visits(db), never)
    for note in (
        a_note("lamp", etag='"1"'),
        a_note("buoy", etag='"2"'),
        a_note("lamp", etag='"3"'),
    ):
        notes.put(note)

    assert kept(db) == {}
    notes.write()

    assert kept(db) == {"lamp": '"3"', "buoy": '"2"'}


def test_a_state_that_is_refused_is_a_failure_of_its_feed_alone(db: Database[Document]) -> None:
    refused: list[tuple[str, Trouble]] = []

    def fail(before: FeedState, why: Failed) -> None:
        refused.append((before.id, why.trouble))
        notes.put(a_note(before.id, "failed", detail=why.detail))

    notes = Notes(Visits(db), fail)
    for note in (a_note("lamp", etag='"1"'), a_note("odd", etag=HALF_A_LETTER), a_note("buoy")):
        notes.put(note)

    notes.write()

    assert refused == [("odd", Trouble.DAMAGED)]
    assert kept(db) == {"lamp": '"1"', "buoy": None, "odd": None}


def test_a_failure_that_is_refused_as_well_is_an_error(db: Database[Document]) -> None:
    notes = Notes(
        Visits(db), lambda before, _: notes.put(a_note(before.id, "failed", etag=HALF_A_LETTER))
    )
    notes.put(a_note("odd", etag=HALF_A_LETTER))

    with pytest.raises(RejectedError):
        notes.write()


class Slow(Visits):
    """Begins to write, and goes on when it is let."""

    begun, may_go_on = threading.Event(), threading.Event()

    def save_feeds(self, feeds: Sequence[Document]) -> None:
        """Write them when it is let."""
        self.begun.set()
        assert self.may_go_on.wait(10)
        super().save_feeds(feeds)


def test_who_has_it_written_while_another_writes_it_waits_for_that(
    db: Database[Document],
) -> None:
    visits = Slow(db)
    notes = Notes(visits, never)
    notes.put(a_note("lamp", etag='"1"'))
    seen: list[dict[str, Any]] = []

    def write_and_look() -> None:
        notes.write()
        seen.append(kept(db))

    one, other = threading.Thread(target=notes.write), threading.Thread(target=write_and_look)
    one.start()
    assert visits.begun.wait(10)
    other.start()
    visits.may_go_on.set()
    one.join()
    other.join()

    assert seen == [{"lamp": '"1"'}]
