"""A last line that credits the text to the paper itself: "Source: The Gazette".

A label with nothing behind it goes at either end: what it credits was a picture or is gone.
"""

from config import phrasebook
from pipelines.clean.edges import edges
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import is_prose

RULE = "source-credit"
TAIL_LINES = 2
LINE_CHARS = 90


def apply(manuscript: Manuscript) -> Manuscript:
    """Take it among the last two lines; the credit of another paper or an agency is news."""
    own = {phrasebook.fold(name) for name in manuscript.evidence.sites}
    last = manuscript.lines[-TAIL_LINES:]
    taken = [line for line in last if _is_own_credit(line, own)]
    taken += [line for line in edges(manuscript.lines) if _is_empty(line.text)]
    return manuscript.without(dict.fromkeys(taken), RULE)


def _is_empty(text: str) -> bool:
    credited = phrasebook.load().sources.whole
    return text.rstrip().endswith((":", "：")) and phrasebook.fold(text) in credited


def _is_own_credit(line: Line, own: set[str]) -> bool:
    if len(line.text) > LINE_CHARS or is_prose(line):
        return False
    label, folded = phrasebook.label(line.text), phrasebook.fold(line.text)
    return label in phrasebook.load().sources.whole and folded[len(label) :].strip() in own
