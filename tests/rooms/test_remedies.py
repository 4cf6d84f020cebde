"""What a person is told to do about an error: a second line, or half of the one."""

import errno
from pathlib import Path

import pytest

from dateline import remedies
from pipelines.records import Trouble
from tests.crawl.home import Home

pytestmark = pytest.mark.slow
OF_WORK = {
    "incomplete",
    "not-a-feed",
    "page-time",
    "page-crash",
    "page-error",
    "layout",
}  # what no request can meet


def _told(home: Path, *arguments: str, uri: str = "") -> list[str]:
    operator = Home(home, uri, "test")
    operator.paper("quay")
    ran = operator.run(*arguments)
    assert ran.code not in {0, 1}
    return ran.err.splitlines()


def test_every_trouble_of_a_request_has_its_remedy() -> None:
    assert remedies.OF_TROUBLES.keys() == set(Trouble) - OF_WORK


@pytest.mark.parametrize("command", ["read", "extract"])
def test_an_address_in_a_private_network_is_told_with_the_setting(
    tmp_path: Path, command: str
) -> None:
    first, second = _told(tmp_path, command, "http://127.0.0.1:9/feed")

    assert "leads to a loopback address" in first
    assert "DATELINE_ALLOW_PRIVATE_ADDRESSES=true" in second


@pytest.mark.parametrize(
    ("arguments", "todo"),
    [
        (["articles", "find", "long", "bridge"], "what belongs together goes in quotes"),
        (["why", "paper.example/a"], "Write it whole, from http:// or https:// on"),
        (["crawl", "nosuch"], "; `dateline sources list` shows what there is"),
        (["db", "status"], "`dateline db start` starts it"),
    ],
)
def test_what_to_do_is_said(tmp_path: Path, arguments: list[str], todo: str) -> None:
    told = _told(tmp_path, *arguments)

    assert len(told) <= 2
    assert "\n".join(told).count(todo) == 1


def test_a_database_that_goes_away_is_told_with_where_to_look(tmp_path: Path) -> None:
    gone = "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100"

    [told] = _told(tmp_path, "status", uri=gone)

    assert told.endswith("; start it, or correct MONGODB_URI")


def test_a_file_that_is_not_ours_to_read() -> None:
    denied = PermissionError(errno.EACCES, "Permission denied")

    assert remedies.beside("no", remedies.of_error(denied)).startswith("no\nwhoever runs dateline")
    assert remedies.of_error(ValueError()) == ""
