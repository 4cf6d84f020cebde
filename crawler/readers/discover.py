"""What a paper's home page says of itself: name, language, feeds, sections. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from config.domains import registrable
from crawler.readers.addresses import absolute, is_web, named_sitemaps
from crawler.readers.plain import one_line
from crawler.readers.section import base_of, opened
from crawler.readers.shapes import is_articles, is_others

# where publishing systems keep their feed; the first are the most usual
USUAL = (
    "feed/", "rss.xml", "rss", "feed.xml", "feed", "atom.xml", "rss/", "index.xml", "rss.php",
    "feeds/posts/default", "?feed=rss2", "feed.json", "rss/all.xml", "rss/news.xml", "news/rss.xml",
    "rss/news", "news/rss", "rss2.xml", "rss/index.xml", "rss/latest.xml", "news.xml", "news/feed/",
    "feed/rss", "feeds/rss.xml", "rss.aspx", "export/rss.xml", "index.php?format=feed&type=rss",
    "arc/outboundfeeds/rss/?outputType=xml", "search/?f=rss&t=article", "rss.asp", "index.rdf",
)  # fmt: skip
USUAL_OF_LANGUAGE = ("{}/rss.xml", "{}/rss", "{}/feed/", "rss?lang={}")
USUAL_SITEMAPS = ("sitemap-news.xml", "news-sitemap.xml", "sitemap.xml", "sitemap_index.xml")
SECTIONS_MOST = 12
_FEED = re.compile(r"(?:rss|atom|feed)\+(?:xml|json)|application/feed|text/xml\+rss", re.I)
_FEED_ADDRESS = re.compile(
    r"(?:^|[/._-])(?:rss2?|atom|feeds?)(?:[/.?_]|$)|[?&](?:feed|format)=(?:rss2?|atom|feed)", re.I
)
_COMMENTS = re.compile(r"comment|kommentar|commentaire|comentario|replies", re.I)
_SEPARATOR = re.compile(r"\s+[|–—:•·»]\s+|\s+-\s+")
_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}))?(?:[-_.@].*)?", re.I)


@dataclass(frozen=True, kw_only=True, slots=True)
class Front:
    """What a home page says."""

    url: str
    name: str | None = None
    language: str | None = None
    """BCP 47, with its script and country where they are written."""
    feeds: tuple[str, ...] = ()
    """As it names them, comments left out: in its head first, then what it links to."""
    sections: tuple[str, ...] = ()
    """What its menus lead to, at most SECTIONS_MOST."""


def front(body: bytes, url: str, content_type: str | None = None) -> Front:
    """Return what the page at ``url`` says; NotAFeed says what a body is that is no page."""
    tree, _ = opened(body, content_type)
    base = base_of(tree, url)
    base = base if _site(base) == _site(url) else url
    return Front(
        url=url,
        name=_name(tree),
        language=_language(tree),
        feeds=tuple(dict.fromkeys((*_named(tree, base), *_linked(tree, base)))),
        sections=tuple(islice(_sections(tree, base), SECTIONS_MOST)),
    )


def guesses(url: str, language: str | None) -> list[str]:
    """Return where a site's feed usually is, the most usual place first."""
    paths = [*USUAL]
    if language:
        paths += [path.format(language.split("-")[0]) for path in USUAL_OF_LANGUAGE]
    return [urljoin(url, f"/{path}") for path in paths]


def sitemaps(robots: bytes | None, url: str) -> list[str]:
    """Return the sitemaps that a robots.txt names, else where they usually are."""
    named = (absolute(one, url) or "" for one in named_sitemaps(robots or b""))
    found = dict.fromkeys(one for one in named if is_web(one))
    return list(found) or [urljoin(url, f"/{path}") for path in USUAL_SITEMAPS]


def is_comments(url: str, title: str | None) -> bool:
    """Return whether a feed is one of comments, by its address or its title."""
    return bool(_COMMENTS.search(urlsplit(url).path) or _COMMENTS.match(title or ""))


def _named(tree: HtmlElement, url: str) -> Iterator[str]:
    for link in tree.iter("link"):
        is_feed = _FEED.search(link.get("type") or "")
        if is_feed and "alternate" in (link.get("rel") or "").lower():
            target = _target(link, url)
            if target and not is_comments(target, link.get("title")):
                yield target


def _linked(tree: HtmlElement, url: str) -> Iterator[str]:
    for anchor in tree.iter("a"):
        target = _target(anchor, url)
        if not target or registrable(urlsplit(target).hostname or "") != _site(url):
            continue
        if _FEED_ADDRESS.search(target.partition("://")[2]) and not is_comments(target, None):
            yield target


def _sections(tree: HtmlElement, url: str) -> Iterator[str]:
    """Yield what menus lead to on the same site: no article, no service."""
    seen = {url.rstrip("/"), urljoin(url, "/").rstrip("/")}
    for menu in _menus(tree):
        for anchor in menu.iter("a"):
            target = (_target(anchor, url) or "").partition("#")[0]
            plain = target.rstrip("/")
            if (
                not target
                or plain in seen
                or registrable(urlsplit(target).hostname or "") != _site(url)
            ):
                continue
            seen.add(plain)
            if not (is_articles(target) or is_others(target) or _FEED_ADDRESS.search(target)):
                yield target


def _menus(tree: HtmlElement) -> Iterable[HtmlElement]:
    named = "contains(concat(' ', translate(@class, '-_', '  '), ' '), ' {} ')"
    marks = " or ".join(named.format(word) for word in ("nav", "menu", "navigation", "navbar"))
    return tree.xpath(f"//nav | //*[@role='navigation'] | //*[{marks}]")  # type: ignore[no-any-return]


def _target(element: HtmlElement, url: str) -> str | None:
    try:
        target = urljoin(url, (element.get("href") or "").strip())
    except ValueError:
        return None
    return target if element.get("href") and is_web(target) else None


def _site(url: str) -> str:
    return registrable(urlsplit(url).hostname or "")


def _name(tree: HtmlElement) -> str | None:
    """Return the paper's name: as it wants to be shown, else the shortest part of its title."""
    for key in ("og:site_name", "application-name", "apple-mobile-web-app-title"):
        found = tree.xpath("string((//meta[@property=$key or @name=$key]/@content)[1])", key=key)
        if name := one_line(str(found)):
            return name
    title = one_line(tree.findtext(".//title") or "")
    return min(_SEPARATOR.split(title), key=len) if title else None


def _language(tree: HtmlElement) -> str | None:
    locale = tree.xpath("string((//meta[@property='og:locale']/@content)[1])")
    for written in (
        tree.get("lang"),
        tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
        locale,
    ):
        found = _TAG.fullmatch((written or "").strip())
        if found:
            script = found[2].title() if found[2] else None
            country = found[3].upper() if found[3] else None
            return "-".join(filter(None, (found[1].lower(), script, country)))
    return None
