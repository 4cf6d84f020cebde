"""An article as a row: what a table can hold of it. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple

Document = Mapping[str, Any]
Kind = Literal["text", "texts", "time", "number", "yes"]


class Column(NamedTuple):
    """One column, by the field of `articles` that it has."""

    name: str
    kind: Kind


COLUMNS = (
    Column("_id", "text"),
    Column("url", "text"),
    Column("urls", "texts"),
    Column("source", "text"),
    Column("region", "text"),
    Column("country", "text"),
    Column("language", "text"),
    Column("title", "text"),
    Column("text", "text"),
    Column("text_cut", "yes"),
    Column("summary", "text"),
    Column("authors", "texts"),
    Column("agencies", "texts"),
    Column("place", "text"),
    Column("section", "text"),
    Column("tags", "texts"),
    Column("image", "text"),
    Column("published_at", "time"),
    Column("modified_at", "time"),
    Column("first_seen_at", "time"),
    Column("fetched_at", "time"),
    Column("changed_at", "time"),
    Column("revision", "number"),
    Column("state", "text"),
    Column("access", "text"),
    Column("story", "text"),
    Column("duplicate_of", "text"),
    Column("relation", "text"),
    Column("quotes", "texts"),
)
NAMES = tuple(column.name for column in COLUMNS)


def shown(article: Document) -> dict[str, Any]:
    """Return a whole document but the fingerprints, which are not for consumers."""
    return {name: value for name, value in article.items() if name != "fingerprints"}


def row(article: Document) -> list[object]:
    """Return the values of the columns, as the document has them; None for what is unknown."""
    return [article.get(column.name) for column in COLUMNS]


def said(value: object) -> str:
    """Return a value as one cell of text; lists with `; ` between, times in ISO 8601."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case str():
            return value
        case Sequence():
            return "; ".join(map(said, value))
    return str(value)
