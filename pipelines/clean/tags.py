"""The article's keywords listed as links."""

from pipelines.extract.manuscript import Manuscript
from pipelines.extract.prose import is_prose

RULE = "tags"


def apply(manuscript: Manuscript) -> Manuscript:
    """Take what the page marks as tags and is no sentence."""
    taken = (line for line in manuscript.lines if "tags" in line.marks and not is_prose(line))
    return manuscript.without(taken, RULE)
