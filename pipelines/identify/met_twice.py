"""Two articles that turn out to have one address: whether they are one. Pure."""

from pipelines.identify.judge import ALIKE
from pipelines.identify.likeness import likeness
from pipelines.records import Known


def is_one_article(later: Known, earlier: Known) -> bool:
    """Return whether the texts say so too.

    Rules that are right for all sites but one must not make that one's articles copies.
    """
    if later.text_hash == earlier.text_hash:
        return True
    return likeness(later.text, earlier.text) >= ALIKE
