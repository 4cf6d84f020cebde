"""Lines that are nothing but a link at the very ends: menus, teasers, next article."""

from collections.abc import Iterable, Iterator

from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import LINK, is_prose

RULE = "link-only"
ALL = 0.8
HEADS = frozenset({"h2", "h3", "h4"})


def apply(manuscript: Manuscript) -> Manuscript:
    """Take the links above the first and below the last other line, where a sentence remains."""
    lines = manuscript.lines
    taken = {line.at: line for line in (*_leading(lines), *_leading(reversed(lines)))}
    if not any(is_prose(line) for line in lines if line.at not in taken):
        return manuscript
    return manuscript.without(taken.values(), RULE)


def _leading(lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        is_menu = line.links >= LINK and " | " in line.text
        if not (line.links >= ALL or is_menu) or "://" in line.text or "@" in line.text:
            return
        yield line
