"""Texts of two weeks in, which of them tell one story: by the runs of words that few others have.

A run counts for as much as it is rare: what stands in the texts of forty stories is a phrase or a
template, what stands in many of one site is its furniture. Two texts tell one story where one holds
enough of the other, so that an excerpt is found in an article ten times as long.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipelines.identify.furniture import Furniture
from pipelines.identify.shingles import Shingles

Pairs = Mapping[tuple[int, int], "Link"]

# Swept together: decision 0014
RARITY: Final = 0.5  # with 1 a story that sixty papers edit is less than what each of them adds
LEAST = 0.35  # what a run of a story weighs that hundreds tell, each under a lead of its own
OWN: Final = 1.0  # of a site's furniture: the more stories of the site have it, the less it says
ENOUGH = 0.4  # of one text's runs, each by its weight
PART = 0.35  # a longer text that shares less of its own holds the other, and other things
TAKEN, UNLIKE = 0.25, 0.15  # of a story that a digest opens; two stories share less
WHOLE, OWN_STORY = 0.7, 0.6  # of a story that a digest holds; of a text that is that story
WORTH: Final = 0.05  # a link weaker than this says nothing
# What costs time and finds nothing: runs that so many stories of a site have, and, of one that more
# texts have than ALL_PAIRS, pairs without one of the FIRST: each of forty reprints is like those
FURNITURE: Final = 32
ALL_PAIRS: Final = 16
FIRST: Final = 8


@dataclass(frozen=True, slots=True)
class Text:
    """One text of a window."""

    story: int
    """What it is known to belong to by now; texts of one story count as one."""
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


def alike(texts: Sequence[Text], furniture: Furniture) -> list[Link]:
    """Return the pairs that tell one story; ``texts`` are in the order of their publication."""
    links = {(link.one, link.other): link for link in _links(texts, furniture)}
    strong = [link for link in links.values() if link.strength >= ENOUGH]
    digests = _digests(links)
    strong = [link for link in strong if not _is_digested(link, digests)]
    homes = _homes(strong)
    return [link for link in strong if not _is_quotation(link, homes, links)]


def _digests(links: Pairs) -> set[int]:
    """Return the texts that hold two whole stories told before, or parts of three, none its own.

    A story that was told before what is in it is one that others took two excerpts from.
    """
    held: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
    for link in links.values():
        for part, share, holder, of_holder in link.sides():
            if part < holder and share >= TAKEN and of_holder < OWN_STORY:
                held[holder].append((share, part))
    return {holder for holder, parts in held.items() if _is_digest(parts, links)}


def _is_digest(parts: list[tuple[float, int]], links: Pairs) -> bool:
    unlike: list[tuple[float, int]] = []
    for share, part in sorted(parts, reverse=True):
        if not any(_strength(part, other, links) >= UNLIKE for _, other in unlike):
            unlike.append((share, part))
    return len(unlike) > 2 or sum(share >= WHOLE for share, _ in unlike) > 1


def _strength(one: int, other: int, links: Pairs) -> float:
    between = links.get((min(one, other), max(one, other)))
    return between.strength if between else 0.0


def _is_digested(link: Link, digests: set[int]) -> bool:
    return any(
        holder in digests and of_holder < OWN_STORY for _, _, holder, of_holder in link.sides()
    )


def _homes(links: Sequence[Link]) -> dict[int, int]:
    """Return, for each text that is part of longer ones, which of them holds most of it."""
    held: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
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
    order = np.lexsort((owners, runs))
    runs, owners = runs[order], owners[order]
    starts = np.flatnonzero(np.append(True, runs[1:] != runs[:-1]))
    lengths = np.diff(np.append(starts, len(runs)))
    stories = np.array([text.story for text in texts])[owners]
    on_site = furniture.texts(runs[starts])
    told = _told(runs, starts, stories)
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
    runs: Shingles, starts: NDArray[np.intp], stories: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return how many stories have each run; ``runs`` are in order, each begins at its start."""
    in_order = stories[np.lexsort((stories, runs))]
    is_new = np.append(True, in_order[1:] != in_order[:-1])
    is_new[starts] = True
    told: NDArray[np.float64] = np.add.reduceat(is_new.astype(np.float64), starts)
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
    pairs, places = np.unique(np.concatenate(keys), return_inverse=True)
    shared = np.zeros(len(pairs))
    np.add.at(shared, places, np.concatenate(shares))
    return pairs, shared
