"""A redesign that our rules don't understand is withheld; a person looks, and it goes on."""

from collections.abc import Callable
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.crawl.home import Home, Ran
from tests.crawl.server import Answer, Web, feed, page, paragraphs

Document = dict[str, Any]
BASE = "http://remade.example"
BEFORE, AFTER = 12, 8
PICTURE = '<meta property="og:image" content="http://remade.example/pier.jpg">'


def good(number: int) -> Answer:
    lines = "".join(f"<p>{line}</p>" for line in paragraphs(f"remade {number}", 8))
    day = f'<meta property="article:published_time" content="2026-11-0{number % 9 + 1}T09:00:00Z">'
    signed = '<meta name="author" content="Ana Bell">'
    title = f"Pier number {number} opens"
    return page(
        f'<html lang="en"><head><title>{title}</title>{PICTURE}{day}{signed}</head>'
        f"<body><article><h1>{title}</h1>{lines}</article></body></html>"
    )


def remade(number: int) -> Answer:
    """Return a page that a script would fill: a line of text, and nothing of what was there."""
    line = f"Pier number {number} opens this week, as the harbour council said on Monday evening."
    return page(f'<html lang="en"><body><div id="app"><p>{line}</p></div></body></html>')


def urls(numbers: range) -> list[str]:
    return [f"{BASE}/{number}" for number in numbers]


@pytest.fixture(scope="module")
def home(a_home: Callable[..., Home]) -> Home:
    home = a_home()
    home.paper("remade")
    return home


@pytest.fixture(scope="module")
def runs(web: Web, home: Home) -> list[Ran]:
    old, new = range(BEFORE), range(BEFORE, BEFORE + AFTER)
    web.put(f"{BASE}/feed", feed(urls(old)), feed(urls(new)), feed(urls(new)), feed([]))
    for number in old:
        web.put(f"{BASE}/{number}", good(number))
    for number in new:
        web.put(f"{BASE}/{number}", remade(number))
    return [home.crawl("--all") for _ in range(2)]


@pytest.fixture
def db(home: Home, mongo_client: MongoClient[Document]) -> Database[Document]:
    return home.db(mongo_client)


def states(db: Database[Document]) -> list[str]:
    rows = db["frontier"].find({"url": {"$in": urls(range(BEFORE, BEFORE + AFTER))}})
    return [row["state"] for row in rows if row["reason"] in {None, "layout"}]


def test_it_is_withheld_within_five_pages(runs: list[Ran], db: Database[Document]) -> None:
    assert runs[0].report["pages"]["stored"] == {"new": BEFORE}
    found = states(db)

    assert len(found) == AFTER
    assert 1 <= found.count("stored") < 5
    assert found.count("quarantined") == AFTER - found.count("stored")


def test_its_source_is_told_ill_of_it(runs: list[Ran], home: Home) -> None:
    assert (runs[1].code, runs[1].report["became_ill"]) == (1, ["remade"])
    shown = home.run("sources", "check", "--offline").out

    assert "remade: layout-changed since " in shown
    assert "`dateline retry`" in shown


def test_after_a_person_has_looked_it_goes_on(
    runs: list[Ran], web: Web, home: Home, db: Database[Document]
) -> None:
    for number in range(BEFORE, BEFORE + AFTER):
        web.put(f"{BASE}/{number}", good(number))

    said = home.run("retry", "--source", "remade").out
    ran = home.crawl("--all")

    assert "will be tried again" in said
    assert set(states(db)) == {"stored"}
    assert ran.report["became_well"] == ["remade"]
