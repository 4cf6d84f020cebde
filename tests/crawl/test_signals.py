"""A signal to the whole process group, as Ctrl-C and a shutdown send it, at any moment."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from pymongo import MongoClient

from pipelines.store import server
from pipelines.store.audit import audit
from pipelines.store.embedded import process as mongod
from tests.crawl.home import Home, Running, ended, until
from tests.crawl.server import Web, article
from tests.crawl.test_stops import a_paper

Document = dict[str, Any]
LEFT = {
    code: f"dateline: {word}; what is left goes on next time\n"
    for code, word in ((130, "interrupted"), (143, "terminated"))
}
BOTH = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Home]:
    """A home whose MongoDB is the embedded one."""
    yield Home(path=tmp_path, uri="", database="dateline")
    server.stop(tmp_path)


def loads_the_line(process: "subprocess.Popen[str]") -> bool:
    """Return whether the server is there from which the workers are forked."""
    with suppress(psutil.NoSuchProcess):
        below = psutil.Process(process.pid).children()
        return any("multiprocessing.forkserver" in " ".join(one.cmdline()) for one in below)
    return False


@pytest.mark.parametrize(("number", "code"), BOTH[:1])  # the other one: as a file of pages is read
def test_while_the_workers_are_started(
    web: Web,
    a_home: Callable[..., Home],
    mongo_client: MongoClient[Document],
    number: int,
    code: int,
) -> None:
    home = a_home()
    a_paper(web, home, f"early{code}", 1)

    process = home.start("crawl", "--json", is_group=True)
    until(lambda: loads_the_line(process), process)
    os.killpg(process.pid, number)
    ran = ended(process)
    rest = home.crawl("--all")

    assert (ran.code, ran.err) == (code, LEFT[code])
    assert rest.report["pages"]["stored"] == {"new": 1}
    assert audit(home.db(mongo_client)).is_clean


@pytest.mark.parametrize(("number", "code"), BOTH)
def test_once_they_work_it_costs_no_page(
    web: Web,
    a_home: Callable[..., Home],
    mongo_client: MongoClient[Document],
    number: int,
    code: int,
) -> None:
    home = a_home()
    a_paper(web, home, f"late{code}", 20)
    db = home.db(mongo_client)

    process = home.begin_group("crawl", "--json")
    until(lambda: db["articles"].find_one() is not None, process)
    os.killpg(process.pid, number)
    ran = ended(process)
    home.crawl("--all")

    assert ran.code in {code, 0}, ran.err
    assert db["articles"].count_documents({}) == 20
    assert db["frontier"].count_documents({"state": {"$ne": "stored"}}) == 0


@pytest.mark.parametrize(
    ("moment", "number", "code"),
    [("the workers are started", *BOTH[1]), *(("they work", *both) for both in BOTH)],
)
def test_a_file_of_pages_is_left_where_it_is(
    alone: Home, moment: str, number: int, code: int
) -> None:
    file = alone.path / "pages.jsonl"
    page = {"url": "http://pages.example/1", "html": article("page")}
    rows = [json.dumps({"id": at, **page}) for at in range(5_000)]
    file.write_text("\n".join(rows), encoding="utf-8")

    process: subprocess.Popen[str] | Running
    words = ("extract", "--pages", str(file))
    if moment == "they work":
        process = alone.begin_group(*words)
        until(lambda: has_a_worker(process), process)
    else:
        process = alone.start(*words, is_group=True)
        until(lambda: loads_the_line(process), process)
    os.killpg(process.pid, number)
    ran = ended(process)

    assert (ran.code, ran.err.strip()) == (code, "")
    assert not [row for row in ran.out.splitlines() if "error" in json.loads(row)]


def has_a_worker(process: "subprocess.Popen[str] | Running") -> bool:
    """Return whether anything was forked from the server."""
    with suppress(psutil.NoSuchProcess):
        below = psutil.Process(process.pid).children(recursive=True)
        return any(one.ppid() != process.pid for one in below)
    return False


def is_launched(home: Path) -> bool:
    """Return whether there is a mongod of this home, or one that is being started."""
    return mongod.running(home / "mongo" / "data") is not None


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["its MongoDB starts", "it collects"])
def test_the_demo_leaves_nothing_behind_and_can_be_had_again(alone: Home, moment: str) -> None:
    # who is stopped over the launch of a server never waits for the process that launches it
    quiet = "ignore::ResourceWarning"
    process = alone.start("demo", is_group=True, PYTHONWARNINGS=quiet)
    if moment == "it collects":
        until(lambda: loads_the_line(process), process)
    else:
        until(lambda: is_launched(alone.path), process)
    os.killpg(process.pid, signal.SIGINT)
    ran = ended(process)

    assert ran.code == 130
    assert "Traceback" not in ran.err
    assert not is_launched(alone.path)
    if moment == "it collects":
        assert alone.run("demo").code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_behind_the_last_word_leaves_no_trace(number: int) -> None:
    """Libraries tidy up as Python ends, and none of them expects an exception there."""
    code = (
        "import atexit, os; from dateline import signals; from dateline.main import _leave;"
        f"atexit.register(os.kill, os.getpid(), {int(number)}); signals.heed(); _leave(0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert (done.returncode, done.stderr) == (-number, b"")
