"""What the paper asks of its reader: subscribe, sign up, accept cookies, see an advertisement."""

from config import phrasebook
from pipelines.clean.edges import edges, tail
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import LINK, is_prose

RULE = "notice"
NOTICE_CHARS, FORM_CHARS = 140, 400
FAR = 8
MARKS = frozenset({"newsletter", "ad"})


def apply(manuscript: Manuscript) -> Manuscript:
    """Take a whole line or a form anywhere; what only begins so at the end, linked or marked."""
    lines = manuscript.lines
    near, last = set(edges(lines, FAR)), {*tail(lines, FAR), *lines[-2:]}
    short = (line for line in lines if len(line.text) <= NOTICE_CHARS)
    taken = [line for line in short if _is_notice(line, near, last)]
    taken += [line for line in lines if _is_form(line)]
    return manuscript.without(taken, RULE)


def _is_form(line: Line) -> bool:
    """Return whether a line, be it a paragraph, says one: "To view this content, accept …"."""
    is_short = len(line.text) <= FORM_CHARS
    return is_short and phrasebook.load().notices.is_form(phrasebook.fold(line.text))


def _is_notice(line: Line, near: set[Line], last: set[Line]) -> bool:
    notices = phrasebook.load().notices
    folded = phrasebook.fold(line.text)
    if folded in notices.whole:
        return True
    if line.marks & MARKS:
        return notices.match(folded) or (line in near and not is_prose(line))
    at_end = line in last and notices.match(folded, is_paragraph=is_prose(line))
    return at_end or (line.links >= LINK and notices.match(folded))
