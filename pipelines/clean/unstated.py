"""Lines that a text said whole elsewhere has not: below its end, links and teasers amid it.

The JSON-LD of a page or the feed says the text without what stands around it; often without
headings, tables and captions too, which therefore stay.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, groupby

from pipelines.extract.manuscript import Box, Line, Manuscript, size
from pipelines.extract.stated import letters, whole

RULE = "unstated"
COVER = 0.7  # of the letters: less said is another text, or a part of it
BELOW = 0.15  # of the letters: more below the end is the rest of a text that was cut short
CUT = 15  # letters of what comes behind the last line, which tell a text that was cut in a line
LINKS = 0.3  # of the letters of a list that leads elsewhere
LISTS = frozenset({"ul", "ol"})
ASIDE = frozenset({"related", "aside", "promo", "newsletter", "ad"})


def apply(manuscript: Manuscript) -> Manuscript:
    """Take them where nearly all lines are said."""
    lines = manuscript.lines
    for text in map(whole, manuscript.evidence.stated.values()):
        said = [letters(line) in text for line in lines]
        if _weight(compress(lines, said)) >= COVER * _weight(lines):
            taken = [*_below(lines, said, text), *_amid(lines, said)]
            return manuscript.without(dict.fromkeys(taken), RULE)
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
    """Yield the lists of links and the lines of marked boxes that are not said."""
    for kept, run in groupby(zip(lines, said, strict=True), key=lambda one: _list(one[0])):
        items = list(run)
        own = [line for line, _ in items]
        is_said = any(is_in for _, is_in in items)
        if kept and not is_said and _links(own) >= LINKS and not _is_contents(own):
            yield from own
        else:
            yield from (line for line, is_in in items if not is_in and line.marks & ASIDE)


def _list(line: Line) -> Box | None:
    return next((box for box in reversed(line.path) if box.tag in LISTS), None)


def _links(lines: Sequence[Line]) -> float:
    return sum(line.links * size(line.text) for line in lines) / max(1, _weight(lines))


def _is_contents(lines: Sequence[Line]) -> bool:
    return any("contents" in line.marks for line in lines)
