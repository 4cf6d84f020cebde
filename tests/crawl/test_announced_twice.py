"""One address in a sitemap and in a feed, in either order; and a try that is not counted twice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from pipelines.store.audit import audit
from tests.crawl.home import Home
from tests.crawl.server import Answer, Web, article, feed, paragraphs

Document = dict[str, Any]
LAST_YEAR = "2025-01-01T00:00:00Z"


def archive(*urls: str, changed: str = LAST_YEAR) -> Answer:
    """Return a sitemap of pages that changed then, or not for long."""
    rows = "".join(f"<url><loc>{url}</loc><lastmod>{changed}</lastmod></url>" for url in urls)
    xml = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    return Answer(xml.encode(), headers={"Content-Type": "application/xml"})


@pytest.mark.parametrize("is_sitemap_first", [True, False])
def test_what_a_feed_has_is_kept_though_a_sitemap_calls_it_old(
    web: Web,
    a_home: Callable[..., Home],
    mongo_client: MongoClient[Document],
    is_sitemap_first: bool,
) -> None:
    home = a_home()
    base = home.paper("ledge", sitemaps=["http://ledge.example/map.xml"])
    web.put(f"{base}/map.xml", archive(f"{base}/1", f"{base}/2"))
    web.put(f"{base}/feed", feed([f"{base}/1"]))
    web.put(f"{base}/1", article("ledge"))
    entrances: tuple[Document, ...] = ({}, {"feeds": [f"{base}/feed"]})
    reports = []
    for more in entrances if is_sitemap_first else reversed(entrances):
        home.sources.clear()
        home.paper("ledge", sitemaps=[f"{base}/map.xml"], **more)
        reports.append(home.crawl("--all").report)

    db = home.db(mongo_client)
    assert [a["urls"] for a in db["articles"].find()] == [[f"{base}/1"]]
    states = {row["url"]: (row["state"], row["reason"]) for row in db["frontier"].find()}
    assert states == {f"{base}/1": ("stored", None), f"{base}/2": ("excluded", "too-old")}
    assert audit(db).is_clean


def test_a_sitemap_says_what_changed_of_what_a_feed_announced_unless_it_is_made_anew(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    urls = {}
    for paper, count in (("dated", 3), ("stamped", 12)):
        entrance = f"http://{paper}.example/map.xml"
        base = home.paper(paper, f"http://{paper}.example/feed", sitemaps=[entrance])
        urls[paper] = [f"{base}/news/{n}" for n in range(count)]
        web.put(f"{base}/feed", feed(urls[paper]))
        web.put(entrance, archive())
        for url in urls[paper]:
            web.put(url, article(url))
    home.crawl("--all")
    now, rows = datetime.now(UTC), home.db(mongo_client)["frontier"]
    rows.update_many({}, {"$set": {"visited_at": now - timedelta(hours=1)}})
    web.put(urls["dated"][0], article(urls["dated"][0], more="It was closed again on Friday."))
    web.put("http://dated.example/map.xml", archive(urls["dated"][0], changed=now.isoformat()))
    web.put("http://stamped.example/map.xml", archive(*urls["stamped"], changed=now.isoformat()))
    web.log.clear()

    report = home.crawl("--all").report

    assert report["pages"]["stored"] == {"revised": 1}
    assert web.asked("/news/") == [urls["dated"][0]]
    row = rows.find_one({"url": urls["dated"][0]})
    assert row
    assert row["announced"]["title"] == f"News of {urls['dated'][0]}"


def test_an_address_that_is_tried_twice_is_one_address_in_the_report(
    web: Web, a_home: Callable[..., Home]
) -> None:
    home = a_home()
    base = home.paper("twice")
    web.put(f"{base}/feed", feed([f"{base}/1", f"{base}/2"]))
    busy = Answer(b"", 503, {"Retry-After": "1"})
    web.put(f"{base}/1", busy, article("twice 1"))
    web.put(f"{base}/2", article("twice 2"))

    pages = home.crawl().report["pages"]

    assert pages["stored"] == {"new": 2}
    assert "retrying" not in pages


def test_the_text_of_a_feed_is_kept_where_the_page_shows_hardly_any(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("whole")
    said = "".join(f"<p>{line}</p>" for line in paragraphs("whole"))
    item = f"<item><title>Whole</title><link>{base}/1</link><description>Short.</description>"
    item += f"<content:encoded><![CDATA[{said}]]></content:encoded></item>"
    xml = f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>{item}</channel></rss>'
    web.put(f"{base}/feed", Answer(xml.encode(), headers={"Content-Type": "application/rss+xml"}))
    web.put(f"{base}/1", "<html><body><h1>Whole</h1><p>Log in to read on.</p></body></html>")

    report = home.crawl().report

    db = home.db(mongo_client)
    [kept] = db["articles"].find()
    assert report["pages"]["stored"] == {"new": 1}
    assert kept["text"] == "\n\n".join(paragraphs("whole"))
    assert kept["extraction"]["by"].endswith(", feed")
    [row] = db["frontier"].find()
    assert "content" not in row["announced"]
    [page] = db["pages"].find()
    assert page["announced"]
