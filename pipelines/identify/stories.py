"""Texts in, their stories out: a fortnight at a time, until nothing changes.

A story is first seen from the texts themselves; then its texts count as one, so that what they
share is rare again, and more is found of it.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipelines.identify.alike import Likeness, Text, alike
from pipelines.identify.furniture import Furniture
from pipelines.identify.relation import are_other
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
    numbers: Callable[[int], Shingles]
    """The numbers of the document at a place."""
    is_short: Callable[[int], bool]
    """Whether a text is too short to be anyone's: at two places of one site it is a notice."""
    known: Mapping[int, int] = field(default_factory=dict)
    """Of documents that only show how common a run is, the first document of their story."""
    together: Sequence[tuple[int, int]] = ()
    """What a person said to be one story."""
    apart: Sequence[tuple[int, int]] = ()
    """What a person said to be two, whatever else is like both."""


@dataclass(frozen=True, slots=True)
class Found:
    """What the documents of a collection are to each other, by their places."""

    heads: list[int]
    """Of each document the earliest of its story."""
    quoted: Mapping[int, frozenset[int]]
    """Of each digest the documents that it takes from."""


def stories(collection: Collection) -> Found:
    """Return the stories of a collection."""
    heads = _Groups(collection).heads()
    quoted: dict[int, frozenset[int]] = {}
    windows = [_Window(collection, places) for places in _windows(collection)]
    for _ in range(ROUNDS):
        furniture = _furniture(collection, heads)
        groups, quoted = _Groups(collection), {}
        for window in windows:
            places, likeness = window.places, window.likeness(heads, furniture)
            for link in likeness.links:
                groups.link(places[link.one], places[link.other])
            for digest, parts in likeness.quoted.items():
                quoted[places[digest]] = frozenset(places[part] for part in parts)
        before, heads = heads, groups.heads()
        if heads == before:
            break
    return Found(heads, quoted)


def _furniture(collection: Collection, heads: Sequence[int]) -> Furniture:
    """Count what each site says in several stories: of one story's texts there the longest."""
    longest: dict[tuple[int, int], int] = {}
    for place, (story, site) in enumerate(zip(heads, collection.sites, strict=True)):
        other = longest.setdefault((story, site), place)
        if collection.sizes[place] > collection.sizes[other]:
            longest[story, site] = place
    furniture = Furniture(sum(collection.sizes[place] for place in longest.values()))
    for (_, site), place in longest.items():
        furniture.add(site, collection.runs(place))
    return furniture


class _Window:
    """The documents of two weeks; they are compared anew where something about them is."""

    def __init__(self, collection: Collection, places: list[int]) -> None:
        self.places = places
        self._sites = [collection.sites[place] for place in places]
        self._runs = [collection.runs(place) for place in places]
        self._last: tuple[list[int], bytes, Likeness] | None = None

    def likeness(self, heads: Sequence[int], furniture: Furniture) -> Likeness:
        """Return what they have in common where those are their stories, and their furniture."""
        stories = [heads[place] for place in self.places]
        on_site = b"".join(furniture.texts(runs).tobytes() for runs in self._runs)
        if self._last is None or self._last[:2] != (stories, on_site):
            texts = [Text(*one) for one in zip(stories, self._sites, self._runs, strict=True)]
            self._last = stories, on_site, alike(texts, furniture)
        return self._last[2]


def _windows(collection: Collection) -> Iterator[list[int]]:
    """Yield the places of two neighbouring weeks, of exactly the same texts there the first.

    Weeks of nothing but documents that show how common a run is have nothing to tell.
    """
    weeks = collection.weeks
    for week in sorted(set(weeks)):
        start, end = bisect_left(weeks, week), bisect_left(weeks, week + 2)
        first = {collection.twins[place]: place for place in reversed(range(start, end))}
        if any(place not in collection.known for place in first.values()):
            yield sorted(first.values())


class _Groups:
    """What was joined; the head of a group is its earliest."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self._above = list(range(len(collection.twins)))
        self._apart: defaultdict[int, set[int]] = defaultdict(set)
        for one, other in collection.apart:
            self._apart[one].add(other)
            self._apart[other].add(one)
        for one, other in collection.together:
            self._join(one, other)
        for pairs in (collection.known.items(), enumerate(collection.twins)):
            for one, other in pairs:
                self._join(one, other)

    def link(self, one: int, other: int) -> None:
        """Join two that are alike, unless that is known better, or says nothing."""
        known, is_short = self._collection.known, self._collection.is_short
        if one in known or other in known:
            return
        sites = self._collection.sites
        if sites[one] == sites[other] and is_short(one) and is_short(other):
            return
        numbers = self._collection.numbers
        if not are_other(numbers(one), numbers(other)):
            self._join(one, other)

    def heads(self) -> list[int]:
        return [self._head(place) for place in range(len(self._above))]

    def _join(self, one: int, other: int) -> None:
        first, second = sorted((self._head(one), self._head(other)))
        if first == second or any(self._head(place) == first for place in self._apart[second]):
            return
        self._above[second] = first
        self._apart[first] |= self._apart[second]

    def _head(self, place: int) -> int:
        while self._above[place] != place:
            self._above[place] = self._above[self._above[place]]
            place = self._above[place]
        return place
