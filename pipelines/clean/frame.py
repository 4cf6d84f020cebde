"""The box of the page that holds the article, told by where most of its prose stands."""

from collections import Counter
from collections.abc import Sequence

from pipelines.extract.manuscript import Box, Line
from pipelines.extract.prose import is_prose
from pipelines.letters import size


def frame(lines: Sequence[Line], share: float) -> tuple[Box, ...]:
    """Return the way to the innermost box that holds at least that share of the prose.

    ``share`` is above a half, so that there is at most one such box at each depth. () where the
    places of the lines are unknown.
    """
    weights: Counter[Box] = Counter()
    total = 0
    longest: dict[Box, tuple[Box, ...]] = {}
    for line in filter(is_prose, lines):
        weight = size(line.text)
        total += weight
        for depth, box in enumerate(line.path, 1):
            weights[box] += weight
            longest.setdefault(box, line.path[:depth])
    held = [longest[box] for box, weight in weights.items() if weight >= share * total]
    return max(held, key=len, default=())


def parting(line: Line, way: Sequence[Box]) -> tuple[Box, Box] | None:
    """Return where the way of a line leaves the way to the frame: the frame's box and its own.

    None where the line stands in the frame, above it, or nowhere known.
    """
    for own, ours in zip(line.path, way, strict=False):
        if own is not ours:
            return ours, own
    return None
