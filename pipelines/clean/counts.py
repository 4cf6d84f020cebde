"""A counter as last line: how many have read, rated or shared the page. "Views: 1,204"."""

import re

from pipelines.extract.manuscript import Line, Manuscript

RULE = "counter"
TAIL_LINES = 2
LABEL_WORDS = 3
COUNT = re.compile(
    rf"\W*[^\W\d_]{{3,20}}(?: [^\W\d_]{{2,15}}){{0,{LABEL_WORDS - 1}}}\s*[:：]\s*\d[\d .,]*\W*"
)
# of a list or a table it is an item like the others
OWN = frozenset({"li", "td", "th", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6"})


def apply(manuscript: Manuscript) -> Manuscript:
    """Take it among the last two lines, below a sentence."""
    last = manuscript.lines[1:][-TAIL_LINES:]
    return manuscript.without((line for line in last if _is_count(line)), RULE)


def _is_count(line: Line) -> bool:
    return line.tag not in OWN and COUNT.fullmatch(line.text) is not None
