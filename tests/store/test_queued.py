"""What is due for a dispatcher, and what is on a queue already."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from config.catalogue import Catalogue, load
from crawler.schedule import FeedState
from crawler.spiders import rows
from crawler.spiders.dues import dues
from pipelines.identify.canonical import ledger_key
from pipelines.records import Priority
from pipelines.store.budgets import Budgets
from pipelines.store.frontier import Frontier
from pipelines.store.queued import Queued
from pipelines.store.rechecks import Rechecks
from pipelines.store.visits import Visits
from tests.samples import NOW, a_want, an_announcement

Document = dict[str, Any]
LATER = NOW + timedelta(hours=1)
CATALOGUE = """
region: coast
sources:
  - {id: lantern, name: Lantern, homepage: "http://lantern.example/", feeds: ["http://lantern.example/feed"]}
  - {id: beacon, name: Beacon, homepage: "http://beacon.example/", feeds: ["http://beacon.example/feed"]}
  - id: closed
    name: Closed
    homepage: http://closed.example/
    feeds: [http://closed.example/feed]
    enabled: false
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    """Two papers that are visited, and one that is not."""
    file = tmp_path / "papers.yaml"
    file.write_text(CATALOGUE, encoding="utf-8")
    return load(file)


def visited(db: Database[Document], *sources: str) -> None:
    """Have feeds of sources not be due for an hour."""
    for source in sources:
        url = f"http://{source}.example/feed"
        state = FeedState(id=ledger_key(url), url=url, source=source, next_at=LATER)
        Visits(db).save_feed(rows.of_feed(state))


def due(
    db: Database[Document], catalogue: Catalogue, limit: int | None = None, a_day: int = 300
) -> Mapping[str, Priority]:
    limits = {} if limit is None else {"lantern": limit}
    return dues(catalogue, Queued(db), Budgets(db, limits), Rechecks(db, a_day), NOW)


def test_a_feed_that_was_never_visited_is_due(db: Database[Document], catalogue: Catalogue) -> None:
    """Those of sources that are not enabled never are."""
    assert due(db, catalogue) == {"beacon": Priority.FRESH, "lantern": Priority.FRESH}


def test_a_feed_is_due_when_its_time_has_come(db: Database[Document], catalogue: Catalogue) -> None:
    visited(db, "lantern", "beacon")
    assert due(db, catalogue) == {}

    db["feeds"].update_one({"source": "beacon"}, {"$set": {"next_at": NOW}})
    assert due(db, catalogue) == {"beacon": Priority.FRESH}


@pytest.mark.parametrize(
    ("priority", "kind"),
    [
        (Priority.FRESH, Priority.FRESH),
        (Priority.AGAIN, Priority.FRESH),
        (Priority.RECHECK, Priority.RECHECK),
        (Priority.BACKFILL, Priority.BACKFILL),
    ],
)
def test_an_address_is_due_by_its_kind(
    db: Database[Document], catalogue: Catalogue, priority: Priority, kind: Priority
) -> None:
    visited(db, "lantern", "beacon")
    Frontier(db).record([an_announcement(priority=priority)], NOW)

    assert due(db, catalogue) == {"lantern": kind}


def test_the_most_urgent_kind_of_a_source_counts(
    db: Database[Document], catalogue: Catalogue
) -> None:
    visited(db, "lantern", "beacon")
    kinds = {"one": Priority.BACKFILL, "two": Priority.RECHECK, "three": Priority.FRESH}
    Frontier(db).record([an_announcement(p, priority=kind) for p, kind in kinds.items()], NOW)

    assert due(db, catalogue) == {"lantern": Priority.FRESH}


def test_what_has_had_its_day_s_pages_is_not_due(
    db: Database[Document], catalogue: Catalogue
) -> None:
    visited(db, "lantern", "beacon")
    Frontier(db).record([an_announcement(path) for path in ("one", "two")], NOW)
    assert len(Budgets(db, {"lantern": 1}).take(a_want(), NOW)) == 1

    assert due(db, catalogue, limit=1) == {}
    assert due(db, catalogue, limit=2) == {"lantern": Priority.FRESH}


def test_no_recheck_is_due_where_none_is_wanted(
    db: Database[Document], catalogue: Catalogue
) -> None:
    visited(db, "lantern", "beacon")
    Frontier(db).record([an_announcement(priority=Priority.RECHECK)], NOW)

    assert due(db, catalogue, a_day=0) == {}


def test_what_is_queued_waits_until_its_batch_is_done(db: Database[Document]) -> None:
    queued = Queued(db)
    queued.mark(["lantern", "beacon"], 600)
    queued.mark(["lantern"], 600)
    assert queued.waiting() == {"lantern", "beacon"}

    queued.done(["lantern", "another"])
    assert queued.waiting() == {"beacon"}


def test_a_message_that_was_lost_keeps_nothing_from_the_queue_for_ever(
    db: Database[Document],
) -> None:
    """By the server's clock."""
    Queued(db).mark(["lantern"], -1)

    assert Queued(db).waiting() == set()
