"""A removed article against all that brings articles: it is not fetched, and never comes back."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from pipelines.store.audit import audit
from tests.crawl.home import Home, ended, until
from tests.crawl.server import Answer, Web, article, feed, sitemap
from tests.crawl.test_ingest import ingest, record

Document = dict[str, Any]
REASON = "letter of 12 November"


def words_left(db: Database[Document], seed: str) -> list[str]:
    """The collections that hold the name of a story in plain words."""
    return [
        name
        for name in db.list_collection_names()
        if any(f"News of {seed}" in str(row) for row in db[name].find())
    ]


def retitled(urls: list[str]) -> Answer:
    """A feed that gives its articles other titles."""
    said = feed(urls)
    return replace(said, body=said.body.replace(b"News of", b"More of"))


def a_removed(web: Web, home: Home, name: str) -> tuple[str, str]:
    """Have a paper's two articles crawled and the first removed; return their addresses."""
    base = home.paper(name, f"http://{name}.example/feed", sitemaps=[f"http://{name}.example/map"])
    url, other = f"{base}/2026/11/bridge", f"{base}/2026/11/quay"
    web.put(f"{base}/map", sitemap([]))
    web.put(f"{base}/feed", feed([url, other]))
    for one in (url, other):
        web.put(one, article(one))
    assert home.crawl().code == 0
    gone = home.run("articles", "remove", url, "--reason", REASON, "--yes")
    assert gone.code == 0, gone.err
    return url, other


def test_nothing_brings_a_removed_article_back(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    url, other = a_removed(web, home, "jetty")
    db = home.db(mongo_client)
    tombstone = db["articles"].find_one({"state": "removed"})
    assert tombstone
    assert words_left(db, url) == []
    assert audit(db).is_clean
    web.log.clear()
    alias, twin = f"{url}?utm_source=feed", f"{url}-again"
    for one in (alias, twin):
        web.put(one, article(url))
    web.put(url, article(url, more="It was corrected."))
    # its feed says it with another title, and its address in another form; a sitemap says it too
    web.put("http://jetty.example/feed", retitled([url, alias, twin]))
    web.put("http://jetty.example/map", sitemap([url, other]))

    codes = [
        home.crawl("--all").code,
        home.run("retry", "--state", "excluded").code,
        home.crawl("--all").code,
        home.run("backfill", "jetty", "--from", "2026-11-01", "--json").code,
        ingest(home, record(home, {one: article(url) for one in (url, f"{url}?fbclid=x")})).code,
    ]

    assert codes == [0] * 5
    assert url not in web.asked()
    assert db["articles"].find_one({"_id": tombstone["_id"]}) == tombstone
    assert db["articles"].count_documents({}) == 2
    assert words_left(db, url) == []
    assert db["pages"].count_documents({}) == 1, "that of the other article"
    assert db["frontier"].count_documents({"reason": "removed"}) == 4
    assert audit(db).is_clean


def test_a_new_name_of_its_paper_brings_no_article_back(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    url, _ = a_removed(web, home, "groyne")
    again = f"{url}-moved"
    web.put("http://groyne.example/feed", feed([again]))
    web.put(again, article(url))
    renamed = home.run("sources", "rename", "groyne", "breakwater")

    assert (renamed.code, home.crawl("--all").code) == (0, 0)
    left = home.db(mongo_client)["frontier"].find_one({"url": again})
    assert left
    assert (left["state"], left["reason"]) == ("excluded", "removed")


def test_who_asks_for_a_removed_article_is_told(web: Web, a_home: Callable[..., Home]) -> None:
    home = a_home()
    url, _ = a_removed(web, home, "mole")

    told = home.run("why", url).out

    assert "excluded: removed (removed on request by " in told
    assert f": {REASON}" in told
    assert "raw page        none" in told
    assert "removed on request on 20" in home.run("articles", "show", url).out
    [found] = [one for one in home.run("articles", "find").out.splitlines() if "removed" in one]
    assert "untitled (removed)" in found
    assert "; 1 more removed on request" in home.run("status").out.splitlines()[0]


def test_an_address_that_leads_to_a_removed_article_now_keeps_its_own(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    url, other = a_removed(web, home, "pylon")
    db = home.db(mongo_client)
    before = db["articles"].find_one({"urls": other})
    web.put(other, Answer(b"", 301, {"Location": url}))
    web.put("http://pylon.example/feed", retitled([other]))

    report = home.crawl("--all").report

    assert report["pages"]["not_reread"] == {"removed": 1}
    assert db["articles"].find_one({"urls": other}) == before
    assert audit(db).is_clean


def test_articles_removed_while_a_crawl_reads_them_again_stay_removed(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("reach")
    urls = [f"{base}/{number}" for number in range(30)]
    web.put(f"{base}/feed", feed(urls))
    for url in urls:
        web.put(url, article(url))
    assert home.crawl().code == 0
    db = home.db(mongo_client)
    for url in urls:
        web.put(url, article(url, more="A correction that was made in the evening by the harbour."))
    web.put(f"{base}/feed", retitled(urls))

    process = home.begin("crawl", "--all", "--json", DATELINE_HOST_DELAY="0.2")
    until(lambda: db["revisions"].count_documents({}) > 0, process)
    gone = [home.run("articles", "remove", *urls[at : at + 10], "--reason", REASON, "--yes")
            for at in (0, 10)]  # fmt: skip
    ran = ended(process)

    assert ([one.code for one in gone], ran.code) == ([0, 0], 0), ran.err
    assert db["articles"].count_documents({"state": "removed"}) == 20
    assert db["pages"].count_documents({}) == 10
    assert audit(db).is_clean
