"""A page's AMP form, as a way out where the page itself shows no article. Pure.

Never asked for where the ordinary page is good, nor where it says that it is not free to read.
"""

from urllib.parse import urljoin

from pipelines.enrich.access import is_locked
from pipelines.extract import evidence, parsed
from pipelines.records import Draft, Dropped, Exclusion, Page

POOR = frozenset({Exclusion.BLOCKED, Exclusion.CONSENT, Exclusion.LOGIN, Exclusion.NO_ARTICLE})
FAR_MORE = 1.5  # times the letters: two readings of one article differ by less


def address(page: Page, made: Draft | Dropped) -> str | None:
    """Return the AMP form that a page names; None where it names none, or none is wanted."""
    is_poor = made.reason in POOR if isinstance(made, Dropped) else made.is_thin
    # looked for as bytes first: of a good page nothing is read twice
    if not is_poor or page.more or b"amphtml" not in page.body:
        return None
    tree = parsed(page.body, page.content_type)
    known = None if tree is None else evidence.read(tree)
    href = known.links.get("amphtml") if known and not is_locked(known) else None
    try:
        target = urljoin(page.url, href) if href else None
    except ValueError:
        return None
    return target if target != page.url else None


def is_better(made: Draft | Dropped, ordinary: Draft | Dropped) -> bool:
    """Return whether the AMP form holds the article, as the ordinary page does not."""
    if isinstance(made, Dropped):
        return False
    return isinstance(ordinary, Dropped) or len(made.text) >= FAR_MORE * len(ordinary.text)
