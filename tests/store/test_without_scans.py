"""What operators ask of a large database has an index too: servers may refuse what has none."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.store.audit import audit
from pipelines.store.backup import backup
from pipelines.store.figures import Figures
from pipelines.store.finding import Finding
from pipelines.store.following import Following, Place
from pipelines.store.frontier import Frontier
from pipelines.store.keeping import Keeping, Terms
from pipelines.store.migrate import migrate
from pipelines.store.query import Query
from pipelines.store.removed import Removals, Request
from pipelines.store.search import Order, Search
from pipelines.store.visits import Visits
from pipelines.store.words import Words
from tests.samples import NOW, an_offer, the_articles

Document = dict[str, Any]
Db = Database[Document]


@pytest.fixture
def refusing(db: Db, mongo_client: MongoClient[Document]) -> Iterator[Db]:
    """A database with an article, at a server that refuses questions without an index."""
    the_articles(db).keep([an_offer()], NOW)
    mongo_client.admin.command("setParameter", 1, notablescan=True)
    yield db
    mongo_client.admin.command("setParameter", 1, notablescan=False)


def remove(db: Db) -> None:
    [article] = db["articles"].find()
    removals = Removals(db)
    removals.extent(article)
    removals.remove(article, Request(reason="asked", by="the desk"))
    removals.sweep()
    assert audit(db).articles == 1


def measure(db: Db) -> None:
    figures = Figures(db)
    figures.sizes()
    figures.due(NOW)
    figures.leased()
    figures.words()
    figures.ill()
    figures.feeds_failing()
    figures.runs_since(NOW)
    figures.last_ended()
    figures.run("2026")
    figures.holders()
    figures.leftovers(NOW)


def tidy(db: Db) -> None:
    day = timedelta(days=1)
    Keeping(db, Terms(pages=day, reports=day, unseen=day)).tidy(NOW, lambda: True)


def find(db: Db) -> None:
    finding = Finding(db)
    Words(db).behind()
    Words(db).fill()
    for search in (Search(), Search(title="ferry"), Search(language="en"), Search(is_unique=True)):
        list(finding.articles(search))
        finding.count(search)
    for search in (Search(words="ferry"), Search(words="fer*", order=Order.CHANGED)):
        list(finding.articles(search))
    Following(db).changed(Place(), Search(region="coast"))


ASKED: dict[str, Callable[[Db], object]] = {
    "articles find": find,
    "articles remove": remove,
    "audit": audit,
    "db migrate": migrate,
    "metrics, doctor, runs": measure,
    "retention": tidy,
    "sources renamed": lambda db: Frontier(db).adopt("lantern.example", "lamp", ["lamp"]),
    "status": lambda db: (Query(db).states(), Query(db).totals(), Query(db).feeds_in_trouble()),
    "what is told": lambda db: Visits(db).untold("mail"),
}


@pytest.mark.parametrize("ask", ASKED.values(), ids=list(ASKED))
def test_a_server_that_refuses_scans_answers(refusing: Db, ask: Callable[[Db], object]) -> None:
    ask(refusing)


def test_a_server_that_refuses_scans_is_backed_up(refusing: Db, tmp_path: Path) -> None:
    made = backup(refusing, tmp_path / "made.zip", lambda *_: None, is_embedded=True)

    assert made.documents
