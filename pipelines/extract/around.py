"""Marks that a line has of its neighbours: the picture above it, the form below it. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipelines.extract.manuscript import Box, Line
from pipelines.extract.prose import SENTENCE_END, is_prose
from pipelines.letters import size

CAPTION_LINES = 2  # of a box with a picture: the caption and its credit
OWN_WORDS = frozenset({"li", "h1", "h2", "h3", "h4", "h5", "h6", "a", "body", "html"})
# of a box with a form: more is the article that the form stands in
ASKING_CHARS, ASKING_LINES = 500, 12
CLIMB = 4
Place = tuple[int, tuple[Box, ...]]
"""How many lines stand before an element, and the boxes that it stands in."""


def marked(
    lines: Sequence[Line], pictures: Iterable[Place], forms: Iterable[Place]
) -> tuple[Line, ...]:
    """Return the lines; marked ``pictured`` or ``asking`` is what shares a small box with one."""
    captions = {at for place in pictures for at in _captions(lines, place)}
    asking = {at for place in forms for at in _asking(lines, place)}
    made = list(lines)
    for found, mark in ((captions, "pictured"), (asking, "asking")):
        for at in found:
            made[at] = replace(made[at], marks=made[at].marks | {mark})
    return tuple(made)


def _captions(lines: Sequence[Line], place: Place) -> Iterable[int]:
    """Return the few words that stand with a picture, and with nothing else, in one box."""
    after, path = place
    if after > 0 and lines[after - 1].tag == "caption":  # of a table stands first in the source
        return _alone(lines, after - 1, path)
    found = _alone(lines, after, path) if after < len(lines) else []
    return found if found[:1] == [after] else ()


def _alone(lines: Sequence[Line], near: int, path: Sequence[Box]) -> list[int]:
    """Return the lines of the innermost box that a line shares with a picture; [] if it is more."""
    shared = [box for box, other in zip(path, lines[near].path, strict=False) if box is other]
    if not shared or shared[-1].tag in OWN_WORDS:
        return []
    found = _within(lines, near, shared[-1], CAPTION_LINES + 1)
    is_caption = len(found) <= CAPTION_LINES and not any(_is_sentence(lines[at]) for at in found)
    return found if is_caption else []


def _is_sentence(line: Line) -> bool:
    return is_prose(line) or SENTENCE_END.search(line.text) is not None


def _asking(lines: Sequence[Line], place: Place) -> Iterable[int]:
    """Return the lines of the innermost box that says something beside its form."""
    near, path = min(place[0], len(lines)), place[1]
    for box in path[:-CLIMB:-1]:
        found = _within(lines, near, box, ASKING_LINES)
        if any("form" not in lines[at].marks for at in found):
            letters = sum(size(lines[at].text) for at in found)
            is_small = letters <= ASKING_CHARS and len(found) < ASKING_LINES
            return found if is_small and box.tag not in OWN_WORDS else ()
    return ()


def _within(lines: Sequence[Line], near: int, box: Box, most: int) -> list[int]:
    """Return the places of a box's lines about a place, in order, at most so many each way."""
    first = near
    while first > 0 and near - first < most and box in lines[first - 1].path:
        first -= 1
    last = near
    while last < len(lines) and last - near < most and box in lines[last].path:
        last += 1
    return list(range(first, last))
