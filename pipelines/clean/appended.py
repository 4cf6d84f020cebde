"""A box that a template puts under the paragraphs, in the very box that holds them."""

import re
from collections.abc import Sequence
from itertools import takewhile

from pipelines.clean.frame import frame
from pipelines.extract.manuscript import Box, Line, Manuscript
from pipelines.extract.prose import is_prose
from pipelines.letters import size

RULE = "appended-box"
SHARE = 0.8
# of the prose may stand in boxes: the writer's own paragraphs stand side by side in the frame
BOXED = 0.1
MOST_LINES = 6
MOST_TEXT = 0.1
# what a writer does add in a box; lines right/wrong of other boxes 66/1, of these 16/59
WRITTEN = re.compile(
    r"faq|accordion|table|footnote|referenc|quote|note|body|content|text|recipe|code|highlight|info",
    re.IGNORECASE,
)
BELOW = re.compile(r"\b(?:after|below)[-_]?(?:article|content|entry|post|story)", re.IGNORECASE)
FLOW = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "dl"})
FLOW |= {"pre", "table", "figure", "hr", "center", "tr", "td"}


def apply(manuscript: Manuscript) -> Manuscript:
    """Take a short box at the end of a text whose paragraphs stand in no boxes of their own."""
    lines = manuscript.lines
    if any(one.rule == RULE for one in manuscript.stripped):
        return manuscript  # once: a text must not be eaten up from its end
    way = frame(lines, SHARE)
    last = list(takewhile(lambda line: _box(line, way) is not None, lines[::-1]))
    return manuscript.without(last if _is_appended(last, lines, way) else (), RULE)


def _box(line: Line, way: Sequence[Box]) -> Box | None:
    """Return the box that a line stands in within the frame; None where it is in the flow."""
    if not way or way[-1] not in line.path or len(line.path) <= len(way):
        return None
    box = line.path[len(way)]
    return None if box.tag in FLOW else box


def _is_appended(last: Sequence[Line], lines: Sequence[Line], way: Sequence[Box]) -> bool:
    boxes = [box for line in last if (box := _box(line, way))]
    return (
        0 < len(last) <= MOST_LINES
        and sum(map(_size, last)) <= MOST_TEXT * sum(map(_size, lines))
        and not any(_is_written(box.name) for box in boxes)
        and _boxed(lines, way) <= BOXED
    )


def _is_written(name: str) -> bool:
    return WRITTEN.search(name) is not None and BELOW.search(name) is None


def _boxed(lines: Sequence[Line], way: Sequence[Box]) -> float:
    """Return the share of the prose that stands in boxes within the frame."""
    prose = [line for line in lines if is_prose(line)]
    inside = sum(_size(line) for line in prose if _box(line, way))
    return inside / max(1, sum(map(_size, prose)))


def _size(line: Line) -> int:
    return size(line.text)
