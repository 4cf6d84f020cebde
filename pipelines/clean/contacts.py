"""The writer's or the paper's own address or account as last line."""

import re

from pipelines.extract.manuscript import Line, Manuscript

RULE = "contact"
TAIL_LINES = 2
# lines right/wrong: an e-mail address alone 11/1; with words before it, 5/1: those are left
ADDRESS = re.compile(r"\W*(?:e-?mail\W+)?[\w.+-]+@[\w-]+\.[\w.-]+\W*", re.IGNORECASE)
ACCOUNT = re.compile(
    r"\W*(?:(?:twitter|x|instagram|bluesky|mastodon|threads|telegram)\W+)?@[\w.]{3,40}\W*",
    re.IGNORECASE,
)
PROFILE = re.compile(
    r"\W*(?:https?://)?(?:www\.)?(?:twitter|x|facebook|instagram|linkedin|bsky|threads|t)"
    r"\.(?:com|app|net|me)/[\w./@-]{2,60}\W*",
    re.IGNORECASE,
)


def apply(manuscript: Manuscript) -> Manuscript:
    """Take an e-mail address or an account that stands alone among the last two lines."""
    last = manuscript.lines[1:][-TAIL_LINES:]
    return manuscript.without((line for line in last if _is_address(line)), RULE)


def _is_address(line: Line) -> bool:
    return any(shape.fullmatch(line.text) for shape in (ADDRESS, ACCOUNT, PROFILE))
