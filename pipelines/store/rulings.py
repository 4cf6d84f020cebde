"""What a person says of stories: that an article is none of its story, or that two are one.

It is kept on the articles, so that no later judgement undoes it. The articles then wait to be
judged again, as new ones do.
"""

from collections.abc import Collection
from typing import Any

from pymongo import UpdateMany
from pymongo.database import Database

from pipelines.store.errors import asking

Document = dict[str, Any]
MOST = 2000  # of one story


def split(db: Database[Document], article: Document) -> int:
    """Part an article from its story, for good; return from how many it was parted."""
    others = _members(db, article) - {article["_id"]}
    if others:
        mine = [article["_id"]]
        _rule(db, [_ruled(mine, others, "apart"), _ruled(others, mine, "apart")])
    return len(others)


def merge(db: Database[Document], one: Document, other: Document) -> None:
    """Make the stories of two articles one, for good, whatever their texts are."""
    ours, theirs = _members(db, one), _members(db, other)
    _rule(
        db,
        [
            _unruled(ours, theirs),
            _unruled(theirs, ours),
            _ruled([one["_id"]], [other["_id"]], "together"),
            _ruled([other["_id"]], [one["_id"]], "together"),
        ],
    )


def _members(db: Database[Document], article: Document) -> set[str]:
    with asking("look for articles of a story"):
        found = db["articles"].find({"story": article["story"]}, {"_id": 1}).limit(MOST)
        return {article["_id"], *(row["_id"] for row in found)}


def _ruled(articles: Collection[str], others: Collection[str], how: str) -> UpdateMany:
    against = "apart" if how == "together" else "together"
    change = {
        "$addToSet": {f"ruling.{how}": {"$each": sorted(others)}},
        "$pullAll": {f"ruling.{against}": sorted(others)},
        "$set": {"fingerprints.waits": True},
    }
    return UpdateMany({"_id": {"$in": list(articles)}}, change)


def _unruled(articles: Collection[str], others: Collection[str]) -> UpdateMany:
    change = {"$pullAll": {"ruling.apart": sorted(others)}}
    return UpdateMany(
        {"_id": {"$in": list(articles)}, "ruling.apart": {"$in": list(others)}}, change
    )


def _rule(db: Database[Document], writes: list[UpdateMany]) -> None:
    with asking("keep what a person said of a story"):
        db["articles"].bulk_write(writes)
