"""What a page says about its article beside the text. Reads the tree, never changes it."""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from config.phrasebook import fold
from pipelines.extract import jsonld
from pipelines.extract.headline import PARTING, is_title, stems
from pipelines.extract.manuscript import Evidence

TITLE_METAS = ("og:title", "twitter:title", "dc.title", "parsely-title", "sailthru.title")
ITEMPROPS = {
    "headline", "datepublished", "datemodified", "author", "articlesection", "name", "inlanguage",
    "isaccessibleforfree", "keywords", "license", "description",
}  # fmt: skip
SECTION_METAS = ("article:section", "section", "parsely-section", "sailthru.section", "category")
AUTHOR_METAS = (
    *("author", "article:author", "og:article:author", "authors", "byl", "parsely-author"),
    *("sailthru.author", "dc.creator", "dcterms.creator", "citation_author"),
)
# how content systems name the pages of authors: WordPress and Ghost, Drupal, Medium, others
PROFILE = re.compile(
    r"/(?:authors?|autore?s?|autor(?:en|a)?|auteurs?|profiles?|users?|people|persons?|writers?"
    r"|columnists?|contributors?|journalists?|reporters?|staff|redacteur|redaktion|team|by"
    r"|@[\w.]+)(?:[/?]|$)",
    re.I,
)
MOST_PROFILES = 50
# asked in C, which leaves an element in some hundred to look at
ITEMS = etree.XPath(".//*[@itemprop]")
LICENSES = etree.XPath(".//a[contains(@rel, 'icense') or contains(@rel, 'ICENSE')]")
MAX_VALUE = 4000
MAX_TIMES = 20
MOST_ITEMS = 4
Values = Mapping[str, tuple[str, ...]]
Things = tuple[Mapping[str, Any], ...]


def read(tree: HtmlElement) -> Evidence:
    """Return the evidence of a page; what is absent or unreadable is empty."""
    meta = _meta(tree)
    things = jsonld.things(_scripts(tree))
    items = _items(tree)
    title = next((text for text in (_text(e) for e in tree.iter("title")) if text), None)
    headings = tuple(text for text in map(_text, list(tree.iter("h1"))[:5]) if text)
    shown = (*headings, *meta.get("og:title", ()), *stems(title or ""))
    article = jsonld.article(things, partial(is_title, forms=frozenset(map(fold, shown))))
    return Evidence(
        titles=_titles(meta, jsonld.texts(article.get("headline")), items.get("headline", ())),
        title_tag=title,
        headings=headings,
        meta=meta,
        article=article,
        things=things,
        items=items,
        links=_links(tree),
        times=_times(tree),
        sections=_sections(meta, article, things, items),
        sites=_sites(meta, title),
        authors=_authors(meta, article, things, items),
        profiles=_profiles(tree),
        language=tree.get("lang")
        or tree.get("xml:lang")
        or tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
    )


def _text(element: HtmlElement) -> str:
    return " ".join("".join(element.itertext()).split())[:MAX_VALUE]


def _scripts(tree: HtmlElement) -> list[str]:
    return [
        script.text
        for script in tree.iter("script")
        if script.text and "ld+json" in (script.get("type") or "").lower()
    ]


def _meta(tree: HtmlElement) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for element in tree.iter("meta"):
        get = element.get
        name = get("property") or get("name") or get("http-equiv") or get("itemprop")
        value = get("content") or get("value")
        if name and value and value.strip() and len(found[name.lower().strip()]) < 50:
            found[name.lower().strip()].append(" ".join(value.split())[:MAX_VALUE])
    return {name: tuple(values) for name, values in found.items()}


def _titles(
    meta: dict[str, tuple[str, ...]], headline: list[str], item: tuple[str, ...]
) -> tuple[str, ...]:
    named = [value for name in TITLE_METAS for value in meta.get(name, ())[:1]]
    return tuple(dict.fromkeys([*headline[:1], *named, *item[:1]]))


def _sites(meta: Values, title: str | None) -> tuple[str, ...]:
    parts = PARTING.split(title or "")
    ends = (parts[0], parts[-1]) if len(parts) > 1 else ()
    return tuple(dict.fromkeys([*meta.get("og:site_name", ()), *ends]))


def _sections(
    meta: Values, article: Mapping[str, Any], things: Things, items: Values
) -> tuple[str, ...]:
    trails = [thing for thing in things if "BreadcrumbList" in jsonld.kinds(thing)]
    steps = [step for trail in trails for step in jsonld.steps(trail)]
    named = [value for name in SECTION_METAS for value in meta.get(name, ())]
    said = [*jsonld.texts(article.get("articleSection")), *named, *items.get("articlesection", ())]
    return tuple(dict.fromkeys([*said, *reversed(steps)]))


def _authors(
    meta: Values, article: Mapping[str, Any], things: Things, items: Values
) -> tuple[str, ...]:
    named = [value for name in AUTHOR_METAS for value in meta.get(name, ())]
    named_in = jsonld.resolved(article.get("author"), things)
    persons = [one for one in named_in if not jsonld.is_organization(one)] or named_in
    # microdata names the authors of comments too
    said = [*jsonld.texts(persons), *named] or items.get("author", ())[:MOST_ITEMS]
    return tuple(dict.fromkeys(said))[:30]


def _items(tree: HtmlElement) -> dict[str, tuple[str, ...]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for element in ITEMS(tree):
        for name in element.get("itemprop", "").lower().split():
            if name in ITEMPROPS and len(found[name]) < 20:
                value = element.get("content") or element.get("datetime") or _text(element)
                if value.strip():
                    found[name].append(value.strip()[:500])
    return {name: tuple(values) for name, values in found.items()}


def _links(tree: HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.iter("link"):
        href = element.get("href", "").strip()
        for rel in element.get("rel", "").lower().split():
            if href:
                found.setdefault(rel, href[:MAX_VALUE])
    for element in LICENSES(tree):
        if "license" in element.get("rel", "").lower().split():
            found.setdefault("license", element.get("href", "").strip()[:MAX_VALUE])
    return found


def _profiles(tree: HtmlElement) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for element in tree.iter("a"):
        if PROFILE.search(element.get("href", "")) and (text := _text(element)):
            found.setdefault(text[:100])
    return tuple(found)[:MOST_PROFILES]


def _times(tree: HtmlElement) -> tuple[tuple[str, str], ...]:
    found = []
    for element in tree.iter("time"):
        found.append(((element.get("datetime") or "").strip()[:100], _text(element)[:100]))
        if len(found) >= MAX_TIMES:
            break
    return tuple(found)
