"""Boxes that are furniture by name or tag: forms, pop-ups, disclosures, embedded posts, offers."""

from collections.abc import Iterable, Iterator

from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import is_prose

RULE = "furniture-box"
# lines right/wrong on both halves of the sites: form 108/1, embed 35/8, legal 22/1, popup 15/0;
# one of four references counts an embedded post as text
ANYWHERE = frozenset({"form", "asking", "embed", "legal", "popup"})
# at an end, paragraphs too; between paragraphs these words name parts of articles as well
AT_END = frozenset({"related", "newsletter", "ad", "promo"})
# of the text; a longer end is the article, in a box that was never closed. Lines right/wrong of the
# rule: 0.2 242/3, 0.35 264/8, 0.5 272/8
MOST = 0.2
AT_START = frozenset({"newsletter", "ad", "promo", "nav"})


def apply(manuscript: Manuscript) -> Manuscript:
    """Take some boxes wherever they stand, others where they are the end or the start."""
    lines = manuscript.lines
    taken = [line for line in lines if line.marks & ANYWHERE]
    above = [line for line in _run(lines, AT_START) if not is_prose(line)]
    below = list(_run(lines[::-1], AT_END))
    if _chars(below) > MOST * _chars(lines):
        below = []
    return manuscript.without(dict.fromkeys([*taken, *above, *below]), RULE)


def _chars(lines: Iterable[Line]) -> int:
    return sum(len(line.text) for line in lines)


def _run(lines: Iterable[Line], marks: frozenset[str]) -> Iterator[Line]:
    for line in lines:
        if not line.marks & marks:
            return
        yield line
