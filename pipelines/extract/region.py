"""Which part of a page is the article, told from where its sentences stand.

An article's paragraphs stand in one box, or in several boxes of one kind; teasers, comments and
the right column stand in others. Reads lines and their paths, never words of any language.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

from pipelines.extract.manuscript import Box, Line
from pipelines.extract.view import Pairs, View, pairs

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
Home = tuple[Box | None, *tuple[tuple[str, str], ...]]


def region(view: View, description: str) -> frozenset[int]:
    """Return the places of the lines that are the article's region; none where no sentence is."""
    best = _densest(view, pairs(description))
    if best is None:
        return frozenset()
    path = next(line.path for line in view.page if best in line.path)
    reach = _grown(view, path[: path.index(best) + 1])
    paths = {id(line.path): line.path for line in view.page}  # the lines of one block have one
    kin = {way: _is_kin(path, best, reach) for way, path in paths.items()}
    return frozenset(at for at, line in enumerate(view.page) if kin[id(line.path)])


def inner(line: Line) -> Box | None:
    """Return the innermost box of a line that can hold more than one paragraph."""
    return next(_outwards(line), None)


def home(line: Line) -> Home:
    """Return the article element that a line stands in, if any, and the kinds of its boxes."""
    boxes = list(_outwards(line))
    return next((box for box in boxes if box.tag == "article"), None), *(box.sign for box in boxes)


def _outwards(line: Line) -> Iterator[Box]:
    return (box for box in reversed(line.path) if box.tag not in WITHIN)


def _is_kin(path: Sequence[Box], best: Box, reach: Box) -> bool:
    """Return whether lines stand in the region or in a box of the same kind as its core."""
    if reach in path:
        return True
    # page builders give each section of an article a box, and all of them one name
    return bool(best.name) and any(box.name and box.sign == best.sign for box in path)


def _densest(view: View, said: Pairs) -> Box | None:
    """Return the box around most sentences, weighed by the evidence; None where there are none."""
    score = _density(view)
    heard = _heard(view, said)
    first = _first(view)
    texts, links = _letters(view, score)
    for box in score:
        score[box] *= 1 - min(1.0, links[box] / max(1, texts[box]))
        score[box] *= FIRST if box in first else 1
        score[box] *= 1 + SAID * len(heard[box]) / max(1, len(said))
    best = max(score, key=lambda box: score[box], default=None)
    return best if best and score[best] > 0 else None


def _density(view: View) -> dict[Box, float]:
    """Return the weight of the sentences near each box that holds some."""
    score: defaultdict[Box, float] = defaultdict(float)
    for at, line in enumerate(view.page):
        if view.prose[at]:
            weight = view.sizes[at] * _trust(view, at)
            for level, box in enumerate(islice(_outwards(line), LEVELS)):
                score[box] += weight * FADE**level
    return dict(score)


def _heard(view: View, said: Pairs) -> defaultdict[Box, Pairs]:
    """Return which of the description's words the sentences of each box say."""
    heard: defaultdict[Box, Pairs] = defaultdict(frozenset)
    for at, line in enumerate(view.page):
        words = pairs(line.text) & said if said and view.prose[at] else None
        if words:
            for box in islice(_outwards(line), LEVELS):
                heard[box] |= words
    return heard


def _trust(view: View, at: int) -> float:
    return (KEPT if at in view.kept else 1.0) * (FOREIGN if view.foreign[at] else 1.0)


def _first(view: View) -> Sequence[Box]:
    """Return the path of the first paragraph below the title."""
    start = -1 if view.title is None else view.title
    for at in range(start + 1, len(view.page)):
        is_long = view.prose[at] and view.sizes[at] >= FIRST_LETTERS
        if is_long and not view.foreign[at]:
            return view.page[at].path
    return ()


def _letters(view: View, boxes: Collection[Box]) -> tuple[Counter[Box], Counter[Box]]:
    """Return the letters in each of the boxes, and how many of them are links."""
    texts: Counter[Box] = Counter()
    links: Counter[Box] = Counter()
    for at, line in enumerate(view.page):
        for box in line.path:
            if box in boxes:
                texts[box] += view.sizes[at]
                links[box] += int(view.sizes[at] * line.links)
    return texts, links


def _grown(view: View, path: Sequence[Box]) -> Box:
    """Return the outermost box up to which what is added is mostly kept sentences."""
    way = set(path)
    texts: Counter[Box] = Counter()
    kept: Counter[Box] = Counter()
    for at, line in enumerate(view.page):
        is_kept = at in view.kept and view.prose[at]
        for box in line.path:
            if box in way:
                texts[box] += view.sizes[at]
                kept[box] += view.sizes[at] if is_kept else 0
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
