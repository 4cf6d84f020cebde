"""Section, tags, image and summary, as the page gives them."""

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from config.phrasebook import fold, load
from pipelines.extract import jsonld
from pipelines.extract.manuscript import Evidence
from pipelines.records import Entry

SECTION_CHARS = 80
TAG_CHARS = 80
MOST_TAGS = 30
SPONSORED = "sponsored"
# the sections under which papers publish what they were paid for; never one that is about trade
_PAID = """
    sponsored, sponsored content, sponsored post, sponsored by, paid content, paid post, promoted
    partner content, branded content, advertorial, anzeige, publireportage, contenu sponsorisé
    publirreportaje, publireportaje, contenido patrocinado, conteúdo patrocinado, publieditorial
    contenuto sponsorizzato, artykuł sponsorowany, materiał partnera, на правах рекламы, промо
    партнерский материал, реклама партнерів, sponsorlu içerik
"""
PAID = frozenset(map(fold, re.split(r"[,\n]", _PAID))) - {""}
SUMMARY_CHARS = 2000
LEAST_SUMMARY = 20


def section(evidence: Evidence, title: str | None) -> str | None:
    """Return the part of the paper the article stands in; never the home page or the title."""
    barred = {fold(title or "")} | load().home.whole
    for name in evidence.sections:
        if fold(name) not in barred and len(name) <= SECTION_CHARS and "://" not in name:
            return name
    return None


def tags(evidence: Evidence, entry: Entry) -> tuple[str, ...]:
    """Return the keywords, each once, in the page's order; "sponsored" first where it is so."""
    found: dict[str, str] = {SPONSORED: SPONSORED} if _is_paid(evidence) else {}
    for tag in _tags(evidence, entry):
        plain = tag.strip(" #,;")
        if fold(plain) and len(plain) <= TAG_CHARS:
            found.setdefault(fold(plain), plain)
    return tuple(found.values())[:MOST_TAGS]


def _is_paid(evidence: Evidence) -> bool:
    """Return whether the page's own data says that somebody paid for the article."""
    kinds = jsonld.kinds(evidence.article)
    return (
        "AdvertiserContentArticle" in kinds
        or bool(evidence.article.get("sponsor"))
        or any(fold(name) in PAID for name in evidence.sections)
    )


def _tags(evidence: Evidence, entry: Entry) -> Iterator[str]:
    yield from evidence.meta.get("article:tag", ())
    for text in jsonld.texts(evidence.article.get("keywords")):
        yield from re.split(r"\s*[,;،、，]\s*", text)
    for name in ("news_keywords", "keywords"):
        for text in evidence.meta.get(name, ()):
            yield from re.split(r"\s*[,;،、，]\s*", text)
    yield from entry.tags


def image(evidence: Evidence, url: str) -> str | None:
    """Return the absolute address of the main picture."""
    images = evidence.article.get("image")
    first = images[0] if isinstance(images, list) and images else images
    own = first.get("url") if isinstance(first, dict) else first
    metas = [evidence.meta.get(name, ()) for name in ("og:image", "og:image:url", "twitter:image")]
    for address in [one for values in metas for one in values[:1]] + [own]:
        if isinstance(address, str) and (found := _absolute(address, url)):
            return found
    return None


def _absolute(address: str, url: str) -> str | None:
    try:
        found = urljoin(url, address.strip())
        parts = urlsplit(found)
    except ValueError:
        return None
    return found if parts.scheme in {"http", "https"} and parts.netloc else None


def summary(evidence: Evidence, entry: Entry) -> str | None:
    """Return the description of page or feed, plain text."""
    said = [
        *evidence.meta.get("og:description", ()),
        *jsonld.texts(evidence.article.get("description")),
        *evidence.meta.get("description", ()),
        entry.summary or "",
    ]
    return next((one[:SUMMARY_CHARS] for one in said if len(one) >= LEAST_SUMMARY), None)
