"""The lines of a page, each with what the tags and classes around it say about it.

One walk over the tree, which is not changed.
"""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from pipelines.extract import around
from pipelines.extract.manuscript import INVISIBLE, Box, Line
from pipelines.records import Path

_BLOCKS = """
    address article aside blockquote body button caption center dd details dialog dir div dl dt
    fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav
    ol p pre section summary table tbody td tfoot th thead tr ul
"""
BLOCKS = frozenset(_BLOCKS.split())
BREAKS = frozenset({"br", "hr"})
PICTURES = frozenset({"img", "amp-img"})
_SILENT = """
    head script style noscript template svg select option textarea iframe object canvas audio video
    math map datalist
"""
SILENT = frozenset(_SILENT.split())
TAG_MARKS = {
    "figure": "caption",
    "figcaption": "caption",
    "aside": "aside",
    "nav": "nav",
    "footer": "footer",
    "time": "time",
    "button": "tool",
    "h1": "title",
    "table": "table",
    "blockquote": "quote",
    "li": "list",
    "b": "stressed",
    "strong": "stressed",
    "em": "stressed",
    "i": "stressed",
    "small": "small",
    "form": "form",
    "fieldset": "form",
    "label": "form",
    "dialog": "popup",
}
# what sites call the boxes around an article, told after splitting class and id at hyphens,
# underscores and camel case
WORDS = {  # one of these words anywhere in a class name: related-links, box_related
    "caption": """caption wp-caption photo-?credit image-?credit photographer image-?info
        image-?source (?:img|image|photo)-?description""",
    "crumb": "breadcrumbs? bread-crumbs? crumbs? you-are-here",
    "byline": """bylines? authors? autore?s? auteurs? writer contributors? redakteur journalist""",
    "share": "share sharing sharebar addthis addtoany sharedaddy socials?",
    "related": """related relateds? recommend(?:ed|ations?)? read-?more see-?also also-?read
        more-?(?:news|stories|articles|from|on) read-?also readalso most-?read teasers? outbrain
        taboola similar zergnet yarpp crp next-?(?:post|article) prev-?(?:post|article)
        post-?navigation suggested""",
    "newsletter": "newsletters? infolettres? mailing-?list mailchimp sign-?up-?form",
    "comments": """comments? comment-?list disqus kommentare? comentarios? commentaires? commenti
        comentarii komentar(?:z|ze|ai|i|e)? komentare yorum(?:lar)? reacties reactions""",
    "bio": """biography author-?(?:bio|box|info|description|profile|card) about-?(?:the-?)?author
        autor-?box saboxplugin m-a-box molongui""",
    "form": """wpcf7 gform gform-wrapper hs-form mc4wp mc4wp-form contact-?form comment-?form
        search-?form login-?form poll polls survey quiz""",
    "promo": "cta call-?to-?action promo promos promotion promotional promobox",
    "legal": "disclaimers? disclosures? affiliate-?(?:disclosure|disclaimer|notice)",
    "embed": "twitter-?tweet instagram-?media fb-?post tiktok-?embed bluesky-?embed reddit-?embed",
    "popup": "modal popup pop-up lightbox-content tooltip",
    "contents": "toc table-of-contents ez-toc-container lwptoc toc-container",
    "hidden": """sr-only visually-?hidden visuallyhidden screen-?reader(?:-text)? element-invisible
        assistive-text""",
    "tool": """toolbar font-?size translate translator language-?(?:picker|switcher|selector)
        goog-te""",
    "footer": "footer copyright colophon",
}
ENDINGS = {  # a class name that ends so: post-tags, but not tag-politics, which names the article's
    "time": """date datetime time timestamp published pubdate updated publishdate postdate fecha
        datum""",
    "meta": "meta metadata info infos infobar",
    "section": """kicker eyebrow category categories cat-links section-(?:name|label|title) rubric
        rubrik flag label""",
    "tags": "tags tag-?list tagcloud keywords topics tag-links",
    "newsletter": "subscribe subscription signup sign-up paywall",
    "ad": "ads? advert advertisement advertorial banner werbung anzeige reklama",
    "bio": "bio",
    "caption": "credits? legend",
    "tool": "tools? print printer email bookmark listen",
    "nav": "nav navbar navigation menu pager pagination",
}


def _named(words: str, end: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^|[\s-])(?:{'|'.join(words.split())})(?=$|{end})")


CLASS = (
    *((mark, _named(words, r"[\s-]")) for mark, words in WORDS.items()),
    *((mark, _named(words, r"\s")) for mark, words in ENDINGS.items()),
)
# most class names say nothing: one look tells
TELLING = re.compile("|".join(pattern.pattern for _, pattern in CLASS))
CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
NONE: frozenset[str] = frozenset()
MAX_LINES = 20_000
Ways = dict[str, Any]
"""Steps from a box to those within it, each with the same again."""
_END: Ways = {"": None}


def lines(tree: HtmlElement, without: Collection[Path] = ()) -> tuple[Line, ...]:
    """Return the page's lines in document order, at most 20,000.

    ``without`` names boxes by their paths that are passed by.
    """
    walk = _Walk(_ways(without))
    context = etree.iterwalk(tree, events=("start", "end"))
    for event, element in context:
        tag = element.tag
        if event == "end":
            walk.leave(tag, element.tail)
        elif tag in SILENT or not isinstance(tag, str):
            walk.skip()
            context.skip_subtree()
        elif not walk.enter(tag, element):
            context.skip_subtree()
        if len(walk.found) >= MAX_LINES:
            break
    return around.marked(walk.found, walk.pictures, walk.forms)


def _ways(paths: Iterable[Path]) -> Ways:
    """Return paths as a tree of their steps; each ends with _END."""
    ways: Ways = {}
    for path in paths:
        at = ways
        for step in path[:-1]:
            at = at.setdefault(step, {})
        at[path[-1]] = _END
    return ways


class _Walk:
    """Where the walk stands: open blocks, their marks, and the text since the last boundary."""

    def __init__(self, ways: Ways) -> None:
        self.ways: list[Ways | None] = [ways]
        self.found: list[Line] = []
        self.marks: list[frozenset[str]] = [NONE]
        self.paths: list[tuple[Box, ...]] = [()]
        self.text: list[str] = []
        self.inline: list[frozenset[str]] = []  # marks of the inline elements that hold the text
        self.in_link = 0
        self.linked = 0
        self.pictures: list[around.Place] = []
        self.forms: list[around.Place] = []

    def enter(self, tag: str, element: HtmlElement) -> bool:
        """Return whether what the element holds is looked at; its end comes in either case."""
        if tag in BLOCKS or tag in BREAKS:
            self.flush()
        own = _marks(tag, element)
        self.marks.append(self.marks[-1] | own if own else self.marks[-1])
        if tag in BLOCKS:
            box, way = _box(tag, element), self.ways[-1]
            self.paths.append((*self.paths[-1], box))
            way = None if way is None else way.get(box.step)
            self.ways.append(way)
            if way is _END:
                return False
        if tag == "a":
            self.in_link += 1
        elif tag in PICTURES:
            self.flush()
            self.pictures.append((len(self.found), self.paths[-1]))
        elif tag == "form" or (tag == "input" and element.get("type") == "email"):
            self.forms.append((len(self.found), self.paths[-1]))
        if element.text:
            self.say(element.text)
        return True

    def leave(self, tag: object, tail: str | None) -> None:
        if tag in BLOCKS or tag in BREAKS:
            self.flush()
        self.marks.pop()
        if tag in BLOCKS:
            self.paths.pop()
            self.ways.pop()
        if tag == "a":
            self.in_link -= 1
        if tail:
            self.say(tail)

    def skip(self) -> None:
        # its end event still comes: keep the stacks level
        self.marks.append(self.marks[-1])

    def say(self, text: str) -> None:
        self.text.append(text)
        if not text.isspace():
            self.inline.append(self.marks[-1])
            if self.in_link:
                self.linked += len(text.strip())

    def flush(self) -> None:
        if self.inline:
            text = " ".join("".join(self.text).split())
            text = text if text.isascii() else INVISIBLE.sub("", text)
            # a mark holds for a line where every piece of its text stands under it
            marks = frozenset.intersection(*self.inline) if len(self.inline) > 1 else self.inline[0]
            links = min(1.0, self.linked / max(1, len(text)))
            path, at = self.paths[-1], len(self.found)
            tag = path[-1].tag if path else ""
            self.found.append(Line(text, at, tag, marks, links, path, (at,)))
        self.text, self.inline, self.linked = [], [], 0


def _box(tag: str, element: HtmlElement) -> Box:
    if not element.keys():
        return Box(tag)
    return Box(tag, " ".join(filter(None, (element.get("class"), element.get("id")))))


def _marks(tag: str, element: HtmlElement) -> frozenset[str]:
    keys = element.keys()
    if not keys:  # most elements: asking for each attribute would double the time of the walk
        return _tag_marks(tag)
    get = element.get
    named = "class" in keys or "id" in keys
    marks = named_marks(tag, get("class"), get("id")) if named else _tag_marks(tag)
    if "hidden" in keys or ("style" in keys and HIDDEN.search(get("style", ""))):
        marks |= {"hidden"}
    if ("rel" in keys or "itemprop" in keys) and "author" in f"{get('rel')} {get('itemprop')}":
        marks |= {"byline", "author"}
    return marks


@lru_cache(maxsize=256)
def _tag_marks(tag: str) -> frozenset[str]:
    return frozenset({TAG_MARKS[tag]}) if tag in TAG_MARKS else NONE


@lru_cache(maxsize=8192)
def named_marks(tag: str, class_: str | None, id_: str | None) -> frozenset[str]:
    """Return what an element's tag, class and id say about what stands in it."""
    # the page's own frame is named for all that it may hold: such names say nothing
    if tag in {"html", "body"}:
        return NONE
    name = CAMEL.sub("-", f"{class_ or ''} {id_ or ''}"[:400]).lower().replace("_", "-")
    if not TELLING.search(name):
        return _tag_marks(tag)
    return _tag_marks(tag) | {mark for mark, words in CLASS if words.search(name)}
