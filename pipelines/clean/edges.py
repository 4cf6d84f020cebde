"""Where an article begins and ends: what stands outside its first and last sentence."""

import re
from collections.abc import Sequence

from pipelines.extract.manuscript import Line, size

SENTENCE_END = re.compile(r"""[.!?…。！？।॥؟։။]["'”’»›)\]」』]*(\s|$)""")
SENTENCE = 55  # characters: no byline or label with a full stop was longer
PARAGRAPH = 140  # a line this long is text, with or without a full stop
LINK = 0.5  # a line that is more link than text leads elsewhere
FAR = 14  # lines that an edge may have


def is_prose(line: Line) -> bool:
    """Return whether a line is a sentence or a paragraph."""
    if line.links >= LINK:
        return False
    length = size(line.text)
    return length >= PARAGRAPH or (length >= SENTENCE and bool(SENTENCE_END.search(line.text)))


def head(lines: Sequence[Line], most: int = FAR) -> Sequence[Line]:
    """Return the lines before the first sentence; none where there is no sentence near."""
    for at, line in enumerate(lines[: most + 1]):
        if is_prose(line):
            return lines[:at]
    return ()


def tail(lines: Sequence[Line], most: int = FAR) -> Sequence[Line]:
    """Return the lines after the last sentence; none where there is no sentence near."""
    for back, line in enumerate(lines[: -most - 2 : -1]):
        if is_prose(line):
            return lines[len(lines) - back :]
    return ()


def edges(lines: Sequence[Line], most: int = FAR) -> Sequence[Line]:
    """Return the lines of both ends."""
    return (*head(lines, most), *tail(lines, most))
