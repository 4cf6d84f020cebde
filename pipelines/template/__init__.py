"""What a site's pages have in common: seen a page at a time, learned of several, then used.

    Manuscript ─ sight ─▶ Sighting … Sighting ─ learn ─▶ Template ─┐      (pack: to keep them)
    Manuscript ──────────────────────────────────────── fit ◀──────┤ ─▶ Manuscript
    Opened ──────────────────────────────────────────── skim ◀─────┘ ─▶ Manuscript | None

Pure: where sightings are kept between pages is the store's business.
"""

from pipelines.template.fit import RULE, choice, choose, fit, shares
from pipelines.template.learn import LEAST_PAGES, learn, recounted
from pipelines.template.sight import sight, title_key, with_fields
from pipelines.template.skim import Skimmed, skim

__all__ = [
    "LEAST_PAGES",
    "RULE",
    "Skimmed",
    "choice",
    "choose",
    "fit",
    "learn",
    "recounted",
    "shares",
    "sight",
    "skim",
    "title_key",
    "with_fields",
]
