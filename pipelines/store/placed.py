"""What was judged, as writes: of stories first, then of articles. Pure; each may be repeated."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from bson import Int64
from pymongo import UpdateMany, UpdateOne

from pipelines.identify.regroup import Place, Regrouped
from pipelines.store import documents

Document = dict[str, Any]
Rows = Mapping[str, Document]
Write = UpdateOne | UpdateMany
PROMISED = ("story", "duplicate_of", "relation", "quotes")


def of_stories(found: Regrouped, epoch: int) -> list[Write]:
    """Return the writes of the collection `stories`, void where a later judge wrote."""
    alone = [one for one, place in found.places.items() if place.story not in found.heads]
    return [
        *(documents.once(documents.story(story)) for story in found.heads),
        *(_headed(story, head, None, epoch) for story, head in found.heads.items()),
        *(_headed(story, found.heads[into], into, epoch) for story, into in found.merged.items()),
        *(_headed(one, one, None, epoch) for one in alone),
    ]


def changes(rows: Rows, found: Regrouped) -> dict[str, Document]:
    """Return the promised fields of each article of which one is another now."""
    told = {one: _told(place) for one, place in found.places.items()}
    return {
        one: fields
        for one, fields in told.items()
        if any(rows[one][name] != fields[name] for name in PROMISED)
    }


def _headed(story: str, head: str, into: str | None, epoch: int) -> UpdateOne:
    is_same = {"$and": [{"$eq": ["$head", head]}, {"$eq": ["$merged_into", into]}]}
    version = {"$cond": [is_same, "$version", {"$add": ["$version", 1]}]}
    change = {"head": head, "merged_into": into, "epoch": epoch, "version": version}
    return UpdateOne({"_id": story, "epoch": _not_after(epoch)}, [{"$set": change}])


def _not_after(epoch: int) -> Document:
    """Return the query for what no later judge has written; absent: none has."""
    return {"$not": {"$gt": epoch}}


def _told(place: Place) -> Document:
    return {**asdict(place), "quotes": list(place.quotes)}


def of_article(
    row: Document, change: Document | None, sketch: list[int] | None, epoch: int
) -> UpdateOne:
    """Return the write of an article, void where its text or its judge is another by now.

    ``sketch``: by which it is found from now on; None where it did not wait.
    """
    is_same = {
        "_id": row["_id"],
        "fingerprints.text": row["fingerprints"]["text"],
        "fingerprints.epoch": _not_after(epoch),
    }
    sets: Document = {"fingerprints.epoch": epoch}
    if change:
        sets |= {
            **{name: {"$literal": told} for name, told in change.items()},
            "changed_at": "$$NOW",
        }
    if sketch is None:
        return UpdateOne(is_same, [{"$set": sets}])
    sets["fingerprints.sketch"] = {"$literal": [Int64(key) for key in sketch]}
    return UpdateOne(is_same, [{"$set": sets}, {"$unset": "fingerprints.waits"}])


def of_rest(rows: Rows, found: Regrouped) -> Iterator[UpdateMany]:
    """Yield writes by which the articles of a very large story follow a head, not looked at."""
    for head, row in rows.items():
        place = found.places.get(head)
        if row["duplicate_of"] is None and place:
            now = {"story": place.story, "duplicate_of": place.duplicate_of or head}
            rest = {
                "story": row["story"],
                "_id": {"$nin": list(rows)},
                "$or": [{name: {"$ne": value}} for name, value in now.items()],
            }
            follow = {name: {"$literal": value} for name, value in now.items()}
            yield UpdateMany(rest, [{"$set": {**follow, "changed_at": "$$NOW"}}])
