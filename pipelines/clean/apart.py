"""A small box beside the paragraphs, told by one of its lines: "Create an account to read on"."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from config import phrasebook
from pipelines.extract.manuscript import Box, Line, Manuscript
from pipelines.extract.prose import is_prose
from pipelines.extract.region import WITHIN
from pipelines.letters import size

RULE = "box-apart"
# lines right/wrong 222/5 on recorded pages; from 3 to 12 lines and .1 to .3 of the text the same
MOST_LINES = 6
MOST_TEXT = 0.2
# of the prose, in boxes of one kind: those are the article's
MAIN = 0.15
LETTERS = 200  # a longer line is a paragraph that begins like a notice


def apply(manuscript: Manuscript) -> Manuscript:
    """Take all of each small box with such a line that holds no paragraph of the article."""
    lines = manuscript.lines
    telling = [line for line in lines if line.path and _is_telling(line)]
    if not telling:
        return manuscript
    held = _held(lines)
    own = _own(lines)
    most = MOST_TEXT * sum(size(line.text) for line in lines)
    taken = (line for one in telling for line in _box(one, held, own, most))
    return manuscript.without(dict.fromkeys(taken), RULE)


def _is_telling(line: Line) -> bool:
    """Return whether a line is what sites write around articles; see config.phrasebook."""
    if len(line.text) > LETTERS:
        return False
    book, folded, is_paragraph = phrasebook.load(), phrasebook.fold(line.text), is_prose(line)
    groups = (book.notices, book.tools, book.related, book.comments, book.credits)
    return any(group.match(folded, is_paragraph=is_paragraph) for group in groups)


def _box(line: Line, held: dict[Box, list[Line]], own: set[Box], most: float) -> Sequence[Line]:
    """Return what the widest box around a line holds that is small and apart; () without one."""
    for box in line.path:
        inside = held[box]
        if box in own or box.tag in WITHIN or len(inside) > MOST_LINES:
            continue
        if sum(size(one.text) for one in inside) <= most:
            return inside
    return ()


def _held(lines: Iterable[Line]) -> dict[Box, list[Line]]:
    held: defaultdict[Box, list[Line]] = defaultdict(list)
    for line in lines:
        for box in line.path:
            held[box].append(line)
    return held


def _own(lines: Sequence[Line]) -> set[Box]:
    """Return the boxes that hold a line where the article's paragraphs stand."""
    kinds = [tuple(box.sign for box in line.path if box.tag not in WITHIN) for line in lines]
    prose: Counter[tuple[tuple[str, str], ...]] = Counter()
    for line, kind in zip(lines, kinds, strict=True):
        prose[kind] += size(line.text) if is_prose(line) else 0
    least = MAIN * prose.total()
    main = {kind for kind, letters in prose.items() if letters >= least}
    return {
        box for line, kind in zip(lines, kinds, strict=True) if kind in main for box in line.path
    }
