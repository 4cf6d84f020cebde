"""Which lines are sentences: what every room that weighs lines goes by."""

import re

from pipelines.extract.manuscript import Line
from pipelines.letters import size

SENTENCE_END = re.compile(r"""[.!?…。！？।॥؟։။]["'”’»›)\]」』]*(\s|$)""")
SENTENCE = 55  # letters: no byline or label with a full stop was longer
PARAGRAPH = 140  # a line this long is text, with or without a full stop
LINK = 0.5  # a line that is more link than text leads elsewhere


def is_prose(line: Line) -> bool:
    """Return whether a line is a sentence or a paragraph."""
    if line.links >= LINK:
        return False
    length = size(line.text)
    return length >= PARAGRAPH or (length >= SENTENCE and bool(SENTENCE_END.search(line.text)))
