"""Lines in boxes of their own that a text said whole elsewhere has not: below its end, or aside.

The JSON-LD of a page or the feed says the text without what stands around it; often without
headings, lists, tables and the last paragraphs too. So what stands in a box of the article's own
paragraphs stays whatever is said, as does what a correction may be.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

from pipelines.extract.manuscript import Box, Line, Manuscript
from pipelines.extract.region import inner
from pipelines.extract.stated import letters, whole
from pipelines.letters import size

RULE = "unstated"
COVER = 0.7  # of the letters: less said is another text, or a part of it
BELOW = 0.15  # of the letters: more below the end is the rest of a text that was cut short
CUT = 15  # letters of what comes behind the last line, which tell a text that was cut in a line
BOXES = 3  # around a line: what its own box is called, at times a step or two further out
ASIDE = frozenset({"related", "aside", "promo", "newsletter", "ad"})
OWN = frozenset({"li", "td", "th", "dd", "dt", "blockquote", "figcaption"})
WRITTEN = re.compile(
    r"correct|clarif|errat|update|note|korrekt|richtig|rectif|corrig|правк|уточн", re.IGNORECASE
)


def apply(manuscript: Manuscript) -> Manuscript:
    """Take them where nearly all lines are said."""
    lines = manuscript.lines
    for text in map(whole, manuscript.evidence.stated.values()):
        said = [letters(line) in text for line in lines]
        if _weight(compress(lines, said)) >= COVER * _weight(lines):
            homes = {inner(line) for line in compress(lines, said)}
            taken = [*_below(lines, said, text), *_amid(lines, said)]
            apart = [line for line in taken if _is_apart(line, homes)]
            return manuscript.without(dict.fromkeys(apart), RULE)
    return manuscript


def _weight(lines: Iterable[Line]) -> int:
    return sum(size(line.text) for line in lines)


def _below(lines: Sequence[Line], said: Sequence[bool], text: str) -> Sequence[Line]:
    """Return the lines behind the last that is said, where the text ends with that one."""
    last = max((at for at, is_said in enumerate(said) if is_said), default=len(said))
    below = lines[last + 1 :]
    if not below or _weight(below) > BELOW * _weight(lines):
        return ()
    end = letters(lines[last])
    rest = text[text.rindex(end) + len(end) :][:CUT]
    is_cut = rest and any(letters(line).startswith(rest) for line in below)
    return () if is_cut else below


def _amid(lines: Sequence[Line], said: Sequence[bool]) -> Iterator[Line]:
    """Yield the lines of marked boxes that are not said."""
    return (line for line, is_in in zip(lines, said, strict=True) if not is_in and _is_aside(line))


def _is_aside(line: Line) -> bool:
    return bool(line.marks & ASIDE) and "quote" not in line.marks


def _is_apart(line: Line, homes: set[Box | None]) -> bool:
    """Return whether a line stands in a box of its own, and in none that may be the writer's."""
    box = inner(line)
    if box is None or box in homes or (line.tag in OWN and not line.marks & ASIDE):
        return False
    return not any(WRITTEN.search(one.name) for one in line.path[-BOXES:] if one not in homes)
