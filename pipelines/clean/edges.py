"""Where an article begins and ends: what stands outside its first and last sentence."""

from collections.abc import Sequence

from pipelines.extract.manuscript import Line
from pipelines.extract.prose import is_prose

FAR = 14  # lines that an edge may have


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
