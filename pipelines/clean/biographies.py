"""The box about the author under an article."""

from config import phrasebook
from pipelines.extract.manuscript import Manuscript

RULE = "author-box"
TAIL_LINES = 3
LINE_CHARS = 500
NAME_CHARS = 5


def apply(manuscript: Manuscript) -> Manuscript:
    """Take what the page marks as one, and among the last lines what an author's name opens."""
    names = tuple(
        name + " "
        for name in map(phrasebook.fold, manuscript.evidence.authors)
        if len(name) >= NAME_CHARS and " " in name
    )
    taken = [line for line in manuscript.lines if "bio" in line.marks]
    for line in manuscript.lines[-TAIL_LINES:]:
        opens = (phrasebook.fold(line.text[:120]) + " ").startswith(names) if names else False
        if opens and len(line.text) <= LINE_CHARS and line is not manuscript.lines[0]:
            taken.append(line)
    return manuscript.without(dict.fromkeys(taken), RULE)
