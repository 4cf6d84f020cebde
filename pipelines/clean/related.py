"""Leads to other articles: "Read also: …", "Related", the teasers under it."""

from collections.abc import Sequence
from itertools import islice, takewhile

from config import phrasebook
from pipelines.clean.edges import tail
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import LINK, is_prose

RULE = "related"
HEADING_CHARS = 60
LEAD_CHARS = 220
FAR = 40  # a box under an article may list many others


def apply(manuscript: Manuscript) -> Manuscript:
    """Take leads wherever they are links, at the end also where they only begin like one."""
    lines = manuscript.lines
    last = tail(lines, FAR)
    box = _box(last)
    leads = [line for line in lines if _is_lead(line)]
    closing = [line for line in (*last, *lines[-1:]) if _opens_lead(line)]
    within = [line for at in range(len(lines)) for line in _inset(lines, at)]
    return manuscript.without(dict.fromkeys([*box, *leads, *closing, *within]), RULE)


def _inset(lines: Sequence[Line], at: int) -> Sequence[Line]:
    """Return the heading at a place of the text and the links that follow it; () if it is none."""
    if not _is_heading(lines[at]):
        return ()
    after = islice(lines, at + 1, None)
    links = list(takewhile(lambda line: line.links >= LINK or "related" in line.marks, after))
    is_whole = phrasebook.fold(lines[at].text) in phrasebook.load().related.whole
    return [lines[at], *links] if links or is_whole else ()


def _box(last: Sequence[Line]) -> Sequence[Line]:
    """Return what follows a heading such as "Related" after the last sentence."""
    for at, line in enumerate(last):
        if _is_heading(line):
            return last[at:]
    return ()


def _is_heading(line: Line) -> bool:
    folded = phrasebook.fold(line.text)
    return len(line.text) <= HEADING_CHARS and phrasebook.load().related.match(folded)


def _is_lead(line: Line) -> bool:
    if "related" in line.marks and (line.links >= LINK or not is_prose(line)):
        return True
    return line.links >= LINK and _opens_lead(line)


def _opens_lead(line: Line) -> bool:
    leads = phrasebook.load().read_more
    if len(line.text) > LEAD_CHARS:
        return False
    folded = phrasebook.fold(line.text)
    if phrasebook.label(line.text) in leads.whole or leads.is_form(folded):
        return True
    # "More" alone opens many a sentence: without a colon it takes two words
    opening = leads.opening(folded)
    is_telling = opening is not None and (" " in opening or phrasebook.DENSE.match(opening[-1]))
    return bool(is_telling) and not is_prose(line)
