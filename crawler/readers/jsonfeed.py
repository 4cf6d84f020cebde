"""JSON Feed 1 and 1.1 (jsonfeed.org), as far as its items can be read."""

import json
from typing import Any

from crawler.readers import dates
from crawler.readers.addresses import absolute
from crawler.readers.errors import NotAFeed
from crawler.readers.notes import Notes
from crawler.readers.plain import one_line, safe, words
from pipelines.records import Entry, FeedKind, Reading

ITEM_KEYS = {"id", "url", "external_url", "title", "content_html", "content_text"}


def read(text: str, base_url: str, notes: Notes) -> Reading:
    """Return the items of a JSON Feed. NotAFeed for other JSON and for what is not JSON."""
    document = _load(text, notes)
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise NotAFeed("a JSON document")
    items = [item for item in document["items"] if isinstance(item, dict)]
    if "jsonfeed.org" not in str(document.get("version")):
        if not any(ITEM_KEYS & item.keys() for item in items):
            raise NotAFeed("a JSON document")
        notes.add("its version does not say that it is a JSON Feed; read as one")
    bases = (_text(document.get("home_page_url")), base_url)
    head = _language(document)
    entries = tuple(_entry(item, bases, head, notes) for item in items)
    if len(items) < len(document["items"]):
        notes.add(f"{len(document['items']) - len(items)} items are no objects; left out")
    return Reading(
        kind=FeedKind.JSONFEED, entries=entries, title=one_line(_text(document.get("title")))
    )


def _load(text: str, notes: Notes) -> Any:
    try:
        return json.loads(text, strict=False)  # papers leave line breaks in their strings
    except (ValueError, RecursionError):
        items = _whole_items(text)
    if not items:
        raise NotAFeed("a broken JSON document")
    notes.cut(["the JSON is broken off or damaged; the items before the damage are read"])
    return {"version": "jsonfeed.org" if "jsonfeed.org" in text[:2000] else "", "items": items}


def _whole_items(text: str) -> list[Any]:
    """Return the items that are complete before the damage."""
    key = text.find('"items"')
    at = text.find("[", key) + 1 if key >= 0 else 0
    items: list[Any] = []
    decoder = json.JSONDecoder(strict=False)
    while at:
        at += len(text[at : at + 1000]) - len(text[at : at + 1000].lstrip(" \t\r\n,"))
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return items
        items.append(item)
    return items


def _entry(
    item: dict[str, Any], bases: tuple[str | None, ...], language: str | None, notes: Notes
) -> Entry:
    url = absolute(_text(item.get("url")) or _text(item.get("external_url")), *bases)
    if url is None:
        notes.count("no address")
    raw = _text(item.get("date_published"))
    return Entry(
        url=url,
        id=_text(item.get("id")),
        title=one_line(_text(item.get("title"))),
        summary=one_line(_text(item.get("summary"))),
        content=safe(_text(item.get("content_html")) or _text(item.get("content_text")) or "")
        or None,
        published=dates.noted(raw, notes),
        updated=dates.noted(_text(item.get("date_modified")), notes),
        published_raw=raw,
        authors=words(_authors(item)),
        tags=words(_list(item.get("tags"))),
        language=_language(item) or language,
    )


def _authors(item: dict[str, Any]) -> list[Any]:
    people = [*_list(item.get("authors")), item.get("author")]
    return [person.get("name") if isinstance(person, dict) else None for person in people]


def _language(item: dict[str, Any]) -> str | None:
    return one_line(_text(item.get("language")))


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str | None:
    """Return a string or number as text: identifiers are numbers in many feeds."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return safe(str(value)).strip() or None
