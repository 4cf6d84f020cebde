"""Drafts into documents of ``articles``, ``revisions`` and ``pages``. Pure."""

from dataclasses import asdict, fields, is_dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

import zstandard
from pymongo import UpdateOne

from pipelines.identify.exact import text_hash
from pipelines.identify.regroup import trusted
from pipelines.records import Arrival, Draft, Known, Published, Sheet, Verdict
from pipelines.store import schema

Document = dict[str, Any]
T = TypeVar("T")
TEXT_BYTES = 2_000_000
STRIPPED_LINES, STRIPPED_LETTERS = 200, 500
URLS = 50
KEPT_HEADERS = (
    "etag",
    "last-modified",
    "date",
    "content-language",
    "x-robots-tag",
    "x-dateline-rendered",
)


def article(arrival: Arrival, draft: Draft, verdict: Verdict) -> Document:
    """Return the document of a new article; ``changed_at`` is the server's to set."""
    page = arrival.page
    return {
        "_id": verdict.article,
        "url": draft.url,
        "urls": met_at(arrival),
        "source": page.source,
        "region": page.region,
        "country": page.country,
        **read(arrival, draft),
        "first_seen_at": arrival.due.first_seen_at,
        "revision": verdict.revision,
        "state": "live",
        "story": verdict.story,
        "duplicate_of": verdict.duplicate_of,
        "relation": verdict.relation,
        "quotes": [],
        "schema_version": schema.SCHEMA_VERSION,
    }


def met_at(arrival: Arrival) -> list[str]:
    """Return the addresses at which an article was met: as announced, and after redirects."""
    return list(dict.fromkeys((arrival.page.announced_url, arrival.page.url)))


def read(arrival: Arrival, draft: Draft) -> Document:
    """Return the fields that a page decides, the same for a new article and for a revision."""
    text, is_cut = _cut(draft.text)
    published = draft.published
    return {
        "title": draft.title,
        "text": text,
        "text_cut": is_cut,
        "summary": draft.summary,
        "authors": list(draft.authors),
        "agencies": list(draft.agencies),
        "place": draft.place,
        "section": draft.section,
        "tags": list(draft.tags),
        "image": draft.image,
        "language": draft.language,
        "published_at": published.at if published else None,
        "published": _published(published),
        "modified_at": draft.modified_at,
        "fetched_at": arrival.page.fetched_at,
        "access": draft.access,
        "rights": asdict(draft.rights),
        **_stripped(draft),
        "extraction": {
            "by": draft.extracted_by,
            "version": schema.SCHEMA_VERSION,
            "template": draft.template,
            "confidence": draft.confidence,
        },
        # of the whole text, as its claim is: a text that had to be cut is not changed by that
        "fingerprints": {"text": text_hash(draft.text), "waits": True},
    }


def revision(known: Known, before: Document, replaced_at: datetime, cause: str) -> Document:
    """Return the document that keeps the text an article had before."""
    return {
        "_id": revision_key(known.id, known.revision),
        "article": known.id,
        "revision": known.revision,
        "title": before["title"],
        "text": before["text"],
        "fetched_at": before["fetched_at"],
        "replaced_at": replaced_at,
        "cause": cause,
        "schema_version": schema.SCHEMA_VERSION,
    }


def told_at(document: Document) -> datetime:
    """Return when an article was published, as far as that is to be believed."""
    return trusted(document["published_at"], document["first_seen_at"])


def story(key: str) -> Document:
    """Return the document of a story that begins with an article."""
    return {"_id": key, "head": key, "version": 1, "merged_into": None, "schema_version": 1}


def once(document: Document) -> UpdateOne:
    """Return the write of a document that leaves one alone that is there already."""
    return UpdateOne({"_id": document["_id"]}, {"$setOnInsert": document}, upsert=True)


def revision_key(article: str, number: int) -> str:
    """Return the key of what an article was at a revision."""
    return f"{article}:{number}"


def page(arrival: Arrival, body: bytes, expires_at: datetime | None) -> Document:
    """Return the document of a raw page; ``body`` is compressed."""
    seen = arrival.page
    content = seen.entry.content
    made = {"is_of_feed": True} if seen.is_of_feed else {}
    return {
        **made,
        "_id": arrival.due.lease.id,
        "url": seen.url,
        "status": seen.status,
        "content_type": seen.content_type,
        "headers": {name: seen.headers[name] for name in KEPT_HEADERS if name in seen.headers},
        "body": body,
        "announced": packed(content) if content else None,
        "more": [_sheet(sheet) for sheet in seen.more],
        "lacks": seen.lacks,
        "stand_in": seen.stand_in,
        "fetched_at": seen.fetched_at,
        "expires_at": expires_at,
        "schema_version": schema.SCHEMA_VERSION,
    }


def _sheet(sheet: Sheet) -> Document:
    return {
        "url": sheet.url,
        "content_type": sheet.content_type,
        "body": _compressed(sheet.body),
    }


def packed(text: str) -> bytes:
    """Return a text as zstd."""
    return _compressed(text.encode("utf-8", "replace"))


def _compressed(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(data)


def unpacked(data: bytes | None) -> str | None:
    """Return what ``packed`` made of a text; None of nothing."""
    if data is None:
        return None
    return zstandard.ZstdDecompressor().decompress(data, TEXT_BYTES).decode()


def known(document: Document) -> Known:
    """Return what identity needs of a stored article."""
    return Known(
        id=document["_id"],
        revision=document["revision"],
        text_hash=document["fingerprints"]["text"],
        text=document["text"],
        title=document["title"],
        story=document["story"],
        duplicate_of=document["duplicate_of"],
        urls=tuple(document["urls"]),
    )


def whole(value: T) -> T:
    """Return a record, or a part of one, in which half a pair of surrogates is a question mark.

    JSON in a page may be cut in the middle of a letter; no document can hold the rest of it.
    """
    made: Any = value
    if isinstance(value, str):
        made = value if value.isascii() else value.encode("utf-8", "replace").decode()
    elif isinstance(value, tuple):
        made = tuple(whole(part) for part in value)
    elif is_dataclass(value) and not isinstance(value, type):
        made = replace(value, **{f.name: whole(getattr(value, f.name)) for f in fields(value)})
    return made  # type: ignore[no-any-return]  # of the type it was given


def _cut(text: str) -> tuple[str, bool]:
    raw = text.encode()
    if len(raw) <= TEXT_BYTES:
        return text, False
    return raw[:TEXT_BYTES].decode("utf-8", "ignore").rstrip(), True


def _published(published: Published | None) -> Document | None:
    if published is None:
        return None
    return {
        "raw": published.raw,
        "from": published.source,
        "precision": published.precision,
        "day": published.day,
        "offset": published.offset,
    }


def _stripped(draft: Draft) -> Document:
    lines = draft.stripped[:STRIPPED_LINES]
    return {
        "stripped": [
            {"text": line.text[:STRIPPED_LETTERS], "rule": line.rule, "at": line.at}
            | ({} if line.pages is None else {"pages": line.pages})
            for line in lines
        ],
        "stripped_more": len(draft.stripped) - len(lines),
    }
