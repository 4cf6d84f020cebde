"""Feeds and sources as MongoDB keeps them: the records of ``schedule`` and ``health`` both ways.

What an older Dateline did not write yet has the record's default.
"""

from dataclasses import asdict, fields
from datetime import timedelta
from typing import Any, TypeVar

from crawler.health import Capture, Health, SourceState
from crawler.rhythm import Asks, Rhythm
from crawler.schedule import FeedState, Move

Document = dict[str, Any]
T = TypeVar("T")


def of_feed(state: FeedState) -> Document:
    """Return the document of a feed."""
    document = asdict(state)
    document["rhythm"] = {
        **asdict(state.rhythm),
        "hours": [round(number, 3) for number in state.rhythm.hours],
        "days": [round(number, 3) for number in state.rhythm.days],
        "minutes": [round(number, 3) for number in state.rhythm.minutes],
    }
    document["asks"] = {
        "minutes": state.asks.wait / timedelta(minutes=1),
        "skip_hours": sorted(state.asks.skip_hours),
        "skip_days": sorted(state.asks.skip_days),
    }
    return {"_id": document.pop("id"), **document}


def feed(row: Document) -> FeedState:
    """Return the feed of a document."""
    values = _known(FeedState, row)
    learned, asks, moved = values.get("rhythm"), values.get("asks"), values.get("moved")
    if learned:
        parts = {name: tuple(learned[name]) for name in ("hours", "days", "minutes")}
        values["rhythm"] = Rhythm(**{**learned, **parts})
    if asks:
        values["asks"] = Asks(
            timedelta(minutes=asks["minutes"]),
            frozenset(asks["skip_hours"]),
            frozenset(asks["skip_days"]),
        )
    if moved:
        values["moved"] = Move(**moved)
    return FeedState(**values)


def of_source(state: SourceState) -> Document:
    """Return the document of a source."""
    document = asdict(state)
    return {"_id": document.pop("id"), **document}


def source(row: Document) -> SourceState:
    """Return the source of a document."""
    values = _known(SourceState, row)
    if capture := values.get("capture"):
        values["capture"] = Capture(**capture)
    return SourceState(**{**values, "health": Health(row["health"])})


def _known(kind: type[T], row: Document) -> Document:
    names = {one.name for one in fields(kind)}  # type: ignore[arg-type]  # both are dataclasses
    return {"id": row["_id"], **{name: row[name] for name in names if name in row}}
