"""The JSON-LD of a page, as it is written in the wild. Never raises: the unreadable is absent."""

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pipelines.extract.decode import UNREADABLE

ARTICLES = re.compile(
    r"(?:^|/)(?:\w*NewsArticle|(?:AdvertiserContent)?Article|BlogPosting|LiveBlogPosting|Report|ScholarlyArticle|Review"
    r"|TechArticle|SocialMediaPosting|OpinionPiece)$"
)
# comments that hide a script from browsers of long ago; looked for at the two ends only
OPENING = re.compile(r"\s*(?:(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*[^*]{0,40}\*/)\s*)*")
CLOSING = re.compile(r"(?:(?:-->|//\s*\]\]>|\]\]>|/\*[^*]{0,40}\*/|;)\s*)+$")
END_CHARS = 100
TRAILING_COMMA = re.compile(r",(\s*[}\]])")
# what is worth having out of JSON that cannot be mended: a comma too few, a quote unescaped
FIELD = re.compile(
    r'"(headline|datePublished|dateModified|dateCreated|articleSection|inLanguage|articleBody)"'
    r'\s*:\s*"((?:[^"\\\n]|\\.)*)"(?=\s*(?:[,}\]]|$))'
)
AUTHOR = re.compile(r'"author"\s*:\s*[\[{\s"@:\w,]{0,200}?"name"\s*:\s*"((?:[^"\\\n]|\\.)*)"')
# what others wrote, within the object it is about
ASIDES = frozenset({"review", "reviews", "comment", "comments", "itemReviewed", "isBasedOn"})
MAX_CHARS = 2_000_000
MAX_THINGS = 400
MAX_DEPTH = 12
DEEPEST = 40  # below it nothing is read; a thousand levels are more than Python calls can hold


def things(scripts: list[str]) -> tuple[dict[str, Any], ...]:
    """Return every JSON-LD object in the scripts, outer ones first."""
    found: list[dict[str, Any]] = []
    for script in scripts:
        for thing in _walk(_parsed(script[:MAX_CHARS]), 0):
            found.append(thing)
            if len(found) >= MAX_THINGS:
                return tuple(found)
    return tuple(found)


def article(
    found: tuple[Mapping[str, Any], ...], is_title: Callable[[str], bool] = bool
) -> Mapping[str, Any]:
    """Return the object of the article itself, {} if there is none.

    Of several it is one that has the page's title, and of these the one that says most: pages
    describe the articles that they lead to as well.
    """
    articles = [thing for thing in found if any(ARTICLES.search(kind) for kind in kinds(thing))]
    if not articles:
        return next(
            (thing for thing in found if "headline" in thing and "datePublished" in thing), {}
        )
    several = articles if len(articles) > 1 else []
    titled = [thing for thing in several if any(map(is_title, texts(thing.get("headline"))))]
    return max(titled or articles, key=lambda thing: len(thing.keys() & TELLING))


TELLING = {
    "headline",
    "datePublished",
    "author",
    "articleBody",
    "dateModified",
    "articleSection",
    "mainEntityOfPage",
}


def kinds(thing: Mapping[str, Any]) -> list[str]:
    """Return the types of an object as written."""
    return [str(kind) for kind in _listed(thing.get("@type"))]


def is_organization(value: object) -> bool:
    """Return whether an object says of itself that it is no person."""
    return isinstance(value, Mapping) and any("Organization" in kind for kind in kinds(value))


def steps(trail: Mapping[str, Any]) -> list[str]:
    """Return the names of a BreadcrumbList, the home page first, the page itself last."""
    found = []
    for step in _listed(trail.get("itemListElement"))[:12]:
        if isinstance(step, Mapping):
            found += texts(step.get("name") or step.get("item"))[:1]
    return found


def resolved(value: object, things: tuple[Mapping[str, Any], ...]) -> list[object]:
    """Return a value with each bare reference by @id replaced by the object it names."""
    found: list[object] = []
    for one in _listed(value)[:50]:
        bare = isinstance(one, Mapping) and "name" not in one and one.get("@id")
        named = (thing for thing in things if bare and thing.get("@id") == bare and "name" in thing)
        found.append(next(named, one))
    return found


def texts(value: object) -> list[str]:
    """Return the strings in a value: itself, its items, or the name of an object."""
    if isinstance(value, str):
        plain = " ".join(html.unescape(value).split())
        return [plain] if plain else []
    if isinstance(value, Mapping):
        name = value.get("name") or value.get("@value")
        return texts(name) if name is not value else []
    if isinstance(value, list):
        return [text for one in value[:50] if not isinstance(one, list) for text in texts(one)]
    return []


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _parsed(script: str) -> object:
    opened = OPENING.match(script)
    plain = script[opened.end() if opened else 0 :].rstrip()
    plain = plain[:-END_CHARS] + CLOSING.sub("", plain[-END_CHARS:])
    for candidate in (plain, TRAILING_COMMA.sub(r"\1", plain), html.unescape(plain)):
        try:
            return _readable(json.loads(candidate, strict=False))
        except (ValueError, RecursionError):
            continue
    return _salvaged(plain)


def _readable(value: object, depth: int = 0) -> object:
    """Return JSON as far down as is read, without the characters that `decode` takes from a page.

    Here they come as escapes: NUL, or half a pair of surrogates, which no document holds.
    """
    if isinstance(value, str):
        return UNREADABLE.sub("", value)
    if not isinstance(value, dict | list):
        return value
    if depth > DEEPEST:
        return None
    if isinstance(value, list):
        return [_readable(one, depth + 1) for one in value]
    return {UNREADABLE.sub("", key): _readable(one, depth + 1) for key, one in value.items()}


def _salvaged(script: str) -> dict[str, Any]:
    """Return the fields of broken JSON that can be told by their names."""
    fields: dict[str, Any] = {}
    for name, value in FIELD.findall(script):
        fields.setdefault(name, _unescaped(value))
    author = AUTHOR.search(script)
    if author:
        fields["author"] = {"name": _unescaped(author[1])}
    return {"@type": "NewsArticle", **fields} if fields.keys() & TELLING else {}


def _unescaped(value: str) -> str:
    try:
        return UNREADABLE.sub("", str(json.loads(f'"{value}"', strict=False)))
    except ValueError:
        return value


def _walk(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth > MAX_DEPTH:
        return
    if isinstance(value, dict):
        if "@type" in value or "headline" in value:
            yield value
        for name, inner in value.items():
            if isinstance(inner, dict | list) and name not in ASIDES:
                yield from _walk(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value[:200]:
            yield from _walk(inner, depth + 1)
