"""Sightings of one site in, its template out: which of its blocks hold articles, which lines recur.

Every block is known by its path. A block votes with the text that extractor and rules kept of it
on some pages against what they dropped there, so that the agreement of many pages outvotes an
extractor that was wrong on some. A text that stands on several pages counts as dropped.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from pipelines.records import Path, Seen, Sighting, Template

LEAST_PAGES = 2
# Swept on the sites of three pages and more of recorded news, each page read by what its site's
# others (eight at most) had taught; F1 there: 89.0 without a template, 92.1 with it.
RECURS = 0.2  # of the pages, and on two at least: .15-.3 gave the same within .2
ROOT = 0.85  # of the kept text stands below the root: .7-.95 gave the same within .1
PROSE = 55  # letters: a shorter line says little of where an article stands
MAIN = 0.25  # of the kept text: a block with less is beside the article


def learn(site: str, sightings: Sequence[Sighting]) -> Template:
    """Return what the pages have in common; from fewer than LEAST_PAGES it says nothing."""
    pages = _distinct(sightings)
    recurring = _recurring(pages)
    votes = _Votes(recurring)
    for page in pages:
        votes.count(page.lines)
    return Template(
        site=site,
        version=_version(pages),
        pages=len(pages),
        votes=votes.shares() if len(pages) >= LEAST_PAGES else {},
        barren=votes.barren() if len(pages) >= LEAST_PAGES else frozenset(),
        roots=votes.roots() if len(pages) >= LEAST_PAGES else (),
        recurring=recurring if len(pages) >= LEAST_PAGES else {},
    )


def _distinct(sightings: Sequence[Sighting]) -> list[Sighting]:
    """Return the last sighting of each page, oldest first; the order they came in has no weight."""
    last = {one.url: one for one in sorted(sightings, key=lambda one: one.seen_at)}
    return sorted(last.values(), key=lambda one: (one.seen_at, one.url))


def _recurring(pages: Sequence[Sighting]) -> dict[int, int]:
    stood_on: Counter[int] = Counter()
    for page in pages:
        stood_on.update({line.text for line in page.lines})
    least = max(2, RECURS * len(pages))
    return {text: number for text, number in stood_on.items() if number >= least}


def filled(lines: Sequence[Seen], recurring: Iterable[int]) -> list[bool]:
    """Return which lines count as kept: those that were, and those between them in their blocks.

    Extractors lose subheads, lists and short paragraphs inside a text; what recurs is never one.
    """
    kept = [line.is_kept for line in lines]
    weight: Counter[Path] = Counter()
    for line in lines:
        if line.is_kept:
            weight[line.path[:-1]] += line.size
    least = MAIN * weight.total()
    main = {path for path, size in weight.items() if size >= least}
    sure = [
        at
        for at, line in enumerate(lines)
        if line.is_kept and line.size >= PROSE and line.path[:-1] in main
    ]
    for at in range(sure[0], sure[-1]) if sure else ():
        line = lines[at]
        is_beside = line.path[:-1] in main or line.path[:-2] in main
        if line.is_plain and not line.is_link and is_beside and line.text not in recurring:
            kept[at] = True
    return kept


class _Votes:
    """What the pages say of each path."""

    def __init__(self, recurring: dict[int, int]) -> None:
        self._recurring = recurring
        self._kept: Counter[Path] = Counter()
        self._dropped: Counter[Path] = Counter()
        self._pages: Counter[Path] = Counter()
        self._fertile: set[Path] = set()
        self._roots: Counter[Path] = Counter()

    def count(self, lines: Sequence[Seen]) -> None:
        """Take in one page."""
        kept: Counter[Path] = Counter()
        for line, is_kept in zip(lines, filled(lines, self._recurring), strict=True):
            if is_kept and line.text not in self._recurring:
                kept[line.path] += line.size
            else:
                self._dropped[line.path] += line.size
        self._kept.update(kept)
        self._pages.update({line.path for line in lines})
        below = _below(kept)
        self._fertile.update(below, kept)
        enough = ROOT * kept.total()
        if kept:
            self._roots[
                max((p for p, size in below.items() if size >= enough), key=len, default=())
            ] += 1

    def shares(self) -> dict[Path, float]:
        """Return, for each path seen on two pages or more, which share of its text was kept."""
        return {
            path: round(self._kept[path] / max(1, self._kept[path] + self._dropped[path]), 3)
            for path, pages in self._pages.items()
            if pages > 1
        }

    def barren(self) -> frozenset[Path]:
        """Return the outermost boxes of which no page kept anything."""
        tops = set()
        for path in self._pages:
            for end in range(1, len(path) + 1):
                if path[:end] not in self._fertile:
                    tops.add(path[:end])
                    break
        return frozenset(tops)

    def roots(self) -> tuple[Path, ...]:
        """Return the deepest boxes that hold an article, of two pages or more, most pages first."""
        found = sorted(self._roots.items(), key=lambda root: (-root[1], root[0]))
        return tuple(path for path, pages in found if pages > 1)


def _below(kept: Counter[Path]) -> Counter[Path]:
    """Return how much was kept under each box; a line's own block is no box of others."""
    below: Counter[Path] = Counter()
    for path, size in kept.items():
        for end in range(len(path)):
            below[path[:end]] += size
    return below


def _version(pages: Sequence[Sighting]) -> str:
    """Return a name for what was learned: the same of the same pages."""
    names = defaultdict(list)
    for page in pages:
        names[page.url].append(sum(line.text for line in page.lines))
    return hashlib.blake2b(repr(sorted(names.items())).encode(), digest_size=6).hexdigest()
