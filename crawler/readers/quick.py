"""A usual feed, RSS or Atom, to what feedparser makes of it, in a tenth of the time.

None for any other feed. An element is known here by the name that feedparser's method for it has,
and `elements` does what that method does. What feedparser has no method for it keeps under the
element's own name, where nobody looks. All else is a doubt, and the feed is feedparser's to read.
"""

import re
from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

from feedparser.mixin import _FeedParserMixin
from feedparser.util import FeedParserDict

from crawler.readers.buffered import PIECE
from crawler.readers.elements import BEGIN, END, Attributes, Doubt, Elements

XML = "http://www.w3.org/XML/1998/namespace"
NAMESPACES = {uri.lower(): prefix.lower() for uri, prefix in _FeedParserMixin.namespaces.items()}
METHODS = {
    name.split("_", 2)[2] for name in dir(_FeedParserMixin) if re.match("_start_|_end_", name)
}
# addresses of which feedparser, or the module that splits names for it, thinks something else
_ODD = re.compile(r"backend\.userland\.com/rss|/1999/xlink$|\s", re.I)
# under these names feedparser or `feed` looks for something else
_LOOKED_AT = FeedParserDict.keymap.keys() | {
    *("id", "title", "title_detail", "summary", "content", "links", "link", "language", "tags"),
    *("published", "published_parsed", "updated", "updated_parsed", "authors", "author"),
    *("author_detail", "contributors", "publishers", "publisher_detail", "generator_detail"),
    *("image", "textinput"),
}
# what feedparser takes from attributes, whatever their namespace; the last it hands down
_HANDED_DOWN = {"lang", "base", "xmlns"}
_ATTRIBUTES = _HANDED_DOWN | {
    *("term", "scheme", "domain", "label", "url", "uri", "href", "rel", "type", "mode"),
    *("ispermalink", "lastmod"),
}


def _roles(table: str) -> dict[str, str]:
    """Return what is done with each element, by feedparser's name for it."""
    rows = (row.split(":") for row in table.split("\n") if row.strip())
    return {name: role.strip() for role, names in rows for name in names.split()}


_COMMON = _roles("""
    title: title dc_title
    media_title: media_title
    link: link
    id: id guid
    description: description media_description
    summary: summary itunes_summary
    content: content content_encoded
    author: author managingeditor dc_creator dc_author itunes_author
    category: category keywords dc_subject
    words: media_keywords itunes_keywords
    published: published pubdate issued dcterms_issued
    updated: updated modified lastbuilddate dc_date dcterms_modified
    language: language dc_language
    restart: source
    media: media_content media_group
    nothing: subtitle tagline itunes_subtitle rights copyright dc_rights info generator cloud
    nothing: created dcterms_created webmaster dc_publisher dc_contributor enclosure georss_point
    nothing: feedburner_browserfriendly admin_generatoragent admin_errorreportsto itunes_image
    nothing: itunes_explicit itunes_block media_thumbnail media_credit media_rating media_player
""")
_BOX = _roles("title: title\nlink: link\ndescription: description")
_HEAD = _COMMON | _roles("""
    entry: item entry
    image: image
    textinput: textinput
    owner: itunes_owner
    shelf: itunes_category
""")
# by the role of the element around it; inside of what is not here no element is known
_INSIDE: dict[str, dict[str, str]] = {
    "": {"rss": "rss", "feed": "feed"},
    "rss": {"channel": "channel"},
    "channel": _HEAD,
    "feed": _HEAD,
    "entry": _COMMON | {"image": "restart"},
    "media": {name: role for name, role in _COMMON.items() if name.startswith("media_")},
    "author": _roles("name: name\nemail: email\nhref: uri url homepage"),
    "image": _BOX | _roles("nothing: url width height"),
    "textinput": _BOX | {"name": "nothing"},
    "owner": _roles("nothing: itunes_name itunes_email"),
    "shelf": {"itunes_category": "shelf"},
}
# where the language and the base for all that is inside are understood, or matter to nothing
_INHERITED = dict.fromkeys(
    ("rss", "feed", "summary", "description", "content"), frozenset({"lang", "base"})
)
# inside of these stand others without harm; in an author's name without text
_OTHERS = {
    **dict.fromkeys(("channel", "feed", "entry", "media", "other"), "other"),
    "author": "empty",
}


def parse(xml: str, base: str) -> Mapping[str, Any] | None:
    """Return the feed and its entries; None where feedparser must be asked.

    ``base`` is what addresses count from. A ``published_parsed`` is a function still to be called:
    feedparser reads a date for longer than all the rest takes.
    """
    document = _Document(base)
    # set up as feedparser's, so that both find the same documents well-formed
    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.buffer_size = PIECE
    parser.StartNamespaceDeclHandler = document.declare
    parser.StartElementHandler = document.begin
    parser.EndElementHandler = document.end
    parser.CharacterDataHandler = document.pieces.append
    try:
        parser.Parse(xml.encode("utf-8", errors="replace"), True)
    except (Doubt, expat.ExpatError):
        return None
    return {"feed": document.found.feed, "entries": document.found.entries}


class _Document:
    """What is open in a document, and the names that hold in it."""

    def __init__(self, base: str) -> None:
        self.found = Elements(base)
        self.pieces: list[str] = []
        """Of the text since the last tag."""
        self._roles = [""]
        self._names: dict[str, str] = {}
        self._meanings: dict[str, tuple[str | None, str]] = {}
        self._prefixes: dict[str, str] = {}

    def declare(self, prefix: str | None, uri: str | None) -> None:
        """Note a namespace. feedparser goes by prefixes too: each must have one meaning."""
        if not uri:
            return
        short, known = (prefix or "").lower(), NAMESPACES.get(uri.lower())
        meaning = (known, uri if known is None else "")
        means = {self._meanings.setdefault(name, meaning) for name in (short, known) if name}
        is_twice = known is None and self._prefixes.setdefault(uri, short) != short
        if is_twice or means - {meaning} or _ODD.search(uri):
            raise Doubt(uri)

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Take the beginning of an element."""
        around = self._roles[-1]
        if around == "author" and "".join(self.pieces).strip():
            raise Doubt("an author's name before parts of it")
        known = self._names.get(name) or self._name(name)
        role = _INSIDE.get(around, {}).get(known) or self._other(known, around)
        given = self._given(attributes, role) if attributes else {}
        self.pieces.clear()
        self._roles.append(role)
        if begin := BEGIN.get(role):
            self.found.role = role
            begin(self.found, given)
            self._roles[-1] = self.found.role

    def end(self, _name: str) -> None:
        """Take the end of the element that was begun last."""
        role = self._roles[-1]
        if end := END.get(role):
            self.found.role, self.found.depth = role, len(self._roles)
            end(self.found, "".join(self.pieces).strip())
        self._roles.pop()
        self.pieces.clear()

    def _name(self, name: str) -> str:
        """Return what the name of feedparser's method for an element ends in."""
        uri, _, local = name.rpartition(" ")
        prefix = NAMESPACES.get(uri.lower(), self._prefixes.get(uri)) if uri else ""
        known = f"{prefix}_{local.lower()}" if prefix else local.lower()
        self._names[name] = known
        return known

    def _other(self, known: str, around: str) -> str:
        if around not in _OTHERS or known in METHODS or known in _LOOKED_AT:
            raise Doubt(known)
        return _OTHERS[around]

    def _given(self, attributes: dict[str, str], role: str) -> Attributes:
        given = {}
        for name, value in attributes.items():
            uri, _, local = name.rpartition(" ")
            key = local.lower()
            if key in _INHERITED.get(role, ()) and uri in {"", XML}:
                key = f"xml:{key}" if uri else key
            elif key in (_ATTRIBUTES if uri else _HANDED_DOWN):
                raise Doubt(name)
            given[key] = value.lower() if key in {"rel", "type"} else value
        return given
