"""Lines without a word at either end: dashes, dots, bars."""

import re

from pipelines.clean.edges import edges
from pipelines.extract.manuscript import Manuscript

RULE = "ornament"
WORD = re.compile(r"[^\W_]")


def apply(manuscript: Manuscript) -> Manuscript:
    """Take them."""
    lines = manuscript.lines
    near = dict.fromkeys((*edges(lines), *lines[:1], *lines[-1:]))
    return manuscript.without((line for line in near if not WORD.search(line.text)), RULE)
