"""A story as a person sees it: who told it, when, and how much each has of the earliest."""

from collections.abc import Sequence
from typing import Any

from pipelines.identify.relation import shares
from pipelines.identify.shingles import shingles

Document = dict[str, Any]


def alike(article: Document, earliest: Document) -> Document:
    """Return how much of an article is in the earliest of its story, and of that in it; 0 to 1."""
    found = shares(shingles(article["text"]), shingles(earliest["text"]))
    return {"of_it": round(found.of_text, 2), "of_earliest": round(found.of_other, 2)}


def measured(article: Document, copies: Sequence[Document]) -> list[Document]:
    """Return the copies without their texts, with ``alike``.

    That is None of the earliest itself, and of all where the earliest is not among them.
    """
    ids = {one["_id"]: one for one in (article, *copies)}
    earliest = ids.get(article["duplicate_of"] or article["_id"])
    return [
        {
            **{name: value for name, value in one.items() if name != "text"},
            "alike": alike(one, earliest) if earliest and one is not earliest else None,
        }
        for one in copies
    ]


def lines(copies: Sequence[Document]) -> list[str]:
    """Return a line for each copy that was measured."""
    return [_line(one) for one in copies] or ["no other article of its story"]


def in_words(alike: Document) -> str:
    """Return what an article shares with the earliest of its story."""
    of_it, of_earliest = (f"{100 * alike[name]:.0f}%" for name in ("of_it", "of_earliest"))
    return f"{of_it} of it in the earliest, {of_earliest} of that in it"


def _line(one: Document) -> str:
    published = one["published_at"]
    when = f"{published:%Y-%m-%d %H:%M}" if published else "date unknown"
    words = (
        f"{one['relation'] or 'earliest'}  {when}  {one['source']}: {one['title'] or 'untitled'}"
    )
    shared = f", {in_words(one['alike'])}" if one["alike"] else ""
    credited = f", credited to {', '.join(one['agencies'])}" if one["agencies"] else ""
    return f"{words}{shared}{credited} ({one['_id']})"
