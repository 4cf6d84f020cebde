"""A last line that says where the text is from: "Source: The Gazette", of the paper itself.

Or that it was put together of others' ("Additional reporting by …"), or an address alone. A label
with nothing behind it goes at either end: what it credits was a picture or is gone.
"""

from config import phrasebook
from pipelines.clean.edges import edges
from pipelines.clean.tools import ADDRESS
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import is_prose

RULE = "source-credit"
TAIL_LINES = 2
LINE_CHARS = 90


def apply(manuscript: Manuscript) -> Manuscript:
    """Take it among the last lines; "Source: another paper" is news."""
    own = {phrasebook.fold(name) for name in manuscript.evidence.sites}
    last = manuscript.lines[-TAIL_LINES:]
    taken = [line for line in last if _is_own_credit(line, own)]
    taken += [line for line in last[-1:] if _is_compiled(line) or _is_addressed(line.text)]
    taken += [line for line in edges(manuscript.lines) if _is_empty(line.text)]
    return manuscript.without(dict.fromkeys(taken), RULE)


def _is_empty(text: str) -> bool:
    credited = phrasebook.load().sources.whole
    return text.rstrip().endswith((":", "：")) and phrasebook.fold(text) in credited


def _is_compiled(line: Line) -> bool:
    """Return whether a line opens as such a sign-off; of recorded pages 8 of 8 were no text."""
    is_short = len(line.text) <= LINE_CHARS and not is_prose(line)
    return is_short and phrasebook.load().sources.opens(phrasebook.fold(line.text))


def _is_addressed(text: str) -> bool:
    """Return whether a line is a label of the source and an address."""
    label, _, rest = text.replace("：", ":").partition(":")
    is_address = ADDRESS.fullmatch(rest.strip()) is not None
    return is_address and phrasebook.fold(label) in phrasebook.load().sources.whole


def _is_own_credit(line: Line, own: set[str]) -> bool:
    if len(line.text) > LINE_CHARS or is_prose(line):
        return False
    label, folded = phrasebook.label(line.text), phrasebook.fold(line.text)
    return label in phrasebook.load().sources.whole and folded[len(label) :].strip() in own
