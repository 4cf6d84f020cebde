"""Feeds and sources as MongoDB keeps them: the records of ``schedule`` and ``health`` both ways.

What an older Dateline did not write yet has the record's default.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import timedelta
from typing import Any

from crawler.health import Capture, Health, SourceState
from crawler.rhythm import Asks, Rhythm
from crawler.schedule import FeedState, Move

Document = dict[str, Any]
MINUTE = timedelta(minutes=1)
OF_FEED = tuple(one.name for one in fields(FeedState))
OF_SOURCE = tuple(one.name for one in fields(SourceState))


def of_feed(state: FeedState) -> Document:
    """Return the document of a feed."""
    learned, asks, moved = state.rhythm, state.asks, state.moved
    return {
        **_plain(state, OF_FEED),
        "rhythm": {
            "hours": [round(number, 3) for number in learned.hours],
            "days": [round(number, 3) for number in learned.days],
            "minutes": [round(number, 3) for number in learned.minutes],
            "watched": learned.watched,
            "seen_at": learned.seen_at,
            "pace": learned.pace,
        },
        "asks": {
            "minutes": asks.wait / MINUTE,
            "skip_hours": sorted(asks.skip_hours),
            "skip_days": sorted(asks.skip_days),
        },
        "moved": moved and {"to": moved.to, "since": moved.since, "visits": moved.visits},
    }


def feed(row: Document) -> FeedState:
    """Return the feed of a document."""
    values = _known(OF_FEED, row)
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
    took = state.capture
    capture = took and {"median": took.median, "high": took.high, "articles": took.articles}
    return {**_plain(state, OF_SOURCE), "capture": capture}


def source(row: Document) -> SourceState:
    """Return the source of a document."""
    values = _known(OF_SOURCE, row)
    if capture := values.get("capture"):
        values["capture"] = Capture(**capture)
    return SourceState(**{**values, "health": Health(row["health"])})


def _plain(state: FeedState | SourceState, names: Sequence[str]) -> Document:
    """Return the fields of a state as they are; ``asdict`` would copy each, which takes long."""
    return {"_id": state.id, **{name: getattr(state, name) for name in names if name != "id"}}


def _known(names: Sequence[str], row: Document) -> Document:
    return {"id": row["_id"], **{name: row[name] for name in names if name in row}}
