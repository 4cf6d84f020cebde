"""What `dateline doctor` says of installations that something ails."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from pymongo import MongoClient

from config.settings import Settings
from dateline.doctor import database, home, machine
from dateline.doctor.finding import Finding, Level
from pipelines.store import server
from pipelines.store.checkup import Checkup
from pipelines.store.runs import Runs
from tests.crawl.home import Home, Ran
from tests.crawl.server import Answer, Web, article, feed

Document = dict[str, Any]
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def own(web: Web, a_home: Callable[..., Home]) -> Home:
    """A home with a paper that was collected once."""
    found = a_home()
    base = found.paper("lantern")
    web.put(f"{base}/feed", feed([f"{base}/1"]))
    web.put(f"{base}/1", article("lantern"))
    assert found.crawl("--all").code == 0
    return found


def lines(ran: Ran) -> list[tuple[str, str, str]]:
    """Return (level, what, words with where and what to do) of each line."""
    return [
        (one["level"], one["what"], f"{one['words']} {one['where']} {one['to_do']}")
        for one in json.loads(ran.out)
    ]


def said(ran: Ran, what: str) -> tuple[str, str]:
    """Return the worst that is said of one thing."""
    about = [(level, words) for level, name, words in lines(ran) if name == what]
    return min(about, key=lambda one: ["bad", "warn", "ok"].index(one[0]))


def test_of_what_is_well_nothing_is_bad_and_each_side_has_a_line(own: Home) -> None:
    ran = own.run("doctor", "--json")
    shown = own.run("doctor")

    assert (ran.code, shown.code, shown.err) == (0, 0, "")
    names = {what for _, what, _ in lines(ran)}
    assert names >= {
        *("Python", "packages", "settings", "disk", "inodes", "clock", "letters", "memory"),
        *("home", "lock", "catalogue", "browser", "names", "MongoDB", "MongoDB: server"),
        *("MongoDB: rights", "MongoDB: writes", "MongoDB: schema", "clocks", "sources", "runs"),
        *("cron", "leases"),
    }
    assert [line for line in lines(ran) if line[0] == "bad"] == []
    assert said(ran, "names")[1].startswith("not tried")
    assert len(shown.out.splitlines()) >= len(names)


@pytest.mark.parametrize(
    ("why", "settings", "what", "level", "words"),
    [
        ("a setting", {"DATELINE_WORKERS": "many"}, "settings", "bad", "DATELINE_WORKERS"),
        ("a catalogue", {"DATELINE_SOURCES": "/nowhere"}, "catalogue", "bad", "/nowhere"),
        (
            "MongoDB is away",
            {"MONGODB_URI": "mongodb://me:hush@127.0.0.1:9/?serverSelectionTimeoutMS=200"},
            *("MongoDB", "bad", "127.0.0.1:9"),
        ),
        ("no address", {"MONGODB_URI": "http://me:hush@x/"}, "MongoDB", "bad", "MONGODB_URI"),
        (
            "no place for the metrics",
            {"DATELINE_METRICS_FILE": "/nowhere/dateline.prom"},
            "metrics",
            "bad",
            "mkdir -p /nowhere",
        ),
        ("no catalogue", {"DATELINE_SOURCES": "/nowhere"}, "catalogue", "bad", "sources add URL"),
        ("too many workers", {"DATELINE_WORKERS": "256"}, "memory", "warn", "page_memory_mb"),
    ],
)
def test_what_does_not_work_is_a_line_and_the_look_goes_on(  # noqa: PLR0913 a row of a table
    own: Home, why: str, settings: dict[str, str], what: str, level: str, words: str
) -> None:
    ran = own.run("doctor", "--json", **settings)

    assert said(ran, what)[0] == level
    assert words in said(ran, what)[1]
    assert (ran.code, ran.err) == (int(level == "bad"), "")
    assert "hush" not in ran.out
    assert {"disk", "lock", "MongoDB"} <= {name for _, name, _ in lines(ran)}


def test_a_place_for_the_metrics_is_looked_at(own: Home, tmp_path: Path) -> None:
    well, none = (
        own.run("doctor", "--json", **settings)
        for settings in ({"DATELINE_METRICS_FILE": str(tmp_path / "dateline.prom")}, {})
    )

    assert said(well, "metrics")[0] == "ok"
    assert "metrics" not in {name for _, name, _ in lines(none)}


def test_a_mistake_of_the_catalogue_has_its_line(own: Home, tmp_path: Path) -> None:
    file = tmp_path / "papers.yaml"
    file.write_text("region: coast\nsources:\n  - {id: a, naem: A}\n", encoding="utf-8")

    ran = own.run("doctor", "--json", DATELINE_SOURCES=str(file))

    assert said(ran, "catalogue")[0] == "bad"
    assert f"{file}:3" in said(ran, "catalogue")[1]


def test_a_browser_that_a_source_asks_for_is_missed(own: Home) -> None:
    own.paper("scripted", javascript=True)

    ran = own.run("doctor", "--json", DATELINE_BROWSER_PATH="/nowhere/chromium")

    assert said(ran, "browser")[0] == "bad"
    assert "scripted" in said(ran, "browser")[1]


def test_who_may_look_into_the_home(own: Home) -> None:
    own.path.chmod(0o755)
    key = own.path / "mongo" / "key"
    key.parent.mkdir()
    key.write_text("hush", encoding="ascii")
    key.chmod(0o640)

    ran = own.run("doctor", "--json")

    assert said(ran, "home") == (
        "warn",
        f"mode 0755: other users may look into it {own.path} chmod 700 {own.path}",
    )
    assert (said(ran, "files")[0], f"chmod 600 {key}" in said(ran, "files")[1]) == ("bad", True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_files_of_another_user_are_named(tmp_path: Path) -> None:
    (tmp_path / "crawl.lock").touch()
    os.chown(tmp_path / "crawl.lock", 65534, 65534)

    found = list(home.modes(Settings(home=tmp_path)))

    assert [one.what for one in found if one.level is Level.BAD] == ["files"]


def test_a_run_under_way_is_seen_and_left_alone(own: Home) -> None:
    with FileLock(own.path / "crawl.lock"):
        ran = own.run("doctor", "--json")

    held = [words for _, what, words in lines(ran) if what == "lock"]
    assert f"held by process {os.getpid()}" in held[0]
    assert ran.code == 0


def test_runs_that_stopped_coming_and_one_that_was_killed(
    own: Home, mongo_client: MongoClient[Document]
) -> None:
    db, now = own.db(mongo_client), datetime.now(UTC)
    db["runs"].update_many({}, {"$set": {"started_at": now - timedelta(days=2)}})
    for minutes in range(0, 50, 5):
        began = now - timedelta(hours=7, minutes=minutes)
        runs = Runs(db, own.path, began)
        runs.begin(began)
        if minutes == 20:
            runs.abandon()
        else:
            runs.end("done", own_report(db), began + timedelta(minutes=1))

    ran = own.run("doctor", "--json")

    assert said(ran, "cron")[0] == "warn"
    assert "every 5 min, and none since 7 h ago" in said(ran, "cron")[1]
    assert (said(ran, "runs")[0], "1 of the last 11 killed" in said(ran, "runs")[1]) == (
        "warn",
        True,
    )
    assert ran.code == 0


def own_report(db: Any) -> Document:
    report: Document = db["runs"].find_one({"report": {"$ne": None}})["report"]
    return report


def test_what_a_dead_run_holds_and_who_is_ill(
    web: Web, own: Home, mongo_client: MongoClient[Document]
) -> None:
    db = own.db(mongo_client)
    lease = {"by": "machine/x/1/run", "until": datetime.now(UTC) - timedelta(hours=2), "epoch": 1}
    due = {"lease": lease, "next_at": lease["until"], "state": "pending", "priority": 0}
    db["frontier"].update_many({}, {"$set": due})
    web.put("http://lantern.example/feed", Answer(b"", 404))

    ran = own.run("doctor", "--json")
    own.crawl("--all")
    own.crawl("--all")
    after = own.run("doctor", "--json")

    assert (said(ran, "leases")[0], "machine/x/1/run" in said(ran, "leases")[1]) == ("warn", True)
    assert (said(after, "sources")[0], "lantern (gone)" in said(after, "sources")[1]) == (
        "warn",
        True,
    )
    assert said(after, "leases")[0] == "ok"
    assert after.code == 0


def test_an_embedded_server_is_not_started_for_a_look(own: Home) -> None:
    none_yet = own.run("doctor", "--json", MONGODB_URI="")
    (own.path / "mongo").mkdir()
    stopped = own.run("doctor", "--json", MONGODB_URI="")

    assert said(none_yet, "MongoDB")[0] == "ok"
    assert said(stopped, "MongoDB")[0] == "warn"
    assert server.status(own.path) is None


ROLES = [
    ("enough", [("readWrite", "dateline"), ("dbAdmin", "dateline")], "ok", "all that is needed"),
    ("reads only", [("read", "dateline")], "bad", "we may not: "),
    ("of another database", [("readWrite", "other")], None, "refuses us"),
]


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a MongoDB that asks for a password, without one."""
    place = tmp_path_factory.mktemp("locked")
    found = server.ensure(place, sockets=False)
    with MongoClient[Document](found.uri) as client:
        for name, roles, _, _ in ROLES:
            granted = [{"role": role, "db": db} for role, db in roles]
            client["dateline"].command("createUser", name, pwd="hush", roles=granted)
    yield found.uri.rpartition("@")[2].partition("/")[0]
    server.stop(place)


@pytest.mark.parametrize(("name", "roles", "level", "words"), ROLES)
def test_what_our_user_may_not(  # noqa: PLR0913 a row of a table
    own: Home, locked: str, name: str, roles: list[Any], level: str | None, words: str
) -> None:
    options = "directConnection=true&authSource=dateline"
    uri = f"mongodb://{name.replace(' ', '%20')}:hush@{locked}/?{options}"
    settings = {"MONGODB_URI": uri, "MONGODB_DATABASE": "dateline"}

    ran = own.run("doctor", "--json", **settings)
    crawled = own.crawl("--all", **settings)

    what = "MongoDB: rights" if level else "MongoDB"
    assert said(ran, what)[0] == (level or "bad")
    assert words in said(ran, what)[1]
    assert "hush" not in ran.out
    assert crawled.code == (0 if level == "ok" else 69), crawled.err


def test_a_server_that_asks_for_a_name_and_gets_none(own: Home, locked: str) -> None:
    ran = own.run("doctor", "--json", MONGODB_URI=f"mongodb://{locked}/?directConnection=true")

    assert said(ran, "MongoDB")[0] == "bad"
    assert "refuses us" in said(ran, "MongoDB")[1]


LOCK = """\
click==0.0.1 \\
    --hash=sha256:00
    # via dateline
nosuch-package==1.0 ; sys_platform == 'win32' \\
{more}"""


@pytest.mark.parametrize(
    ("more", "level", "words"),
    [
        ("", Level.WARN, "1 unlike the lock: click"),
        ("no-such-either==2 \\\n", Level.BAD, "not installed: no-such-either"),
    ],
)
def test_packages_are_held_to_the_lock(tmp_path: Path, more: str, level: Level, words: str) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(LOCK.format(more=more), encoding="utf-8")

    first = next(iter(machine.packages(lock)))

    assert (first.level, first.words.startswith(words)) == (level, True)


def test_what_is_installed_here_is_what_the_lock_says() -> None:
    lock = Path(__file__).parents[2] / "requirements.lock"

    assert [one.level for one in machine.packages(lock)] == [Level.OK]


WELL = Checkup(
    version="8.0.4",
    is_primary=True,
    set_name="rs0",
    ahead=timedelta(0),
    users=("dateline",),
    lacks=(),
)


@pytest.mark.parametrize(
    ("found", "levels"),
    [
        (WELL, ["ok", "ok", "ok"]),
        (replace(WELL, version="6.0.5"), ["warn", "ok", "ok"]),
        (replace(WELL, version="9.1.0"), ["ok", "ok", "ok"]),
        (replace(WELL, is_primary=False), ["ok", "bad", "ok"]),
        (replace(WELL, ahead=timedelta(seconds=-30)), ["ok", "ok", "warn"]),
        (replace(WELL, ahead=timedelta(hours=1)), ["ok", "ok", "bad"]),
    ],
)
def test_how_a_server_is(found: Checkup, levels: list[str]) -> None:
    assert [str(one.level) for one in database.of_server(found, "here", NOW)] == levels


def test_a_clock_that_cannot_be_right() -> None:
    levels = [next(machine.clock(now)).level for now in (NOW, datetime(1970, 1, 2, tzinfo=UTC))]

    assert levels == [Level.OK, Level.BAD]


def test_every_line_that_is_not_well_says_what_to_do(own: Home) -> None:
    ran = own.run("doctor", "--json", DATELINE_WORKERS="256")

    rows = [Finding(**row) for row in json.loads(ran.out)]
    assert [one.what for one in rows if one.level != "ok" and not one.to_do] == []
    assert [one.what for one in rows if one.level == "ok" and one.to_do] == []
