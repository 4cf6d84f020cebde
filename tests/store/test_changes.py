"""Changes followed by the stream, and by their time where it does not reach back."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest
from bson import json_util
from pymongo.database import Database

from pipelines.store import layout
from pipelines.store.changes import Change, Changes, Since, since
from pipelines.store.search import CursorError, Search
from tests.samples import NOW, an_offer, the_articles

Document = dict[str, Any]
Db = Database[Document]
PATHS = ("ferry", "tide", "bridge")
WAIT_MS = 50
QUIET = 6  # answers without a change one behind the other: nothing is on its way


def key_of(path: str) -> str:
    """Return the article of a path."""
    return an_offer(path).own_id


def store(db: Db, *paths: str) -> None:
    """Keep articles."""
    the_articles(db).keep([an_offer(path) for path in paths], NOW)


def retitle(db: Db, path: str, title: str) -> None:
    """Change an article as a revision does."""
    db["articles"].update_one(
        {"_id": key_of(path)}, [{"$set": {"title": title, "changed_at": "$$NOW"}}]
    )


def all_of(answers: Iterator[Change | None]) -> list[Change]:
    """Return the changes that come until there are none for a moment."""
    found: list[Change] = []
    quiet = 0
    for change in answers:
        quiet = 0 if change else quiet + 1
        found += [change] if change else []
        if quiet == QUIET:
            break
    return found


def lost(cursor: Since) -> Since:
    """Return a cursor whose place in the stream is not known to this server."""
    token = json_util.dumps({"_data": "82" + "0" * 10 + "1"})
    return replace(cursor, token=token)


def test_each_change_is_told_with_what_was_written(db: Db) -> None:
    changes = Changes(db, wait_ms=WAIT_MS)
    answers = changes.follow(changes.now())
    assert next(answers) is None

    store(db, *PATHS)
    retitle(db, "ferry", "A")
    db["articles"].update_one({"_id": key_of("tide")}, {"$set": {"fingerprints.waits": True}})
    found = all_of(answers)

    told = [change.article["_id"] for change in found]
    assert sorted(told[:3]) == sorted(map(key_of, PATHS))
    assert told[3:] == [key_of("ferry")]
    assert {"title", "changed_at"} <= set(found[-1].fields or ())
    assert changes.by == "stream"


def test_behind_a_cursor_comes_what_came_after_it(db: Db) -> None:
    changes = Changes(db, wait_ms=WAIT_MS)
    answers = changes.follow(changes.now())
    next(answers)
    store(db, *PATHS)
    found = all_of(answers)

    rest = all_of(Changes(db, wait_ms=WAIT_MS).follow(since(str(found[0].cursor))))

    assert [one.article["_id"] for one in rest] == [one.article["_id"] for one in found[1:]]


@pytest.mark.parametrize("is_lost", [True, False], ids=["the stream has lost it", "it has none"])
def test_by_time_what_the_stream_does_not_tell(db: Db, *, is_lost: bool) -> None:
    changes = Changes(db, wait_ms=WAIT_MS)
    begin = changes.now()
    store(db, *PATHS)
    begin = lost(begin) if is_lost else replace(begin, token=None)

    answers = changes.follow(begin)
    before = [change for change in islice(answers, len(PATHS)) if change]
    retitle(db, "tide", "B")
    later = all_of(answers)

    assert sorted(one.article["_id"] for one in before) == sorted(map(key_of, PATHS))
    assert all(one.fields is None for one in before)
    assert [(one.article["_id"], one.article["title"]) for one in later][-1:] == [
        (key_of("tide"), "B")
    ]


def test_a_collection_that_is_made_anew_is_followed(db: Db) -> None:
    """As a restore makes it: the stream of the old one has ended."""
    changes = Changes(db, wait_ms=WAIT_MS)
    answers = changes.follow(changes.now())
    next(answers)
    db["articles"].drop()
    db["claims"].delete_many({})
    layout.apply(db)

    store(db, "tide")

    assert {one.article["_id"] for one in all_of(answers)} == {key_of("tide")}


def test_only_what_is_searched_for_is_told(db: Db) -> None:
    changes = Changes(db, Search(source="quay"), WAIT_MS)
    answers = changes.follow(changes.now())
    next(answers)

    store(db, *PATHS)

    assert all_of(answers) == []


def test_an_article_goes_forward_only(db: Db) -> None:
    """What the stream tells of a time before what was told already is left out."""
    changes = Changes(db, wait_ms=WAIT_MS)
    begin = changes.now()
    store(db, "ferry")
    retitle(db, "ferry", "A")
    retitle(db, "ferry", "B")

    moments = [one.article["changed_at"] for one in all_of(changes.follow(begin))]

    assert moments == sorted(moments)


@pytest.mark.parametrize("words", ["", "x", "WyJ4IiwgIngiXQ", "e30"])
def test_what_is_no_cursor_is_told(words: str) -> None:
    with pytest.raises(CursorError, match="is no cursor"):
        since(words)
