"""An article in the words of schema.org's NewsArticle. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

Document = Mapping[str, Any]


def newsarticle(article: Document) -> dict[str, Any]:
    """Return the JSON-LD of an article; what is unknown is left out."""
    said = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "identifier": article["_id"],
        "url": _met_at(article),
        "headline": article["title"],
        "articleBody": article["text"],
        "abstract": article["summary"],
        "author": [{"@type": "Person", "name": name} for name in article["authors"]],
        "creditText": ", ".join(article["agencies"]),
        "dateline": article["place"],
        "articleSection": article["section"],
        "keywords": list(article["tags"]),
        "image": article["image"],
        "inLanguage": article["language"],
        "datePublished": _published(article),
        "dateModified": _time(article["modified_at"]),
        "isAccessibleForFree": {"open": True, "paywalled": False}.get(article["access"]),
        "publisher": {"@type": "NewsMediaOrganization", "identifier": article["source"]},
        "countryOfOrigin": _country(article),
        "isBasedOn": _same_story(article["duplicate_of"]),
        "license": (article["rights"] or {}).get("license"),
        "version": article["revision"],
        "sdDatePublished": _time(article["fetched_at"]),
    }
    return {name: value for name, value in said.items() if value not in (None, "", [], {})}


def _met_at(article: Document) -> str:
    return article["urls"][0] if article["urls"] else str(article["url"])


def _published(article: Document) -> str | None:
    """Return the day alone where only the day is known."""
    published = article["published"] or {}
    if published.get("precision") == "day" and published.get("day"):
        return str(published["day"])
    return _time(article["published_at"])


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


def _country(article: Document) -> dict[str, Any] | None:
    if not article["country"]:
        return None
    return {"@type": "Country", "name": article["country"]}


def _same_story(original: str | None) -> dict[str, Any] | None:
    return {"@type": "NewsArticle", "identifier": original} if original else None
