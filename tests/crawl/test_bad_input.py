"""What a person is told who gives a command what it cannot use: a code, and a line or two.

In this process where nothing is fetched: only a crawl needs one of its own.
"""

import json
import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from dateline.main import main
from pipelines.identify.canonical import ledger_key
from tests.crawl.home import Home, Ran
from tests.crawl.server import Answer, Web, article, feed

Document = dict[str, Any]
PAPER = """\
region: coast
sources:
  - id: lantern
    name: The Lantern
    homepage: http://lantern.example/
    feeds: [http://lantern.example/feed]
"""


@pytest.fixture(scope="module")
def home(web: Web, a_home: Callable[..., Home]) -> Home:
    found = a_home()
    base = found.paper("lantern")
    web.put(f"{base}/feed", feed([]))
    web.put(f"{base}/page", article("page"))
    return found


@pytest.fixture(scope="module")
def mute() -> Iterator[str]:
    """An address at which everything is taken and nothing is answered."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield f"127.0.0.1:{listener.getsockname()[1]}"


Tell = Callable[..., Ran]


@pytest.fixture
def tell(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Tell]:
    """Give `dateline` arguments and settings, as a process would, and return what it answers."""
    handlers = list(logging.getLogger().handlers)

    def run(*arguments: str, **settings: str) -> Ran:
        for name in list(os.environ):
            monkeypatch.delenv(name)
        for name, value in home.environment(**settings).items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["dateline", *arguments])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        return Ran(int(left.value.code or 0), out, err)

    yield run
    logging.getLogger().handlers[:] = handlers


def assert_says(ran: Ran, code: int, *words: str) -> None:
    """It ended with the code and one or two lines that hold the words."""
    assert ran.code == code, ran.err
    assert 1 <= len(ran.err.splitlines()) <= 2, ran.err
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err


CATALOGUES = [
    (
        "an unknown key",
        PAPER + "    langage: en",
        ["papers.yaml:7", "langage", "expected language"],
    ),
    (
        "a wrong type",
        PAPER.replace("[http://lantern.example/feed]", "7"),
        ["papers.yaml:6", "feeds"],
    ),
    ("an id twice", PAPER + PAPER.partition("sources:\n")[2], ["papers.yaml:7", "lantern"]),
    ("no YAML", PAPER + "  - [oops", ["papers.yaml:7"]),
    ("a tag", PAPER + "    country: !!int x", ["papers.yaml:7", "a value that is no int"]),
    ("steering", PAPER + '    "\\e[2J\\x9b": 1', ["papers.yaml:7", "[2J", "unknown key"]),
]


@pytest.mark.parametrize(("why", "catalogue", "words"), CATALOGUES)
def test_a_sources_file_that_cannot_be_used(
    tell: Tell, tmp_path: Path, why: str, catalogue: str, words: list[str]
) -> None:
    file = tmp_path / "papers.yaml"
    file.write_text(catalogue, encoding="utf-8")

    assert_says(tell("crawl", "--sources", str(file)), 78, *words)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["crawl", "lantrn"], 2, ["lantrn", "dateline sources list"]),
        (["crawl", "--region", "moon"], 2, ["moon"]),
        (["crawl", "--sources", "/nowhere/papers.yaml"], 78, ["/nowhere/papers.yaml"]),
        (["why", "no address"], 2, ["no address"]),
        (["why", "http://lantern.example/\udcff"], 2, ["it is not in UTF-8"]),
        (["retry", "--source", "lantrn"], 2, ["no source 'lantrn'; perhaps lantern"]),
        (["retry", "--source", ""], 2, ["no source ''"]),
        (["nosuch"], 2, ["nosuch", "dateline --help"]),
        (["crwl"], 2, ["No such command 'crwl'. Did you mean 'crawl'?", "dateline --help"]),
        (["sources", "chek"], 2, ["Did you mean 'check'?", "dateline sources --help"]),
        (["db", "strt"], 2, ["Did you mean", "'start'", "dateline db --help"]),
        (["articles", "fnd"], 2, ["Did you mean 'find'?", "dateline articles --help"]),
        (["extract"], 2, ["give pages", "dateline extract --help"]),
        (["articles", "show", "http://lantern.example/none"], 1, ["no article"]),
        (["articles", "export", "--output", "/nowhere/a"], 1, ["/nowhere/a: No such file or dir"]),
        (["extract", ""], 65, ["a file without a name"]),
        (["read", ""], 65, ["a file without a name"]),
    ],
    ids=lambda part: ascii(" ".join(part[:3])) if isinstance(part, list) else "",
)
def test_a_name_or_place_that_is_not_there(
    tell: Tell, arguments: list[str], code: int, words: list[str]
) -> None:
    assert_says(tell(*arguments), code, *words)


def test_a_command_that_is_like_none_is_no_other_one(tell: Tell) -> None:
    ran = tell("xyzzy")

    assert ran.err.splitlines()[0] == "dateline: No such command 'xyzzy'."


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        *(
            (["crawl", "--time-limit", value], "write 90s, 10m or 2h")
            for value in ("soon", "", "0", "0s", "-1", "1e99h", "9" * 30 + "h", "９m", "9999999h")
        ),
        *(
            (["crawl", "--limit", value], "write a whole number from 1 to")
            for value in ("abc", "", "0", "-1", "1e99", "9" * 30, "9" * 5000)
        ),
        (["articles", "find", "--limit", "0"], "write a whole number from 1 to"),
        *(
            ([command, option, value, "page.html"], "write http://… or https://…")
            for command, option in (("extract", "--url"), ("read", "--base"))
            for value in ("http://[bad", "nonsense", "", "http://a:99999/", "http://a/\udcff")
        ),
        (["extract", "--workers", "257"], "write a whole number from 1 to 256"),
        (["crawl", "--frobnicate"], "--frobnicate"),
        (["crawl", "--\x1b[2J"], "[2J"),
        *(
            (["articles", "find", "--since", value], "write 2026-11-02")
            for value in ("tomorrow", "", "2026-02-30", "9999-12-31T23:59-14:00")
        ),
        (["articles", "find", "a\udcff"], "is not in UTF-8"),
        (["articles", "find", "a" * 40_000], "is longer than"),
        (["articles", "export", "--source", "a\udcff"], "is not in UTF-8"),
        (["articles", "show", "a\udcff"], "is not in UTF-8"),
        (["retry", "--reason", "a\udcff"], "is not in UTF-8"),
        (["retry", "--reason", "page-tiem"], "Reasons: "),
    ],
    ids=lambda part: ascii(" ".join(part)[:60]) if isinstance(part, list) else "",
)
def test_an_option_that_cannot_be_read(tell: Tell, arguments: list[str], word: str) -> None:
    assert_says(tell(*arguments), 2, word, "--help` shows what it takes")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATELINE_WORKERS", "many", ["DATELINE_WORKERS", "'many'"]),
        ("DATELINE_HOST_DELAY", "inf", ["DATELINE_HOST_DELAY", "'inf'", "a finite number"]),
        ("DATELINE_HOME", "~nosuchuser", ["DATELINE_HOME", "leads nowhere"]),
        ("DATELINE_HOST_DELY", "1", ["DATELINE_HOST_DELY", "DATELINE_HOST_DELAY?"]),
        ("MONGODB_DATABASE", "a/b", ["MONGODB_DATABASE"]),
    ],
)
def test_a_setting_that_cannot_be_used(tell: Tell, name: str, value: str, words: list[str]) -> None:
    assert_says(tell("crawl", **{name: value}), 78, *words)


@pytest.mark.parametrize("where", ["file", "file/below", "/proc/dateline"])
@pytest.mark.parametrize("is_embedded", [True, False])
def test_a_home_that_cannot_be_written_is_the_configuration_s_fault(
    tell: Tell, tmp_path: Path, where: str, is_embedded: bool
) -> None:
    """As root, too, nothing can be made below a file, nor in /proc."""
    (tmp_path / "file").touch()
    settings = {"DATELINE_HOME": str(tmp_path / where)}
    settings |= {"MONGODB_URI": ""} if is_embedded else {}

    for command in ("crawl", "audit", "db start") if is_embedded else ("crawl",):
        assert_says(tell(*command.split(), **settings), 78, "cannot keep", "name another with")


def test_what_needs_no_home_does_without(tell: Tell, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert tell("audit", DATELINE_HOME=str(tmp_path / "file")).code == 0
    doctor = tell("doctor", DATELINE_HOME=str(tmp_path / "file"))
    assert (doctor.code, "it is no folder" in doctor.out) == (1, True)


@pytest.mark.parametrize(
    ("uri", "code", "words"),
    [
        ("mongodb://desk:hush-hush@127.0.0.1:9/?serverSelectionTimeoutMS=500", 69, "127.0.0.1:9"),
        ("mongodb://desk:hush-hush@@oops", 78, "MONGODB_URI"),
        ("mongodb://desk:hush-hush@[oops", 78, "MONGODB_URI"),
        ("http://desk:hush-hush@lantern.example", 78, "MONGODB_URI"),
        ("mongodb://desk:hush-hush@lantern.example/?foo=1", 78, "MONGODB_URI"),
    ],
)
def test_a_database_that_cannot_be_reached(tell: Tell, uri: str, code: int, words: str) -> None:
    ran = tell("crawl", MONGODB_URI=uri)

    assert_says(ran, code, words)
    assert "hush" not in ran.err + ran.out


def test_a_database_that_wants_another_password(home: Home, tell: Tell) -> None:
    ran = tell("status", MONGODB_URI=home.uri.replace("mongodb://", "mongodb://desk:hush-hush@"))

    assert_says(ran, 69, "wrong user or password", "MONGODB_URI")
    assert "hush" not in ran.err + ran.out


@pytest.mark.parametrize(
    ("why", "answer", "trouble"),
    [
        ("a feed that is HTML", Answer(article("no feed").encode()), "not-a-feed"),
        ("a feed that is gone", Answer(b"", 404), "not-found"),
    ],
)
def test_when_nothing_at_all_succeeded_a_person_must_look(
    web: Web, a_home: Callable[..., Home], why: str, answer: Answer, trouble: str
) -> None:
    home = a_home()
    web.put(home.paper("ill") + "/feed", answer)

    ran = home.crawl()

    assert_says(ran, 1, "nothing succeeded", "http://ill.example/feed", trouble)
    assert ran.report["troubles"][0]["trouble"] == trouble


def test_a_host_that_never_answers_is_given_up(a_home: Callable[..., Home], mute: str) -> None:
    home = a_home()
    home.paper("silent")

    ran = home.crawl(http_proxy=f"http://{mute}", DATELINE_REQUEST_TIMEOUT="1")

    assert_says(ran, 1, "nothing succeeded", "http://silent.example/feed")


HOSTILE = "Tide\x1b[2J\x9b31m\u202eelbat\u2028dateline: [/b] all is well"
ARTICLE: Document = {
    "_id": "f" * 32,
    "url": "http://lantern.example/tide",
    "urls": ["http://lantern.example/tide"],
    "source": "lantern",
    "title": HOSTILE,
    "text": f"{HOSTILE}\n\n\tمرحبا\u200f",
    "authors": [HOSTILE],
    "agencies": [],
    "place": HOSTILE,
    "language": None,
    "published_at": None,
    "changed_at": datetime(2026, 11, 2, tzinfo=UTC),
    "quotes": [],
    "duplicate_of": None,
    "state": "moved",
    "moved_to": HOSTILE,
    "revision": 1,
    "story": "f" * 32,
    "stripped": [{"text": HOSTILE, "rule": "tools", "at": 1}],
    "stripped_more": 0,
}
ROW: Document = {
    "_id": ledger_key(ARTICLE["url"]),
    "state": "quarantined",
    "source": "lantern",
    "url": ARTICLE["url"],
    "host": "lantern.example",
    "article": ARTICLE["_id"],
    "reason": "damaged",
    "detail": HOSTILE,
    "first_seen_at": None,
    "seen_at": None,
    "visited_at": None,
    "next_at": None,
    "attempts": 5,
    "feed": None,
}
FEED: Document = {
    "_id": ledger_key("http://lantern.example/feed"),
    "source": "lantern",
    "url": "http://lantern.example/feed",
    "failures": 3,
    "trouble": "damaged",
    "detail": HOSTILE,
}


@pytest.fixture
def ledger(
    home: Home, tell: Tell, mongo_client: MongoClient[Document]
) -> Iterator[Database[Document]]:
    """The database, with what a hostile site left in it; emptied afterwards."""
    tell("status")
    db = home.db(mongo_client)
    rows = {"articles": ARTICLE, "feeds": FEED, "frontier": ROW}
    for name, row in rows.items():
        db.command("collMod", name, validationLevel="off")  # whole documents are another's matter
        db[name].insert_one(dict(row))
    yield db
    for name in rows:
        db[name].delete_many({})


@pytest.mark.parametrize(
    "arguments",
    [
        ["articles", "show", "f" * 32, "--stripped"],
        ["articles", "show", "f" * 32, "--json"],
        ["articles", "find"],
        ["articles", "find", "--json"],
        ["articles", "export"],
        ["why", ARTICLE["url"]],
        ["why", ARTICLE["url"], "--json"],
        ["status"],
        ["status", "--json"],
    ],
    ids=" ".join,
)
def test_what_a_site_left_in_the_database_cannot_steer_a_terminal(
    ledger: Database[Document], tell: Tell, arguments: list[str]
) -> None:
    ran = tell(*arguments)

    assert (ran.code, ran.err) == (0, "")
    assert "[/b] all is well" in ran.out
    assert not [line for line in ran.out.splitlines() if line.startswith("dateline:")]
    for harmful in "\x1b\x9b\u202e\u2028":
        assert harmful not in ran.out
    if "--json" in arguments:
        assert json.dumps(HOSTILE) in json.dumps(json.loads(ran.out))


@pytest.mark.parametrize("asked", [[], ["--revisions"], ["--copies", "--revisions"]])
def test_json_of_an_article_has_what_was_asked_for(
    ledger: Database[Document], tell: Tell, asked: list[str]
) -> None:
    shown = json.loads(tell("articles", "show", "f" * 32, "--json", *asked).out)

    assert [f"--{name}" for name in ("copies", "revisions") if name in shown] == asked
    assert not any(shown.get(name) for name in ("copies", "revisions"))


def test_an_address_that_nobody_announced_is_not_there_for_a_program_either(tell: Tell) -> None:
    ran = tell("why", "http://lantern.example/none", "--json")

    assert ran.code == 1
    assert json.loads(ran.out)["row"] is None


def test_what_is_stored_stays_as_it_is_and_the_text_keeps_its_lines(
    ledger: Database[Document], tell: Tell
) -> None:
    shown = tell("articles", "show", "f" * 32).out

    assert shown.rstrip().splitlines()[-2:] == ["", f"{' ' * 8}مرحبا\u200f"]
    assert (ledger["articles"].find_one() or {})["title"] == HOSTILE


@pytest.mark.parametrize(
    ("why", "kept_as", "asked_for", "aliases", "answer"),
    [
        ("a source of the catalogue", "lantern", "lantern", [], "1 address will"),
        ("by its earlier id", "lantern", "old-lantern", ["old-lantern"], "1 address will"),
        ("kept under its earlier id", "old-lantern", "lantern", ["old-lantern"], "1 address will"),
        ("one that has left the catalogue", "beacon", "beacon", [], "1 address will"),
        ("without an address that was given up", "beacon", "lantern", [], "0 addresses will"),
    ],
)
def test_retry_knows_a_source_by_catalogue_and_ledger(  # noqa: PLR0913 a row of a table
    ledger: Database[Document],
    tell: Tell,
    tmp_path: Path,
    why: str,
    kept_as: str,
    asked_for: str,
    aliases: list[str],
    answer: str,
) -> None:
    ledger["frontier"].update_one({}, {"$set": {"source": kept_as}})
    file = tmp_path / "papers.yaml"
    file.write_text(f"{PAPER}    aliases: {json.dumps(aliases)}", encoding="utf-8")

    ran = tell("retry", "--source", asked_for, DATELINE_SOURCES=str(file))

    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{answer} be tried again by the next crawl\n"
