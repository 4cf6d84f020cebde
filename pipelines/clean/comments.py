"""Readers' comments and the invitations to write one."""

from config import phrasebook
from pipelines.clean.edges import edges
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import is_prose

RULE = "comments"
LINE_CHARS = 100


def apply(manuscript: Manuscript) -> Manuscript:
    """Take what the page marks as comments, and at both ends the invitations."""
    lines = manuscript.lines
    near = dict.fromkeys((*edges(lines), *lines[-1:]))
    taken = [line for line in lines if "comments" in line.marks]
    taken += [line for line in near if _is_invitation(line)]
    return manuscript.without(dict.fromkeys(taken), RULE)


def _is_invitation(line: Line) -> bool:
    words = [word for word in phrasebook.fold(line.text).split() if not word.isdigit()]
    comments = phrasebook.load().comments
    return len(line.text) <= LINE_CHARS and comments.match(
        " ".join(words), is_paragraph=is_prose(line)
    )
