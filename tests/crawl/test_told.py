"""What a run leaves for those who watch over it: a ping, a file of metrics, its report."""

import json
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from prometheus_client.parser import text_string_to_metric_families
from pymongo import MongoClient

from dateline import ping
from dateline.metrics.names import METRICS
from tests.crawl.home import Home, ended, kill, until
from tests.crawl.server import Answer, Web, article, feed
from tests.crawl.test_notices import Hook
from tests.crawl.test_stops import held

Document = dict[str, Any]
PRIVATE = {"DATELINE_ALLOW_PRIVATE_ADDRESSES": "true"}


@pytest.fixture
def hook() -> Iterator[Hook]:
    """What is pinged, on loopback."""
    with Hook() as server:
        server.url = server.url.replace("/hook", "/secret-name")
        yield server
        server.shutdown()


def a_paper(web: Web, home: Home, name: str, *answers: Answer) -> str:
    base = home.paper(name)
    web.put(f"{base}/feed", *(answers or [feed([f"{base}/1"])]))
    web.put(f"{base}/1", article(name))
    return base


@pytest.mark.parametrize(
    ("url", "word", "expected"),
    [
        ("https://p.example/abc", "start", "https://p.example/abc/start"),
        ("https://p.example/abc/", "69", "https://p.example/abc/69"),
        ("https://p.example/abc/", "", "https://p.example/abc/"),
        ("https://p.example", "start", "https://p.example/start"),
        ("https://p.example/abc?key=1#x", "1", "https://p.example/abc/1?key=1"),
    ],
)
def test_what_is_told_goes_behind_the_path(url: str, word: str, expected: str) -> None:
    assert ping.address(url, word) == expected


@pytest.mark.parametrize(
    ("why", "settings", "is_locked", "code", "paths"),
    [
        ("it ends well", {}, False, 0, ["/start", ""]),
        ("MongoDB is away", {"MONGODB_URI": "mongodb://127.0.0.1:9/"}, False, 69, ["/69"]),
        ("no catalogue", {"DATELINE_SOURCES": "/nowhere"}, False, 78, ["/78"]),
        ("another run", {}, True, 75, []),
    ],
)
def test_the_ping_says_how_a_run_ends(  # noqa: PLR0913 a row of a table
    web: Web,
    a_home: Callable[..., Home],
    hook: Hook,
    why: str,
    settings: dict[str, str],
    is_locked: bool,
    code: int,
    paths: list[str],
) -> None:
    home = a_home()
    a_paper(web, home, "pinged")
    if settings.get("MONGODB_URI"):
        settings = {"MONGODB_URI": f"{settings['MONGODB_URI']}?serverSelectionTimeoutMS=200"}
    lock = FileLock(home.path / "crawl.lock")
    if is_locked:
        lock.acquire()

    ran = home.crawl("--all", DATELINE_PING_URL=hook.url, **PRIVATE, **settings)
    lock.release()

    assert ran.code == code, ran.err
    assert [told["path"] for told in hook.told] == [f"/secret-name{path}?key=1" for path in paths]
    assert all(told.get("exit_code", code) == code for told in hook.told)


def test_an_ill_source_is_a_failure_with_its_reason(
    web: Web, a_home: Callable[..., Home], hook: Hook
) -> None:
    home = a_home()
    a_paper(web, home, "ailing", Answer(b"", 404))

    ran = home.crawl("--all", DATELINE_PING_URL=hook.url, **PRIVATE)

    assert ran.code == 1
    assert [told["path"].partition("?")[0] for told in hook.told][1:] == ["/secret-name/1"]
    assert "nothing succeeded" in hook.told[-1]["why"]


@pytest.mark.parametrize(
    ("status", "settings", "words"),
    [
        (500, PRIVATE, "it answered 500"),
        (204, {}, "a loopback address"),
    ],
)
def test_a_ping_that_is_not_taken_is_a_remark_without_its_address(  # noqa: PLR0913 a row of a table
    web: Web,
    a_home: Callable[..., Home],
    hook: Hook,
    status: int,
    settings: dict[str, str],
    words: str,
) -> None:
    home = a_home()
    a_paper(web, home, "unheard")
    hook.status = status

    ran = home.crawl("--all", "--log-level", "DEBUG", DATELINE_PING_URL=hook.url, **settings)

    assert ran.code == 0
    assert f"dateline: ping_url: start could not be told: {words}\n" in ran.err
    assert f"dateline: ping_url: the end could not be told: {words}\n" in ran.err
    assert "secret-name" not in ran.err
    assert hook.told == []


def test_a_secret_address_that_cannot_be_used_is_not_shown(a_home: Callable[..., Home]) -> None:
    home = a_home()
    for name in ("DATELINE_PING_URL", "DATELINE_NOTIFY_WEBHOOK"):
        ran = home.run("crawl", **{name: "htps://p.example/secret-name"})

        assert ran.code == 78
        assert name in ran.err
        assert "secret-name" not in ran.err


def test_a_run_that_is_stopped_is_neither_well_nor_ill(
    web: Web, a_home: Callable[..., Home], hook: Hook
) -> None:
    home = a_home()
    base = a_paper(web, home, "stopped")
    web.put(f"{base}/feed", Answer(is_silent=True))
    asked = f"{base}/feed"

    process = home.begin(
        "crawl",
        "--all",
        DATELINE_PING_URL=hook.url,
        DATELINE_ALLOW_PRIVATE_ADDRESSES="true",
    )
    until(lambda: bool(hook.told) and any(a.url.endswith("/robots.txt") for a in web.log), process)
    process.send_signal(signal.SIGTERM)
    ran = ended(process)

    assert ran.code == 143, (ran.err, asked)
    assert [told["path"] for told in hook.told] == ["/secret-name/start?key=1"]


def test_the_file_of_metrics_is_what_prometheus_reads_and_for_all_to_read(
    web: Web, a_home: Callable[..., Home], tmp_path: Path
) -> None:
    home = a_home()
    a_paper(web, home, "counted")
    a_paper(web, home, "missing", Answer(b"", 404))
    file = tmp_path / "dateline.prom"

    ran = home.crawl("--all", DATELINE_METRICS_FILE=str(file))

    text = file.read_text(encoding="utf-8")
    found = {one.name: one for one in text_string_to_metric_families(text)}
    known = {metric.name: metric for metric in METRICS}
    assert ran.code == 0, ran.err
    assert found.keys() <= known.keys()
    for name, family in found.items():
        assert family.type == "gauge"
        assert all(tuple(s.labels) == known[name].labels for s in family.samples)
    values = {
        (s.name.removeprefix("dateline_"), *s.labels.values()): s.value
        for one in found.values()
        for s in one.samples
    }
    assert values["articles", "original"] == 1
    assert values["addresses", "stored", ""] == 1
    assert values["run_pages_settled", "stored", "new"] == 1
    assert values["run_feeds", "read"] == 1
    assert values["run_feed_failures", "not-found"] == 1
    assert values["run_exit_code",] == 0
    assert values["runs_last_day", "done"] == 1
    assert values["run_under_way",] == 0
    assert file.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in tmp_path.iterdir()] == ["dateline.prom"]
    assert "counted.example" not in text


def test_a_file_of_metrics_that_cannot_be_written_is_a_remark(
    web: Web, a_home: Callable[..., Home]
) -> None:
    home = a_home()
    a_paper(web, home, "nowhere")

    ran = home.crawl("--all", DATELINE_METRICS_FILE="/nowhere/dateline.prom")

    assert ran.code == 0
    assert "metrics_file: it could not be written: /nowhere/" in ran.err
    assert ran.report["outcome"] == "done"


def test_runs_are_listed_and_one_is_told_in_words(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    assert home.run("runs").out == "no run yet: `dateline crawl`\n"
    a_paper(web, home, "told")
    said = home.run("crawl", "--all").out
    well = home.run("status").out
    web.put("http://told.example/feed", Answer(b"", 404))
    home.crawl("--all")
    failing = home.run("status").out

    listed = json.loads(home.run("runs", "--json").out)
    last, first = [run["run"] for run in listed]
    shown = home.run("runs", first).out
    begun = home.run("runs", last[:8])
    one = json.loads(home.run("runs", last, "--json").out)

    assert ("ago: done\n" in well, "1 source: 1 well, 0 ill" in well) == (True, True)
    assert "ago: done; nothing succeeded: the only feed failed" in failing
    assert "(exit code 1)\n" in failing
    assert ("told is failing since" in failing, "0 well, 1 failing, 0 ill" in failing) == (
        True,
    ) * 2
    assert [run["exit_code"] for run in listed] == [1, 0]
    assert [line for line in said.splitlines() if line not in shown.splitlines()] == []
    assert "exit code 0" in shown
    assert (begun.code, "several runs" in begun.err) == (1, True)
    assert (one, one["report"]["feeds"]["failed"]) == (listed[0], 1)
    assert home.run("runs", "--limit", "1").out.count("nothing succeeded") == 1


def test_a_run_that_was_killed_is_told_as_such(web: Web, a_home: Callable[..., Home]) -> None:
    home = a_home()
    base = a_paper(web, home, "struck")
    web.put(f"{base}/1", Answer(is_silent=True), article("struck"))

    process = home.begin("crawl", "--all")
    until(lambda: held(web, base), process)
    before = home.run("runs", "--json").out
    kill(process)
    home.crawl()
    after = home.run("runs", "--json").out

    assert [run["outcome"] for run in json.loads(before)] == ["under way"]
    assert [run["outcome"] for run in json.loads(after)] == ["done", "killed"]
    killed = json.loads(after)[1]["run"]
    assert "it left no report" in home.run("runs", killed).out
