"""Settings: what is in force, and what a person is told of a value that cannot be used."""

import os
from pathlib import Path

import pytest

from config import secrets
from config.errors import ConfigError
from config.settings import FILE, load

ENDLESS = "9" * 5000


def _told(environ: dict[str, str], file: Path = FILE) -> str:
    with pytest.raises(ConfigError) as caught:
        load(environ, file)
    (fault,) = caught.value.faults
    return str(fault).replace(str(file), "F")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("HOST_DELAY", "inf", "found 'inf'; expected a finite number"),
        ("HOST_DELAY", "nan", "found 'nan'; expected a finite number"),
        ("HOST_DELAY", "1e400", "found '1e400'; expected a finite number"),
        ("HOST_DELAY", "1e300", "found '1e300'; expected less than or equal to"),
        ("VISIT_MINUTES_MAX", "9" * 30, f"found '{'9' * 30}'; expected less than"),
        ("WORKERS", ENDLESS, f"found '{'9' * 59}…; expected a whole number"),
        ("USER_AGENT", "a\nX-Own: b", r"found 'a\nX-Own: b'; expected text in one line"),
        ("USER_AGENT", "paper\udcff", r"found 'paper\udcff'; expected text in UTF-8"),
        ("HOME", "~nosuchuser/x", "found '~nosuchuser/x'; expected a path; this one leads nowher"),
    ],
)
def test_a_variable_that_cannot_be_used(name: str, value: str, expected: str) -> None:
    told = _told({f"DATELINE_{name}": value})

    assert told.startswith(f"environment: DATELINE_{name}: {expected}")


def test_an_address_where_a_key_belongs_keeps_its_password(tmp_path: Path) -> None:
    file = tmp_path / "dateline.toml"
    file.write_text('"mongodb://reader:rosebud@mongo.example" = 1\n', encoding="utf-8")

    told = secrets.redacted(_told({}, file))

    assert told.startswith("F:1: mongodb://reader:***@mongo.example: found an unknown key")


def test_a_database_of_the_server_is_not_ours() -> None:
    assert _told({"MONGODB_DATABASE": "admin"}) == (
        "environment: MONGODB_DATABASE: found 'admin'; "
        "expected a database of your own; this one is MongoDB's"
    )


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("MONGODB_DATABSE", "MONGODB_DATABASE"),
        ("MONGODB_DATABASE_NAME", "MONGODB_DATABASE"),
        ("MONGODB_URL", "MONGODB_URI"),
        ("DATELINE_HOST_DELY", "DATELINE_HOST_DELAY"),
    ],
)
def test_a_variable_that_is_a_slip_is_refused_with_the_one_meant(name: str, near: str) -> None:
    told = _told({name: "mongodb://reader:rosebud@mongo.example/"})

    assert told == f"environment: {name}: found an unknown key; expected {near}?"


@pytest.mark.parametrize(
    "name", ["PASSWORD_FILE", "PORT", "SERVICE_HOST", "PORT_27017_TCP", "ROOT_PASSWORD", "USER"]
)
def test_a_variable_of_another_program_s_is_left_alone(name: str) -> None:
    assert load({f"MONGODB_{name}": "x", "MONGODB_DATABSE": ""}) == load({})


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (b"\nhost_delay = inf", "F:2: host_delay: found inf; expected a finite"),
        (b"host_delay = nan", "F:1: host_delay: found nan; expected a finite"),
        (b"robots_hours = 1e400", "F:1: robots_hours: found inf; expected a fini"),
        (b"\nworkers = " + ENDLESS.encode(), "F:2: found a number without end; expected TOML"),
        (b"workers = 0x" + b"f" * 5000, "F:1: workers: found a number without end; expected"),
        (b"workers = " + b"[" * 3000, "F: found lists in lists without end; expected TOML"),
        (b"workers = 1\nworkers = 2", "F:2: found Cannot overwrite a value (at end of document)"),
        (b"\nuser_agent = 'M\xfcller'", "F:2: found bytes that are not UTF-8; expected text in"),
        (b"\n[workrs]\nx = 1", "F:2: workrs: found an unknown key; expected workers?"),
        (b"home = '~nosuchuser'", "F:1: home: found '~nosuchuser'; expected a path; this one le"),
        (b'sources = "a\\u0000b"', r"F:1: sources: found '/"),
        (b"mongodb_uri = 7", "F:1: mongodb_uri: found what may hold a password; expected t"),
    ],
)
def test_a_line_of_the_file_that_cannot_be_used(
    tmp_path: Path, written: bytes, expected: str
) -> None:
    file = tmp_path / "config" / "dateline.toml"
    file.parent.mkdir()
    file.write_bytes(written)

    assert _told({}, file).startswith(expected)


def test_a_file_that_is_none_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    assert _told({}, tmp_path / "pipe") == "F: found a pipe; expected a file"
    assert _told({}, tmp_path) == "F: found a folder; expected a file"
    assert _told({}, Path("/dev/zero")) == "F: found a device; expected a file"
    assert _told({}, tmp_path / "none").startswith("F: found No such file or directory; expected")


def test_what_is_usual_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "config" / "dateline.toml"
    file.parent.mkdir()
    file.write_bytes(
        b'\xef\xbb\xbfuser_agent = "M\xc3\xbcller (+mailto:a@b)"\nsources = "papers"\n'
    )
    monkeypatch.chdir(tmp_path)

    found = load({"DATELINE_HOST_DELAY": "0", "DATELINE_HOME": "own", "DATELINE_WORKERS": ""}, file)

    assert (found.user_agent, found.host_delay) == ("Müller (+mailto:a@b)", 0.0)
    assert (found.sources, found.home) == (tmp_path / "papers", tmp_path / "own")


def test_a_relative_path_counts_from_where_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the file from the checkout, in the environment from the folder that a person is in."""
    file = tmp_path / "checkout" / "config" / "dateline.toml"
    file.parent.mkdir(parents=True)
    file.write_text('home = "state"\nsources = "papers"\n', encoding="utf-8")
    monkeypatch.chdir(file.parent)

    written, given = load({}, file), load({"DATELINE_HOME": "own"}, file)

    assert (written.home, written.sources) == (
        tmp_path / "checkout" / "state",
        tmp_path / "checkout" / "papers",
    )
    assert (given.home, given.sources) == (file.parent / "own", written.sources)
