"""Other articles at the end, told by their first words: "The harbour board said on …"."""

import re
from collections.abc import Sequence

from config import phrasebook
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import is_prose

RULE = "cut-teasers"
LEAST = 2  # one cut line may be a writer's ending; lines right/wrong: 58/0 from two on
ALL_LINK = 0.8
LEAD_WORDS = range(2, 4)
CUT = re.compile(r"(?:…|\.{3,})[\"”»)\]]*$")


def apply(manuscript: Manuscript) -> Manuscript:
    """Take the lines from the first that was cut, or its linked title, to the end of the text."""
    return manuscript.without(_teasers(manuscript.lines), RULE)


def _teasers(lines: Sequence[Line]) -> Sequence[Line]:
    """Return the lines of the end that are cut, linked, or labels between those."""
    cut, start = 0, len(lines)
    for at in range(len(lines) - 1, 0, -1):
        line = lines[at]
        is_cut = CUT.search(line.text) is not None or _leads_on(line.text)
        if is_prose(line) and not is_cut:
            break
        cut += is_cut
        start = at if is_cut or line.links >= ALL_LINK else start
    return lines[start:] if cut >= LEAST else ()


def _leads_on(text: str) -> bool:
    """Return whether a line ends by asking to read on: "… two harbours. Read more"."""
    words = phrasebook.fold(text).split()
    leads = phrasebook.load().read_more
    ends = (" ".join(words[-length:]) for length in LEAD_WORDS if length < len(words))
    return any(end in leads.starts for end in ends)
