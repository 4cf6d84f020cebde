"""`dateline db`, as a program runs it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pymongo import MongoClient
from pymongo.database import Database

from dateline.commands.db import command
from dateline.exits import Code, Exit
from pipelines.store import layout, schema, server

Ran = Callable[..., Result]


@pytest.fixture
def own(mongo_home: Path, database: Database[dict[str, Any]]) -> dict[str, str]:
    """The environment that names the session's MongoDB and the test's database."""
    home = {"DATELINE_HOME": str(mongo_home), "MONGODB_DATABASE": database.name}
    return {**os.environ, "MONGODB_URI": "", **home}


@pytest.fixture
def run(own: dict[str, str]) -> Ran:
    """Run `dateline db …` in this process."""

    def run_db(*arguments: str, **environment: str) -> Result:
        return CliRunner().invoke(command, arguments, env={**own, **environment})

    return run_db


def refused(own: dict[str, str], *arguments: str, **environment: str) -> str:
    """Run `dateline db …` as a program whose exit code is 69; return its words."""
    return ended_with(Code.NO_DATABASE, own, *arguments, **environment)


def ended_with(code: Code, own: dict[str, str], *arguments: str, **environment: str) -> str:
    """Run `dateline db …` as a program that ends with that code; return its words."""
    ended = subprocess.run(
        [sys.executable, "-c", "from dateline.main import main; main()", "db", *arguments],
        env={**own, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == code
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) <= 2
    return ended.stderr


def test_start_and_stop_do_it_once(run: Ran, own: dict[str, str], tmp_path: Path) -> None:
    """`url` starts it as well, and says so where no program reads."""
    home = {"DATELINE_HOME": str(tmp_path)}

    url = run("url", **home)
    start = run("start", **home)
    stops = [run("stop", **home).stdout for _ in range(2)]

    assert (url.exit_code, start.exit_code) == (Code.DONE, Code.DONE)
    assert url.stdout.startswith("mongodb://%2F")
    assert url.stderr.startswith("dateline: started the embedded MongoDB")
    assert len(url.stderr.splitlines()) == 1
    assert "runs already" in start.stdout
    assert stops == ["the embedded MongoDB is stopped\n", "no embedded MongoDB runs\n"]
    assert "no embedded MongoDB runs" in refused(own, "status", **home)


def test_status_and_url_name_the_server_that_runs(run: Ran, mongo_home: Path) -> None:
    running = server.ensure(mongo_home)

    facts = json.loads(run("status", "--json").stdout)
    url = run("url")

    assert (facts["process"], facts["url"]) == (running.pid, running.uri)
    assert (url.stdout, url.stderr) == (f"{running.uri}\n", "")
    with MongoClient[dict[str, Any]](url.stdout.strip()) as client:
        assert client.admin.command("ping")["ok"]


def test_check_and_migrate_work_together(run: Ran, database: Database[dict[str, Any]]) -> None:
    """A new database is fine, one that lost an index is not, and migrate mends it."""
    new = run("check")
    layout.apply(database)
    database.articles.drop_index("by_story")
    broken = run("check", "--json")
    migrated = run("migrate")
    mended = run("check")

    assert new.exit_code == Code.DONE
    assert isinstance(broken.exception, Exit)
    assert broken.exception.code == Code.LOOK
    faults = [one["words"] for one in json.loads(broken.stdout) if not one["fine"]]
    assert faults == ["index by_story of articles is missing: it answers all copies of one story"]
    assert (migrated.exit_code, mended.exit_code) == (Code.DONE, Code.DONE)
    assert f"schema {schema.SCHEMA_VERSION} now" in migrated.stdout
    assert "journalled; replica set dateline of 1" in mended.stdout


def test_an_address_that_cannot_be_used_is_said_without_its_password(own: dict[str, str]) -> None:
    said = ended_with(Code.BAD_CONFIG, own, "check", MONGODB_URI="mongodb://me:secret@")

    assert "MONGODB_URI" in said
    assert "secret" not in said


def test_a_named_server_is_used_and_none_started(run: Ran, mongo_uri: str, tmp_path: Path) -> None:
    named = {"MONGODB_URI": mongo_uri, "DATELINE_HOME": str(tmp_path / "home")}

    ran = {verb: run(verb, **named) for verb in ("start", "url", "status", "check")}

    assert [one.exit_code for one in ran.values()] == [Code.DONE] * 4
    assert ran["url"].stdout == f"{mongo_uri}\n"
    assert "MongoDB" in ran["status"].stdout
    assert not (tmp_path / "home").exists()
