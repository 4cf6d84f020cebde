"""A page that leads to articles (a section, a front page) to the articles that it leads to.

A link to an article is told from navigation by what the site's articles look like, where that is
known; else by what it says and where it stands: a headline in a list of headlines, no menu. Of a
kind of address that nobody knows yet, a few are tried: what comes of them is known next time.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml import etree, html
from lxml.html import HtmlElement

from config.domains import registrable
from crawler.readers import dates, shapes
from crawler.readers.addresses import is_web
from crawler.readers.charset import decode
from crawler.readers.errors import NotAFeed
from crawler.readers.kind import refuse_binary
from crawler.readers.notes import Notes
from crawler.readers.plain import one_line
from crawler.readers.shapes import Known
from crawler.readers.unpack import unpack
from pipelines.identify.canonical import name_of
from pipelines.letters import size
from pipelines.records import Entry, FeedKind, Reading

LINKS_MAX = 5_000
TRIED = 3  # links of one unknown shape, where only the link speaks for it
SURE, WORTH_A_TRY = 3, 1  # points
HEADLINE, WORDS, WORD = 40, 20, 12  # letters
CROWD = 3  # links that stand alike
NEAR, MANY, LETTERS = 5, 6, 2_000  # boxes around a link, links and letters in one
NAMED = 300  # letters of a class
TITLE = 150  # letters: what is longer is a teaser, unless it is a heading
SECTIONS = 9  # points: whatever else it says, it is none
FILES = re.compile(
    r"\.(?:jpe?g|png|gif|webp|svg|pdf|docx?|xlsx?|pptx?|zip|mp[34]|m4a|avi|mov|css|js|xml|rss|json|"
    r"ics|apk|exe)$",
    re.I,
)
ASIDE = frozenset({"nav", "footer", "header", "aside", "form", "address"})
_MENU = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|navigation|menu|menus|submenu|breadcrumbs?|footer|social|share|"
    r"pagination|pager|login|toolbar|topbar|cookie|tags?|tagcloud|meta|author|byline)(?:$|[-_ ])",
    re.I,
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BLOCKS = frozenset({"li", "article", "div", "section", "td", "tr", "dd", "figure"})
_DAY = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}[:h]\d\d")


@dataclass(slots=True)
class _Link:
    """All that a page says of one address that it links to."""

    url: str
    title: str = ""
    """The longest of the words that lead there."""
    is_heading: bool = False
    is_dated: bool = False
    has_picture: bool = False
    aside: int = 0
    """How often it stands in a menu, a head or a foot."""
    stands: int = 0
    paths: set[tuple[str, ...]] = field(default_factory=set)
    published: str | None = None


def read_section(
    body: bytes,
    base_url: str,
    content_type: str | None = None,
    known: Known = Known(),  # noqa: B008 frozen
    sites: Collection[str] = (),
) -> Reading:
    """Return the articles that a page leads to, in its order.

    ``known``: what the site's addresses were so far. ``sites``: the registrable domains of the
    paper; links elsewhere are left out. NotAFeed says what a body is that is no page.
    """
    tree, notes = opened(body, content_type)
    return listed(tree, notes, base_url, known, sites)


def opened(body: bytes, content_type: str | None) -> tuple[HtmlElement, Notes]:
    """Return a page's tree, and what is to be said of its bytes; raises NotAFeed for no page."""
    notes = Notes()
    body, warnings = unpack(body)
    notes.cut(warnings)
    refuse_binary(body)
    text, warnings = decode(body, content_type)
    notes.extend(warnings)
    try:
        tree = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*>", "", text))
    except (etree.ParserError, ValueError) as error:
        raise NotAFeed("a document without content") from error
    return tree, notes


def listed(
    tree: HtmlElement, notes: Notes, base_url: str, known: Known, sites: Collection[str]
) -> Reading:
    """Return what ``read_section`` does, of a page that was opened."""
    if tree.find(".//a") is None:
        raise NotAFeed("a page without links")
    links = _links(tree, base_url, {registrable(urlsplit(base_url).hostname or ""), *sites})
    chosen = _chosen(links, known)
    if not chosen:
        notes.add(f"none of its {len(links)} links leads to an article")
    return Reading(
        kind=FeedKind.SECTION,
        entries=tuple(_entry(link, notes) for link in chosen),
        warnings=notes.told(),
        title=one_line(tree.findtext(".//title")),
    )


def _entry(link: _Link, notes: Notes) -> Entry:
    raw = link.published
    return Entry(
        url=link.url,
        title=link.title if link.title and (link.is_heading or len(link.title) <= TITLE) else None,
        published=dates.noted(raw, notes) if raw else None,
        published_raw=raw,
    )


# reading


def _links(tree: HtmlElement, base_url: str, sites: Collection[str]) -> list[_Link]:
    """Return what stands of each address of the paper, in the order of the page."""
    base_url = base_of(tree, base_url)
    found: dict[str, _Link] = {}
    here = name_of(base_url)
    boxes = _Boxes()
    for anchor in tree.iter("a"):
        url = _address(anchor.get("href"), base_url)
        if url is None or len(found) >= LINKS_MAX:
            continue
        name = name_of(url)  # `?replytocom=7` is the same article
        if name != here and registrable(urlsplit(url).hostname or "") in sites:
            _note(found.setdefault(name, _Link(url)), anchor, boxes)
    return list(found.values())


def base_of(tree: HtmlElement, url: str) -> str:
    """Return the address from which a page's links count: what its `base` says, else its own."""
    base = tree.find(".//base[@href]")
    try:
        said = urljoin(url, base.get("href", "").strip()) if base is not None else url
        return said if is_web(said) and urlsplit(said).hostname else url
    except ValueError:
        return url


def _address(written: str | None, base_url: str) -> str | None:
    written = (written or "").strip()
    if not written or written.startswith(("#", "javascript:", "mailto:", "tel:")):
        return None
    try:
        url = urldefrag(urljoin(base_url, re.sub(r"[\t\r\n]", "", written)))[0]
        parts = urlsplit(url)
    except ValueError:
        return None
    is_page = parts.scheme in {"http", "https"} and not FILES.search(parts.path)
    return url if is_page and parts.path.strip("/") + parts.query else None


def _note(link: _Link, anchor: HtmlElement, boxes: "_Boxes") -> None:
    words = one_line(anchor.text_content()) or one_line(anchor.get("title")) or ""
    if not words:
        picture = anchor.find(".//img")
        words = (one_line(picture.get("alt")) or "") if picture is not None else ""
    inner = next(anchor.iter(*_HEADINGS), None)
    if inner is not None:
        words = one_line(inner.text_content()) or words
    if len(words) > len(link.title) and not (link.is_heading and inner is None):
        link.title = words
    above = list(_above(anchor))
    link.is_heading = link.is_heading or inner is not None or any(e.tag in _HEADINGS for e in above)
    link.has_picture = link.has_picture or anchor.find(".//img") is not None
    link.stands += 1
    link.aside += any(boxes.is_aside(element) for element in above)
    link.paths.add(tuple(boxes.step(element) for element in above[:NEAR]))
    _date(link, above, boxes)


def _above(anchor: HtmlElement) -> Iterator[HtmlElement]:
    for element in anchor.iterancestors():
        if element.tag in {"body", "html"}:
            return
        yield element


class _Boxes:
    """What the elements around links are, each looked at once: thousands of links share them."""

    def __init__(self) -> None:
        self._aside: dict[HtmlElement, bool] = {}
        self._steps: dict[HtmlElement, str] = {}
        self._crowded: dict[HtmlElement, bool] = {}

    def is_aside(self, element: HtmlElement) -> bool:
        """Return whether an element is one of those that hold no article's link."""
        if element not in self._aside:
            self._aside[element] = _is_aside(element)
        return self._aside[element]

    def is_crowded(self, element: HtmlElement) -> bool:
        """Return whether an element holds more than one article's links."""
        if element not in self._crowded:
            links = islice(element.iter("a"), MANY + 1)
            self._crowded[element] = sum(1 for _ in links) > MANY
        return self._crowded[element]

    def step(self, element: HtmlElement) -> str:
        """Return tag and classes, by which links that stand alike are told."""
        if element not in self._steps:
            classes = " ".join(sorted(_named(element, "class").split()))
            self._steps[element] = f"{element.tag!s}.{re.sub(r'[0-9]+', '0', classes)}"
        return self._steps[element]


def _is_aside(element: HtmlElement) -> bool:
    if element.tag in ASIDE and not (element.tag == "header" and _in_article(element)):
        return True
    return bool(_MENU.search(f"{_named(element, 'class')} {_named(element, 'id')}"))


def _named(element: HtmlElement, key: str) -> str:
    return str(element.get(key) or "")[:NAMED]


def _in_article(element: HtmlElement) -> bool:
    return any(one.tag in {"article", "li"} for one in element.iterancestors())


def _date(link: _Link, above: list[HtmlElement], boxes: _Boxes) -> None:
    """Note the time that stands beside a link, in a box that holds little else."""
    for box in above[:NEAR]:
        if boxes.is_crowded(box):
            return
        time = next(box.iter("time"), None)
        if time is not None:
            link.is_dated = True
            link.published = link.published or one_line(time.get("datetime"))
            return
        if box.tag in _BLOCKS and _DAY.search(box.text_content()[:LETTERS]):
            link.is_dated = True
            return


# choosing


def _chosen(links: list[_Link], known: Known) -> list[_Link]:
    crowds = _crowds(links)
    folders = Counter(urlsplit(link.url).path.rpartition("/")[0] for link in links)
    tried: Counter[shapes.Shape] = Counter()
    chosen = []
    for link in links:
        says = known.says(link.url)
        points = _points(link, crowds, folders)
        if says is None and points < SURE:
            says = points >= WORTH_A_TRY and tried[shapes.shape(link.url)] < TRIED
            tried[shapes.shape(link.url)] += says
        if says or (says is None and points >= SURE):
            chosen.append(link)
    return chosen


def _crowds(links: list[_Link]) -> dict[tuple[str, ...], float]:
    """Return, of places where several links stand alike, how long their words are in the middle."""
    lengths: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for link in links:
        for path in link.paths:
            lengths[path].append(size(link.title))
    return {
        path: sorted(many)[len(many) // 2] for path, many in lengths.items() if len(many) >= CROWD
    }


def _points(link: _Link, crowds: dict[tuple[str, ...], float], folders: Counter[str]) -> int:
    """Return how much speaks for an article, by what the link says, where it stands and leads."""
    letters = size(link.title)
    points = 2 if letters >= HEADLINE else 1 if letters >= WORDS else -1 if letters < WORD else 0
    points += link.is_heading + link.is_dated + (link.has_picture and letters >= WORDS)
    if any(crowds.get(path, 0) >= HEADLINE * 0.75 for path in link.paths):
        points += 1
    points += 2 * shapes.is_articles(link.url) + 2 * shapes.is_dated(link.url)
    points -= 4 * shapes.is_others(link.url)
    points -= 3 * (link.aside == link.stands)
    # several others lie below it: it is their section (below an article are its comments)
    points -= SECTIONS * (folders[urlsplit(link.url).path.rstrip("/")] > 1)
    return points
