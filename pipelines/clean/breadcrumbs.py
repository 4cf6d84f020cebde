"""A trail of breadcrumbs: "Home » World » Title"."""

import re

from config import phrasebook
from pipelines.extract.headline import is_title, proofs
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import is_prose

RULE = "breadcrumbs"
HEAD_LINES = 4  # a trail sits above the text; further down ">" is a quotation or a table
TAIL_LINES = 2
ARROWS = re.compile(r"\s*[»›→⟩▸▶]\s*|\s+>+\s+|(?<=\w)>(?=\w)")
BARS = re.compile(r"\s*[»›→⟩▸▶|•·>]\s*|\s+[/\\-]\s+")
STEP_CHARS = 45
STEPS = 3  # one mark between two words is no trail


def apply(manuscript: Manuscript) -> Manuscript:
    """Take the trails among the first four and the last two lines."""
    lines = manuscript.lines
    near = dict.fromkeys((*lines[:HEAD_LINES], *lines[-TAIL_LINES:]))
    forms = proofs(manuscript.evidence)
    return manuscript.without((line for line in near if _is_trail(line, forms)), RULE)


def _is_trail(line: Line, titles: frozenset[str]) -> bool:
    if "crumb" in line.marks and not is_prose(line):
        return True
    return _from_home(line.text, titles) or _is_steps(line.text, titles)


def _from_home(text: str, titles: frozenset[str]) -> bool:
    steps = [step for step in BARS.split(text.strip(" »›>|/:")) if step.strip()]
    if len(steps) < 2 or phrasebook.fold(steps[0]) not in phrasebook.load().home.whole:
        return False
    *between, last = steps[1:]
    # the last step may be the title, however long; it may hold a bar itself
    rest = text[text.index(steps[0]) + len(steps[0]) :].strip(" »›→>|/•·-:")
    return is_title(rest, titles) or (
        all(len(step) <= STEP_CHARS for step in between)
        and (len(last) <= STEP_CHARS or is_title(last, titles))
    )


def _is_steps(text: str, titles: frozenset[str]) -> bool:
    if "«" in text:  # then the arrows are quotation marks
        return False
    steps = ARROWS.split(text.strip(" »›>"))
    return (
        len(steps) >= STEPS
        and all(0 < len(step) <= STEP_CHARS for step in steps[:-1])
        and (len(steps[-1]) <= STEP_CHARS or is_title(steps[-1], titles))
    )
