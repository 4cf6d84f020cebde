"""Many machines: a broker, workers that are killed, and what of it the ledger notices: nothing."""

import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

import psutil
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.store.audit import audit
from pipelines.store.queued import Queued
from tests.crawl.home import Home, until
from tests.crawl.server import Web
from tests.crawl.test_sharing import PAGES, papers
from tests.fleet import broker as brokers
from tests.fleet.workers import Worker, begin

Document = dict[str, Any]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not brokers.is_there(), reason="no rabbitmq-server is installed"),
]
DELAY = 0.1


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a broker, the same for the tests of this file."""
    with brokers.broker(tmp_path_factory.mktemp("rabbit")) as found:
        yield found.url


@contextmanager
def worker(home: Home, **settings: str) -> Iterator[Worker]:
    """Give a worker, which ends with the block once what it has in work is done."""
    begun = begin(home, **settings)
    try:
        yield begun
    finally:
        end(begun)


def end(worker: Worker) -> None:
    """Have a worker end what it has in work, and itself."""
    if worker.poll() is not None:
        return
    worker.terminate()
    try:
        assert worker.wait(timeout=30) == 128 + signal.SIGTERM
    except subprocess.TimeoutExpired:
        kill(worker)


def kill(worker: Worker) -> None:
    """Kill a worker and its processes; a crawl of it is told by its death alone."""
    process = psutil.Process(worker.pid)
    pool = [one for one in process.children(recursive=True) if "crawl" not in one.cmdline()]
    for one in [process, *pool]:
        one.kill()
    worker.wait()


def of_fleet(broker: str) -> dict[str, str]:
    """Return settings: batches of one paper."""
    return {
        "DATELINE_BROKER_URL": broker,
        "DATELINE_BATCH_SOURCES": "1",
        "DATELINE_HOST_DELAY": str(DELAY),
    }


def stored(db: Database[Document]) -> int:
    return db["frontier"].count_documents({"state": "stored"})


def test_a_worker_dies_and_a_message_comes_twice(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document], broker: str
) -> None:
    """What is due is queued once, collected once, and lost with nobody."""
    home, fleet = a_home(), of_fleet(broker)
    urls = papers(web, home, "quay", "weir")
    db = home.db(mongo_client)

    first, second = home.run("dispatch", "--json", **fleet), home.run("dispatch", **fleet)
    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert [b["sources"] for b in first.report["batches"]] == [["quay"], ["weir"]]
    assert {b["queue"] for b in first.report["batches"]} == {f"{home.database}.coast.fresh"}
    assert second.out == "nothing is due that is not on the queue already\n"
    Queued(db).done(["weir"])  # as if its message had been lost
    assert home.run("dispatch", **fleet).out == f"{home.database}.coast.fresh: 1 source\n"

    with worker(home, **fleet, DATELINE_FAILPOINT="after-claim:1:stop") as one:
        until(lambda: any(is_stopped(crawl) for crawl in crawls(one)))
        stuck = crawls(one)
        kill(one)
    for crawl in stuck:
        crawl.send_signal(signal.SIGCONT)
    with worker(home, **fleet):
        until(lambda: not Queued(db).waiting() and stored(db) == len(urls))

    assert audit(db).is_clean
    assert db["articles"].count_documents({}) == len(urls)
    asked = Counter(web.asked("weir.example"))
    assert asked == dict.fromkeys([*urls[PAGES:], "http://weir.example/feed"], 1)
    for name in ("quay", "weir"):
        of_host = sorted(a.began for a in web.log if a.host == f"{name}.example")
        assert all(later - earlier >= DELAY for earlier, later in pairwise(of_host))


def crawls(worker: Worker) -> list[psutil.Process]:
    """Return the crawls of a worker."""
    every = psutil.Process(worker.pid).children(recursive=True)
    return [one for one in every if "crawl" in words(one)]


def words(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:  # it has ended
        return []


def is_stopped(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_STOPPED)
    except psutil.NoSuchProcess:
        return False
