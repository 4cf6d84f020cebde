"""Who may read an article, and what its page declares about reuse."""

from collections.abc import Mapping
from typing import Any

from pipelines.extract import jsonld
from pipelines.extract.manuscript import Evidence
from pipelines.records import Rights

OPEN, PAYWALLED, TRUNCATED = "open", "paywalled", "truncated"
FREE = "isaccessibleforfree"
NO = {"false", "no", "0"}
TIERS = ("article:content_tier", "article_content_tier")
LOCKED_TIERS = {"locked", "metered", "premium", "paid", "subscriber", "subscription"}
CUT_SHARE = 0.5  # less than half of the article's own length is on the page


def access(evidence: Evidence, text: str) -> str:
    """Return open, paywalled, or truncated: paywalled and less than half of the text there."""
    if not is_locked(evidence):
        return OPEN
    whole = _whole_length(evidence.article)
    return TRUNCATED if whole and len(text) < CUT_SHARE * whole else PAYWALLED


def is_thin(evidence: Evidence, text: str) -> bool:
    """Return whether a page that is free to read says that far more stands on it than ``text``."""
    if is_locked(evidence):
        return False
    said = (*evidence.meta.get("description", ()), *evidence.meta.get("og:description", ()))
    described = max(map(len, said), default=0)
    return len(text) < max(CUT_SHARE * _whole_length(evidence.article), described)


def is_locked(evidence: Evidence) -> bool:
    """Return whether the page says that it is not free: the article itself, else a part of it."""
    article = evidence.article
    said = [*_listed(article.get("isAccessibleForFree")), *evidence.items.get(FREE, ())]
    parts = [one for one in _listed(article.get("hasPart")) if isinstance(one, Mapping)]
    said = said or [part.get("isAccessibleForFree") for part in parts]
    said += evidence.meta.get(FREE, ())
    if any(str(one).strip().lower().rpartition("/")[2] in NO for one in said):
        return True
    tiers = [tier for name in TIERS for tier in evidence.meta.get(name, ())]
    return any(tier.lower() in LOCKED_TIERS for tier in tiers)


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _whole_length(article: Mapping[str, Any]) -> int:
    """Return the article's length in characters as its JSON-LD tells, 0 where it does not."""
    words = str(article.get("wordCount") or "")
    body = " ".join(jsonld.texts(article.get("articleBody")))
    return max(len(body), int(words) * 5 if words.isdecimal() and len(words) < 7 else 0)


def _license(value: object) -> list[str]:
    """Return the address of a licence, else its name."""
    if isinstance(value, Mapping):
        address = value.get("url") or value.get("@id")
        return [address] if isinstance(address, str) else jsonld.texts(value)
    return jsonld.texts(value)


def rights(evidence: Evidence, headers: Mapping[str, str]) -> Rights:
    """Return licence, text-and-data-mining reservation and robots directives, as declared."""
    meta = evidence.meta
    licenses = [
        *_license(evidence.article.get("license")),
        *evidence.items.get("license", ()),
        evidence.links.get("license", ""),
        *meta.get("dcterms.license", ()),
        *meta.get("dc.rights", ()),
        *meta.get("copyright", ()),
    ]
    robots = [*meta.get("robots", ()), headers.get("x-robots-tag", "")]
    tdm = [headers.get("tdm-reservation", ""), *meta.get("tdm-reservation", ())]
    return Rights(
        license=next((one[:500] for one in licenses if one), None),
        tdm=next((one[:100] for one in tdm if one), None),
        robots=", ".join(dict.fromkeys(one for one in robots if one))[:500] or None,
    )
