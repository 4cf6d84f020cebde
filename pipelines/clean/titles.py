"""The article's own title, said again in its text, and the labels that stand above it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from pipelines.extract.headline import is_title, labelled, proofs
from pipelines.extract.manuscript import Evidence, Line, Manuscript
from pipelines.extract.prose import is_prose

RULE = "repeated-title"
ABOVE = "above-title"
HEAD_LINES = 8
# may be what stands before or behind the title's colon; lines right/wrong: of two 8/2, of eight 9/5
FIRST_LINES = 2
TITLE_CHARS = 200
LABEL_CHARS = 90
ABOVE_LINES = 4
HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
FULL_STOP = re.compile(r"(?<!\.)[.。।։۔][\"'”’»)\]」』]*$")


def apply(manuscript: Manuscript) -> Manuscript:
    """Take what says the title among the first eight lines, and short lines above it."""
    forms = proofs(_sure(manuscript.evidence))
    near = manuscript.lines[:HEAD_LINES]
    opening = forms | labelled(manuscript.evidence)
    titles = [
        line
        for at, line in enumerate(near)
        if _can_be_title(line) and is_title(line.text, opening if at < FIRST_LINES else forms)
    ]
    above = _above(near, titles[0]) if titles else ()
    return manuscript.without(above, ABOVE).without(titles, RULE)


def _sure(evidence: Evidence) -> Evidence:
    """Return the evidence less the h1 of a page that has many and names its title in the head."""
    # such a page writes its subheads as h1
    has_title = evidence.titles or evidence.title_tag
    return replace(evidence, headings=()) if has_title and len(evidence.headings) > 2 else evidence


def _can_be_title(line: Line) -> bool:
    # some papers write the first paragraph into <title>
    if line.tag in HEADS or "title" in line.marks:
        return len(line.text) <= TITLE_CHARS or line.tag == "h1"
    return len(line.text) <= TITLE_CHARS and not (is_prose(line) and FULL_STOP.search(line.text))


def _above(near: Sequence[Line], title: Line) -> Sequence[Line]:
    before = [line for line in near if line.at < title.at]
    short = all(len(line.text) <= LABEL_CHARS and not is_prose(line) for line in before)
    return before if short and len(before) <= ABOVE_LINES else ()
