"""What stands outside the box that holds the article: columns, boxes under it, menus above it."""

from collections.abc import Sequence
from itertools import takewhile

from pipelines.clean.frame import frame, parting
from pipelines.extract.manuscript import Box, Line, Manuscript
from pipelines.extract.prose import is_prose

RULE = "outside"
# share of the prose that makes a box the article's; swept on both halves of the sites: lines
# right/wrong below it: 0.5 1976/300, 0.7 1649/49, 0.8 1408/33, 0.9 1271/9; with links 0.7 788/0
SHARE = 0.9
LINKED_SHARE = 0.7
LINKED = 0.2  # of the characters of all lines below the box
PARTS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "blockquote", "pre", "figure"})


def apply(manuscript: Manuscript) -> Manuscript:
    """Take what follows the box, and links above it; a standfirst stands above as well."""
    lines = manuscript.lines
    way = frame(lines, SHARE)
    below = _outside(lines[::-1], way)
    linked = _outside(lines[::-1], frame(lines, LINKED_SHARE))
    below += linked if _links(linked) >= LINKED else []
    above = [line for line in _outside(lines, way) if line.links >= LINKED and not is_prose(line)]
    return manuscript.without(dict.fromkeys([*below, *above]), RULE)


def _outside(lines: Sequence[Line], way: Sequence[Box]) -> list[Line]:
    """Return what stands outside, from one end up to the first line that stands in the box."""
    if not way:
        return []
    run = takewhile(lambda line: way[-1] not in line.path, lines)
    return [line for line in run if _is_elsewhere(line, way)]


def _is_elsewhere(line: Line, way: Sequence[Box]) -> bool:
    """Return whether a line is in a box of another kind: a second one of its kind is a part."""
    left = parting(line, way)
    return left is not None and left[0].sign != left[1].sign and left[1].tag not in PARTS


def _links(lines: Sequence[Line]) -> float:
    total = sum(len(line.text) for line in lines)
    return sum(line.links * len(line.text) for line in lines) / max(1, total)
