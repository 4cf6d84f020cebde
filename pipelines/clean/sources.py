"""A last line that says where the text is from: "Source: The Gazette", of the paper itself.

Or that paper and another by their names alone, or that it was put together of others'
("Additional reporting by …"), or an address alone. A label with nothing behind it goes at either
end: what it credits was a picture or is gone.
"""

import re

from config import phrasebook
from pipelines.clean.bylines import is_name
from pipelines.clean.edges import edges
from pipelines.clean.tools import ADDRESS
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import SENTENCE_END, is_prose

RULE = "source-credit"
TAIL_LINES = 2
LINE_CHARS = 90
NAMES_CHARS = 50


def apply(manuscript: Manuscript) -> Manuscript:
    """Take it among the last lines; "Source: another paper" is news."""
    own = {phrasebook.fold(name) for name in manuscript.evidence.sites}
    last = manuscript.lines[-TAIL_LINES:]
    taken = [line for line in last if _is_own_credit(line, own)]
    taken += [line for line in last[-1:] if _is_compiled(line) or _is_addressed(line.text)]
    taken += [line for line in last[-1:] if _is_shared(line, own)]
    taken += [line for line in edges(manuscript.lines) if _is_empty(line.text)]
    return manuscript.without(dict.fromkeys(taken), RULE)


def _is_empty(text: str) -> bool:
    book = phrasebook.load()
    labels = book.sources.whole | book.bylines.starts
    return text.rstrip().endswith((":", "：")) and phrasebook.fold(text) in labels


def _is_compiled(line: Line) -> bool:
    """Return whether a line opens as such a sign-off; of recorded pages 8 of 8 were no text.

    With a full stop it may be a sentence: "By reports of Reuters." is none, a name ends it.
    """
    if len(line.text) > LINE_CHARS or is_prose(line):
        return False
    opening = phrasebook.load().sources.opening(phrasebook.fold(line.text))
    if opening is None or not SENTENCE_END.search(line.text):
        return opening is not None
    return is_name(re.findall(r"\w+", line.text)[-1]) and "," not in line.text


def _is_shared(line: Line, own: set[str]) -> bool:
    """Return whether a line is the paper's name and another's: "The Gazette / Quill News"."""
    names = line.text.split(" / ")
    is_short = len(names) > 1 and len(line.text) <= NAMES_CHARS
    return is_short and any(phrasebook.fold(name) in own for name in names)


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
