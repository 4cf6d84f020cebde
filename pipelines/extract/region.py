"""Which part of a page is the article, told from where its sentences stand.

An article's paragraphs stand in one box, or in several boxes of one kind; teasers, comments and
the right column stand in others. Reads lines and their paths, never words of any language.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from pipelines.extract.manuscript import Box, Line
from pipelines.extract.sight import Pairs, Sight, pairs

# elements that hold one paragraph or one list, not an article
_WITHIN = """
    p h1 h2 h3 h4 h5 h6 li ul ol dd dt dl blockquote pre tr td th tbody table center figure
    figcaption
"""
WITHIN = frozenset(_WITHIN.split())
# Each number was swept alone on pages of 400 sites, F1 after cleaning in brackets: all are flat, so
# that none of them is fitted to a site.
LEVELS = 3  # boxes above a paragraph that it speaks for
FADE = 0.5  # each box further out counts half; 0.3-0.65 [94.63-94.55]
KEPT = 1.5  # what the extractor kept weighs more; 1-2.5 [94.61-94.64]
FOREIGN = 0.2
FIRST = 1.5  # the box of the first paragraph below the title; 1-2.5 [94.47-94.60; 1.5: 94.64]
FIRST_LETTERS = 80
SAID = 2.0  # the words of the description, which opens many an article; 1-4 [94.57-94.64]
PURE = 0.5  # share of a further box that must be kept sentences; 0.5-0.85 [94.67-94.54]
OWNED = 0.3  # share of its letters that a box must have kept for others to be added to it
CRUMBS = 30  # letters: a date or a button beside the text says nothing against the box


def region(sight: Sight, description: str) -> frozenset[int]:
    """Return the places of the lines that are the article's region; none where no sentence is."""
    best = _densest(sight, pairs(description))
    if best is None:
        return frozenset()
    path = next(line.path for line in sight.page if best in line.path)
    reach = _grown(sight, path[: path.index(best) + 1])
    kin = (at for at, line in enumerate(sight.page) if _is_kin(line, best, reach))
    return frozenset(kin)


def inner(line: Line) -> Box | None:
    """Return the innermost box of a line that can hold more than one paragraph."""
    return next(_outwards(line), None)


def _outwards(line: Line) -> Iterator[Box]:
    return (box for box in reversed(line.path) if box.tag not in WITHIN)


def _is_kin(line: Line, best: Box, reach: Box) -> bool:
    """Return whether a line stands in the region or in a box of the same kind as its core."""
    if reach in line.path:
        return True
    # page builders give each section of an article a box, and all of them one name
    return bool(best.name) and any(box.name and box.sign == best.sign for box in line.path)


def _densest(sight: Sight, said: Pairs) -> Box | None:
    """Return the box around most sentences, weighed by the evidence; None where there are none."""
    score = _density(sight)
    heard = _heard(sight, said)
    first = _first(sight)
    texts, links = _letters(sight, score)
    for box in score:
        score[box] *= 1 - min(1.0, links[box] / max(1, texts[box]))
        score[box] *= FIRST if box in first else 1
        score[box] *= 1 + SAID * len(heard[box]) / max(1, len(said))
    best = max(score, key=lambda box: score[box], default=None)
    return best if best and score[best] > 0 else None


def _density(sight: Sight) -> dict[Box, float]:
    """Return the weight of the sentences near each box that holds some."""
    score: defaultdict[Box, float] = defaultdict(float)
    for at, line in enumerate(sight.page):
        if sight.prose[at]:
            weight = sight.sizes[at] * _trust(sight, at)
            for level, box in enumerate(islice(_outwards(line), LEVELS)):
                score[box] += weight * FADE**level
    return dict(score)


def _heard(sight: Sight, said: Pairs) -> defaultdict[Box, Pairs]:
    """Return which of the description's words the sentences of each box say."""
    heard: defaultdict[Box, Pairs] = defaultdict(frozenset)
    for at, line in enumerate(sight.page):
        words = pairs(line.text) & said if said and sight.prose[at] else None
        if words:
            for box in islice(_outwards(line), LEVELS):
                heard[box] |= words
    return heard


def _trust(sight: Sight, at: int) -> float:
    return (KEPT if at in sight.kept else 1.0) * (FOREIGN if sight.foreign[at] else 1.0)


def _first(sight: Sight) -> Sequence[Box]:
    """Return the path of the first paragraph below the title."""
    start = -1 if sight.title is None else sight.title
    for at in range(start + 1, len(sight.page)):
        is_long = sight.prose[at] and sight.sizes[at] >= FIRST_LETTERS
        if is_long and not sight.foreign[at]:
            return sight.page[at].path
    return ()


def _letters(sight: Sight, boxes: Collection[Box]) -> tuple[Counter[Box], Counter[Box]]:
    """Return the letters in each of the boxes, and how many of them are links."""
    texts: Counter[Box] = Counter()
    links: Counter[Box] = Counter()
    for at, line in enumerate(sight.page):
        for box in line.path:
            if box in boxes:
                texts[box] += sight.sizes[at]
                links[box] += int(sight.sizes[at] * line.links)
    return texts, links


def _grown(sight: Sight, path: Sequence[Box]) -> Box:
    """Return the outermost box up to which what is added is mostly kept sentences."""
    way = set(path)
    texts: Counter[Box] = Counter()
    kept: Counter[Box] = Counter()
    for at, line in enumerate(sight.page):
        is_kept = at in sight.kept and sight.prose[at]
        for box in line.path:
            if box in way:
                texts[box] += sight.sizes[at]
                kept[box] += sight.sizes[at] if is_kept else 0
    reach = path[-1]
    if kept[reach] < OWNED * texts[reach]:  # then what the extractor kept is no witness
        return reach
    for box in reversed(path):
        added = texts[box] - texts[reach]
        if kept[box] - kept[reach] >= PURE * added:
            reach = box
        elif added >= CRUMBS:
            break
    return reach
