"""Sightings of one site in, its template out: which of its blocks hold articles, which lines recur.

Every block is known by its path. A block votes with the text that extractor and rules kept of it
on some pages against what they dropped there, so that the agreement of many pages outvotes an
extractor that was wrong on some. A text that stands on several pages counts as dropped; so does a
block that only ever has a few words above or below the sentences: author, date, caption, section.
Pages that a template read alone have no vote; they only tell which texts recur.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar

from pipelines.extract.prose import SENTENCE
from pipelines.records import Path, Seen, Sighting, Template
from pipelines.template.skim import is_sure

K = TypeVar("K", int, str)
LEAST_PAGES = 2
LEAST_ALIKE, ALIKE = 3, 0.5
LONG = timedelta(days=7)
# Swept on the sites of three pages and more of recorded news, each page read by what its site's
# others (eight at most) had taught. Holes that the extractor left are its own file's to fill
# (extract.mended): filling them here too changed 688 of 1.1 million lines and no figure.
RECURS = 0.2  # of the pages, and on two at least: .15-.3 gave the same within .2
SAME = 0.7  # of the longer text; of 1,900 recorded pages none of two articles shares so much
MENU = 0.95  # of what a box says is links: neither a date nor an author stands in it
HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
ROOT = 0.85  # of the kept text stands below the root: .7-.95 gave the same within .1


def learn(site: str, sightings: Sequence[Sighting]) -> Template:
    """Return what the pages have in common; from fewer than LEAST_PAGES it says nothing."""
    pages = _distinct(sightings)
    labelled = [page for page in pages if not page.is_skimmed]
    told = labelled if len(labelled) >= LEAST_PAGES else []
    recurring = _recurring(pages if told else [])
    votes = _Votes(recurring)
    for page in told:
        votes.count(page.lines)
    made = Template(
        site=site,
        version=_version(pages),
        pages=len(pages),
        votes=votes.shares(),
        barren=votes.barren(),
        menus=votes.menus(),
        roots=votes.roots(),
        recurring=recurring,
        titles=_said_by_many([one.titles for one in pages]),
        days=_days(pages),
    )
    return replace(made, is_sure=is_sure(made, labelled))


def recounted(template: Template, sightings: Sequence[Sighting]) -> Template:
    """Return the template with what recurs counted anew: all that skimmed pages teach."""
    pages = _distinct(sightings)
    recurring = _recurring(pages) if template.votes else {}
    return replace(template, version=_version(pages), pages=len(pages), recurring=recurring)


def _distinct(sightings: Sequence[Sighting]) -> list[Sighting]:
    """Return the last sighting of each article; the order they came in has no weight.

    An article at two addresses would make each of its paragraphs one that recurs.
    """
    last = {one.url: one for one in sorted(sightings, key=lambda one: one.seen_at)}
    pages = [(one, _kept(one)) for _, one in sorted(last.items())]
    return [
        one
        for place, (one, kept) in enumerate(pages)
        if not any(_is_same(kept, other) for _, other in pages[:place])
    ]


def _said_by_many(said: Sequence[Sequence[K]]) -> frozenset[K]:
    """Return what half of the pages say, and three at least: of articles each is another's."""
    counts = Counter(value for values in said for value in values)
    least = max(LEAST_ALIKE, ALIKE * len(said))
    return frozenset(value for value, pages in counts.items() if pages >= least)


def _days(pages: Sequence[Sighting]) -> frozenset[str]:
    """Return the days that so many pages say, which came over a week: an issue's have its day."""
    many = _said_by_many([[page.day] if page.day else [] for page in pages])
    seen = {day: [page.seen_at for page in pages if page.day == day] for day in many}
    return frozenset(day for day, times in seen.items() if max(times) - min(times) >= LONG)


def _kept(page: Sighting) -> dict[int, int]:
    """Return the sizes of the kept lines by their texts, in page order."""
    return {line.text: line.size for line in page.lines if line.is_kept}


def _is_same(one: dict[int, int], other: dict[int, int]) -> bool:
    """Return whether two pages hold one article: they begin alike and share most of their text.

    Furniture that the extractor kept on both stands after another beginning.
    """
    if not one or not other or next(iter(one)) != next(iter(other)):
        return False
    shared = sum(size for text, size in one.items() if text in other)
    return shared >= SAME * max(sum(one.values()), sum(other.values()))


def _recurring(pages: Sequence[Sighting]) -> dict[int, int]:
    stood_on: Counter[int] = Counter()
    for page in pages:
        stood_on.update({line.text for line in page.lines})
    least = max(2, RECURS * len(pages))
    parts = {text for page in pages for text in _parts(page)}
    return {text: n for text, n in stood_on.items() if n >= least and text not in parts}


def _parts(page: Sighting) -> set[int]:
    """Return the headings that one article has several times: "For", "Against", "For"."""
    headings = Counter(line.text for line in page.lines if line.is_kept and _is_heading(line))
    return {text for text, number in headings.items() if number > 1}


def _is_heading(line: Seen) -> bool:
    return bool(line.path) and line.path[-1].partition(".")[0] in HEADINGS


@dataclass(slots=True)
class _Box:
    """The letters in a box, and how many of them are links."""

    letters: int = 0
    linked: int = 0
    within: dict[str, "_Box"] = field(default_factory=dict)

    def add(self, path: Path, letters: int, linked: int) -> None:
        """Add the letters of a path to each of its boxes."""
        box = self
        for step in path:
            inner = box.within.get(step)
            if inner is None:
                inner = box.within[step] = _Box()
            box = inner
            box.letters += letters
            box.linked += linked

    def along(self, path: Path) -> Iterator[tuple[int, "_Box"]]:
        """Yield the boxes of a path that are known, outermost first, with how deep each is."""
        box: _Box | None = self
        for end, step in enumerate(path, 1):
            box = box.within.get(step) if box else None
            if box is None:
                return
            yield end, box


class _Votes:
    """What the pages say of each path."""

    def __init__(self, recurring: dict[int, int]) -> None:
        self._recurring = recurring
        self._kept: Counter[Path] = Counter()
        self._dropped: Counter[Path] = Counter()
        self._pages: Counter[Path] = Counter()
        self._beside: set[Path] = set()
        self._amid: set[Path] = set()
        self._fertile: set[Path] = set()
        self._roots: Counter[Path] = Counter()
        self._top = _Box()

    def count(self, lines: Sequence[Seen]) -> None:
        """Take in one page."""
        self._place([line for line in lines if line.is_kept])
        kept: Counter[Path] = Counter()
        for path, (every, own, links) in self._sums(lines).items():
            self._pages[path] += 1
            self._dropped[path] += every - own
            if own:
                kept[path] = own
            else:  # what holds a line of the article is no menu
                self._top.add(path, every, links)
        self._kept.update(kept)
        below = _below(kept)
        self._fertile.update(below, kept)
        enough = ROOT * kept.total()
        held = [path for path, size in below.items() if size >= enough]
        if held:
            self._roots[max(held, key=len)] += 1

    def _sums(self, lines: Sequence[Seen]) -> dict[Path, tuple[int, int, int]]:
        """Return the letters of each path: all, those of the article, those of links."""
        sums: dict[int, list[int]] = {}
        ways: dict[int, Path] = {}
        for line in lines:
            key = id(line.path)  # the lines of a block share it; its hash is that of all its boxes
            if key not in sums:
                sums[key], ways[key] = [0, 0, 0], line.path
            of_path, size = sums[key], line.size
            of_path[0] += size
            if line.is_kept and line.text not in self._recurring:
                of_path[1] += size
            if line.is_link:
                of_path[2] += size
        found: dict[Path, tuple[int, int, int]] = {}
        for key, path in ways.items():
            every, own, links = sums[key]
            before = found.get(path, (0, 0, 0))
            found[path] = before[0] + every, before[1] + own, before[2] + links
        return found

    def _place(self, kept: Sequence[Seen]) -> None:
        """Note which blocks stand amid the article's sentences, and which beside them."""
        known = self._recurring
        is_sure = [line.size >= SENTENCE and line.text not in known for line in kept]
        sure = [at for at, is_sentence in enumerate(is_sure) if is_sentence]
        for at, line in enumerate(kept if sure else ()):
            is_beside = line.size < SENTENCE and not sure[0] < at < sure[-1]
            (self._beside if is_beside else self._amid).add(line.path)

    def shares(self) -> dict[Path, float]:
        """Return, for each path seen on two pages or more, which share of its text was kept."""
        return {path: self._share(path) for path, pages in self._pages.items() if pages > 1}

    def _share(self, path: Path) -> float:
        # of 514 recorded pages this takes 10 lines, none of them the article's
        if path in self._beside and path not in self._amid:
            return 0.0
        kept = self._kept[path]
        return round(kept / max(1, kept + self._dropped[path]), 3)

    def barren(self) -> frozenset[Path]:
        """Return the outermost boxes of which no page kept anything."""
        tops = set()
        for path in self._pages:
            for end in range(1, len(path) + 1):
                if path[:end] not in self._fertile:
                    tops.add(path[:end])
                    break
        return frozenset(tops)

    def menus(self) -> frozenset[Path]:
        """Return the outermost boxes of nothing but links, of which no page kept anything."""
        menus = set()
        for path, pages in self._pages.items():
            for end, box in self._top.along(path):
                if box.linked >= MENU * box.letters and path[:end] not in self._fertile:
                    if pages > 1:
                        menus.add(path[:end])
                    break
        return frozenset(menus)

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
    names = sorted((page.url, sum(line.text for line in page.lines)) for page in pages)
    return hashlib.blake2b(repr(names).encode(), digest_size=6).hexdigest()
