"""The writer's or the paper's own address as last line."""

import re

from pipelines.extract.manuscript import Line, Manuscript

RULE = "contact"
TAIL_LINES = 2
# lines right/wrong: an e-mail address alone 11/1; with words before it, 5/1: those are left
ADDRESS = re.compile(r"\W*(?:e-?mail\W+)?[\w.+-]+@[\w-]+\.[\w.-]+\W*", re.IGNORECASE)


def apply(manuscript: Manuscript) -> Manuscript:
    """Take an e-mail address that stands alone among the last two lines."""
    last = manuscript.lines[1:][-TAIL_LINES:]
    return manuscript.without((line for line in last if _is_address(line)), RULE)


def _is_address(line: Line) -> bool:
    return ADDRESS.fullmatch(line.text) is not None
