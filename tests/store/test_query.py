"""What the front door asks of the database."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.records import Standing, State
from pipelines.store import layout, server
from pipelines.store.frontier import Frontier
from pipelines.store.query import Query
from tests.samples import (
    NOW,
    TEXT,
    a_draft,
    an_announcement,
    an_offer,
    the_articles,
    url_of,
)

Document = dict[str, Any]


@pytest.fixture
def query(db: Database[Document]) -> Query:
    """Three articles: an original, its copy, and one without a date."""
    undated = a_draft("tide", text="The tide. " * 40, title="Tide (a.m.)", published=None)
    articles = the_articles(db)
    articles.keep([an_offer("ferry"), an_offer("copy"), an_offer("tide", undated)], NOW)
    return Query(db)


def test_an_article_is_found_by_id_by_address_and_by_canonical_form(query: Query) -> None:
    key = an_offer().own_id

    assert (query.article(key, None) or {})["_id"] == key
    assert (query.article(url_of("ferry"), None) or {})["_id"] == key
    assert (query.article("no address", a_draft().url) or {})["_id"] == key
    assert query.article("no address", None) is None
    assert query.article("no address", "https://else.example/") is None


def test_copies_know_one_another(query: Query) -> None:
    original, copy = (query.article(an_offer(p).own_id, None) or {} for p in ("ferry", "copy"))

    assert [c["_id"] for c in query.copies(original)] == [copy["_id"]]
    assert [c["_id"] for c in query.copies(copy)] == [original["_id"]]
    assert query.totals() == {"articles": 3, "originals": 2, "copies": 1, "removed": 0}
    assert query.stored_by_source() == query.stored_by_source(["lantern"]) == {"lantern": 3}
    assert query.stored_by_source(["quay"]) == {}


@pytest.mark.slow
def test_articles_are_counted_right_after_their_server_was_killed(tmp_path: Path) -> None:
    try:
        started = server.ensure(tmp_path)
        with MongoClient[Document](started.uri, w="majority", journal=True) as client:
            layout.apply(client["news"])
            the_articles(client["news"]).keep([an_offer("ferry")], NOW)
            client.admin.command("fsync")  # the server's own count is of this moment from now on
            the_articles(client["news"]).keep([an_offer("copy")], NOW)
        os.kill(started.pid, signal.SIGKILL)
        with MongoClient[Document](server.ensure(tmp_path).uri) as client:
            totals = Query(client["news"]).totals()
    finally:
        server.stop(tmp_path)

    assert totals == {"articles": 2, "originals": 1, "copies": 1, "removed": 0}


def test_earlier_texts_come_first_one_first(query: Query, db: Database[Document]) -> None:
    key = an_offer().own_id
    for number in (1, 2):
        draft = a_draft(text=f"{TEXT}\n\nCorrection {number}.")
        the_articles(db).keep([an_offer("ferry", draft, key)], NOW)

    assert [row["revision"] for row in query.revisions(key)] == [1, 2]


def test_the_ledger_is_counted_by_state_and_reason(db: Database[Document]) -> None:
    out = Standing(state=State.EXCLUDED, reason="robots")
    frontier = Frontier(db)
    frontier.record([an_announcement(f"out/{n}", standing=out) for n in range(2)], NOW)
    frontier.record([an_announcement("in")], NOW)
    query = Query(db)

    assert sorted(query.states()) == [("excluded", "robots", 2), ("pending", None, 1)]
    assert query.row("nothing") is None
    assert (query.row(an_announcement("in").id) or {})["state"] == "pending"
    assert len(query.rows({"state": "excluded"}, 1)) == 1
    assert query.raw_page("nothing")["has_page"] is False
    assert query.runs(5) == query.feeds_in_trouble() == []
