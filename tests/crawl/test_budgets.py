"""Pages a day: what is over waits for another, counted; what was not asked for costs nothing."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from xml.sax.saxutils import escape

from pymongo import MongoClient
from pymongo.database import Database

from pipelines.store.audit import audit
from tests.crawl.home import Home, ended, until
from tests.crawl.server import Answer, Web, article, feed, page, paragraphs
from tests.crawl.test_feed_texts import entry, rss

Document = dict[str, Any]


def test_pages_over_the_budget_wait_for_another_day(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base, free = home.paper("thrifty", budget=5), home.paper("free")
    for paper in (base, free):
        urls = [f"{paper}/{number}" for number in range(12)]
        web.put(f"{paper}/feed", feed(urls))
        for url in urls:
            web.put(url, article(url))

    first = home.crawl()
    second = home.crawl("--all")

    db = home.db(mongo_client)
    assert (first.code, first.err) == (0, "")
    assert first.report["pages"]["stored"] == {"new": 5 + 12}
    assert first.report["pages"]["over_budget"] == second.report["pages"]["over_budget"] == 7
    assert second.report["pages"].get("requested", 0) == 0
    assert len(web.asked(f"{base}/")) == 2 + 5  # its feed, at both runs
    assert db["frontier"].count_documents({"source": "thrifty", "state": "pending"}) == 7
    assert audit(db).is_clean
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    assert second.report["next_at"] <= f"{tomorrow}T00:00:00+00:00"

    # the day after
    db["budgets"].update_many({}, {"$set": {"day": "2026-01-01"}})
    third = home.crawl("--all").report

    assert third["pages"]["stored"] == {"new": 5}
    assert third["pages"]["over_budget"] == 2


def test_what_was_taken_and_not_asked_for_costs_nothing(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("busy", budget=5)
    urls = [f"{base}/{number}" for number in range(4)]
    web.put(f"{base}/feed", feed(urls))
    for url in urls:
        web.put(url, Answer(b"", 503, {"Retry-After": "3600"}))

    home.crawl()

    row = home.db(mongo_client)["budgets"].find_one({"_id": "busy"})
    assert row
    assert row["asked"] == len(web.asked(f"{base}/")) - 1 == 1


def test_what_feeds_have_whole_is_taken_when_the_pages_are_used_up(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("thrift", budget=2, fulltext="feed")
    whole = [f"{base}/whole/{number}" for number in range(40)]
    bare = [f"{base}/bare/{number}" for number in range(6)]
    short = [f"{base}/short/{number}" for number in range(6)]  # has a text, and a longer summary
    for url in (*bare, *short):
        web.put(url, article(url))
    long = " ".join(paragraphs("long", 20))
    items = [entry(url) for url in bare] + [entry(url, "s", summary=long) for url in short]
    web.put(f"{base}/feed", rss(*items, *(entry(url, url) for url in whole)))

    first = home.crawl()
    second = home.crawl("--all")

    db = home.db(mongo_client)
    assert (first.code, first.err) == (0, "")
    assert first.report["pages"]["stored"] == {"new": 40 + 2}
    assert first.report["pages"]["told"] == 40
    assert first.report["pages"]["over_budget"] == second.report["pages"]["over_budget"] == 10
    assert second.report["pages"].get("stored") is None
    pages = [url for url in web.asked(f"{base}/") if not url.endswith("feed")]
    assert len(pages) == 2
    assert db["budgets"].find_one({})["asked"] == 2  # type: ignore[index]
    assert db["frontier"].count_documents({"lease.by": {"$ne": None}}) == 0
    assert audit(db).is_clean


def test_a_whole_entry_that_turns_out_to_be_none_waits_for_another_day(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("chaff", budget=1, fulltext="feed")
    urls = [f"{base}/{number}" for number in range(3)]
    for url in urls:
        web.put(url, article(url))
    whole = escape("<p>Subscribe to our newsletter</p>" * 12)
    items = [
        entry(url, "x").partition("<content")[0]
        + f"<content:encoded>{whole}</content:encoded></item>"
        for url in urls
    ]
    web.put(f"{base}/feed", rss(*items))

    report = home.crawl().report

    assert report["pages"]["stored"] == {"new": 1}
    assert report["pages"]["over_budget"] == 2
    assert home.db(mongo_client)["budgets"].find_one({})["asked"] == 1  # type: ignore[index]


def test_megabytes_over_the_budget_wait_for_another_day(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("heavy", budget_mb=1)
    urls = [f"{base}/{number}" for number in range(12)]
    web.put(f"{base}/feed", feed(urls))
    for url in urls:  # a third of a megabyte each, and a tenth of that in the other half
        comment = f"<!-- {'x' * 330_000} -->"
        made = page(article(url, head=comment))
        packed = Answer(
            gzip.compress(made.body), headers={**made.headers, "Content-Encoding": "gzip"}
        )
        web.put(url, made if int(url.rpartition("/")[2]) % 2 else packed)

    first = home.crawl().report
    row = home.db(mongo_client)["budgets"].find_one({})
    second = home.crawl("--all").report

    assert row
    asked = [url for url in web.asked(f"{base}/") if not url.endswith("feed")]
    assert row["bytes"] == sum(len(web.answers[url][0].body) for url in asked)
    assert 1_000_000 <= row["bytes"] < 2_800_000
    assert first["pages"]["stored"]["new"] == len(asked) < 12
    assert second["pages"]["over_budget"] == 12 - len(asked)
    assert second["pages"].get("requested", 0) == 0


def test_killed_three_times_no_more_is_asked_for_than_the_budget_and_nothing_is_lost(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base, told = home.paper("struck", budget=9), home.paper("told", fulltext="feed")
    urls = [f"{base}/{number}" for number in range(20)]
    web.put(f"{base}/feed", feed(urls))
    for url in urls:
        web.put(url, article(url))
    web.put(f"{told}/feed", rss(*(entry(f"{told}/{n}", f"told {n}") for n in range(60))))
    db = home.db(mongo_client)
    for least in (2, 20, 40):
        process = home.begin("crawl", "--all")
        until(partial(_has_stored, db, least), process)
        process.kill()
        ended(process)

    last = home.crawl("--all").report

    assert len([url for url in web.asked(f"{base}/") if not url.endswith("feed")]) <= 9
    assert [url for url in web.asked(f"{told}/") if not url.endswith("feed")] == []
    assert db["frontier"].count_documents({"source": "told", "state": "stored"}) == 60
    kept = db["frontier"].count_documents({"source": "struck", "state": "stored"})
    assert last["pages"]["over_budget"] == 20 - kept
    assert db["articles"].count_documents({}) == 60 + kept
    assert audit(db).is_clean
    assert db["frontier"].count_documents({"lease.by": {"$ne": None}}) == 0


def _has_stored(db: Database[Document], least: int) -> bool:
    return db["frontier"].count_documents({"state": "stored"}) >= least
