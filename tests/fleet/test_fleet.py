"""Many machines: a broker, workers that are killed, and what of it the ledger notices: nothing."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from typing import Any

import psutil
import pytest
from pymongo import MongoClient

from pipelines.store.audit import audit
from pipelines.store.queued import Queued
from tests.crawl.home import ROOT, Home, until
from tests.crawl.server import Web, article, feed
from tests.fleet import broker as brokers

Document = dict[str, Any]
Worker = subprocess.Popen[bytes]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not brokers.is_there(), reason="no rabbitmq-server is installed"),
]
PAGES = 4
DELAY = 0.1


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a broker, the same for the tests of this file."""
    with brokers.broker(tmp_path_factory.mktemp("rabbit")) as found:
        yield found.url


def papers(web: Web, home: Home, names: Sequence[str]) -> list[str]:
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
def workers(home: Home, number: int, **settings: str) -> Iterator[list[Worker]]:
    """Give workers, which end with the block once what they have in work is done."""
    with ExitStack() as stack:
        begun = [begin(home, **settings) for _ in range(number)]
        for one in begun:
            stack.callback(end, one)
        yield begun


def begin(home: Home, **settings: str) -> Worker:
    """Begin a worker; its log is in its home: a pipe would be held by what it leaves behind."""
    with (home.path / "worker.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "dateline", "worker"],
            env=home.environment(**settings),
            stdout=log,
            stderr=log,
            cwd=ROOT,
        )


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


def stored(home: Home, client: MongoClient[Document]) -> int:
    return home.db(client)["frontier"].count_documents({"state": "stored"})


def test_workers_collect_what_is_dispatched_each_once(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document], broker: str
) -> None:
    home, fleet = a_home(), of_fleet(broker)
    names = [f"fleet{n}" for n in range(2)]
    urls = papers(web, home, names)

    first = home.run("dispatch", "--json", **fleet)
    second = home.run("dispatch", **fleet)
    assert (first.code, second.code) == (0, 0), first.err + second.err
    assert sorted(b["sources"] for b in first.report["batches"]) == [[name] for name in names]
    assert {b["queue"] for b in first.report["batches"]} == {"dateline.coast.fresh"}
    assert second.out == "nothing is due that is not on the queue already\n"

    with workers(home, 2, **fleet):
        until(lambda: not Queued(home.db(mongo_client)).waiting())
    assert stored(home, mongo_client) == len(urls)
    assert audit(home.db(mongo_client)).is_clean
    asked = [url for name in names for url in web.asked(f"{name}.example")]
    assert {url: n for url, n in Counter(asked).items() if n > 1} == {}
    for name in names:
        of_host = sorted(one.began for one in web.log if one.host == f"{name}.example")
        assert all(later - one >= DELAY for one, later in pairwise(of_host))


def test_what_a_killed_worker_had_another_collects(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document], broker: str
) -> None:
    home, fleet = a_home(), of_fleet(broker)
    urls = papers(web, home, ["kill"])
    assert home.run("dispatch", **fleet).code == 0

    with workers(home, 1, **fleet, DATELINE_FAILPOINT="after-claim:1:stop") as (only,):
        until(lambda: any(is_stopped(one) for one in crawls(only)))
        stuck = crawls(only)
        kill(only)
    for crawl in stuck:
        crawl.send_signal(signal.SIGCONT)
    with workers(home, 1, **fleet):
        until(lambda: not Queued(home.db(mongo_client)).waiting())
    assert stored(home, mongo_client) == len(urls)
    assert audit(home.db(mongo_client)).is_clean


def test_a_batch_that_comes_twice_is_collected_once(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document], broker: str
) -> None:
    home, fleet = a_home(), of_fleet(broker)
    urls = papers(web, home, ["twice"])
    db = home.db(mongo_client)
    assert home.run("dispatch", **fleet).code == 0
    Queued(db).done(["twice"])  # as if its message had been lost
    assert "1 source" in home.run("dispatch", **fleet).out

    with workers(home, 2, **fleet):
        until(lambda: stored(home, mongo_client) == len(urls))
        until(lambda: "twice" not in Queued(db).waiting())
    assert audit(db).is_clean
    assert Counter(web.asked("twice.example")).most_common(1)[0][1] == 1
    assert db["articles"].count_documents({}) == len(urls)


def crawls(worker: Worker) -> list[psutil.Process]:
    """Return the crawls of a worker."""
    every = psutil.Process(worker.pid).children(recursive=True)
    return [one for one in every if "crawl" in one.cmdline()]


def is_stopped(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_STOPPED)
    except psutil.NoSuchProcess:
        return False
