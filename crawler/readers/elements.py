"""What feedparser does with the elements of a usual feed, element by element, where `feed` looks.

Told of each element's beginning, attributes and text; knows no XML. Each method does what
feedparser's of the same element does; where it does not do all of it, it doubts.
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from feedparser.datetimes import _parse_date
from feedparser.mixin import _FeedParserMixin
from feedparser.urls import _urljoin, make_safe_absolute_uri

TEXT_TYPES = {None, "text", "plain", "html", "text/plain", "text/html"}
PAGE_TYPES = {"html", "xhtml", "text/html", "application/xhtml+xml"}
# joined to any address of the web, such an address stays as it is
_LETTERS = r"[A-Za-z0-9/._~%+,=@!$&'()*:-]"
_PLAIN = re.compile(rf"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:/{_LETTERS}*)?(?:\?{_LETTERS}+)?")
_NO_ENTITY = re.compile("&([A-Za-z0-9_]+);")

Attributes = dict[str, str]
Node = dict[str, Any]


class Doubt(Exception):
    """Something that feedparser may read in another way; the document is left to it."""


class Elements:
    """What was found so far."""

    _add_tag = _FeedParserMixin._add_tag
    _save_author = _FeedParserMixin._save_author
    _sync_author_detail = _FeedParserMixin._sync_author_detail

    def __init__(self, base: str) -> None:
        """Begin a document whose addresses count from ``base``."""
        self.feed: Node = {}
        self.entries: list[Node] = []
        self.role = ""
        """What is done with the element that was begun last."""
        self.depth = 0
        self._base = base
        self._language: str | None = None
        self._node = self.feed
        self._depths: dict[str, int] | None = None
        """In an entry, how deep the element stood that each value is from."""
        self._title_depth = -1
        self._title_depth_around = -1
        self._has_content = False
        self._is_link = False
        self._is_address = False

    def _get_context(self) -> Node:
        return self._node

    def _store(self, key: str, value: str) -> None:
        if self._depths is not None:
            if self.depth > self._depths.get(key, self.depth):
                return
            self._depths[key] = self.depth
        self._node[key] = value

    def _resolved(self, address: str) -> str:
        return address if _PLAIN.fullmatch(address) else _urljoin(self._base, address)

    # --- what holds others

    def begin_root(self, given: Attributes) -> None:
        """Take the base and the language of all that is inside."""
        if base := given.get("xml:base", given.get("base")):
            self._base = make_safe_absolute_uri(self._base, base) or self._base
            if not _PLAIN.fullmatch(self._base):
                raise Doubt(base)
        if language := given.get("xml:lang", given.get("lang")):
            self._language = self.feed["language"] = language.replace("_", "-")

    def begin_bare(self, given: Attributes) -> None:
        """Doubt attributes."""
        if given:
            raise Doubt(str(given))

    def begin_entry(self, given: Attributes) -> None:
        """Begin an entry."""
        self.begin_bare(given)
        self._node, self._depths = {}, {}
        self.entries.append(self._node)
        self._title_depth = -1

    def end_entry(self, _text: str) -> None:
        """Go back to the feed."""
        self._node, self._depths = self.feed, None
        self._has_content = False

    def begin_box(self, _given: Attributes) -> None:
        """Begin the feed's picture or search field, which has a title and a link of its own."""
        self._node = {}
        self._title_depth = -1

    def end_box(self, _text: str) -> None:
        """Go back to the feed."""
        self._node = self.feed

    def begin_restart(self, _given: Attributes) -> None:
        """Let a title hold that comes after another."""
        self._title_depth = -1

    # --- texts

    def begin_text(self, given: Attributes) -> None:
        """Doubt what is not written as text or as escaped HTML."""
        if given.get("type") not in TEXT_TYPES or given.get("mode") == "base64":
            raise Doubt(str(given))

    def end_title(self, text: str) -> None:
        """Keep the first that is not empty."""
        text = _clean(text)
        if not -1 < self._title_depth <= self.depth:
            self._store("title", text)
            self._node["title_detail"] = {"language": self._language}
        if text:
            self._title_depth = self.depth

    def begin_media_title(self, given: Attributes) -> None:
        """Begin the title of a picture, the entry's for want of another."""
        self.begin_text(given)
        self._title_depth_around = self._title_depth

    def end_media_title(self, text: str) -> None:
        """Keep it where there is no other."""
        self.end_title(text)
        self._title_depth = self._title_depth_around

    def begin_summary(self, given: Attributes) -> None:
        """Begin a summary; a second one is content."""
        self.begin_text(given)
        if "summary" in self._node and not self._has_content:
            self.role = "content"
            self._has_content = True

    def end_summary(self, text: str) -> None:
        """Keep it; a feed's description is its subtitle."""
        of_feed = self.role == "description" and self._depths is None
        self._store("subtitle" if of_feed else "summary", _clean(text))

    def begin_content(self, given: Attributes) -> None:
        """Begin content."""
        self.begin_text(given)
        self._has_content = True

    def end_content(self, text: str) -> None:
        """Keep it; it is the summary for want of one."""
        text = _clean(text)
        self._node.setdefault("content", []).append({"value": text})
        self._node.setdefault("summary", text)

    def end_date(self, text: str) -> None:
        """Keep it, and how feedparser would read it."""
        text = _clean(text)
        self._store(self.role, text)
        self._node[f"{self.role}_parsed"] = partial(_parse_date, text)

    def end_language(self, text: str) -> None:
        """Keep it."""
        self._store("language", _clean(text))

    # --- addresses, people, words

    def begin_link(self, given: Attributes) -> None:
        """Take a link's attributes."""
        given.setdefault("rel", "alternate")
        is_self = given["rel"] == "self"
        given.setdefault("type", "application/atom+xml" if is_self else "text/html")
        if href := given.get("url", given.get("uri", given.get("href"))):
            given["href"] = href
        self._is_link = "href" not in given
        self._node.setdefault("links", []).append(given)
        if not self._is_link:
            given["href"] = self._resolved(given["href"])
            if given["rel"] == "alternate" and given["type"] in PAGE_TYPES:
                self._node["link"] = given["href"]

    def end_link(self, text: str) -> None:
        """Take the text of a link that has no address among its attributes."""
        if not self._is_link:
            return
        text = _clean(self._resolved(text) if text else "")
        if "&" in text:
            text = text.replace("&amp;", "&") if self._depths is not None else text
            text = _NO_ENTITY.sub(r"&\g<1>", text)
        self._node["link"] = text
        if text or self._depths is None:
            self._node["links"][-1]["href"] = text

    def begin_id(self, given: Attributes) -> None:
        """Note whether it is an address."""
        self._is_address = given.get("ispermalink", "true") == "true"

    def end_id(self, text: str) -> None:
        """Keep it; an address is the link for want of one."""
        text = _clean(self._resolved(text) if text and self._is_address else text)
        self._store("id", text)
        if self._is_address:
            self._node.setdefault("link", text)

    def begin_author(self, _given: Attributes) -> None:
        """Begin one more author."""
        self._node.setdefault("authors", []).append({})

    def end_part(self, text: str) -> None:
        """Keep an author's name or mail; that there is an address."""
        self._save_author(self.role, text)

    def end_author(self, text: str) -> None:
        """Keep the author's name, told from their mail."""
        text = _clean(text)
        self._store("author", text)
        self._sync_author_detail()

    def end_empty(self, text: str) -> None:
        """Doubt a text, which would be the author's name."""
        if text:
            raise Doubt(text)

    def begin_category(self, given: Attributes) -> None:
        """Take a category's attributes."""
        scheme = given.get("scheme", given.get("domain"))
        self._add_tag(given.get("term"), scheme, given.get("label"))

    def end_category(self, text: str) -> None:
        """Take a category's text."""
        text, tags = _clean(text), self._node["tags"]
        if text and tags and not tags[-1]["term"]:
            tags[-1]["term"] = text
        elif text:
            self._add_tag(text, None, None)

    def end_words(self, text: str) -> None:
        """Take a list of words; of which kind, nobody asks."""
        for word in _clean(text).split(","):
            if word.strip():
                self._add_tag(word.strip(), None, None)


def _clean(text: str) -> str:
    """Return ``text`` as feedparser keeps it."""
    if text.isascii():
        return text
    try:
        text.encode("iso-8859-1").decode()
    except UnicodeError:
        # of what feedparser takes for windows-1252, the one that `mend` leaves
        return text.replace("\x85", "\u2026")
    raise Doubt(text)


BEGIN: dict[str, Callable[[Elements, Attributes], None]] = {
    "rss": Elements.begin_root,
    "feed": Elements.begin_root,
    "channel": Elements.begin_bare,
    "entry": Elements.begin_entry,
    "image": Elements.begin_box,
    "textinput": Elements.begin_box,
    "restart": Elements.begin_restart,
    "title": Elements.begin_text,
    "media_title": Elements.begin_media_title,
    "summary": Elements.begin_summary,
    "description": Elements.begin_summary,
    "content": Elements.begin_content,
    "link": Elements.begin_link,
    "id": Elements.begin_id,
    "author": Elements.begin_author,
    "category": Elements.begin_category,
    "words": Elements.begin_bare,
}
END: dict[str, Callable[[Elements, str], None]] = {
    "entry": Elements.end_entry,
    "image": Elements.end_box,
    "textinput": Elements.end_box,
    "title": Elements.end_title,
    "media_title": Elements.end_media_title,
    "summary": Elements.end_summary,
    "description": Elements.end_summary,
    "content": Elements.end_content,
    "published": Elements.end_date,
    "updated": Elements.end_date,
    "language": Elements.end_language,
    "link": Elements.end_link,
    "id": Elements.end_id,
    "author": Elements.end_author,
    "name": Elements.end_part,
    "email": Elements.end_part,
    "href": Elements.end_part,
    "empty": Elements.end_empty,
    "category": Elements.end_category,
    "words": Elements.end_words,
}
