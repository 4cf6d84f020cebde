"""Runs that are stopped, killed, or meet another; whatever happens, the next one ends it well."""

import json
import os
import signal
import time
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from pymongo import MongoClient

from pipelines.failpoints import VARIABLE
from pipelines.identify.canonical import canonical
from pipelines.store import server
from pipelines.store.audit import audit
from tests.crawl.home import Home, ended, kill, until
from tests.crawl.server import Answer, Web, article, feed, page, paragraphs

Document = dict[str, Any]
STOPPED_WITHIN = 15.0
BUSY = Answer(b"", 503, {"Retry-After": "1"})


def a_paper(web: Web, home: Home, name: str, pages: int) -> list[str]:
    base = home.paper(name)
    urls = [f"{base}/{n}" for n in range(pages)]
    for url in urls:
        web.put(url, article(url))
    web.put(f"{base}/feed", feed(urls))
    return urls


def test_a_looping_page_and_a_dead_worker_at_sigterm(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    db = home.db(mongo_client)
    for paper in range(4):
        urls = a_paper(web, home, f"stop{paper}", 5)
        bad = {0: "/kills", 3: "/loops"}.get(paper)
        if bad:
            base = f"http://stop{paper}.example"
            web.put(f"{base}/feed", feed([base + bad, *urls]))
            # the looping one comes second, so that the other is not behind it in a worker's hand
            web.put(base + bad, *([BUSY] if bad == "/loops" else []), page(article(bad)))

    process = home.start(module="tests.crawl.driver", DATELINE_WORKERS="2")
    until(lambda: db["frontier"].count_documents({"reason": "page-crash"}) > 0, process)
    until((home.path / "looping").exists, process)
    signalled = time.monotonic()
    process.send_signal(signal.SIGTERM)
    ran = ended(process)
    seconds = time.monotonic() - signalled

    assert seconds < STOPPED_WITHIN
    assert (ran.code, ran.report["outcome"]) == (0, "terminated"), ran.err
    quarantined = {
        row["url"]: row["reason"] for row in db["frontier"].find({"state": "quarantined"})
    }
    assert quarantined == {
        "http://stop0.example/kills": "page-crash",
        "http://stop3.example/loops": "page-time",
    }
    assert db["frontier"].count_documents({"lease.by": {"$ne": None}}) == 0

    rest = home.crawl("--all")

    assert (rest.code, rest.err) == (0, "")
    assert db["articles"].count_documents({}) == 20
    assert audit(db).is_clean


def test_killed_five_times_and_then_done_it_is_as_if_nothing_had_happened(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    db = home.db(mongo_client)
    urls = [url for paper in range(4) for url in a_paper(web, home, f"kill{paper}", 8)]
    web.put("http://kill3.example/7", article("http://kill0.example/0"))  # a copy
    random = Random(3)  # noqa: S311 the same moments each time
    for _ in range(5):
        kill_after(home, web, random.randrange(1, 20))

    last = home.crawl("--all")

    assert (last.code, last.err) == (0, "")
    assert [a["url"] for a in db["articles"].find().sort("url")] == sorted(map(canonical, urls))
    assert db["articles"].count_documents({"duplicate_of": {"$ne": None}}) == 1
    for article_ in db["articles"].find({"source": {"$ne": "kill3"}}):
        assert paragraphs(article_["urls"][0])[0] in article_["text"]
    assert audit(db).is_clean


def kill_after(home: Home, web: Web, requests: int) -> None:
    """Kill a crawl once so many requests have come; or let it end before."""
    before = len(web.log)
    process = home.begin("crawl", "--json", "--all")
    until(lambda: len(web.log) >= before + requests, process)
    kill(process)


def test_a_second_run_leaves_at_once_and_a_killed_one_is_no_hindrance(
    web: Web, a_home: Callable[..., Home]
) -> None:
    home = a_home()
    base = home.paper("held")
    web.put(f"{base}/feed", feed([f"{base}/1"]))
    web.put(f"{base}/1", Answer(is_dripping=True), article("held"))
    elsewhere = a_home(home.database)
    elsewhere.sources = home.sources
    elsewhere.paper("other")

    first = home.begin("crawl", "--json")
    until(lambda: len(web.asked("held.example/1")) > 0 or held(web, base), first)
    same_home, other_home = home.crawl(), elsewhere.crawl()
    os.kill(first.pid, signal.SIGKILL)
    ended(first)
    after = home.crawl()

    assert same_home.code == 75
    assert "is under way; this one leaves" in same_home.err
    assert other_home.code == 75
    assert "another run holds this database" in other_home.err
    assert same_home.out == other_home.out == ""
    assert (after.code, after.report["pages"]["stored"]) == (0, {"new": 1})


def held(web: Web, base: str) -> bool:
    """Return whether the page that drips is being asked for: it is logged when it has ended."""
    return len(web.answers[f"{base}/1"]) == 1


def test_interrupted_it_leaves_with_its_code_and_its_report(
    web: Web, a_home: Callable[..., Home]
) -> None:
    home = a_home()
    base = home.paper("paused")
    web.put(f"{base}/feed", feed([f"{base}/1", f"{base}/2"]))
    web.put(f"{base}/1", article("paused 1"))
    web.put(f"{base}/2", article("paused 2"))

    process = home.begin("crawl", "--json", DATELINE_HOST_DELAY="30", DATELINE_RUN_PATIENCE="60")
    until(lambda: len(web.log) > 0 and web.log[-1].host == "paused.example", process)
    process.send_signal(signal.SIGINT)
    ran = ended(process)

    assert ran.code == 130
    assert json.loads(ran.out)["outcome"] == "interrupted"
    assert ran.err.count("\n") == 1


def test_terminated_it_has_written_what_its_last_visit_to_a_feed_showed(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    a_paper(web, home, "last", 2)

    ran = home.crawl("--json", **{VARIABLE: "entries-recorded:1:terminate"})

    assert ran.code == 143
    [kept] = home.db(mongo_client)["feeds"].find()
    assert (kept["entries"], kept["visits"]) == (2, 1)


@pytest.mark.parametrize("signals", [[signal.SIGTERM], [signal.SIGINT, signal.SIGINT]])
def test_a_host_that_says_nothing_holds_no_run_back(
    web: Web,
    a_home: Callable[..., Home],
    mongo_client: MongoClient[Document],
    signals: list[signal.Signals],
) -> None:
    home = a_home()
    base = home.paper("silent")
    web.put(f"{base}/feed", feed([f"{base}/1"]))
    web.put(f"{base}/1", Answer(is_silent=True), article("silent"))

    process = home.begin("crawl", "--json", DATELINE_REQUEST_TIMEOUT="60")
    until(lambda: held(web, base), process)
    signalled = time.monotonic()
    for number in signals:
        process.send_signal(number)
        until(lambda: home.db(mongo_client)["runs"].count_documents({}) > 0, process)
    ran = ended(process)
    seconds = time.monotonic() - signalled

    assert seconds < STOPPED_WITHIN
    assert (ran.code, "Traceback" in ran.err) == (128 + signals[0], False), ran.err
    row = home.db(mongo_client)["frontier"].find_one({"url": f"{base}/1"})
    assert row
    assert (row["state"], row["reason"], row["lease"]["by"]) == ("pending", None, None)
    assert home.crawl().report["pages"]["stored"] == {"new": 1}


@pytest.mark.slow
def test_where_its_mongod_is_killed_a_run_says_so_and_the_next_one_goes_on(
    web: Web, a_home: Callable[..., Home]
) -> None:
    home = a_home()
    home.uri = ""  # the embedded one, of this home
    a_paper(web, home, "orphan", 12)
    web.log.clear()

    process = home.begin("crawl", "--json", DATELINE_HOST_DELAY="0.3")
    try:
        until(lambda: len(web.asked("orphan.example/")) > 3, process)
        found = server.status(home.path)
        assert found
        os.kill(found.pid, signal.SIGKILL)
        broken = ended(process)
        rest = home.crawl("--all")
        with MongoClient[Document](server.ensure(home.path).uri, tz_aware=True) as client:
            db = home.db(client)
            stored, is_clean = db["articles"].count_documents({}), audit(db).is_clean
    finally:
        process.kill()
        server.stop(home.path)

    assert broken.code == 69, broken.err
    assert "Traceback" not in broken.err
    assert rest.code == 0
    assert (stored, is_clean) == (12, True)


def test_a_run_that_stumbles_before_it_begins_is_no_success(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    a_paper(web, home, "stumble", 1)
    assert home.crawl("--all").code == 0
    feeds = home.db(mongo_client).get_collection("feeds")
    feeds.database.command("collMod", "feeds", validator={})
    feeds.update_many({}, {"$unset": {"next_at": ""}})  # what no version of ours has written

    ran = home.crawl()

    assert ran.code == 1
    assert "TypeError" in ran.err
    assert "Traceback" not in ran.err
    assert home.db(mongo_client)["runs"].count_documents({"outcome": "failed"}) == 1


@pytest.mark.parametrize("moment", ["after-article", "pages-kept"])
def test_what_once_could_not_be_stored_is_by_the_next_try(
    web: Web, a_home: Callable[..., Home], moment: str
) -> None:
    """A page that is a batch of its own has no fewer tries than one among others."""
    home = a_home()
    a_paper(web, home, "onceonly", 1)

    ran = home.crawl(**{VARIABLE: f"{moment}:1:raise"})

    assert ran.code == 0, ran.err
    assert sum(ran.report["pages"]["stored"].values()) == 1, ran.report["pages"]
