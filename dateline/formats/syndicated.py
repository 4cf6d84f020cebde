"""Articles as a feed, to be read by any feed reader: Atom (RFC 4287) and JSON Feed 1.1. Pure.

Whole texts; an article keeps its id, and is marked as updated when it changes.
"""

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from typing import Any

from lxml import etree
from lxml.builder import ElementMaker

Document = Mapping[str, Any]
ATOM = "http://www.w3.org/2005/Atom"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NAME = "Dateline"
VERSION = "https://jsonfeed.org/version/1.1"
EVER = datetime(1970, 1, 1, tzinfo=UTC)
# no document of XML 1.0 may hold these, escaped or not
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_make = ElementMaker(namespace=ATOM, nsmap={None: ATOM})


@dataclass(frozen=True, slots=True)
class Head:
    """What a feed says of itself."""

    title: str
    key: str
    """By which it is known again: the same for the same search."""


def atom(head: Head, articles: Sequence[Document]) -> bytes:
    """Return the articles as Atom, in UTF-8."""
    feed = _make.feed(
        _make.id(_urn(head.key)),
        _make.title(_xml(head.title)),
        _make.updated(_time(_updated(articles))),
        _make.author(_make.name(NAME)),
        _make.generator(NAME),
    )
    feed.extend(map(_entry, articles))
    made: bytes = etree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return made


def _entry(article: Document) -> etree._Element:
    entry = _make.entry(
        _make.id(_urn(article["_id"])),
        _make.title(_xml(article["title"] or "")),
        _make.link(rel="alternate", href=_xml(_met_at(article))),
        _make.updated(_time(article["changed_at"])),
    )
    if article["language"]:
        entry.set(LANG, article["language"])
    if article["published_at"]:
        entry.append(_make.published(_time(article["published_at"])))
    for name in article["authors"] or [article["source"]]:
        entry.append(_make.author(_make.name(_xml(name))))
    for term in _terms(article):
        entry.append(_make.category(term=_xml(term)))
    if article["summary"]:
        entry.append(_make.summary(_xml(article["summary"])))
    entry.append(_make.content(_xml(_html(article["text"])), type="html"))
    return entry


def jsonfeed(head: Head, articles: Sequence[Document]) -> bytes:
    """Return the articles as JSON Feed, in UTF-8."""
    feed = {
        "version": VERSION,
        "title": head.title,
        "authors": [{"name": NAME}],
        "items": [_item(article) for article in articles],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _item(article: Document) -> dict[str, Any]:
    said = {
        "id": _urn(article["_id"]),
        "url": _met_at(article),
        "title": article["title"],
        "content_html": _html(article["text"]),
        "content_text": article["text"],
        "summary": article["summary"],
        "image": article["image"],
        "date_published": _time(article["published_at"]) if article["published_at"] else None,
        "date_modified": _time(article["changed_at"]),
        "authors": [{"name": name} for name in article["authors"] or [article["source"]]],
        "tags": _terms(article),
        "language": article["language"],
    }
    return {name: value for name, value in said.items() if value not in (None, "", [])}


def _urn(key: str) -> str:
    """Return a key of 32 hex digits as an address that readers take for an id."""
    return uuid.UUID(hex=key).urn


def _met_at(article: Document) -> str:
    return str(article["urls"][0] if article["urls"] else article["url"])


def _terms(article: Document) -> list[str]:
    return list(dict.fromkeys(filter(None, [article["section"], *article["tags"]])))


def _updated(articles: Sequence[Document]) -> datetime:
    return max((article["changed_at"] for article in articles), default=EVER)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _html(text: str) -> str:
    """Return paragraphs of plain text as HTML: what looks like a tag in them stays words."""
    lines = (escape(part, quote=False).replace("\n", "<br>") for part in text.split("\n\n") if part)
    return "".join(f"<p>{line}</p>" for line in lines)


def _xml(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
