"""Buttons read as text: translate, share, print, follow."""

import re

from config import phrasebook
from pipelines.clean.edges import edges, head
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import is_prose

RULE = "tools"
TOOL_CHARS = 90
ADDRESS = re.compile(r"(?:https?://|www\.)\S+")  # above the text: a version to print shows its own
MARKS = frozenset({"tool", "share"})


def apply(manuscript: Manuscript) -> Manuscript:
    """Take buttons at both ends."""
    lines = manuscript.lines
    near = dict.fromkeys((*edges(lines), *lines[:1], *lines[-1:]))
    printed = (line for line in head(lines) if ADDRESS.fullmatch(line.text))
    taken = [*printed, *(line for line in near if _is_tool(line))]
    return manuscript.without(dict.fromkeys(taken), RULE)


def _is_tool(line: Line) -> bool:
    if len(line.text) > TOOL_CHARS or is_prose(line):
        return False
    if line.marks & MARKS or line.tag == "button":
        return True
    words = phrasebook.fold(line.text).split()
    tools = phrasebook.load().tools
    return bool(words) and (
        tools.match(" ".join(words)) or all(word in tools.whole for word in words)
    )
