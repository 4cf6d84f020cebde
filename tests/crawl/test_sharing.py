"""Two crawls at once: one leaves, or both share the work; a host is asked by one at a time."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.failpoints import VARIABLE
from pipelines.store.audit import audit
from tests.crawl.home import Home, Ran, Running, until, until_stopped
from tests.crawl.server import Asked, Web, article, feed

Document = dict[str, Any]
DELAY = 0.2
PAGES = 6
SHARE = {"DATELINE_OVERLAP": "share", "DATELINE_HOST_DELAY": str(DELAY)}


def papers(web: Web, home: Home, *names: str) -> list[str]:
    found = []
    for name in names:
        base = home.paper(name)
        urls = [f"{base}/{n}" for n in range(PAGES)]
        for url in urls:
            web.put(url, article(url))
        web.put(f"{base}/feed", feed(urls))
        found += urls
    return found


@contextmanager
def stopped(home: Home, moment: str, **settings: str) -> Iterator[Running]:
    """Give a crawl that is stopped at a moment; it goes on afterwards."""
    running = home.begin("crawl", "--json", **{VARIABLE: f"{moment}:stop"}, **settings)
    until_stopped(running)
    try:
        yield running
    finally:
        os.kill(running.pid, signal.SIGCONT)


def at_once(db: Database[Document], one: Home, other: Home, moment: str) -> list[Ran]:
    """Return what two crawls answer of which the second begins while the first is at a moment."""
    with stopped(one, moment, **SHARE) as first:
        second = other.begin("crawl", "--json", **SHARE)
        until(lambda: second.begun.is_over or db["runs"].count_documents({}) == 2)
    return [first.ended(), second.ended()]


def asked(web: Web, host: str) -> list[Asked]:
    return sorted((one for one in web.log if one.host == host), key=lambda one: one.began)


@pytest.mark.parametrize("is_elsewhere", [False, True])
def test_two_crawls_share_the_work_and_ask_a_host_as_one(
    web: Web,
    a_home: Callable[..., Home],
    mongo_client: MongoClient[Document],
    is_elsewhere: bool,
) -> None:
    home = a_home()
    db = home.db(mongo_client)
    names = [f"shared{n}{is_elsewhere:d}" for n in range(3)]
    urls = papers(web, home, *names)
    other = home
    if is_elsewhere:
        other = a_home(home.database)
        papers(web, other, *names)

    ran = at_once(db, home, other, "fetched:2")

    assert [one.code for one in ran] == [0, 0], [one.err for one in ran]
    assert sorted(url for url in web.asked() if url in urls) == sorted(urls)
    for name in names:
        for before, after in pairwise(asked(web, f"{name}.example")):
            assert after.began - before.ended >= DELAY * 0.9, (before, after)
    assert sum(
        one.report["pages"]["stored"]["new"] for one in ran if one.report["pages"].get("stored")
    ) == len(urls)
    assert db["articles"].count_documents({}) == len(urls)
    assert db["frontier"].count_documents({"lease.by": {"$ne": None}}) == 0
    assert db["hosts"].count_documents({"lease.by": {"$ne": None}}) == 0
    assert audit(db).is_clean


def test_what_a_sharing_run_held_that_is_killed_the_other_takes_at_once(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    db = home.db(mongo_client)
    urls = papers(web, home, "shares0", "shares1")

    killed = home.crawl(**SHARE, **{VARIABLE: "after-claim:1:kill"})
    rest = home.crawl(**SHARE)

    assert (killed.code, rest.code) == (-signal.SIGKILL, 0), rest.err
    assert db["articles"].count_documents({}) == len(urls)
    assert audit(db).is_clean


@pytest.mark.parametrize(("first", "second"), [("leave", "share"), ("share", "leave")])
def test_beside_a_run_that_does_not_share_none_begins(
    web: Web, a_home: Callable[..., Home], first: str, second: str
) -> None:
    home = a_home()
    papers(web, home, f"alone{first}")

    with stopped(home, "fetched:1", DATELINE_OVERLAP=first) as running:
        busy = home.crawl(DATELINE_OVERLAP=second)
    ran = running.ended()

    assert (busy.code, busy.out) == (75, "")
    assert "this one leaves" in busy.err
    assert (ran.code, ran.report["pages"]["stored"]) == (0, {"new": PAGES})
