"""A run over many papers, well and ill, and the run after it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.store.audit import audit
from tests.crawl.home import Home, Ran
from tests.crawl.server import Answer, Web, article, feed, robots, sitemap

Document = dict[str, Any]
MUTE = "http://mute.example/robots.txt"
PLAIN = [f"http://lantern.example/news/{n}" for n in range(6)]
HALF = '{"@type": "NewsArticle", "headline": "Half \\ud83d"}'
JSON_LD = f'<script type="application/ld+json">{HALF}</script>'


def fill(web: Web, home: Home) -> None:
    """Put the papers on the web and into the catalogue; each shows one thing."""
    put_well_papers(web, home)
    put_papers_that_move(web, home)
    put_odd_pages(web, home)
    put_ill_feeds(web, home)


def put_well_papers(web: Web, home: Home) -> None:
    lantern = home.paper("lantern", country="KZ", timezone="Asia/Almaty")
    web.put(f"{lantern}/feed", feed([*PLAIN, f"{lantern}/", "http://else.example/a"], ETag='"1"'))
    for url in PLAIN:
        web.put(url, article(url))
    web.put(PLAIN[5], article(PLAIN[4]))  # word for word another's text

    quay = home.paper("quay")
    web.put(f"{quay}/robots.txt", robots("User-agent: *", "Disallow: /shut"))
    web.put(f"{quay}/feed", feed([f"{quay}/shut/1", f"{quay}/open", f"{quay}/hops/0"]))
    web.put(f"{quay}/open", article("open"))
    web.put(f"{quay}/hops/0", to("/hops/1"))
    web.put(f"{quay}/hops/1", to("/shut/2"))

    maps = home.paper("maps", sitemaps=["http://maps.example/index.xml"])
    web.put(f"{maps}/index.xml", sitemap([f"{maps}/one.xml", f"{maps}/two.xml"], "sitemap"))
    web.put(f"{maps}/one.xml", sitemap([f"{maps}/1", f"{maps}/2"]))
    web.put(f"{maps}/two.xml", sitemap([f"{maps}/3"]))
    for number in (1, 2, 3):
        web.put(f"{maps}/{number}", article(f"map {number}"))


def put_papers_that_move(web: Web, home: Home) -> None:
    moved = home.paper("moved", country="KG")
    web.put(f"{moved}/robots.txt", to("/rules"))
    web.put(f"{moved}/rules", robots("User-agent: *", "Disallow: /no"))
    web.put(f"{moved}/feed", to("/new-feed"))
    names = ["a", "near", "home", "off", "loop", "inside", "odd", "no"]
    web.put(f"{moved}/new-feed", feed(f"{moved}/{name}" for name in names))
    web.put(f"{moved}/a", to("/b"))
    web.put(f"{moved}/b", to("http://lantern.example/c"))
    web.put("http://lantern.example/c", article("moved"))
    web.put(f"{moved}/near", to("/near-by"))
    web.put(f"{moved}/near-by", article("near by"))
    web.put(f"{moved}/home", to("/"))
    web.put(f"{moved}/", article("home page"))
    web.put(f"{moved}/off", to("http://else.example/a"))
    web.put(f"{moved}/loop", to("/loop"))
    web.put(f"{moved}/inside", to(f"{web.proxy}/secret"))
    web.put(f"{moved}/odd", to("mailto:desk@moved.example"))


ODD_PAGES = ("pdf", "gone", "lost", "drip", "half", "check", "login")


def put_odd_pages(web: Web, home: Home) -> None:
    odds = home.paper("odds")
    web.put(f"{odds}/feed", feed(f"{odds}/{n}" for n in ODD_PAGES))
    web.put(f"{odds}/pdf", Answer(b"%PDF-1.7 ...", headers={"Content-Type": "application/pdf"}))
    web.put(f"{odds}/gone", Answer(b"", 410))
    web.put(f"{odds}/drip", Answer(is_dripping=True))
    web.put(f"{odds}/check", Answer(b"<title>Just a moment...</title><p>Checking your browser."))
    web.put(f"{odds}/login", Answer(b"<title>Sign in</title><input type=password name=word>"))
    web.put(f"{odds}/half", article("half", head=JSON_LD))


def put_ill_feeds(web: Web, home: Home) -> None:
    mute = home.paper("mute")
    web.put(f"{mute}/robots.txt", Answer(b"", 503))
    web.put(f"{mute}/feed", feed([f"{mute}/1"]))
    home.paper("lost")
    paged = home.paper("paged")
    web.put(f"{paged}/feed", article("no feed"))
    weary = home.paper("weary")
    web.put(f"{weary}/feed", Answer(b"", 503, {"Retry-After": "3600"}))


def to(target: str) -> Answer:
    """Return a redirect."""
    return Answer(b"", 302, {"Location": target})


@dataclass(frozen=True, slots=True)
class World:
    """What the two runs left."""

    web: Web
    home: Home
    db: Database[Document]
    first: Ran
    second: Ran
    asked: tuple[list[str], list[str]]
    """In the first run, in the second."""
    articles: tuple[list[Document], list[Document]]
    """After the first run, after the second."""

    def standing(self, url: str) -> tuple[str, str | None]:
        """Return state and reason of an address in the ledger."""
        row = self.db["frontier"].find_one({"url": url})
        assert row, url
        return row["state"], row["reason"]


@pytest.fixture(scope="module")
def world(web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]) -> World:
    home = a_home()
    fill(web, home)
    db = home.db(mongo_client)
    first = home.crawl(DATELINE_REQUEST_TIMEOUT="3")
    asked = [one.url for one in web.log]
    after_first = list(db["articles"].find().sort("_id"))
    web.log.clear()
    second = home.crawl("--all", DATELINE_REQUEST_TIMEOUT="3")
    return World(
        web, home, db, first, second,
        (asked, [one.url for one in web.log]),
        (after_first, list(db["articles"].find().sort("_id"))),
    )  # fmt: skip


def test_a_run_with_ill_papers_among_well_ones_is_done(world: World) -> None:
    assert (world.first.code, world.first.err) == (0, "")
    assert world.first.report["outcome"] == "done"


def test_every_article_is_stored_once_with_its_text(world: World) -> None:
    stored = {a["url"]: a for a in world.articles[0]}

    assert len(stored) == len(world.articles[0]) == 6 + 1 + 2 + 1 + 3
    assert stored[PLAIN[0].replace("http:", "https:")]["source"] == "lantern"
    copies = [a for a in stored.values() if a["duplicate_of"]]
    assert [a["text"] for a in copies] == [
        a["text"] for a in stored.values() if a["_id"] == copies[0]["duplicate_of"]
    ]


@pytest.mark.parametrize(
    ("url", "source", "country"),
    [
        ("https://lantern.example/c", "lantern", "KZ"),  # announced by moved
        ("https://moved.example/near-by", "moved", "KG"),
    ],
)
def test_an_article_is_of_the_source_that_owns_where_it_was_found(
    world: World, url: str, source: str, country: str
) -> None:
    found = world.db["articles"].find_one({"url": url})

    assert found
    assert (found["source"], found["country"]) == (source, country)


def test_the_numbers_add_up(world: World) -> None:
    report = world.first.report
    settled = sum(
        sum(report["pages"].get(state, {}).values())
        for state in ("stored", "excluded", "gone", "retrying", "quarantined")
    )

    assert settled == world.db["frontier"].count_documents({"visited_at": {"$ne": None}})
    assert report["entries"]["seen"] == report["entries"]["new"]
    assert report["entries"]["excluded"] == {"home-page": 1, "off-site": 1}
    assert report["feeds"]["due"] == 9
    assert report["feeds"]["visited"] == 11  # with the two sitemaps of the index


@pytest.mark.parametrize(
    ("url", "state", "reason"),
    [
        ("http://quay.example/shut/1", "excluded", "robots"),
        ("http://quay.example/hops/0", "excluded", "robots"),
        ("http://moved.example/a", "stored", None),
        ("http://moved.example/home", "retrying", "redirects"),
        ("http://moved.example/off", "excluded", "off-site"),
        ("http://moved.example/loop", "retrying", "redirects"),
        ("http://moved.example/inside", "excluded", "off-site"),
        ("http://moved.example/odd", "retrying", "redirects"),
        ("http://moved.example/no", "excluded", "robots"),
        ("http://odds.example/pdf", "excluded", "not-a-page"),
        ("http://odds.example/gone", "gone", "not-found"),
        ("http://odds.example/lost", "retrying", "not-found"),
        ("http://odds.example/drip", "retrying", "timeout"),
        ("http://odds.example/check", "retrying", "refused"),
        ("http://odds.example/login", "excluded", "login"),
        ("http://odds.example/half", "stored", None),
        ("http://lantern.example/", "excluded", "home-page"),
        ("http://else.example/a", "excluded", "off-site"),
    ],
)
def test_where_an_address_ends(world: World, url: str, state: str, reason: str | None) -> None:
    assert world.standing(url) == (state, reason)


def test_what_robots_txt_forbids_is_not_asked_for(world: World) -> None:
    asked = [*world.asked[0], *world.asked[1]]

    assert not [url for url in asked if "/shut" in url or url == "http://moved.example/no"]
    assert {url for url in asked if "mute.example" in url} == {MUTE}


def test_robots_txt_is_asked_for_once_a_day_and_before_anything_else(world: World) -> None:
    first, second = world.asked
    times = Counter(url for url in first if url.endswith(("/robots.txt", "/rules")))

    assert set(times.values()) == {1}
    # the one that could not be had is not forgotten for a day: `--all` asks again
    assert [url for url in second if url.endswith("/robots.txt")] == [MUTE]
    for host in {url.split("/")[2] for url in first}:
        assert next(url for url in first if f"//{host}/" in url).endswith("/robots.txt")


def test_nothing_inside_and_nothing_off_the_catalogue_is_asked_for(world: World) -> None:
    asked = [*world.asked[0], *world.asked[1]]

    assert not [url for url in asked if "secret" in url or "127.0.0.1" in url or "else." in url]


def test_ill_feeds_are_listed_by_what_ails_them(world: World) -> None:
    troubles = {row["source"]: row["trouble"] for row in world.first.report["troubles"]}

    assert troubles == {
        "mute": "busy", "lost": "not-found", "paged": "not-a-feed", "weary": "busy",
    }  # fmt: skip
    assert world.first.report["became_ill"] == []


def test_a_second_run_stores_nothing_fetches_no_article_and_changes_none(world: World) -> None:
    report = world.second.report
    asked = [url for url in world.asked[1] if not url.endswith(("feed", ".xml"))]

    assert (world.second.code, world.second.err) == (0, "")
    assert asked == [MUTE]
    assert "stored" not in report["pages"]
    assert report["entries"].get("new", 0) == 0
    assert world.articles[1] == world.articles[0]


def test_unchanged_feeds_are_known_by_their_etag_and_by_their_bytes(world: World) -> None:
    assert world.second.report["feeds"]["unchanged"] == 4 + 2


def test_a_host_that_asked_for_an_hour_is_left_alone_and_not_waited_for(world: World) -> None:
    assert not [url for url in world.asked[1] if "weary" in url]
    assert world.second.report["feeds"]["held"] == 1


def test_the_ledger_adds_up(world: World) -> None:
    found = audit(world.db)

    assert found.is_clean, found


def test_why_tells_of_an_address(world: World) -> None:
    told = world.home.run("why", "http://quay.example/shut/1")

    assert told.code == 0
    assert "excluded: robots" in told.out
    assert "announced by    http://quay.example/feed" in told.out


def test_what_waits_for_a_source_that_is_renamed_is_asked_for(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("was")
    urls = [f"{base}/{number}" for number in range(4)]
    for url in urls:
        web.put(url, article(url))
    web.put(f"{base}/feed", feed(urls))
    assert home.crawl("--all", "--limit", "1").report["pages"]["stored"] == {"new": 1}
    home.sources[0]["id"] = "now"
    home.paper("other")  # writes the catalogue anew

    ran = home.crawl("--all")

    assert ran.report["pages"]["stored"] == {"new": 3}
    waiting = {"state": "pending"}
    assert home.db(mongo_client)["frontier"].count_documents(waiting) == 0
