"""Older articles: which lists name them, in what order they come, and what a kill leaves."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.crawl.home import Home, Ran, kill, until
from tests.crawl.server import Answer, Web, article, feed, page, robots

Document = dict[str, Any]
NOW = datetime.now(UTC)


def listed(urls: dict[str, str], kind: str = "url") -> Answer:
    """Return a sitemap, or an index, of addresses with the time of their last change."""
    outer = "urlset" if kind == "url" else "sitemapindex"
    rows = "".join(
        f"<{kind}><loc>{url}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</{kind}>"
        for url, at in urls.items()
    )
    xml = f'<{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{outer}>'
    return Answer(xml.encode(), headers={"Content-Type": "application/xml"})


def put(web: Web, *urls: str) -> None:
    for url in urls:
        web.put(url, article(url))


def backfill(home: Home, *arguments: str, **settings: str) -> Ran:
    return home.run("backfill", *arguments, "--json", **settings)


def paths(db: Database[Document]) -> list[str]:
    return sorted(row["urls"][-1].partition(".example")[2] for row in db["articles"].find())


def test_what_sitemaps_list_of_a_range_comes_and_nothing_else(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("attic")
    web.put(f"{base}/robots.txt", robots("User-agent: *", f"Sitemap: {base}/all.xml"))
    web.put(
        f"{base}/all.xml",
        listed(
            {
                f"{base}/posts-2024-05.xml": "2026-01-01",
                f"{base}/posts-2024-06.xml": "2026-01-01",
                f"{base}/rest.xml": "",
                f"{base}/ancient.xml": "2019-01-01",
                "http://else.example/posts-2024-05.xml": "2024-05-01",
            },
            "sitemap",
        ),
    )
    may, rest = f"{base}/posts-2024-05.xml", f"{base}/rest.xml"
    web.put(may, listed({f"{base}/quay-opens": "2025-12-01", f"{base}/2024/04/29/ferry": ""}))
    web.put(
        rest,
        listed(
            {
                f"{base}/bell-rings": "2024-05-17T08:00:00Z",
                f"{base}/tram-stops": "2024-07-17T08:00:00Z",
                f"{base}/2024/05/20/orchard": "2025-01-01",
                f"{base}/about-us": "",
            }
        ),
    )
    put(web, f"{base}/quay-opens", f"{base}/bell-rings", f"{base}/2024/05/20/orchard")

    ran = backfill(home, "attic", "--from", "2024-05-01", "--to", "2024-05-31")

    assert (ran.code, ran.err) == (0, "")
    assert paths(home.db(mongo_client)) == ["/2024/05/20/orchard", "/bell-rings", "/quay-opens"]
    asked = web.asked("attic.example")
    assert len(asked) == len(set(asked)) == 6, asked
    counted = ran.report["entries"]
    assert (counted["wanted"], counted["undated"], counted["waiting"]) == (3, 1, 0)
    assert home.db(mongo_client)["frontier"].count_documents({"next_at": {"$ne": None}}) == 0


def test_what_was_too_old_is_fetched_after_what_is_fresh(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    sitemaps = ["http://cellar.example/map.xml"]
    base = home.paper("cellar", sitemaps=sitemaps, feeds=["http://cellar.example/feed"])
    days = {f"{base}/day-{n}": f"{NOW - timedelta(days=100 * n):%Y-%m-%d}" for n in range(1, 4)}
    web.put(f"{base}/map.xml", listed(days))
    web.put(f"{base}/feed", feed([]), feed([f"{base}/fresh"]))
    put(web, *days, f"{base}/fresh")
    assert home.crawl().report["entries"]["excluded"] == {"too-old": 3}

    since = f"{NOW - timedelta(days=250):%Y-%m-%d}"
    first = backfill(home, "cellar", "--from", since, "--limit", "1")
    before = len(web.log)
    late = home.crawl(DATELINE_BACKFILL_SECONDS="0")
    rest = home.crawl("--all")

    assert (first.code, first.report["pages"]["requested"]) == (0, 1)
    assert not late.report["pages"].get("requested"), "older articles wait for a run with time"
    assert (first.report["entries"]["recalled"], first.report["entries"]["waiting"]) == (2, 1)
    assert rest.report["pages"]["stored"] == {"new": 2}
    asked = [one.url.removeprefix(base) for one in web.log[before:] if "/map" not in one.url]
    assert asked[:2] == ["/feed", "/fresh"]
    assert asked[2:] in (["/day-1"], ["/day-2"])
    states = home.db(mongo_client)["frontier"].distinct("state")
    assert set(states) == {"stored", "excluded"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("lodge", "--from", "2024-5-1"), "'2024-5-1' is no day; write it as 2026-03-31"),
        (("lodge", "--from", "2024-02-30"), "is no day"),
        (("lodge", "--from", "2024-06-01", "--to", "2024-05-31"), "no day is from 2024-06-01 to"),
        (("lodge", "--from", "2999-01-01"), "no day is from 2999-01-01 to"),
        (("lodge",), "how far back? Give --from YYYY-MM-DD, or lodge an `archive: 90d`"),
        (("lodgee", "--from", "2024-05-01"), "lodgee"),
    ],
)
def test_a_range_that_is_none_is_told(
    a_home: Callable[..., Home], words: tuple[str, ...], said: str
) -> None:
    home = a_home()
    home.paper("lodge")

    ran = backfill(home, *words)

    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) <= 2


def test_how_far_back_the_entry_of_a_source_may_say(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("annex", archive="100d")
    days = {f"{base}/day-{n}": f"{NOW - timedelta(days=n):%Y-%m-%d}" for n in (50, 150)}
    web.put(f"{base}/sitemap.xml", listed(days))
    put(web, *days)

    ran = backfill(home, "annex")

    assert (ran.code, ran.err) == (0, "")
    assert paths(home.db(mongo_client)) == ["/day-50"]


def test_a_list_that_fails_is_told_and_read_by_the_same_words(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("cracked", sitemaps=["http://cracked.example/index.xml"])
    children = {f"{base}/{name}.xml": "" for name in ("good", "busy", "lost", "torn")}
    web.put(f"{base}/index.xml", listed(children, "sitemap"))
    web.put(f"{base}/good.xml", listed({f"{base}/1": "2024-05-02"}))
    whole = listed({f"{base}/3": "2024-05-04", f"{base}/4": "2024-05-05"})
    half = whole.body[: whole.body.index(b"</url>") + 20]
    web.put(f"{base}/torn.xml", Answer(half, headers=whole.headers), whole)
    web.put(f"{base}/busy.xml", Answer(b"", 500), listed({f"{base}/2": "2024-05-03"}))
    put(web, *(f"{base}/{n}" for n in range(1, 5)))
    words = ("cracked", "--from", "2024-05-01", "--to", "2024-05-31")

    first = backfill(home, *words)
    between = len(web.log)
    second = backfill(home, *words)

    told = {row["url"]: row["trouble"] for row in first.report["troubles"]}
    assert first.code == 0
    assert told == {
        f"{base}/busy.xml": "status",
        f"{base}/lost.xml": "not-found",
        f"{base}/torn.xml": "damaged",
    }
    assert (second.code, second.report["troubles"]) == (0, [])
    asked = [one.url.removeprefix(base) for one in web.log[between:]]
    assert sorted(asked) == ["/2", "/4", "/busy.xml", "/torn.xml"]
    assert paths(home.db(mongo_client)) == ["/1", "/2", "/3", "/4"]


def test_a_site_that_cannot_be_reached_is_told(web: Web, a_home: Callable[..., Home]) -> None:
    home = a_home()
    base = home.paper("moat")
    web.put(f"{base}/robots.txt", Answer(b"", 500))

    ran = backfill(home, "moat", "--from", "2024-05-01")

    assert ran.code == 1
    assert [row["url"] for row in ran.report["troubles"]] == [f"{base}/sitemap.xml"]
    assert "the only feed failed" in ran.err


def a_section(urls: dict[str, str], *older: str) -> Answer:
    """Return a page of a section: headlines with their days, and links to older pages."""
    rows = "".join(
        f'<li><time datetime="{day}">{day}</time><h2><a href="{url}">'
        f"The council opens the harbour bridge of {url[-6:]}</a></h2></li>"
        for url, day in urls.items()
    )
    links = "".join(f'<a href="{url}">{url[-1]}</a>' for url in older)
    return page(f"<html><body><ul>{rows}</ul><nav>{links}</nav></body></html>")


def test_a_section_is_followed_backwards_as_long_as_it_may_hold_more(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("shelf", sections=["http://shelf.example/news"], feeds=[])
    days = {
        n: {f"{base}/news/the-bridge-of-the-day-{n}-{k}": f"2024-0{9 - n}-1{k}" for k in range(3)}
        for n in range(1, 6)
    }
    for n, urls in days.items():
        here = f"{base}/news" if n == 1 else f"{base}/news?page={n}"
        web.put(here, a_section(urls, *(f"{base}/news?page={k}" for k in range(1, 6) if k != n)))
        put(web, *urls)

    ran = backfill(home, "shelf", "--from", "2024-06-01", "--to", "2024-07-31")

    assert (ran.code, ran.err) == (0, "")
    assert paths(home.db(mongo_client)) == sorted(
        url.removeprefix(base) for n in (2, 3) for url in days[n]
    )
    pages = [url.partition("page=")[2] for url in web.asked("shelf.example/news?")]
    assert pages == ["2", "3", "4"], "5 is older than all that is wanted"


def test_killed_again_and_again_each_page_is_stored_once(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("ruin", sitemaps=["http://ruin.example/index.xml"])
    months = [f"2024-{month:02}" for month in range(1, 7)]
    web.put(f"{base}/index.xml", listed({f"{base}/map-{m}.xml": "" for m in months}, "sitemap"))
    urls = [f"{base}/{m.replace('-', '/')}/{n}" for m in months for n in range(6)]
    for month in months:
        inside = [url for url in urls if month.replace("-", "/") in url]
        web.put(f"{base}/map-{month}.xml", listed(dict.fromkeys(inside, "")))
    put(web, *urls)
    words = ("ruin", "--from", "2024-01-01", "--to", "2024-06-30")

    for requests in (3, 9, 5, 12):
        kill_after(home, web, words, requests)
    last = backfill(home, *words)

    db = home.db(mongo_client)
    assert (last.code, last.err) == (0, "")
    assert paths(db) == sorted(url.removeprefix(base) for url in urls)
    assert db["frontier"].count_documents({"state": "stored"}) == len(urls)
    assert home.run("audit").code == 0
    asked = web.asked("ruin.example")
    assert len(asked) - len(set(asked)) <= 4 * IN_HAND, "what a kill found in hand"
    maps = [url for url in asked if url.endswith(".xml")]
    assert len(maps) - len(set(maps)) <= 4
    web.log.clear()
    again = backfill(home, *words)
    assert "pages" not in again.report or not again.report["pages"].get("requested")


IN_HAND = 5


def kill_after(home: Home, web: Web, words: tuple[str, ...], requests: int) -> None:
    """Kill a backfill once so many more requests have come."""
    before = len(web.log)
    process = home.begin("backfill", *words, "--json")
    until(lambda: len(web.log) >= before + requests, process)
    kill(process)
