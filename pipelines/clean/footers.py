"""Copyright, disclaimers and the foot of the page."""

import re
from collections.abc import Iterator, Sequence

from config import phrasebook
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import is_prose
from pipelines.letters import DENSE

RULE = "footer"
TAIL_LINES = 3
LINE_CHARS = 500
REMARK_WORDS = range(2, 6)
REMARK = re.compile(r"[(\[（【［]([^()\[\]（）【】［］?!？！:：]{4,50})[)\]）】］][.。]?")


def apply(manuscript: Manuscript) -> Manuscript:
    """Take what stands in the page's footer, and of the last three lines what says one.

    As last line also a remark in brackets: who translated it, how its figures were rounded.
    """
    lines = manuscript.lines
    said = (line for line in lines[-TAIL_LINES:] if _is_footer(line))
    remarks = (line for line in lines[1:][-1:] if _is_remark(line.text))
    return manuscript.without(dict.fromkeys((*_marked(lines), *said, *remarks)), RULE)


def _is_remark(text: str) -> bool:
    """Return whether a line is a few words in brackets; one may be a club, many a sentence."""
    found = REMARK.fullmatch(text)
    if found is None:
        return False
    return len(found[1].split()) in REMARK_WORDS or DENSE.search(found[1]) is not None


def _marked(lines: Sequence[Line]) -> Iterator[Line]:
    """Yield what the page marks; above a sentence that it does not mark, no prose."""
    is_last = True
    for line in reversed(lines):
        if "footer" in line.marks and (is_last or not is_prose(line) or _is_footer(line)):
            yield line
        elif is_prose(line):
            is_last = False


def _is_footer(line: Line) -> bool:
    footers = phrasebook.load().footers
    folded = phrasebook.fold(line.text)
    return len(line.text) <= LINE_CHARS and (
        footers.match(folded, is_paragraph=is_prose(line))
        or phrasebook.label(line.text) in footers.whole
    )
