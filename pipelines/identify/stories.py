"""A whole collection of texts in, its stories out: a fortnight at a time, until nothing changes.

A story is first seen from the texts themselves; then its texts count as one, so that what they
share is rare again, and more is found of it.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.identify.alike import Text, alike
from pipelines.identify.furniture import Furniture
from pipelines.identify.shingles import Shingles

ROUNDS = 6  # of the swept pairs all were found in the second


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """Documents in order of publication; each list has one value a document."""

    weeks: Sequence[int]
    """Of publication, ascending: texts further apart than neighbouring weeks are not compared."""
    sites: Sequence[int]
    """Any number of 64 bits that is the same for the texts of one site."""
    twins: Sequence[int]
    """The place of the first document of exactly the same text, whenever that was; else its own."""
    sizes: Sequence[int]
    """The number of runs of words."""
    runs: Callable[[int], Shingles]
    """The runs of the document at a place."""


def stories(collection: Collection) -> list[int]:
    """Return, for each document, the place of the earliest of its story."""
    found = list(collection.twins)
    for _ in range(ROUNDS):
        furniture = _furniture(collection, found)
        groups = _Groups(collection.twins)
        for places in _windows(collection):
            texts = [Text(found[place], collection.runs(place)) for place in places]
            for link in alike(texts, furniture):
                groups.join(places[link.one], places[link.other])
        before, found = found, groups.heads()
        if found == before:
            break
    return found


def _furniture(collection: Collection, found: Sequence[int]) -> Furniture:
    """Count what each site says in several stories: of one story's texts there the longest."""
    longest: dict[tuple[int, int], int] = {}
    for place, (story, site) in enumerate(zip(found, collection.sites, strict=True)):
        other = longest.setdefault((story, site), place)
        if collection.sizes[place] > collection.sizes[other]:
            longest[story, site] = place
    furniture = Furniture(sum(collection.sizes[place] for place in longest.values()))
    for (_, site), place in longest.items():
        furniture.add(site, collection.runs(place))
    return furniture


def _windows(collection: Collection) -> Iterator[list[int]]:
    """Yield the places of two neighbouring weeks, of exactly the same texts there the first."""
    weeks = collection.weeks
    for week in sorted(set(weeks)):
        start, end = bisect_left(weeks, week), bisect_left(weeks, week + 2)
        first = {collection.twins[place]: place for place in reversed(range(start, end))}
        yield sorted(first.values())


class _Groups:
    """What was joined; the head of a group is its earliest."""

    def __init__(self, twins: Sequence[int]) -> None:
        self._above = list(twins)

    def join(self, one: int, other: int) -> None:
        first, second = sorted((self._head(one), self._head(other)))
        self._above[second] = first

    def heads(self) -> list[int]:
        return [self._head(place) for place in range(len(self._above))]

    def _head(self, place: int) -> int:
        while self._above[place] != place:
            self._above[place] = self._above[self._above[place]]
            place = self._above[place]
        return place
