"""Feeds and sources go into the documents that MongoDB keeps and come back as they were."""

from dataclasses import asdict, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawler.health import Capture, Health, SourceState, Word
from crawler.rhythm import Asks, Rhythm
from crawler.schedule import FeedState, Move
from crawler.spiders import rows

NOW = datetime(2026, 3, 31, 12, tzinfo=UTC)
URL = "http://lamp.example/feed"
NEW = FeedState(id="f", url=URL, source="lamp", next_at=NOW)
FULL = FeedState(
    id="f",
    url=URL,
    source="lamp",
    next_at=NOW,
    because="expected",
    expected=1.5,
    parent="index",
    is_witness=True,
    kind="rss",
    etag='"1"',
    last_modified="Tue, 31 Mar 2026 12:00:00 GMT",
    body_hash="0" * 32,
    is_lied_to=True,
    entries=50,
    visited_at=NOW,
    succeeded_at=NOW,
    gained_at=NOW,
    silence=7.5,
    visits=9,
    empty=1,
    gaps=2,
    future=0.25,
    elsewhere="other.example",
    seconds=0.5,
    rhythm=Rhythm((1.0,) * 24, (2.0,) * 7, (0.5,) * 12, watched=48.0, seen_at=NOW, pace=2.0),
    asks=Asks(timedelta(minutes=45), frozenset({1, 2}), frozenset({6})),
    failures=3,
    weight=1.5,
    failing_since=NOW,
    trouble="timeout",
    detail="no answer",
    moved=Move("http://lamp.example/rss", NOW, 4),
    retired_at=NOW,
)
SOURCE = SourceState(
    id="lamp",
    health=Health.ILL,
    since=NOW,
    word=Word.STALE,
    cause="nothing new",
    missed="about 3 articles",
    succeeded_at=NOW,
    followed_at=NOW,
    capture=Capture(2.5, 9.0, 12),
)


def unlike(full: Any, new: Any) -> set[str]:
    names = {one.name for one in fields(full)}
    return {name for name in names if getattr(full, name) != getattr(new, name)}


def test_the_full_feed_has_every_field_set() -> None:
    assert unlike(FULL, NEW) == {one.name for one in fields(FeedState)} - {
        "id", "url", "source", "next_at"
    }  # fmt: skip


@pytest.mark.parametrize("state", [NEW, FULL], ids=["new", "full"])
def test_a_feed_comes_back_as_it_was(state: FeedState) -> None:
    row = rows.of_feed(state)

    assert rows.feed(row) == state
    whole = asdict(state)
    for part in ("rhythm", "moved"):
        assert (row[part] or {}).keys() == (whole[part] or {}).keys()


@pytest.mark.parametrize("state", [SOURCE, replace(SOURCE, capture=None)], ids=["full", "new"])
def test_a_source_comes_back_as_it_was(state: SourceState) -> None:
    row = rows.of_source(state)

    assert rows.source(row) == state
    whole = asdict(state)
    assert row == {"_id": whole.pop("id"), **whole}
