"""A picture's caption or credit at an end of the text."""

import re
from collections.abc import Sequence

from config import phrasebook
from pipelines.clean.edges import edges
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import is_prose
from pipelines.letters import size

RULE = "caption"
FAR = 6
LINE_CHARS = 160
TOP_LINES = 3
CAPTION_CHARS = 300
CREDIT_CHARS = 70
# what may hold the credit at the end of a caption: brackets, or all after the last sentence or bar
LAST = re.compile(
    r"(?:[(\[（【]([^()\[\]（）【】]+)[)\]）】]|(?<=[.!?…。！？|])\s*([^.!?…。！？|]+))\W*$"
)
MOST_PICTURED = 4
MARKS = frozenset({"caption", "pictured"})
NAMED = re.compile(r"[:：©/]|\w[(（【\[]")  # "Photo: Ana Bell", never "Photo shows the quay"


def apply(manuscript: Manuscript) -> Manuscript:
    """Take figcaptions and credits with the sign ©; other credits at both ends."""
    taken = [line for line in manuscript.lines if line.tag == "figcaption"]
    taken += _marked(manuscript.lines)
    credits = [line for line in manuscript.lines if _is_credit(line)]
    near = {line.at for line in edges(manuscript.lines, FAR)}
    taken += [line for line in credits if line.at in near or "©" in line.text]
    taken += [line for line in manuscript.lines[:TOP_LINES] if _ends_in_credit(line)]
    return manuscript.without(dict.fromkeys(taken), RULE)


def _marked(lines: Sequence[Line]) -> list[Line]:
    """Return what the page marks as caption, and few words that share a box with a picture."""
    marked = [line for line in lines if line.marks & MARKS and _is_short(line)]
    near = {line.at for line in edges(lines, FAR)}
    # a list of products has a picture and a few words for each
    is_list = sum("caption" not in line.marks for line in marked) > MOST_PICTURED
    return [
        line
        for line in marked
        if (line.at in near or not is_list or "caption" in line.marks)
        and ("pictured" in line.marks or "table" not in line.marks)
    ]


def _is_credit(line: Line) -> bool:
    return _is_short(line) and phrasebook.load().credits.opens(phrasebook.fold(line.text))


def _is_short(line: Line) -> bool:
    return len(line.text) <= LINE_CHARS and not is_prose(line)


def _ends_in_credit(line: Line) -> bool:
    last = LAST.search(line.text) if size(line.text) <= CAPTION_CHARS else None
    if last is None:
        return False
    credit = last[1] or last[2]
    is_named = last[1] is not None or NAMED.search(credit) is not None
    return (
        is_named
        and len(credit) <= CREDIT_CHARS
        and phrasebook.load().credits.opens(phrasebook.fold(credit))
    )
