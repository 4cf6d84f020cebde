"""A picture's caption or credit at an end of the text."""

from config import phrasebook
from pipelines.clean.edges import edges, is_prose
from pipelines.extract.manuscript import Line, Manuscript

RULE = "caption"
FAR = 6
LINE_CHARS = 160


def apply(manuscript: Manuscript) -> Manuscript:
    """Take figcaptions anywhere, credits at both ends."""
    taken = [line for line in manuscript.lines if line.tag == "figcaption"]
    taken += [line for line in edges(manuscript.lines, FAR) if _is_credit(line)]
    return manuscript.without(dict.fromkeys(taken), RULE)


def _is_credit(line: Line) -> bool:
    if len(line.text) > LINE_CHARS or is_prose(line):
        return False
    folded = phrasebook.fold(line.text)
    if "caption" in line.marks and "table" not in line.marks:
        return True
    return phrasebook.load().credits.opens(folded)
