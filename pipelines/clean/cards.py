"""Other articles at the end, told by how lists show them: the title said twice, a day beside it."""

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile

from pipelines.clean.bylines import is_date
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import is_prose
from pipelines.letters import size

RULE = "cards"
TITLE_WORDS, TITLE_LETTERS = 3, 15
PARTING = re.compile(r"\s[-–—|·•]\s")
LINKED = 0.3  # a programme of events has days as well, and hardly a link
STAMP = re.compile(r"\W*\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?\W+\d{1,2}:\d{2}\W+\w")


def apply(manuscript: Manuscript) -> Manuscript:
    """Take from the first such title on, where nothing but such titles and their texts follow."""
    lines = manuscript.lines
    dated = list(takewhile(_is_dated, lines[:0:-1]))
    return manuscript.without([*_twice(lines), *dated], RULE)


def _twice(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines from the first that says a title twice, for its picture and its link."""
    first = next((at for at, line in enumerate(lines) if _is_twice(line.text)), len(lines))
    if not any(map(is_prose, lines[:first])):
        return ()
    others = (
        not _is_twice(before.text) and not _is_twice(line.text)
        for before, line in pairwise(lines[first:])
    )
    return () if any(others) else lines[first:]


def _is_twice(text: str) -> bool:
    words = text.split()
    half, odd = divmod(len(words), 2)
    return half >= TITLE_WORDS and not odd and words[:half] == words[half:]


def _is_dated(line: Line) -> bool:
    """Return whether a line is a link with its day: "The bow gate opens - May 3, 2026"."""
    is_linked = line.links >= LINKED or not line.tag
    if not is_linked or is_prose(line) or "table" in line.marks:
        return False
    *said, day = PARTING.split(line.text)
    is_listed = size(" ".join(said)) >= TITLE_LETTERS and is_date(day, ())
    return is_listed or STAMP.match(line.text) is not None
