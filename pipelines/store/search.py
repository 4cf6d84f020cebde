"""Which articles are wanted, in which order, and behind which place. Pure.

Whoever has read one goes on behind it: a cursor names an article's place in the order, so that what
comes and goes meanwhile moves nobody's place.
"""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

Document = dict[str, Any]
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)


class CursorError(ValueError):
    """A cursor that no search of ours gave, or one of another order."""


class Order(StrEnum):
    """In which order articles come; those without a date last."""

    NEWEST = "newest"
    OLDEST = "oldest"
    CHANGED = "changed"
    """What changed last first."""
    FOLLOWING = "following"
    """What changed first first: each change moves its article to the end."""

    @property
    def field(self) -> str:
        """What it goes by."""
        return "published_at" if self in {Order.NEWEST, Order.OLDEST} else "changed_at"

    @property
    def way(self) -> int:
        """1: upwards; -1: downwards."""
        return 1 if self in {Order.OLDEST, Order.FOLLOWING} else -1

    def behind(self, article: Document) -> "Cursor":
        """Return the place behind an article."""
        return Cursor(order=self, at=article[self.field], article=article["_id"])


@dataclass(frozen=True, kw_only=True, slots=True)
class Cursor:
    """A place behind an article."""

    order: Order
    at: datetime | None
    """None: among those without a date."""
    article: str

    def __str__(self) -> str:
        at = self.at.isoformat() if self.at else None
        return packed(self.order, at, self.article)


def packed(*parts: str | None) -> str:
    """Return the parts of a cursor as one word."""
    told = json.dumps(parts, separators=(",", ":"))
    return base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def unpacked(words: str) -> Any:
    """Return what ``packed`` was given; raises ValueError or RecursionError for all else."""
    return json.loads(base64.urlsafe_b64decode(words + "=" * (-len(words) % 4)))


def cursor(words: str) -> Cursor:
    """Return the cursor that is written so; raises CursorError."""
    try:
        order, at, article = unpacked(words)
        moment = None if at is None else moment_of(at)
        return Cursor(order=Order(order), at=moment, article=str(article))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise CursorError(
            f"{words[:40]!r} is no cursor; take one that this command has given"
        ) from error


def moment_of(words: str) -> datetime:
    """Return a moment of a cursor; raises ValueError for one that no database of ours has."""
    moment = datetime.fromisoformat(words).astimezone(UTC)
    if not EARLIEST <= moment <= LATEST:
        raise ValueError(words)
    return moment


@dataclass(frozen=True, kw_only=True, slots=True)
class Search:
    """Which articles are wanted; all that is said must hold."""

    source: str | None = None
    earlier: tuple[str, ...] = ()
    """Further ids that the source had."""
    region: str | None = None
    country: str | None = None
    """ISO 3166."""
    language: str | None = None
    """BCP 47; `zh` stands for `zh-Hant` too."""
    section: str | None = None
    """As published, case ignored."""
    author: str | None = None
    """A part of a name, case ignored."""
    story: str | None = None
    """Of the story of that id."""
    title: str | None = None
    """A part of it, case ignored."""
    words: str | None = None
    """Of title, summary and text, by the search collection: see pipelines/terms.py."""
    since: datetime | None = None
    """Published at or after."""
    until: datetime | None = None
    """Published before."""
    is_unique: bool = False
    """Originals only."""
    order: Order = Order.NEWEST
    after: Cursor | None = None
    limit: int | None = None

    def query(self) -> Document:
        """Return MongoDB's query, words left out; nothing that is given is an expression."""
        query: Document = {}
        if self.source:
            names = [self.source, *self.earlier]
            query["source"] = {"$in": names} if self.earlier else self.source
        if self.language:
            query["language"] = _matches(f"^{re.escape(self.language)}(-|$)")
        if self.section:
            query["section"] = _matches(f"^{re.escape(self.section)}$")
        if self.title:
            query["title"] = _matches(re.escape(self.title))
        if self.author:
            query["authors"] = _matches(re.escape(self.author))
        exact = {"region": self.region, "story": self.story, "country": self.country}
        query |= {name: value for name, value in exact.items() if value}
        if self.is_unique:
            query |= {"duplicate_of": None, "state": "live"}
        if bounds := self._bounds():
            query["published_at"] = bounds
        return query

    def _bounds(self) -> Document:
        bounds = {"$gte": self.since, "$lt": self.until}
        return {name: moment for name, moment in bounds.items() if moment is not None}


def _matches(expression: str) -> Document:
    return {"$regex": expression, "$options": "i"}


def phases(search: Search, query: Document) -> Iterator[Document]:
    """Yield queries to be asked one behind the other, all in the order of the search.

    Of what answers to ``query``, from the search's cursor on. MongoDB has no order in which what
    has no date is always last.
    """
    field, after = search.order.field, search.after
    undated = {**query, "published_at": None}
    has_undated = field == "published_at" and "published_at" not in query
    if after is None and search.order is not Order.OLDEST:
        yield query
        return
    if after is None:
        yield {**query, "published_at": query.get("published_at", {"$ne": None})}
    elif after.at is not None:
        yield {"$and": [query, _from(after, field, search.order)]}
    if after is None or after.at is not None:
        if has_undated:
            yield undated
    elif has_undated:
        yield {**undated, "_id": {"$gt": after.article}}


def _from(after: Cursor, field: str, order: Order) -> Document:
    """Return what stands behind a place."""
    beyond = "$gt" if order.way > 0 else "$lt"
    later = [{field: {beyond: after.at}}, {field: after.at, "_id": {"$gt": after.article}}]
    return {field: {f"{beyond}e": after.at}, "$or": later}
