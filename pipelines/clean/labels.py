"""A bare section label: "Global News" alone on a line."""

from config import phrasebook
from pipelines.clean.edges import head
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import is_prose

RULE = "section-label"
HEAD_LINES = 4
TAIL_LINES = 2
LABEL_CHARS = 40


def apply(manuscript: Manuscript) -> Manuscript:
    """Take the labels above the first sentence and among the last two lines."""
    lines = manuscript.lines
    known = {phrasebook.fold(name) for name in manuscript.evidence.sections}
    near = dict.fromkeys((*head(lines, HEAD_LINES), *lines[:1], *lines[-TAIL_LINES:]))
    return manuscript.without((line for line in near if _is_label(line, known)), RULE)


def _is_label(line: Line, known: set[str]) -> bool:
    if len(line.text) > LABEL_CHARS or is_prose(line):
        return False
    folded = phrasebook.fold(line.text)
    return bool(folded) and (folded in known or "section" in line.marks or _is_of_sections(folded))


def _is_of_sections(folded: str) -> bool:
    sections = phrasebook.load().sections.whole
    return folded in sections or all(word in sections for word in folded.split())
