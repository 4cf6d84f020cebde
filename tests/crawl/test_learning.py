"""A crawl learns of a paper's own pages; what it read before it knew is read again."""

from collections.abc import Callable
from typing import Any

from pymongo import MongoClient

from pipelines.store.audit import audit
from pipelines.store.sightings import KEPT
from pipelines.template.skim import is_sampled
from tests.crawl.home import Home
from tests.crawl.server import Web, feed, page, paragraphs

Document = dict[str, Any]
CODE = "Our newsroom keeps to a code of its own, and every reader may ask for a copy of that code."


def story(number: int, note: str = "") -> str:
    """Return the page of an article with a line at its end that every page has, or two."""
    text = "".join(f"<p>{line}</p>" for line in paragraphs(f"story {number}", 5))
    return (
        f"<html lang=en><head><title>Story {number} of the harbour</title></head><body>"
        f"<div class=story><h1>Story {number} of the harbour</h1>{text}<p>{CODE}</p>{note}</div>"
        "</body></html>"
    )


def test_what_recurs_goes_from_later_articles_and_then_from_the_first(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    db = home.db(mongo_client)
    base = home.paper("learning")
    urls = [f"{base}/{number}" for number in range(6)]
    for number, url in enumerate(urls):
        web.put(url, page(story(number)))
    web.put(f"{base}/feed", feed(urls))

    first = home.crawl("--all")

    assert (first.code, first.report["pages"]["stored"]) == (0, {"new": 6})
    assert first.report["pages"]["revised_by_rules"] >= 2
    articles = {a["urls"][0]: a for a in db["articles"].find()}
    for number, url in enumerate(urls):
        assert articles[url]["text"] == "\n\n".join(paragraphs(f"story {number}", 5)), url
        assert "recurring" in {line["rule"] for line in articles[url]["stripped"]}, url
    earlier = list(db["revisions"].find())
    assert {row["cause"] for row in earlier} == {"rules"}
    assert all(row["text"].endswith(CODE) for row in earlier)
    assert db["sightings"].count_documents({"site": "learning.example"}) == len(urls)
    assert audit(db).is_clean

    before = list(db["articles"].find().sort("_id"))
    again = home.crawl("--all")

    assert again.report["pages"] == {"given_back": 0}
    assert list(db["articles"].find().sort("_id")) == before


def test_most_pages_of_a_site_that_is_known_are_read_by_its_template(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    """The first six teach it; of the later ones those are read in full whose address says so.

    What only the later ones say alike is noticed all the same.
    """
    home = a_home()
    db = home.db(mongo_client)
    base = home.paper("skimmed")
    urls = [f"{base}/{number}" for number in range(36)]
    note = "<p>Since this autumn the harbour line of the newsroom is open on Sundays as well.</p>"
    for number, url in enumerate(urls):
        web.put(url, page(story(number, note if number >= 6 else "")))
    web.put(f"{base}/feed", feed(urls[:6]), feed(urls[:24]), feed(urls))

    runs = [home.crawl("--all") for _ in range(3)]

    assert [run.code for run in runs] == [0, 0, 0], runs[-1].err
    articles = {a["urls"][0]: a for a in db["articles"].find()}
    for number, url in enumerate(urls):
        assert articles[url]["text"] == "\n\n".join(paragraphs(f"story {number}", 5)), url
    skimmed = {row["_id"] for row in db["sightings"].find({"is_skimmed": True})}
    assert skimmed <= {url for url in urls[6:] if not is_sampled(url)}
    assert len(skimmed) == KEPT, "the others are checked and forgotten"
    teaching = {row["_id"] for row in db["sightings"].find({"is_skimmed": {"$exists": False}})}
    assert teaching == {*urls[:6], *filter(is_sampled, urls[6:])}
    assert "template" in {articles[url]["extraction"]["by"] for url in urls[24:]}
    assert audit(db).is_clean
