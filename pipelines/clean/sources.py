"""A last line that credits the text to the paper itself: "Source: The Gazette"."""

from config import phrasebook
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import is_prose

RULE = "source-credit"
TAIL_LINES = 2
LINE_CHARS = 90


def apply(manuscript: Manuscript) -> Manuscript:
    """Take it among the last two lines; the credit of another paper or an agency is news."""
    own = {phrasebook.fold(name) for name in manuscript.evidence.sites}
    last = manuscript.lines[-TAIL_LINES:]
    return manuscript.without((line for line in last if _is_own_credit(line, own)), RULE)


def _is_own_credit(line: Line, own: set[str]) -> bool:
    if len(line.text) > LINE_CHARS or is_prose(line):
        return False
    label, folded = phrasebook.label(line.text), phrasebook.fold(line.text)
    return label in phrasebook.load().sources.whole and folded[len(label) :].strip() in own
