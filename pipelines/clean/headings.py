"""A heading at the end of the text whose box was taken from under it: "Our newsletter"."""

from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import is_prose

RULE = "heading-of-nothing"
HEADS = frozenset({"h2", "h3", "h4", "h5", "h6"})
HEADING_CHARS = 60


def apply(manuscript: Manuscript) -> Manuscript:
    """Take the last line where it is a heading and the line below it was taken."""
    gone = {one.at for one in manuscript.stripped}
    last = manuscript.lines[-1:]
    return manuscript.without(
        (line for line in last if _is_left(line) and line.at + 1 in gone), RULE
    )


def _is_left(line: Line) -> bool:
    return line.tag in HEADS and len(line.text) <= HEADING_CHARS and not is_prose(line)
