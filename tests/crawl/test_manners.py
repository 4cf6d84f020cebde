"""How a crawl treats hosts: their delays, their wish for time, what they say has changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.store.audit import audit
from tests.crawl.home import Home, Ran
from tests.crawl.server import Answer, Web, article, feed, robots

Document = dict[str, Any]
BUSY = Answer(b"", 503, {"Retry-After": "1"})
RSS = {"Content-Type": "application/rss+xml"}
FLAKY = [f"http://flaky{n % 4}.example/{n}" for n in range(12)]


def fill(web: Web, home: Home) -> None:
    """Put papers on the web and into the catalogue; each shows one thing."""
    for number in range(4):
        base = home.paper(f"flaky{number}")
        web.put(f"{base}/feed", feed(url for url in FLAKY if base in url))
    for number, url in enumerate(FLAKY):
        text = Answer(article(url).encode(), headers={"Content-Type": "text/html"})
        web.put(url, *([BUSY] if number % 4 == 0 else []), text)

    put_rules(web, home)
    put_changes(web, home)


def put_rules(web: Web, home: Home) -> None:
    hermit = home.paper("hermit")
    web.put(f"{hermit}/robots.txt", robots("User-agent: *", "Crawl-delay: 600"))
    web.put(f"{hermit}/feed", feed([f"{hermit}/1"]))

    winding = home.paper("winding")
    web.put(f"{winding}/robots.txt", Answer(b"", 301, {"Location": "/r1"}))
    web.put(f"{winding}/r1", Answer(b"", 302, {"Location": "http://rules.example/r2"}))
    web.put("http://rules.example/r2", robots("User-agent: *", "Disallow: /1"))
    web.put(f"{winding}/feed", feed([f"{winding}/1", f"{winding}/2"]))
    web.put(f"{winding}/2", article("winding"))

    inward = home.paper("inward")
    web.put(f"{inward}/robots.txt", Answer(b"", 302, {"Location": f"{web.proxy}/robots.txt"}))
    web.put(f"{inward}/feed", feed([f"{inward}/1"]))

    for name, other in (("ping", "pong"), ("pong", "ping")):
        base = home.paper(name)
        aside = Answer(b"", 302, {"Location": f"http://{other}.example/robots.txt"})
        web.put(f"{base}/robots.txt", aside)
        web.put(f"{base}/feed", feed([f"{base}/1"]))
        web.put(f"{base}/1", article(name))


def put_changes(web: Web, home: Home) -> None:
    mender = home.paper("mender")
    before = feed([f"{mender}/1", f"{mender}/2"])
    corrected = before.body.replace(f"News of {mender}/1".encode(), b"Corrected: the bridge")
    web.put(f"{mender}/feed", before, Answer(corrected, headers=RSS))
    more = "A correction was added on Tuesday morning."
    web.put(f"{mender}/1", article("mender 1"), article("mender 1", more=more))
    web.put(f"{mender}/2", article("mender 2"))

    torn = home.paper("torn")
    whole = feed([f"{torn}/1", f"{torn}/2"], ETag='"7"')
    half = whole.body[: whole.body.rindex(b"</item>")]
    web.put(f"{torn}/feed", Answer(half, headers=whole.headers), whole)
    for number in (1, 2):
        web.put(f"{torn}/{number}", article(f"torn {number}"))

    twice = home.paper("twice", "http://twice.example/a", "http://twice.example/b")
    for name in "ab":
        other = feed([f"{twice}/1"]).body.replace(b"News of", f"{name}:".encode())
        web.put(
            f"{twice}/{name}", *(Answer(other + end, headers=RSS) for end in (b"", b"<!--x-->"))
        )
    web.put(f"{twice}/1", article("twice"))


@dataclass(frozen=True, slots=True)
class World:
    """What the two runs left."""

    db: Database[Document]
    first: Ran
    second: Ran
    asked: tuple[list[str], list[str]]
    """In the first run, in the second."""

    def by(self, paper: str) -> tuple[list[str], list[str]]:
        """Return what a paper was asked for, in the first run and in the second."""
        first, second = ([url for url in urls if f"//{paper}." in url] for urls in self.asked)
        return first, second

    def troubles(self, paper: str) -> list[Document]:
        """Return what the first run's report says of a paper's feeds."""
        return [row for row in self.first.report["troubles"] if row["source"] == paper]


@pytest.fixture(scope="module")
def world(web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]) -> World:
    home = a_home()
    fill(web, home)
    first = home.crawl()
    asked = [one.url for one in web.log]
    web.log.clear()
    second = home.crawl("--all")
    return World(home.db(mongo_client), first, second, (asked, [one.url for one in web.log]))


def test_both_runs_are_done_and_the_ledger_adds_up(world: World) -> None:
    assert (world.first.code, world.first.err) == (0, "")
    assert (world.second.code, world.second.err) == (0, "")
    assert audit(world.db).is_clean


def test_pages_that_are_busy_once_are_stored_in_the_same_run(world: World) -> None:
    stored = world.db["articles"].count_documents({"source": {"$regex": "^flaky"}})

    assert stored == 12
    assert "retrying" not in world.first.report["pages"]
    assert "retrying" not in world.second.report["pages"]


def test_a_robots_txt_that_asks_for_too_much_is_reported_and_the_paper_left_alone(
    world: World,
) -> None:
    [trouble] = world.troubles("hermit")

    assert trouble["trouble"] == "robots"
    assert "more than 120 s" in trouble["detail"]
    assert world.by("hermit") == (["http://hermit.example/robots.txt"], [])


def test_a_robots_txt_is_followed_through_its_redirects_once(world: World) -> None:
    base = "http://winding.example"

    assert world.by("winding") == (
        [f"{base}/robots.txt", f"{base}/r1", f"{base}/feed", f"{base}/2"],
        [f"{base}/feed"],
    )
    assert world.by("rules")[0] == ["http://rules.example/r2"]


def test_a_robots_txt_that_is_kept_in_a_private_network_allows_nothing(world: World) -> None:
    [trouble] = world.troubles("inward")

    assert trouble["trouble"] == "robots"
    assert trouble["detail"].startswith("its robots.txt could not be had: http://127.0.0.1:")
    asked = ["http://inward.example/robots.txt"]
    assert world.by("inward") == (asked, asked)  # `--all` asks again for what could not be had


def test_two_papers_that_send_for_their_robots_txt_to_each_other_are_read(world: World) -> None:
    for name in ("ping", "pong"):
        # the other's robots.txt, which is kept here, may be asked for in between
        asked = [url for url in world.by(name)[0] if not url.endswith("/robots.txt")]
        assert asked == [f"http://{name}.example/feed", f"http://{name}.example/1"]


def test_an_article_of_which_its_feed_says_something_new_is_read_again_and_revised(
    world: World,
) -> None:
    base = "http://mender.example"

    assert world.second.report["pages"]["stored"]["revised"] == 1
    assert world.by("mender")[1] == [f"{base}/feed", f"{base}/1"]
    revised = world.db["articles"].find_one({"revision": 2})
    assert revised
    assert "A correction was added" in revised["text"]
    assert world.db["revisions"].count_documents({"article": revised["_id"]}) == 1


def test_a_feed_that_broke_off_is_asked_for_whole_though_its_etag_is_the_same(
    world: World,
) -> None:
    base = "http://torn.example"

    first, second = world.by("torn")

    assert first == [f"{base}/robots.txt", f"{base}/feed", f"{base}/1"]
    assert second == [f"{base}/feed", f"{base}/2"]


def test_an_article_of_which_two_feeds_tell_differently_is_read_once(world: World) -> None:
    first, second = world.by("twice")

    assert first.count("http://twice.example/1") == 1
    assert second == ["http://twice.example/a", "http://twice.example/b"]


def test_a_host_is_asked_one_thing_at_a_time_with_its_delay(
    web: Web, a_home: Callable[..., Home]
) -> None:
    home = a_home()
    for name, papers in (("pace1", 5), ("pace2", 5), ("slow", 2)):
        base = home.paper(name)
        urls = [f"{base}/{n}" for n in range(papers)]
        web.put(f"{base}/feed", feed(urls))
        for url in urls:
            web.put(url, article(url))
    web.put("http://slow.example/robots.txt", robots("User-agent: *", "Crawl-delay: 0.6"))
    # it keeps its robots.txt at another's, and takes its turn there
    leaning = home.paper("leaning")
    web.put(f"{leaning}/robots.txt", Answer(b"", 302, {"Location": "http://pace1.example/r"}))
    web.put("http://pace1.example/r", robots("User-agent: *", "Disallow: /1"))
    web.put(f"{leaning}/feed", feed([f"{leaning}/1", f"{leaning}/2"]))
    web.put(f"{leaning}/2", article("leaning"))
    names = home.paper("names")
    spelt = ["http://names.example:80/1", "http://names.example./2", "http://names.example/3"]
    web.put(f"{names}/feed", feed(spelt))
    for url in spelt:
        web.put(url, article(url))
    web.log.clear()

    ran = home.crawl(DATELINE_HOST_DELAY="0.2")

    assert (ran.code, ran.err) == (0, "")
    assert web.asked("leaning") == [f"{leaning}/feed", f"{leaning}/2"]
    for host, delay, count in (
        ("pace1.example", 0.2, 8),
        ("pace2.example", 0.2, 7),
        ("slow.example", 0.6, 4),
        ("names.example", 0.2, 5),
    ):
        asked = [one for one in web.log if one.host.startswith(host)]
        # how long to wait is known once robots.txt has been read
        pauses = [later.began - one.ended for one, later in pairwise(asked[1:])]
        assert len(asked) == count, host
        assert min(pauses) >= delay - 0.02, host


def test_limit_and_time_limit(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("long")
    urls = [f"{base}/{n}" for n in range(10)]
    web.put(f"{base}/feed", feed(urls))
    for url in urls:
        web.put(url, article(url))

    limited = home.crawl("--limit", "3")
    timed = home.crawl("--time-limit", "4s", DATELINE_HOST_DELAY="1")

    assert limited.report["pages"]["stored"] == {"new": 3}
    assert (timed.code, timed.report["outcome"]) == (0, "time-limit")
    assert timed.report["pages"].get("requested", 0) < 7
    assert audit(home.db(mongo_client)).is_clean


def test_an_address_whose_host_the_ledger_knows_by_an_older_name_is_asked_for_and_settled(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("former")
    web.put(f"{base}/feed", feed([f"{base}/1"]))
    web.put(f"{base}/1", article("former"))
    home.crawl()
    ledger = home.db(mongo_client)["frontier"]
    before = {"host": "former.example:80", "state": "pending", "article": None}
    ledger.update_one({"url": f"{base}/1"}, {"$set": {**before, "next_at": datetime.now(UTC)}})
    web.log.clear()

    ran = home.crawl()

    row = ledger.find_one({"url": f"{base}/1"})
    assert ran.report["pages"]["stored"] == {"same": 1}
    assert web.asked("former") == [f"{base}/1"]
    assert row
    assert (row["state"], row["lease"]["by"]) == ("stored", None)


def test_a_run_ends_though_a_host_asks_to_be_left_alone_for_longer_than_it_waits(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("tired")
    urls = [f"{base}/{n}" for n in range(12)]
    web.put(f"{base}/feed", feed(urls))
    for url in urls:
        web.put(url, Answer(b"", 503, {"Retry-After": "600"}))

    first, second = home.crawl(), home.crawl("--all")

    assert (first.code, second.code) == (0, 1)  # of the second nothing could be asked
    assert len(web.asked("tired.example/")) == 2  # its feed, and one page
    rows = home.db(mongo_client)["frontier"]
    assert rows.count_documents({"next_at": {"$ne": None}, "lease.by": None}) == len(urls)
