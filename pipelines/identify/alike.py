"""Texts of two weeks in, which of them tell one story: by the runs of words that few others have.

A run counts for as much as it is rare: what stands in the texts of forty stories is a phrase or a
template, what stands in many of one site is its furniture. Two texts tell one story where one holds
enough of the other, so that an excerpt is found in an article ten times as long.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipelines.identify.furniture import Furniture
from pipelines.identify.shingles import Shingles

Pairs = Mapping[tuple[int, int], "Link"]
Held = defaultdict[int, list[tuple[float, int]]]

# Swept together: decision 0014
RARITY: Final = 0.5  # with 1 a story that sixty papers edit is less than what each of them adds
LEAST = 0.35  # what a run of a story weighs that hundreds tell, each under a lead of its own
OWN: Final = 1.0  # of a site's furniture: the more stories of the site have it, the less it says
ENOUGH, ENOUGH_AT_HOME = 0.4, 0.7  # of one text's runs, each by its weight; of one site's texts
PART = 0.35  # a longer text that shares less of its own holds the other, and other things
TAKEN, UNLIKE = 0.2, 0.15  # of a story that a digest opens; two stories share less
WHOLE, OWN_STORY = 0.7, 0.6  # of a story that a digest holds; of a text that is that story
QUOTED: Final = 0.1  # of the text that quotes; less is a phrase
WORTH: Final = 0.05  # a link weaker than this says nothing
# What costs time and finds nothing: runs that so many stories of a site have, and, of one that more
# texts have than ALL_PAIRS, pairs without one of the FIRST: each of forty reprints is like those
FURNITURE: Final = 32
ALL_PAIRS: Final = 16
FIRST: Final = 8
CELLS: Final = 4_000_000  # of a table of all pairs, 32 MB: faster than sorting those that there are


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a window."""

    story: int
    """What it is known to belong to by now; texts of one story count as one."""
    site: int
    runs: Shingles


@dataclass(frozen=True, slots=True)
class Link:
    """Two texts, by their places among those that were given, and what share of each is shared."""

    one: int
    other: int
    of_one: float
    of_other: float

    @property
    def strength(self) -> float:
        """Return how much is shared of the text that is rather a part of the other."""
        return max(self.of_one, self.of_other)

    def sides(self) -> tuple[tuple[int, float, int, float], tuple[int, float, int, float]]:
        """Return text, share, the other text and its share; seen from both."""
        ours, theirs = (self.one, self.of_one), (self.other, self.of_other)
        return (*ours, *theirs), (*theirs, *ours)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What some texts have in common, all by their places among those that were given."""

    links: list[Link]
    """The pairs that tell one story."""
    quoted: Mapping[int, frozenset[int]]
    """Of each text that takes from three others or more, as a digest does: those."""


def alike(texts: Sequence[Text], furniture: Furniture) -> Likeness:
    """Return which texts tell one story; they are given in the order of their publication."""
    links = {(link.one, link.other): link for link in _links(texts, furniture)}
    strong = [link for link in links.values() if link.strength >= _enough(link, texts)]
    digests = _digests(links)
    strong = [link for link in strong if not _is_digested(link, digests)]
    homes = _homes(strong)
    links_of_one = [link for link in strong if not _is_quotation(link, homes, links)]
    return Likeness(links_of_one, _quoting(links, texts) | digests)


def _enough(link: Link, texts: Sequence[Text]) -> float:
    """Return how much two texts must share to tell one story.

    A paper repeats what happened before in each report that follows; a text of it that is a later
    form of another has nearly all of that.
    """
    is_same_site = texts[link.one].site == texts[link.other].site
    return ENOUGH_AT_HOME if is_same_site else ENOUGH


def _digests(links: Pairs) -> dict[int, frozenset[int]]:
    """Return the texts that hold two whole stories told before, or parts of three, none its own.

    A story that was told before what is in it is one that others took two excerpts from.
    """
    held: Held = defaultdict(list)
    for link in links.values():
        for part, share, holder, of_holder in link.sides():
            if part < holder and share >= TAKEN and of_holder < OWN_STORY:
                held[holder].append((share, part))
    found = {holder: _unlike(parts, links) for holder, parts in held.items()}
    return {
        holder: frozenset(part for _, part in held[holder])
        for holder, unlike in found.items()
        if len(unlike) > 2 or sum(share >= WHOLE for share, _ in unlike) > 1
    }


def _quoting(links: Pairs, texts: Sequence[Text]) -> dict[int, frozenset[int]]:
    """Return the texts of which parts are three others', with those, however long these are.

    Of other sites: what a site's own reports have in common is their form.
    """
    held: Held = defaultdict(list)
    for link in links.values():
        if texts[link.one].site == texts[link.other].site:
            continue
        for part, share, holder, of_holder in link.sides():
            if part < holder and share < ENOUGH and QUOTED <= of_holder < ENOUGH:
                held[holder].append((of_holder, part))
    return {
        holder: frozenset(part for _, part in parts)
        for holder, parts in held.items()
        if len(_unlike(parts, links)) > 2
    }


def _unlike(parts: list[tuple[float, int]], links: Pairs) -> list[tuple[float, int]]:
    """Return of some texts those that are no one story, the greatest shares first."""
    unlike: list[tuple[float, int]] = []
    for share, part in sorted(parts, reverse=True):
        if not any(_strength(part, other, links) >= UNLIKE for _, other in unlike):
            unlike.append((share, part))
    return unlike


def _strength(one: int, other: int, links: Pairs) -> float:
    between = links.get((min(one, other), max(one, other)))
    return between.strength if between else 0.0


def _is_digested(link: Link, digests: Collection[int]) -> bool:
    return any(
        holder in digests and of_holder < OWN_STORY for _, _, holder, of_holder in link.sides()
    )


def _homes(links: Sequence[Link]) -> dict[int, int]:
    """Return, for each text that is part of longer ones, which of them holds most of it."""
    held: Held = defaultdict(list)
    for link in links:
        for part, share, holder, of_holder in link.sides():
            if of_holder < PART:
                held[part].append((share, -holder))
    return {part: -max(holders)[1] for part, holders in held.items()}


def _is_quotation(link: Link, homes: Mapping[int, int], links: Pairs) -> bool:
    """Return whether one of two texts is but quoted by the other: a digest opens five articles.

    The excerpt of an article then stands in the digest too; its home is the article, and that is
    not like the digest.
    """
    for part, _, holder, of_holder in link.sides():
        home = homes.get(part, holder)
        is_elsewhere = of_holder < PART and home != holder
        if is_elsewhere and _strength(home, holder, links) < ENOUGH:
            return True
    return False


def _links(texts: Sequence[Text], furniture: Furniture) -> Iterator[Link]:
    """Yield the pairs that share anything worth a look."""
    count = len(texts)
    sizes = [len(text.runs) for text in texts]
    if not sum(sizes):
        return
    runs = np.concatenate([text.runs for text in texts])
    owners = np.repeat(np.arange(count), sizes)
    # stable: of each run the owners stay in order; what is made of ascending pieces sorts fast
    order = np.argsort(runs, kind="stable")
    runs, owners = runs[order], owners[order]
    starts = np.flatnonzero(np.append(True, runs[1:] != runs[:-1]))
    lengths = np.diff(np.append(starts, len(runs)))
    stories = np.array([text.story for text in texts])
    on_site = furniture.texts(runs[starts])
    told = np.maximum(_told(owners, lengths, stories), on_site)  # some of these in other weeks
    weights = np.maximum(told**-RARITY, LEAST) * np.maximum(on_site, 1.0) ** -OWN
    totals = np.bincount(owners, weights=np.repeat(weights, lengths), minlength=count)
    searched = np.where(on_site < FURNITURE, lengths, 0)
    pairs, shared = _pairs(owners, starts, searched, weights, count)
    ones, others = np.divmod(pairs, count)
    of_ones, of_others = shared / totals[ones], shared / totals[others]
    is_worth = np.maximum(of_ones, of_others) >= WORTH
    columns = (column[is_worth].tolist() for column in (ones, others, of_ones, of_others))
    for row in zip(*columns, strict=True):
        yield Link(*row)


def _places(length: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs of the places of so many texts that are looked at, the earlier first."""
    firsts = length if length <= ALL_PAIRS else FIRST
    ones = np.repeat(np.arange(firsts), length)
    others = np.tile(np.arange(length), firsts)
    return ones[ones < others], others[ones < others]


def _told(
    owners: NDArray[np.intp], lengths: NDArray[np.intp], stories: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return how many stories have each run; so many of the owners, in order, have each."""
    told = np.ones(len(lengths))
    shared = np.flatnonzero(lengths > 1)  # few are: most runs are one text's alone
    of_run = np.repeat(np.arange(len(shared)), lengths[shared])
    tellers = stories[owners[np.repeat(lengths > 1, lengths)]]
    many = int(stories.max(initial=0)) + 1
    pairs = np.sort(of_run * many + tellers)
    is_new = np.append(True, pairs[1:] != pairs[:-1]) if len(pairs) else np.empty(0, dtype=bool)
    told[shared] = np.bincount(pairs[is_new] // many, minlength=len(shared))
    return told


def _pairs(
    owners: NDArray[np.intp],
    starts: NDArray[np.intp],
    lengths: NDArray[np.intp],
    weights: NDArray[np.float64],
    count: int,
) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Return the pairs that share a run, and the weight of all that they share.

    A pair of the texts 3 and 7 of 100 is 307. Of a run that begins at its start so many texts are
    looked at as its length says.
    """
    keys = [np.empty(0, dtype=np.intp)]
    shares = [np.empty(0)]
    for length in np.unique(lengths[lengths > 1]).tolist():
        chosen = np.flatnonzero(lengths == length)
        ones, others = _places(length)
        rows = owners[starts[chosen][:, None] + np.arange(length)]
        keys.append((rows[:, ones] * count + rows[:, others]).ravel())
        shares.append(np.repeat(weights[chosen], len(ones)))
    found, weight = np.concatenate(keys), np.concatenate(shares)
    if count * count <= CELLS:
        cells = _sums(found, weight, count * count)
        pairs = np.flatnonzero(cells)
        return pairs, cells[pairs]
    pairs, places = np.unique(found, return_inverse=True)
    return pairs, _sums(places, weight, len(pairs))


def _sums(
    places: NDArray[np.intp], weights: NDArray[np.float64], count: int
) -> NDArray[np.float64]:
    return np.asarray(np.bincount(places, weights, minlength=count), dtype=np.float64)
