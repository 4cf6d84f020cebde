"""Every exit code of DESIGN 5, by the command itself: a table of command, situation and code.

What holds of all commands is asked of `main` in this process; everything else is started.
"""

import logging
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from filelock import FileLock
from pymongo import MongoClient

from dateline.exits import Code
from dateline.main import main
from pipelines.store import server
from tests.crawl.codes import COMMANDS, FILES, ROWS, SETTINGS, WORDS, Row, rows_of_every_command
from tests.crawl.home import MAIN, Home, Ran, ended, until
from tests.crawl.server import Answer, Web, article, feed
from tests.crawl.test_stops import a_paper
from tests.warc import a_warc

Document = dict[str, Any]
SIGNALS = [(signal.SIGINT, 130), (signal.SIGTERM, 143)]


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a MongoDB that wants a password, without one."""
    place = tmp_path_factory.mktemp("locked")
    uri = server.ensure(place, sockets=False).uri
    yield f"mongodb://{uri.rpartition('@')[2].partition('/')[0]}/?directConnection=true"
    server.stop(place)


@pytest.fixture(scope="module")
def own(web: Web, a_home: Callable[..., Home]) -> Home:
    """A home with two papers and what commands take as input."""
    home = a_home()
    a_paper(web, home, "lantern", 2)
    web.put(f"{home.paper('beacon')}/feed", feed(["http://beacon.example/1"]))
    web.put("http://beacon.example/1", article("beacon"))
    for name, text in FILES.items():
        (home.path / name).write_text(text, encoding="utf-8")
    (home.path / "pages.warc.gz").write_bytes(a_warc({"url": "http://lantern.example/5"}))
    assert home.crawl("lantern", "--all").code == 0
    assert home.run("backup", str(home.path / "own.zip")).code == 0
    (home.path / "texts.jsonl").write_text(home.run("articles", "export").out, encoding="utf-8")
    return home


def filled(row: Row, own: Home, locked: str = "") -> tuple[list[str], dict[str, str]]:
    """Return the words and settings of a row."""
    marks = {
        "{home}": str(own.path),
        "{locked}": locked,
        "{article}": "f" * 32,
        "{other}": "e" * 32,
    }

    def fill(text: str) -> str:
        for mark, value in marks.items():
            text = text.replace(mark, value)
        return text

    settings = {name: fill(value) for name, value in row.settings.items()}
    return [fill(word) for word in row.words.split()], settings


def holds(row: Row, ran: Ran) -> None:
    """Assert that a command ended as its row says, in few words and without a secret."""
    assert ran.code == row.code, ran.err
    assert row.says in ran.err + ran.out
    assert len(ran.err.splitlines()) <= 3
    assert "Traceback" not in ran.err
    assert "hush" not in ran.err + ran.out


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_command_ends_with_its_code(own: Home, locked: str, row: Row) -> None:
    words, settings = filled(row, own, locked)

    holds(row, own.run(*words, **settings))


@pytest.fixture
def here(
    own: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Callable[[Row], Ran]]:
    """Have `main` of this process run a row, as a process of its own would."""
    handlers = list(logging.getLogger().handlers)

    def run(row: Row) -> Ran:
        words, settings = filled(row, own)
        for name in list(os.environ):
            monkeypatch.delenv(name)
        for name, value in own.environment(**settings).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["dateline", *words])
        with pytest.raises(SystemExit) as left:
            main()
        return Ran(int(left.value.code or 0), *capsys.readouterr())

    yield run
    logging.getLogger().handlers[:] = handlers


@pytest.mark.parametrize("row", [*rows_of_every_command()], ids=str)
def test_what_holds_of_every_command(here: Callable[[Row], Ran], row: Row) -> None:
    holds(row, here(row))


def test_every_command_and_every_code_has_its_rows() -> None:
    rows = [*ROWS, *rows_of_every_command()]
    codes = {row.code for row in ROWS} | {row[3] for row in RUNS} | {code for _, code in SIGNALS}

    assert set(COMMANDS) == set(WORDS)
    assert codes | {Code.BUSY} == set(Code)
    assert [why for why, n in Counter(map(str, rows)).items() if n > 1] == []


# others have tests of their own: they start and end servers, or need a broker
OTHERS = {"demo", "db start", "db stop", "dispatch", "worker"}
WELL = [name for name in WORDS if name not in OTHERS]
NOTHING_TO_DO = {
    "sources add": 2,  # it is there already
    "sources test": 2,  # no page of its papers was saved
}


@pytest.mark.parametrize("name", WELL)
def test_a_command_that_did_its_work_ends_with_0(
    own: Home, mongo_client: MongoClient[Document], name: str, tmp_path: Path
) -> None:
    ids = [row["_id"] for row in own.db(mongo_client)["articles"].find({}, {"_id": 1}).sort("url")]
    filled = {"{article}": ids[0], "{other}": ids[1], "{home}": str(own.path)}
    words = name.split()
    for word in WORDS[name]:
        for mark, value in filled.items():
            word = word.replace(mark, value)
        words.append(word)
    papers = tmp_path / "papers.yaml"  # a catalogue of its own: some commands change it
    written = yaml.safe_load(own.catalogue.read_text(encoding="utf-8"))
    papers.write_text(yaml.safe_dump(written, sort_keys=False), encoding="utf-8")

    ran = own.run(*words, DATELINE_SOURCES=str(papers), **SETTINGS.get(name, {}))

    assert ran.code == NOTHING_TO_DO.get(name, 0), ran.err


# runs

QUARANTINE = {"DATELINE_ATTEMPTS_MAX": "1", "DATELINE_QUARANTINE_BOUND": "1"}
GONE, HTML = Answer(b"", 404), Answer(article("no feed").encode())
RUNS: list[tuple[str, list[Answer], int, int, str, dict[str, str]]] = [
    # (why, what the feed answers, pages that answer, code of the last run, its words, settings)
    ("all is well", [], 2, 0, "", {}),
    ("nothing succeeded", [GONE], 2, 1, "nothing succeeded", {}),
    ("a feed is a page", [HTML], 2, 1, "nothing succeeded", {}),
    ("a known failure", [GONE, GONE], 2, 0, "", {}),
    ("a source became ill", [feed([]), GONE, GONE], 2, 1, "became ill", {}),
    ("a known illness", [feed([]), GONE, GONE, GONE], 2, 0, "", {}),
    ("quarantine past its bound", [], 0, 1, "addresses quarantined", QUARANTINE),
    ("quarantine within it", [], 1, 0, "", {"DATELINE_ATTEMPTS_MAX": "1"}),
]


@pytest.mark.parametrize(
    ("why", "answers", "pages", "code", "says", "settings"), RUNS, ids=[row[0] for row in RUNS]
)
def test_what_a_run_found_is_its_code(  # noqa: PLR0913 a row of a table
    web: Web,
    a_home: Callable[..., Home],
    why: str,
    answers: list[Answer],
    pages: int,
    code: int,
    says: str,
    settings: dict[str, str],
) -> None:
    home = a_home()
    name = why.replace(" ", "-")
    urls = a_paper(web, home, name, 2)
    for url in urls[pages:]:
        web.put(url, Answer())  # of no length: damaged, and its host is not left alone for it
    if answers:
        web.put(f"http://{name}.example/feed", *answers)

    for _ in range(max(1, len(answers))):
        ran = home.crawl("--all", DATELINE_RUN_PATIENCE="0", **settings)

    assert ran.code == code, (ran.err, ran.out)
    assert says in ran.err


@pytest.mark.parametrize("name", ["crawl", "backfill", "ingest", "demo"])
def test_a_second_run_leaves_with_75(own: Home, name: str) -> None:
    words = [word.replace("{home}", str(own.path)) for word in WORDS[name]]
    with FileLock(own.path / "crawl.lock"):
        ran = own.run(name, *words)

    assert ran.code == 75
    assert "another run of" in ran.err
    assert len(ran.err.splitlines()) == 1


def test_an_audit_and_a_check_that_find_something_end_with_1(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    a_paper(web, home, "faulty", 1)
    home.crawl("--all")
    db = home.db(mongo_client)
    db["articles"].delete_many({})
    db["articles"].drop_indexes()

    assert [home.run("audit").code, home.run("db", "check").code] == [1, 1]


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_a_run_that_is_stopped_says_by_what(
    web: Web, a_home: Callable[..., Home], number: int, code: int
) -> None:
    home = a_home()
    a_paper(web, home, f"stopped{code}", 2)

    process = home.begin("crawl", "--json", DATELINE_HOST_DELAY="30", DATELINE_RUN_PATIENCE="60")
    until(lambda: f"stopped{code}.example" in {one.host for one in web.log}, process)
    process.send_signal(number)
    ran = ended(process)

    assert ran.code == code, ran.err
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(("number", "code"), SIGNALS)
def test_any_other_command_that_is_stopped_does_too(own: Home, number: int, code: int) -> None:
    waiting = subprocess.Popen(
        [sys.executable, "-c", MAIN, "canonical", "-"],
        env=own.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert waiting.stdin
    assert waiting.stdout
    waiting.stdin.write("http://a.example/\n")
    waiting.stdin.flush()
    assert waiting.stdout.readline()  # it is at work
    waiting.send_signal(number)
    _, err = waiting.communicate(timeout=60)

    assert (waiting.returncode, err.strip()) == (code, "")
