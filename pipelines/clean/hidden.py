"""What a reader of the page does not see, and lists of tags."""

from pipelines.extract.manuscript import Manuscript

RULE = "hidden"


def apply(manuscript: Manuscript) -> Manuscript:
    """Take what the page hides."""
    return manuscript.without((line for line in manuscript.lines if "hidden" in line.marks), RULE)
