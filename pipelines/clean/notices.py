"""What the paper asks of its reader: subscribe, sign up, accept cookies, see an advertisement."""

from config import phrasebook
from pipelines.clean.edges import LINK, edges, is_prose, tail
from pipelines.extract.manuscript import Manuscript

RULE = "notice"
NOTICE_CHARS = 140
FAR = 8
MARKS = frozenset({"newsletter", "ad"})


def apply(manuscript: Manuscript) -> Manuscript:
    """Take a whole-line notice anywhere; one that only begins so at the end, linked or marked."""
    book = phrasebook.load()
    lines = manuscript.lines
    near, last = set(edges(lines, FAR)), {*tail(lines, FAR), *lines[-2:]}
    taken = []
    for line in lines:
        if len(line.text) > NOTICE_CHARS:
            continue
        folded = phrasebook.fold(line.text)
        marked = bool(line.marks & MARKS)
        begins = book.notices.opens(folded) and (marked or line in last or line.links >= LINK)
        boxed = marked and line in near and not is_prose(line)
        if begins or boxed or folded in book.notices.whole:
            taken.append(line)
    return manuscript.without(taken, RULE)
