"""Lines without a word at either end: dashes, dots, bars; the numbers above a list's headings.

A mark alone, as an empty list item leaves it, goes wherever it stands; so do codes in brackets that
a site's software did not carry out; a number as last line is one of votes or views.
"""

import re
from itertools import pairwise

from pipelines.clean.edges import edges
from pipelines.extract.manuscript import Line, Manuscript

RULE = "ornament"
HEADS = frozenset({"h2", "h3", "h4"})
PARTS = frozenset({"li", "td", "th", "dd", "blockquote"}) | HEADS
NUMBER = re.compile(r"\W*\d{1,3}\W*")
LEADING_TO = (":", "：")
COUNT = re.compile(r"\W*\d[\d.,\s]*%?\W*")
LONE = re.compile(r"[-–—.*•·]")
CODES = re.compile(r"(?:\s*\[/?[a-z]+(?:_[a-z]+)+(?: [^\]]*)?\])+\s*")
WORD = re.compile(r"[^\W_]")


def apply(manuscript: Manuscript) -> Manuscript:
    """Take them."""
    lines = manuscript.lines
    near = dict.fromkeys((*edges(lines), *lines[:1], *lines[-1:]))
    taken = [line for line in near if not WORD.search(line.text)]
    marks = (line for line in lines if _is_mark(line.text))
    numbers = (line for line, after in pairwise(lines) if _is_number(line) and after.tag in HEADS)
    counts = (line for above, line in pairwise(lines[-2:]) if _is_count(line, above))
    return manuscript.without(dict.fromkeys([*taken, *marks, *numbers, *counts]), RULE)


def _is_mark(text: str) -> bool:
    return any(shape.fullmatch(text) for shape in (LONE, CODES))


def _is_count(line: Line, above: Line) -> bool:
    """Return whether a line is a number outside lists and tables, that nothing announces."""
    is_apart = line.tag not in PARTS and not above.text.endswith(LEADING_TO)
    return is_apart and COUNT.fullmatch(line.text) is not None


def _is_number(line: Line) -> bool:
    return NUMBER.fullmatch(line.text) is not None and line.tag not in HEADS
