"""What a text is to the earliest of its story: a copy, a correction, a reprint or an excerpt."""

import numpy as np

from pipelines.identify.shingles import Shingles

NEAR = 0.9  # of both: typography, a credit, a line of the site's own
WHOLE = 0.8  # of an excerpt stands in the article; the rest is "continue reading"
PART = 0.6  # of the article: a text that holds more of it is the article, cut


def relation(text: Shingles, head: Shingles, *, is_same_site: bool) -> str:
    """Return `copy`, `revision`, `reprint` or `excerpt`."""
    if np.array_equal(text, head):
        return "copy"
    shared = len(np.intersect1d(text, head, assume_unique=True))
    of_text, of_head = shared / max(1, len(text)), shared / max(1, len(head))
    if is_same_site:
        return "revision"
    if of_text >= NEAR and of_head >= NEAR:
        return "copy"
    if of_text >= WHOLE and of_head < PART:
        return "excerpt"
    return "reprint"
