"""What a site says of its own addresses, over real HTTP: a page that lies costs no article."""

from collections.abc import Callable
from typing import Any

import pytest
from pymongo import MongoClient

from pipelines.store.audit import audit
from tests.crawl.home import Home
from tests.crawl.server import Web, article, feed, paragraphs

Document = dict[str, Any]


def claiming(url: str) -> str:
    """Return the head of a page that calls itself ``url``."""
    return f'<link rel="canonical" href="{url}"><meta property="og:url" content="{url}">'


@pytest.mark.parametrize("front_at", [0, 3], ids=["the real one first", "the real one last"])
def test_pages_that_all_claim_to_be_one_are_all_kept(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document], front_at: int
) -> None:
    home = a_home()
    base = home.paper("claims")
    names = ["harbour-news", "school-news", "tram-news"]
    names.insert(front_at, "front-news")
    urls = [f"{base}/{name}" for name in names]
    for url in urls:
        web.put(url, article(url, claiming(f"{base}/front-news")))
    web.put(f"{base}/feed", feed(urls))

    first = home.crawl("--all")

    stored = {a["urls"][0]: a for a in home.db(mongo_client)["articles"].find()}
    assert (first.code, first.report["pages"]["stored"]) == (0, {"new": 4})
    assert stored.keys() == set(urls)
    assert all(paragraphs(url)[0] in stored[url]["text"] for url in urls)
    assert audit(home.db(mongo_client)).is_clean


def test_pages_that_name_each_other_are_all_kept(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    circles = {"pair": ["ferry-news", "tram-news"], "ring": ["a-news", "b-news", "c-news"]}
    urls = []
    for paper, names in circles.items():
        base = home.paper(paper)
        own = [f"{base}/{name}" for name in names]
        for url, other in zip(own, [*own[1:], own[0]], strict=True):
            web.put(url, article(url, claiming(other)))
        web.put(f"{base}/feed", feed(own))
        urls += own

    first = home.crawl("--all")

    stored = {a["urls"][0]: a["text"] for a in home.db(mongo_client)["articles"].find()}
    assert (first.code, first.report["pages"]["stored"]) == (0, {"new": 5})
    assert all(paragraphs(url)[0] in stored[url] for url in urls)
    assert audit(home.db(mongo_client)).is_clean


def test_the_same_article_at_a_second_address_is_one(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("twice")
    urls = [f"{base}/ferry-news", f"{base}/print-ferry-news"]
    web.put(urls[0], article("ferry", claiming(urls[0])))
    web.put(urls[1], article("ferry", claiming(urls[0]), more="Printed for you."))
    web.put(f"{base}/feed", feed(urls))

    ran = home.crawl("--all")

    assert ran.report["pages"]["stored"] == {"new": 1, "same": 1}
    assert home.db(mongo_client)["articles"].count_documents({}) == 1
