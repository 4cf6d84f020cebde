"""Articles that a feed has whole: read from it where the operator says so, and from no page."""

from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape

import pytest
from pymongo import MongoClient

from pipelines.store.audit import audit
from tests.crawl.home import Home
from tests.crawl.server import Answer, Web, article, paragraphs, robots

Document = dict[str, Any]
NAMES = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'


def entry(url: str, seed: str = "", title: str = "", summary: str = "") -> str:
    """Return an item with its whole text; without a seed it has none."""
    text = "".join(f"<p>{line}</p>" for line in paragraphs(seed))
    whole = f"<content:encoded>{escape(text)}</content:encoded>" if seed else ""
    return (
        f"<item><title>{title or f'News of {url}'}</title><link>{url}</link>"
        f"<description>{summary}</description>{whole}</item>"
    )


def rss(*items: str) -> Answer:
    body = f'<rss version="2.0" {NAMES}><channel><title>F</title>{"".join(items)}</channel></rss>'
    return Answer(body.encode(), headers={"Content-Type": "application/rss+xml"})


def test_what_a_feed_has_whole_is_stored_and_no_page_is_asked_for(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("whole", fulltext="feed")
    web.put(f"{base}/robots.txt", robots("User-agent: *", "Disallow: /shut"))
    urls = [f"{base}/shut/{number}" for number in range(40)]
    long = f"{base}/summary"
    web.put(f"{base}/feed", rss(
        *(entry(url, url) for url in urls),
        entry(f"{base}/bare"),
        entry(long, "short", summary=" ".join(paragraphs("long", 20)))))  # fmt: skip
    for path in ("bare", "summary"):
        web.put(f"{base}/{path}", article(path))

    ran = home.crawl()

    db = home.db(mongo_client)
    report = ran.report
    assert (ran.code, ran.err) == (0, "")
    assert sorted(web.asked("whole.example")) == [f"{base}/bare", f"{base}/feed", long]
    assert (report["pages"]["told"], report["pages"]["fetched"]) == (40, 2)
    assert report["pages"]["stored"] == {"new": 42}
    kept = db["articles"].find_one({"urls": urls[0]})
    assert kept
    assert kept["text"].split("\n\n") == paragraphs(urls[0])
    assert kept["title"] == f"News of {urls[0]}"
    assert "the feed's entry" in kept["extraction"]["by"]
    other = db["articles"].find_one({"urls": long})
    assert other
    assert "the feed's entry" not in other["extraction"]["by"]
    assert audit(db).is_clean
    rows = db["frontier"].find({"url": {"$in": urls}, "next_at": {"$ne": None}})
    assert list(rows) == []  # no page to look at again


def test_what_a_feed_says_anew_is_a_revision_and_no_page_is_asked_for(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("anew", fulltext="feed")
    url = f"{base}/1"
    web.put(f"{base}/feed", rss(entry(url, "one")), rss(entry(url, "two", title="Mended")))
    home.crawl()

    second = home.crawl("--all").report

    kept = home.db(mongo_client)["articles"].find_one({})
    assert second["pages"]["stored"] == {"revised": 1}
    assert kept
    assert (kept["revision"], kept["title"]) == (2, "Mended")
    assert kept["text"].split("\n\n") == paragraphs("two")
    assert web.asked(url) == []


def test_what_another_papers_feed_has_of_an_article_is_not_its_text(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("honest", fulltext="feed")
    other = home.paper("liar", fulltext="feed")
    web.put(f"{base}/feed", rss())
    web.put(f"{other}/feed", rss(entry(f"{base}/1", "a lie"), entry(f"{other}/1", "its own")))
    web.put(f"{base}/1", article("the truth"))

    home.crawl()

    kept = {a["source"]: a["text"] for a in home.db(mongo_client)["articles"].find()}
    assert web.asked(f"{base}/1") == [f"{base}/1"]
    assert kept["honest"].split("\n\n") == paragraphs("the truth")
    assert kept["liar"].split("\n\n") == paragraphs("its own")


def test_where_a_feed_turns_out_to_have_no_article_its_page_is_asked_for(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("links", fulltext="feed", budget=3)
    url = f"{base}/1"
    furniture = escape("<p>Subscribe to our newsletter</p>" * 12)
    item = entry(url, "x").partition("<content")[0]
    whole = f"<content:encoded>{furniture}</content:encoded></item>"
    web.put(f"{base}/feed", rss(item + whole))
    web.put(url, article(url))

    ran = home.crawl()

    db = home.db(mongo_client)
    assert ran.report["pages"]["stored"] == {"new": 1}
    assert web.asked(url) == [url]
    assert db["budgets"].find_one({})["asked"] == 1  # type: ignore[index]
    assert audit(db).is_clean


@pytest.mark.parametrize("fulltext", ["page", None])
def test_unless_it_is_said_the_page_is_read(
    fulltext: str | None, web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper(f"said-{fulltext}".lower(), **({"fulltext": fulltext} if fulltext else {}))
    url = f"{base}/1"
    web.put(f"{base}/feed", rss(entry(url, "whole story", title="The whole story")))
    teaser = "<p>The quay was closed.</p>" * 4
    web.put(url, f"<html><body><article><h1>The whole story</h1>{teaser}</article></body></html>")

    home.crawl()

    kept = home.db(mongo_client)["articles"].find_one({})
    assert web.asked(url) == [url]
    is_quoted = kept is not None and paragraphs("whole story")[0] in kept["text"]
    assert is_quoted is (fulltext is None)
