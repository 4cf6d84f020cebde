"""What an operator says of a paper's lines: furniture that no rule knows, text that none may take.

No rule of its own: asked for beside the rules, with the phrases of one paper.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from config import phrasebook
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import is_prose

RULE = "paper"


def strip(manuscript: Manuscript, phrases: Sequence[str]) -> Manuscript:
    """Return the manuscript less the lines that the phrases name."""
    if not phrases:
        return manuscript
    return manuscript.without(_named(manuscript.lines, tuple(phrases)), RULE)


def kept(before: Manuscript, after: Manuscript, phrases: Sequence[str]) -> Manuscript:
    """Return ``after`` with those lines of ``before`` in their places that the phrases name."""
    if not phrases:
        return after
    named = {line.at for line in _named(before.lines, tuple(phrases))}
    there = {line.at for line in after.lines}
    missing = [line for line in before.lines if line.at in named - there]
    if not missing:
        return after
    lines = sorted((*after.lines, *missing), key=_place)
    stripped = tuple(one for one in after.stripped if one.at not in named)
    return replace(after, lines=tuple(lines), stripped=stripped)


def _place(line: Line) -> tuple[int, int]:
    return (line.spots[0] if line.spots else line.at, line.at)


def _named(lines: Sequence[Line], phrases: tuple[str, ...]) -> list[Line]:
    known = _folded(phrases)
    return [
        line
        for line in lines
        if known.match(phrasebook.fold(line.text), is_paragraph=is_prose(line))
    ]


@lru_cache(maxsize=256)
def _folded(phrases: tuple[str, ...]) -> phrasebook.Phrases:
    return phrasebook.folded(phrases)
