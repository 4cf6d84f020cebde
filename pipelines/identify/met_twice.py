"""Two articles that turn out to have one address: what the later one is to the earlier. Pure."""

from pipelines.identify.judge import ALIKE
from pipelines.identify.likeness import likeness
from pipelines.records import Known


def relation(later: Known, earlier: Known) -> str | None:
    """Return `copy` or `revision`; None where the texts say that they are two articles after all.

    Rules that are right for all sites but one must not make that one's articles copies.
    """
    if later.text_hash == earlier.text_hash:
        return "copy"
    return "revision" if likeness(later.text, earlier.text) >= ALIKE else None
