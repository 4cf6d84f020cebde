"""What an operator wants of a paper: what is asked for, what is stored, and what a change does."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.store.audit import audit
from tests.crawl.home import Home, Ran
from tests.crawl.server import Answer, Web, article, feed

Document = dict[str, Any]
SPONSOR = '<script type="application/ld+json">{"@type": "AdvertiserContentArticle"}</script>'
SPORT = '<meta property="article:section" content="Sport">'


def item(url: str, title: str, more: str = "") -> str:
    return f"<item><title>{title}</title><link>{url}</link>{more}</item>"


def rss(*items: str) -> Answer:
    body = f'<rss version="2.0"><channel><title>Feed</title>{"".join(items)}</channel></rss>'
    return Answer(body.encode(), headers={"Content-Type": "application/rss+xml"})


def put_addresses(web: Web, home: Home) -> None:
    """Of addresses: one is followed, one is not, one is ignored, one leads to an ignored one."""
    keys = {"follow_patterns": ["/news/"], "ignore_patterns": ["[?&]print=", "/live/"]}
    base = home.paper("paths", **keys)
    web.put(f"{base}/feed", feed(f"{base}/{path}" for path in (
        "news/1", "opinion/1", "news/1?print=1", "news/moved")))  # fmt: skip
    for path in ("news/1", "opinion/1", "news/1?print=1", "live/2"):
        web.put(f"{base}/{path}", article(path))
    web.put(f"{base}/news/moved", Answer(b"", 302, {"Location": "/live/2"}))


def put_words(web: Web, home: Home) -> None:
    """Of words: in the title, in a tag, on the page; one page is paid for, one of a section."""
    base = home.paper(
        "words", keep_words=["harbour", "lighthouse"], ignore_words=["lottery"],
        ignore_sections=["sport"], sponsored=False,
    )  # fmt: skip
    web.put(f"{base}/feed", rss(
        item(f"{base}/kept", "One"), item(f"{base}/other", "Two"),
        item(f"{base}/title", "A lottery of the year"),
        item(f"{base}/tag", "Three", "<category>Lottery</category>"),
        item(f"{base}/paid", "Four"), item(f"{base}/sport", "Five")))  # fmt: skip
    keeper = "The lighthouse was dark."
    web.put(f"{base}/kept", article("kept", more=keeper))
    web.put(f"{base}/other", article("other").replace("harbour", "quay"))
    web.put(f"{base}/paid", article("paid", head=SPONSOR, more=keeper))
    web.put(f"{base}/sport", article("sport", head=SPORT, more=keeper))
    for path in ("title", "tag"):
        web.put(f"{base}/{path}", article(path, more=keeper))


@dataclass(frozen=True, slots=True)
class World:
    """What a run left."""

    web: Web
    home: Home
    db: Database[Document]
    ran: Ran


@pytest.fixture(scope="module")
def world(web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]) -> World:
    home = a_home()
    put_addresses(web, home)
    put_words(web, home)
    return World(web, home, home.db(mongo_client), home.crawl())


@pytest.mark.parametrize(
    ("url", "asked", "state", "detail"),
    [
        ("http://paths.example/news/1", 1, "stored", None),
        ("http://paths.example/opinion/1", 0, "excluded", "none of the patterns to follow"),
        ("http://paths.example/news/1?print=1", 0, "excluded", r"'[?&]print='"),
        ("http://paths.example/news/moved", 1, "excluded", "holds the ignored pattern '/live/'"),
        ("http://words.example/kept", 1, "stored", None),
        ("http://words.example/other", 1, "excluded", "none of the words that are kept"),
        ("http://words.example/title", 0, "excluded", "'lottery'"),
        ("http://words.example/tag", 0, "excluded", "'lottery'"),
        ("http://words.example/paid", 1, "excluded", "sponsored"),
        ("http://words.example/sport", 1, "excluded", "the ignored section 'sport'"),
    ],
)
def test_what_is_not_wanted_is_left_out_as_soon_as_it_shows(
    world: World, url: str, asked: int, state: str, detail: str | None
) -> None:
    row = world.db["frontier"].find_one({"url": url})

    assert row
    assert (row["state"], row["reason"]) == (state, "ignored" if detail else None)
    assert (detail or "") in (row["detail"] or "")
    assert world.web.asked().count(url) == asked


def test_the_report_counts_what_was_left_out_and_the_ledger_adds_up(world: World) -> None:
    report = world.ran.report

    assert (world.ran.code, world.ran.err) == (0, "")
    assert report["entries"]["excluded"] == {"ignored": 4}
    assert report["pages"]["excluded"] == {"ignored": 4}
    assert "http://paths.example/live/2" not in world.web.asked()
    assert audit(world.db).is_clean


def test_why_names_the_word(world: World) -> None:
    told = world.home.run("why", "http://words.example/title")

    assert "excluded: ignored" in told.out
    assert "lottery" in told.out


def test_a_change_of_mind_takes_in_what_was_left_out_unread_and_keeps_what_is_stored(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("mind", ignore_patterns=["/old/"])
    urls = [f"{base}/old/1", f"{base}/new/1"]
    web.put(f"{base}/feed", feed(urls), feed([*urls, f"{base}/new/2"]))
    for url in (*urls, f"{base}/new/2"):
        web.put(url, article(url))
    assert home.crawl().report["pages"]["stored"] == {"new": 1}
    home.sources[0]["ignore_patterns"] = ["/new/"]
    home.paper("other")  # writes the catalogue anew

    second = home.crawl("--all").report

    db = home.db(mongo_client)
    assert second["pages"]["stored"] == {"new": 1}
    assert {row["url"]: row["state"] for row in db["frontier"].find()} == {
        urls[0]: "stored", urls[1]: "stored", f"{base}/new/2": "excluded",
    }  # fmt: skip
    assert db["articles"].count_documents({"state": "live"}) == 2


def test_what_is_stored_is_read_again_whatever_is_wanted_now(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("again")
    web.put(f"{base}/feed", rss(item(f"{base}/1", "One")), rss(item(f"{base}/1", "One, mended")))
    web.put(f"{base}/1", article("first"), article("second"))
    assert home.crawl().report["pages"]["stored"] == {"new": 1}
    home.sources[0] |= {"keep_words": ["glacier"], "ignore_words": ["mended"]}
    home.paper("other")

    second = home.crawl("--all").report

    assert second["pages"]["stored"] == {"revised": 1}
    assert home.db(mongo_client)["articles"].find_one({})["revision"] == 2  # type: ignore[index]


def test_what_waits_is_left_out_once_its_feed_shows_that_it_is_not_wanted(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("waits")
    urls = [f"{base}/1", f"{base}/2"]
    web.put(f"{base}/feed", feed(urls), feed([*urls, f"{base}/3"]))
    for url in (*urls, f"{base}/3"):
        web.put(url, article(url))
    home.crawl("--limit", "1")
    home.sources[0]["follow_patterns"] = ["/3$"]
    home.paper("other")

    home.crawl("--all")

    states = [row["state"] for row in home.db(mongo_client)["frontier"].find().sort("url")]
    assert sorted(states[:2]) == ["excluded", "stored"]
    assert states[2:] == ["stored"]


def test_what_waits_and_is_in_no_list_any_more_is_left_out_as_its_turn_comes(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("turns", fulltext="feed", budget=9)
    urls = [f"{base}/{number}" for number in range(8)]
    web.put(f"{base}/feed", feed(urls), feed([f"{base}/last"]))
    for url in (*urls, f"{base}/last"):
        web.put(url, article(url))
    home.crawl("--limit", "1")
    home.sources[0]["ignore_patterns"] = ["/[0-9]$"]
    home.paper("other")

    second = home.crawl("--all").report

    db = home.db(mongo_client)
    assert second["pages"]["excluded"] == {"ignored": 7}
    assert second["pages"]["stored"] == {"new": 1}
    assert len(web.asked(f"{base}/")) == 2 + 2
    assert db["budgets"].find_one({})["asked"] == 2  # type: ignore[index]
    assert db["frontier"].count_documents({"state": "pending"}) == 0
    assert audit(db).is_clean
    home.sources[0]["ignore_patterns"] = ["/[0-4]$"]
    home.paper("third")
    home.run("retry", "--state", "excluded", "--reason", "ignored")

    third = home.crawl("--all").report

    assert sum(third["pages"]["stored"].values()) + sum(third["pages"]["excluded"].values()) == 7
    assert third["pages"]["excluded"]["ignored"] >= 4


def test_a_pattern_that_would_never_end_holds_nobody_up(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("spiral", ignore_patterns=["(a+)+$", "(.*a){20}x$"])
    url = f"{base}/{'a' * 1_500}b"
    web.put(f"{base}/feed", feed([url]))
    web.put(url, article("spiral"))

    ran = home.crawl()

    assert ran.report["pages"]["stored"] == {"new": 1}
    assert home.db(mongo_client)["frontier"].count_documents({"state": "stored"}) == 1


def dated(days: dict[str, int]) -> Answer:
    """Return a sitemap of addresses that were changed so many days ago."""
    now = datetime.now(UTC)
    rows = "".join(
        f"<url><loc>{url}</loc><lastmod>{now - timedelta(days=ago):%Y-%m-%d}</lastmod></url>"
        for url, ago in days.items()
    )
    xml = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
    return Answer(xml.encode(), headers={"Content-Type": "application/xml"})


def test_what_of_a_sitemap_is_archive_is_for_its_source_to_say(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    for name, keys in {"usual": {}, "long": {"archive": "90d"}, "short": {"archive": "2d"}}.items():
        base = home.paper(name, sitemaps=[f"http://{name}.example/news.xml"], **keys)
        ages = {f"{base}/{ago}": ago for ago in (1, 10, 60, 120)}
        longer = {**ages, f"{base}/3": 3}
        web.put(f"{base}/news.xml", dated(ages), dated(longer))
        for url in longer:
            web.put(url, article(url))
    home.crawl()
    db = home.db(mongo_client)
    stored = {"state": "stored"}
    assert {row["url"] for row in db["frontier"].find(stored)} == {
        "http://usual.example/1", "http://usual.example/10",
        "http://long.example/1", "http://long.example/10", "http://long.example/60",
        "http://short.example/1",
    }  # fmt: skip
    home.sources[0]["archive"] = "90d"
    home.paper("other")

    home.crawl("--all", "usual")

    assert db["frontier"].find_one({"url": "http://usual.example/60", **stored})
    left = {"url": "http://usual.example/120", "reason": "too-old"}
    assert db["frontier"].count_documents(left) == 1


def test_the_links_of_a_section_are_followed_and_ignored_by_patterns(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = "http://front.example"
    home.paper("front", sitemaps=[], sections=[f"{base}/coast"], follow_patterns=["/story/"],
               ignore_patterns=["/story/ads"])  # fmt: skip
    paths = ("story/a", "story/ads-1", "about/the-ferry-sails-to-the-island-1001", "login")
    links = "".join(f'<li><a href="/{path}">News of {path}</a></li>' for path in paths)
    web.put(f"{base}/coast", f"<html><body><main><ul>{links}</ul></main></body></html>")
    for path in paths:
        web.put(f"{base}/{path}", article(path))

    ran = home.crawl()

    rows = [row["url"] for row in home.db(mongo_client)["frontier"].find()]
    assert ran.report["entries"]["seen"] == 1
    assert rows == web.asked(f"{base}/story") == [f"{base}/story/a"]
