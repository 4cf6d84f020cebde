"""What a person is told who gives a command what it cannot use: a code, and a line or two.

In this process where nothing is fetched: only a crawl needs one of its own.
"""

import logging
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from dateline.main import main
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
        (["articles", "show", "http://lantern.example/none"], 1, ["no article"]),
    ],
    ids=lambda part: " ".join(part[:3]) if isinstance(part, list) else "",
)
def test_a_name_or_place_that_is_not_there(
    tell: Tell, arguments: list[str], code: int, words: list[str]
) -> None:
    assert_says(tell(*arguments), code, *words)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["crawl", "--time-limit", "soon"], "write 90s, 10m or 2h"),
        (["crawl", "--limit", "0"], "--limit"),
        (["crawl", "--frobnicate"], "--frobnicate"),
        (["articles", "find", "--since", "tomorrow"], "write 2026-11-02"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_an_option_that_cannot_be_read(tell: Tell, arguments: list[str], word: str) -> None:
    ran = tell(*arguments)

    assert ran.code == 2
    assert word in ran.err.splitlines()[-1]
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DATELINE_WORKERS", "many", ["DATELINE_WORKERS", "'many'"]),
        ("DATELINE_HOST_DELY", "1", ["DATELINE_HOST_DELY", "host_delay?"]),
        ("MONGODB_DATABASE", "a/b", ["MONGODB_DATABASE"]),
    ],
)
def test_a_setting_that_cannot_be_used(tell: Tell, name: str, value: str, words: list[str]) -> None:
    assert_says(tell("crawl", **{name: value}), 78, *words)


@pytest.mark.parametrize(
    ("uri", "words"),
    [
        ("mongodb://desk:hush-hush@127.0.0.1:9/?serverSelectionTimeoutMS=500", ["127.0.0.1:9"]),
        ("mongodb://desk:hush-hush@@oops", ["MONGODB_URI"]),
        ("mongodb://desk:hush-hush@[oops", ["MONGODB_URI"]),
        ("http://desk:hush-hush@lantern.example", ["MONGODB_URI"]),
    ],
)
def test_a_database_that_cannot_be_reached(tell: Tell, uri: str, words: list[str]) -> None:
    ran = tell("crawl", MONGODB_URI=uri)

    assert_says(ran, 69, *words)
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
