"""Some articles and those near them in, the story of each out: what the store asks about copies.

Verdicts are revised: what was one story before may part once more is known of its phrases, and an
earlier article that comes later takes the head of its story over. Pure; decides only.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from pipelines.identify.exact import is_telling, text_hash
from pipelines.identify.relation import relation
from pipelines.identify.shingles import Shingles, Spelled, all_runs, number, numbers, spelled
from pipelines.identify.sketch import sketch
from pipelines.identify.stories import Collection, stories

EARLY = timedelta(hours=1)  # clocks of papers go wrong by that; a later time is not believed
WEEK = timedelta(weeks=1).total_seconds()
QUOTES = 50
READ = 50_000  # letters of a text: twelve times a long article


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What of a text its story is judged by; most texts are like none, and need no more."""

    text: str = field(repr=False)
    """As far as it is read."""
    spelled: Spelled = field(repr=False)
    taken: Shingles = field(repr=False)
    """The few runs by which it is found; see ``sketch``."""
    exact: str | None
    """A hash of the exact text; None where it is too short to be anyone's."""

    @cached_property
    def runs(self) -> Shingles:
        """Return all its runs of words."""
        return all_runs(self.spelled)

    @cached_property
    def numbers(self) -> Shingles:
        """Return its numbers."""
        return numbers(self.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An article as one telling of a story."""

    id: str
    source: str
    story: str
    """As known by now."""
    at: datetime
    """When it was told; see ``trusted``."""
    first_seen_at: datetime
    reading: Reading
    is_shown: bool = True
    """Whether its paper still shows it: what is withdrawn or moved heads no story of others."""
    is_judged: bool = True
    """False: it only shows how common a run is, and its story stays."""
    together: tuple[str, ...] = ()
    """Articles of its story, as a person or a shared address says."""
    apart: tuple[str, ...] = ()
    """Articles that are not, as a person says."""

    @property
    def week(self) -> int:
        """Return the week since 1970 in which it was told."""
        return week_of(self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an article stands in its story."""

    story: str
    duplicate_of: str | None
    relation: str | None
    quotes: tuple[str, ...]
    """Of a digest: the earliest articles of the stories that it takes from."""


@dataclass(frozen=True, slots=True)
class Regrouped:
    """What became of some articles and of their stories."""

    places: Mapping[str, Place]
    """By article: all that were judged."""
    heads: Mapping[str, str]
    """The head of each story of two or more: the earliest article that is still shown."""
    merged: Mapping[str, str]
    """Stories that another one took over."""


def read(text: str) -> Reading:
    """Return what a text is judged by."""
    exact = text_hash(text) if is_telling(text) else None
    text = text[:READ]
    found = spelled(text)
    return Reading(text=text, spelled=found, taken=sketch(found), exact=exact)


def alone(article: str) -> Place:
    """Return where an article stands that shares nothing with any other."""
    return Place(story=article, duplicate_of=None, relation=None, quotes=())


def trusted(published_at: datetime | None, first_seen_at: datetime) -> datetime:
    """Return when an article was published, as far as that is to be believed."""
    if published_at is None or published_at > first_seen_at + EARLY:
        return first_seen_at
    return published_at


def week_of(moment: datetime) -> int:
    """Return the week since 1970 of a moment."""
    return int(moment.timestamp() // WEEK)


def regroup(articles: Iterable[Told], strangers: Iterable[str] = ()) -> Regrouped:
    """Return the stories of all that are to be judged; the same in whatever order they come.

    ``strangers`` share nothing with any of them, nor with one another.
    """
    told = sorted(articles, key=lambda one: (one.at, one.first_seen_at, one.id))
    found = stories(_collection(told))
    groups: defaultdict[int, list[Told]] = defaultdict(list)
    for one, head in zip(told, found.heads, strict=True):
        if one.is_judged:
            groups[head].append(one)
    names = {head: _story(members) for head, members in groups.items()}
    heads = {head: _head(members) for head, members in groups.items()}
    first = {head: one.id for head, one in heads.items()}
    quoted = {told[digest].id: parts for digest, parts in found.quoted.items()}
    places = {one: alone(one) for one in strangers}
    for head, members in groups.items():
        for one in members:
            parts = {found.heads[part] for part in quoted.get(one.id, ())} - {head}
            quotes = sorted(first.get(part, told[part].id) for part in parts)
            places[one.id] = _place(one, heads[head], names[head], quotes[:QUOTES])
    headed = {names[head]: first[head] for head, members in groups.items() if members[1:]}
    return Regrouped(places, headed, _merged(groups, names))


def _collection(told: Sequence[Told]) -> Collection:
    places = {one.id: place for place, one in enumerate(told)}
    texts: dict[str, int] = {}
    known: dict[str, int] = {}
    return Collection(
        weeks=[one.week for one in told],
        sites=[number(one.source) for one in told],
        twins=[
            place if one.reading.exact is None else texts.setdefault(one.reading.exact, place)
            for place, one in enumerate(told)
        ],
        sizes=[len(one.reading.runs) for one in told],
        runs=lambda place: told[place].reading.runs,
        numbers=lambda place: told[place].reading.numbers,
        is_short=lambda place: told[place].reading.exact is None,
        known={
            place: known.setdefault(one.story, place)
            for place, one in enumerate(told)
            if not one.is_judged
        },
        together=_pairs(told, places, lambda one: one.together),
        apart=_pairs(told, places, lambda one: one.apart),
    )


def _pairs(
    told: Sequence[Told], places: Mapping[str, int], others: Callable[[Told], Sequence[str]]
) -> list[tuple[int, int]]:
    return [
        (place, places[other])
        for place, one in enumerate(told)
        for other in others(one)
        if other in places
    ]


def _head(members: Sequence[Told]) -> Told:
    """Return the earliest that its paper still shows; of none that, the earliest."""
    return next((one for one in members if one.is_shown), members[0])


def _story(members: Sequence[Told]) -> str:
    """Return what the story of a group is called: of those it had, the one seen first.

    A story is called by one of its articles, so that no two groups have the same name.
    """
    ids = {one.id: one for one in members}
    had = {one.story for one in members if one.story in ids} if members[1:] else set()
    seen = sorted(had, key=lambda story: (ids[story].first_seen_at, story))
    grown = [story for story in seen if any(one.story == story != one.id for one in members)]
    return next(iter(grown), members[0].id)


def _place(one: Told, head: Told, story: str, quotes: Sequence[str]) -> Place:
    if one is head:
        return Place(story=story, duplicate_of=None, relation=None, quotes=tuple(quotes))
    how = relation(one.reading.runs, head.reading.runs, is_same_site=one.source == head.source)
    return Place(story=story, duplicate_of=head.id, relation=how, quotes=tuple(quotes))


def _merged(groups: Mapping[int, Sequence[Told]], names: Mapping[int, str]) -> dict[str, str]:
    """Return the stories of which no article is left to be called by, and who has them now."""
    return {
        one.id: names[head]
        for head, members in groups.items()
        for one in members
        if one.story == one.id != names[head]
    }
