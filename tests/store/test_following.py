"""Changes followed by their time: each once, and none that a slow write shows late."""

from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.store.following import OVERLAP, Following, Place
from pipelines.store.search import Search
from tests.samples import NOW, an_offer, the_articles

Document = dict[str, Any]
PATHS = ("ferry", "tide", "bridge")


@pytest.fixture
def following(db: Database[Document]) -> Following:
    """Three articles."""
    the_articles(db).keep([an_offer(path) for path in PATHS], NOW)
    return Following(db)


def read(following: Following, place: Place, most: int = 500) -> list[str]:
    """Return the articles that are read from a place on."""
    ids: list[str] = []
    while found := following.changed(place, Search(), most):
        for article in found:
            place.read(article)
        ids += [article["_id"] for article in found]
    place.settle(following.clock())
    return ids


@pytest.mark.parametrize("most", [1, 2, 500])
def test_each_is_read_once(following: Following, most: int) -> None:
    place = Place()

    first, again = read(following, place, most), read(following, place, most)

    assert sorted(first) == sorted(an_offer(path).own_id for path in PATHS)
    assert again == []


def test_a_change_comes_again(db: Database[Document], following: Following) -> None:
    place, key = Place(), an_offer("tide").own_id
    read(following, place)
    db["articles"].update_one({"_id": key}, [{"$set": {"title": "x", "changed_at": "$$NOW"}}])

    assert read(following, place) == [key]


def test_a_write_that_shows_late_is_read(db: Database[Document], following: Following) -> None:
    place, key = Place(), an_offer("tide").own_id
    late = db["articles"].find_one({"_id": key})
    assert late
    db["articles"].delete_one({"_id": key})
    read(following, place)
    late["changed_at"] -= OVERLAP / 2
    db["articles"].insert_one(late)

    assert read(following, place) == [key]


def test_who_kept_the_cursor_alone_reads_the_overlap_again(following: Following) -> None:
    place = Place()
    first = read(following, place)

    assert read(following, Place(at=place.cursor.at)) == first


def test_a_clock_that_is_set_back_hides_nothing(
    db: Database[Document], following: Following
) -> None:
    """An article is from a clock an hour ahead, which then is set right: later ones are read."""
    ahead, key = an_offer("tide").own_id, an_offer("ferry").own_id
    db["articles"].update_one(
        {"_id": ahead}, [{"$set": {"changed_at": {"$add": ["$$NOW", 3_600_000]}}}]
    )
    place = Place()
    read(following, place)
    db["articles"].update_one({"_id": key}, [{"$set": {"title": "x", "changed_at": "$$NOW"}}])

    assert place.at is not None
    assert place.at <= following.clock() + timedelta(seconds=1)
    assert read(following, place) == [key]
