"""Copyright, disclaimers and the foot of the page."""

from config import phrasebook
from pipelines.extract.manuscript import Line, Manuscript

RULE = "footer"
TAIL_LINES = 3
LINE_CHARS = 500


def apply(manuscript: Manuscript) -> Manuscript:
    """Take what stands in the page's footer, and of the last three lines what begins like one."""
    marked = (line for line in manuscript.lines if "footer" in line.marks)
    opened = (line for line in manuscript.lines[-TAIL_LINES:] if _opens(line))
    return manuscript.without(dict.fromkeys((*marked, *opened)), RULE)


def _opens(line: Line) -> bool:
    folded = phrasebook.fold(line.text)
    return len(line.text) <= LINE_CHARS and phrasebook.load().footers.match(folded)
