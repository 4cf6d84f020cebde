"""What the compose file and the container file promise, and the scripts that they run."""

import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from config.settings import ROOT
from tests.crawl.home import until
from tests.docs.test_deploy_files import DEPLOY, be_known, local


def compose() -> dict[str, Any]:
    """Return the compose file."""
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return found


@pytest.mark.parametrize("name", list(compose()["services"]))
def test_a_container_has_no_rights_that_it_does_not_need(name: str) -> None:
    service = compose()["services"][name]

    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert str(service["user"]) not in {"", "0", "root"}
    assert {"mem_limit", "pids_limit", "stop_grace_period", "restart"} <= service.keys()
    assert "ports" not in service
    assert set(service["networks"]) <= set(compose()["networks"])
    for mount in service["volumes"]:
        source, target, *mode = mount.split(":")
        if source.startswith("."):
            assert (DEPLOY / source).exists(), source
            assert mode == ["ro"]
            assert target.startswith(("/opt/dateline/config/", "/docker-entrypoint-initdb.d/"))
        else:
            assert source in compose()["volumes"]


def test_mongodb_asks_for_a_password_that_no_file_here_holds() -> None:
    mongo, found = compose()["services"]["mongo"], compose()

    assert mongo["image"].startswith("mongo:8.")
    assert "--auth" in mongo["command"]
    assert mongo["environment"]["MONGO_INITDB_ROOT_PASSWORD_FILE"].startswith("/run/secrets/")
    assert mongo["networks"] == ["inside"]
    assert found["networks"]["inside"] == {"internal": True}
    assert mongo["healthcheck"]["test"][0] == "CMD"
    for name, secret in found["secrets"].items():
        assert secret["file"] == f"../../secrets/{name}"
    assert "secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()


def test_what_containers_run_is_understood() -> None:
    container = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    commands = [yaml.safe_load(container.partition("\nCMD ")[2])]
    commands += [
        service["command"]
        for service in compose()["services"].values()
        if service["image"] == "dateline"
    ]
    checks = [compose()["services"]["crawl"]["healthcheck"]["test"][2:]]

    for words in commands + checks:
        run = words[2:] if words[0] == "every" else words
        be_known(["backup", "file"] if run == ["weekly"] else run)


def test_the_container_is_nobodys_root_and_its_packages_are_held_to_their_hashes() -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    bases = re.findall(r"^FROM (\S+)", text, re.MULTILINE)

    assert set(bases) == {"python:3.11-slim"}
    assert re.findall(r"^USER (.+)", text, re.MULTILINE)[-1] == "10001:10001"
    assert "python .ci/install.py .venv requirements.lock" in text
    assert "--require-hashes" in (ROOT / ".ci/install.py").read_text(encoding="utf-8")
    script = yaml.safe_load(text.partition("\nENTRYPOINT ")[2].partition("\n")[0])[0]
    assert os.access(local(script), os.X_OK)


def test_what_is_copied_into_the_container_is_enough_to_run(tmp_path: Path) -> None:
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    for words in re.findall(r"^COPY (?!--)(.+)", text, re.MULTILINE):
        *names, _ = words.split()
        for name in names:
            if (ROOT / name).is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
            else:
                shutil.copy(ROOT / name, tmp_path / name)

    main = "import sys; sys.path.insert(0, '.'); from dateline.main import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", main, "canonical", "http://a.example/?utm_source=x"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "DATELINE_HOME": str(tmp_path), "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


PROGRAM = """\
#!/bin/sh
echo "$MONGODB_URI $*" >> "$OUT"
exec sleep "${SECONDS_OF_RUN:-0}"
"""


def contained(place: Path, *words: str, **environment: str) -> "subprocess.Popen[bytes]":
    """Begin what a container runs, with a `dateline` of the test's own."""
    program = place / "dateline"
    program.write_text(PROGRAM, encoding="utf-8")
    program.chmod(0o755)
    (place / "secret").write_text("abc123\n", encoding="ascii")
    return subprocess.Popen(
        [DEPLOY / "contained.py", *words],
        env={
            "PATH": f"{place}:{os.environ['PATH']}",
            "OUT": str(place / "out"),
            "MONGODB_PASSWORD_FILE": str(place / "secret"),
            **environment,
        },
    )


@contextmanager
def ended(process: "subprocess.Popen[bytes]") -> "Iterator[subprocess.Popen[bytes]]":
    """Leave none running, and none unwaited."""
    with process:
        try:
            yield process
        finally:
            process.kill()


def test_where_there_is_no_program_it_is_said(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, DEPLOY / "contained.py", "every", "5", "crawl"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr.count("\n")) == (127, 1)
    assert "no `dateline` in PATH" in done.stderr


def test_in_a_container_the_password_comes_from_its_file(tmp_path: Path) -> None:
    contained(tmp_path, "status", "--json").wait(60)
    contained(tmp_path, "status", MONGODB_URI="mongodb://own/").wait(60)

    first, second = (tmp_path / "out").read_text(encoding="ascii").splitlines()
    assert first == "mongodb://dateline:abc123@mongo:27017/?authSource=dateline status --json"
    assert second == "mongodb://own/ status"


def test_in_a_container_a_backup_gets_a_file_of_its_day(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with ended(contained(tmp_path, "weekly", BACKUPS=str(kept))) as process:
        code = process.wait(60)

    said = (tmp_path / "out").read_text(encoding="ascii")
    assert code == 75  # none was made
    assert re.fullmatch(
        rf"mongodb://\S+ backup {re.escape(str(kept))}/dateline-[\d-]+\.backup\n", said
    )


@pytest.mark.parametrize("words", [["crawl"], ["weekly"]])
@pytest.mark.parametrize("moment", ["it runs", "it rests"])
def test_in_a_container_a_command_comes_again_until_it_is_stopped(
    tmp_path: Path, moment: str, words: list[str]
) -> None:
    pause, run = ("0", "1000") if moment == "it runs" else ("1000", "0")
    out, own = tmp_path / "out", {"BACKUPS": str(tmp_path / "kept"), "SECONDS_OF_RUN": run}
    with ended(contained(tmp_path, "every", pause, *words, **own)) as process:
        until(lambda: process.poll() is not None or (out.exists() and out.stat().st_size > 0))
        process.terminate()
        code = process.wait(60)

    assert code == 0
    assert len(out.read_text(encoding="ascii").splitlines()) == 1


@pytest.mark.parametrize(
    ("pause", "code", "rest"),
    [
        (604_800, 0, 604_800),
        (604_800, 75, 60),
        (604_800, 69, 60),
        (604_800, 1, 3600),
        (300, 1, 300),
    ],
)
def test_what_failed_is_not_left_for_a_week(pause: int, code: int, rest: int) -> None:
    assert runpy.run_path(str(DEPLOY / "contained.py"))["_rest"](pause, code) == rest


def test_a_run_that_ends_is_followed_by_another(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with ended(contained(tmp_path, "every", "0", "crawl")) as process:
        until(lambda: out.exists() and out.read_text(encoding="ascii").count("crawl") > 2)
        process.terminate()
        assert process.wait(60) == 0


@pytest.mark.parametrize(
    "words", [["every"], ["every", "soon", "crawl"], ["every", "-1", "crawl"], ["every", "5"]]
)
def test_a_pause_that_is_none_is_told_in_a_line(tmp_path: Path, words: list[str]) -> None:
    contained(tmp_path, "status").wait(60)
    done = subprocess.run(
        [DEPLOY / "contained.py", *words],
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "every SECONDS COMMAND" in done.stderr


def test_the_last_eight_backups_stay(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    for day in range(1, 13):
        (kept / f"dateline-2020-01-{day:02}.backup").touch()
    (kept / "mine.backup").touch()
    program = tmp_path / "dateline"
    program.write_text('#!/bin/sh\necho "$1" > "$2"\nexit ${CODE:-0}\n', encoding="ascii")
    program.chmod(0o755)

    def weekly(code: str) -> int:
        environment = {"PATH": os.environ["PATH"], "BACKUPS": str(kept), "CODE": code}
        words = [str(DEPLOY / "weekly"), str(program), "backup"]
        return subprocess.run(words, env=environment, check=False).returncode

    failed, all_kept = weekly("69"), len(list(kept.iterdir()))
    assert (failed, all_kept) == (69, 14)
    assert weekly("0") == 0
    names = sorted(path.name for path in kept.glob("dateline-*"))
    assert (len(names), names[0]) == (8, "dateline-2020-01-06.backup")
    assert (kept / names[-1]).read_text(encoding="ascii") == "backup\n"
    assert (kept / names[-1]).stat().st_mode & 0o077 == 0
    assert (kept / "mine.backup").exists()
