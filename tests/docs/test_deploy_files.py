"""What `config/deploy` promises: each file read as its program reads it, and held to the code."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest

from config.settings import ROOT, Settings
from dateline.main import dateline

DEPLOY = ROOT / "config" / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
TIMERS = sorted(DEPLOY.glob("*.timer"))
PLACE = "/opt/dateline"
HARD = {
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "AmbientCapabilities": "",
    "ProtectSystem": "strict",
    "ProtectHome": "yes",
    "PrivateTmp": "yes",
    "PrivateDevices": "yes",
    "ProtectKernelTunables": "yes",
    "ProtectKernelModules": "yes",
    "ProtectKernelLogs": "yes",
    "ProtectControlGroups": "yes",
    "ProtectClock": "yes",
    "ProtectHostname": "yes",
    "ProtectProc": "invisible",
    "RestrictNamespaces": "yes",
    "RestrictRealtime": "yes",
    "RestrictSUIDSGID": "yes",
    "LockPersonality": "yes",
    "SystemCallArchitectures": "native",
    "UMask": "0077",
    "User": "dateline",
    "StateDirectoryMode": "0700",
    "RuntimeDirectoryMode": "0700",
}


class _Many(dict[str, Any]):
    """Keys that a unit gives more than once, one value a line."""

    def __setitem__(self, key: str, value: Any) -> None:
        if isinstance(value, list) and isinstance(self.get(key), list):
            self[key].extend(value)
        else:
            super().__setitem__(key, value)


def unit(path: Path) -> dict[str, dict[str, list[str]]]:
    """Return the sections of a unit; a key has all the values that it is given."""
    parser = configparser.RawConfigParser(
        dict_type=_Many, strict=False, delimiters=("=",), comment_prefixes=("#", ";")
    )
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as its documentation says
    parser.read_string(path.read_text(encoding="utf-8"))
    return {
        name: {key: value.split("\n") for key, value in parser.items(name)}
        for name in parser.sections()
    }


def be_known(words: list[str]) -> None:
    """Assert that `dateline` understands these words."""
    command: click.Command = dateline
    while isinstance(command, click.Group) and words:
        found = command.get_command(click.Context(command), words[0])
        assert found, words
        command, words = found, words[1:]
    known = {name for param in command.params for name in param.opts}
    assert [word for word in words if word.startswith("-") and word not in known] == []


def local(word: str) -> Path:
    """Return the file of the checkout that a word names."""
    return ROOT / word.removeprefix(f"{PLACE}/").removeprefix("$DATELINE/")


def test_the_crontab_names_scripts_and_commands_that_are_there() -> None:
    lines = (DEPLOY / "crontab").read_text(encoding="utf-8").splitlines()
    jobs = [line.split(None, 5) for line in lines if re.match(r"[\d*]", line)]
    variables = dict(line.split("=", 1) for line in lines if re.match(r"[A-Z]+=", line))

    named = []
    for *times, line in jobs:
        words = shlex.split(line)
        scripts = [word for word in words if word.startswith("$DATELINE/")]
        rest = words[len(scripts) :]
        assert all(os.access(local(script), os.X_OK) for script in scripts)
        assert all(re.fullmatch(r"[\d*/,-]+", time) for time in times)
        assert "%" not in line  # cron makes a line's end of it
        be_known(rest)
        named.append(rest[0])
    assert named == ["crawl", "audit", "backup"]
    assert variables["DATELINE"] == PLACE


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_is_hardened_and_runs_what_is_there(path: Path) -> None:
    service = unit(path)["Service"]

    assert {key: service.get(key, ["absent"])[-1] for key in HARD} == HARD
    assert "@system-service" in service["SystemCallFilter"]
    assert "~@privileged" in service["SystemCallFilter"]
    assert {"MemoryMax", "TasksMax", "TimeoutStartSec", "TimeoutStopSec"} <= service.keys()
    environment = dict(pair.split("=", 1) for pair in service["Environment"])
    assert environment["DATELINE_HOME"] == f"/var/lib/{service['StateDirectory'][0]}"
    # the socket of the embedded server is there, and every unit's /tmp is its own
    assert environment["XDG_RUNTIME_DIR"] == f"/run/{service['RuntimeDirectory'][0]}"
    assert service["WorkingDirectory"] == [PLACE]
    assert service["EnvironmentFile"] == ["-/etc/dateline.env"]
    for line in service["ExecStart"] + service.get("ExecStop", []):
        words = line.split()
        programs = [word for word in words if word.startswith(PLACE)]
        assert programs[-1] == f"{PLACE}/.venv/bin/dateline"
        assert all(os.access(local(program), os.X_OK) for program in programs[:-1])
        be_known(words[len(programs) :])


@pytest.mark.parametrize("path", TIMERS, ids=lambda path: path.name)
def test_a_timer_catches_up_scatters_and_takes_a_busy_lock_for_no_failure(path: Path) -> None:
    timer, service = unit(path), unit(path.with_suffix(".service"))

    assert timer["Timer"]["Persistent"] == ["true"]
    assert timer["Timer"]["OnCalendar"]  # without it Persistent means nothing
    assert {"RandomizedDelaySec"} <= timer["Timer"].keys()
    assert timer["Install"]["WantedBy"] == ["timers.target"]
    assert service["Service"]["Type"] == ["oneshot"]
    assert service["Service"]["SuccessExitStatus"] == ["75"]
    assert "Install" not in service  # the timer is what is enabled
    assert "dateline-db.service" in service["Unit"]["Wants"][0].split()


def test_the_embedded_server_outlives_what_asks_for_it() -> None:
    service = unit(DEPLOY / "dateline-db.service")

    assert service["Service"]["RemainAfterExit"] == ["yes"]
    assert service["Service"]["PrivateNetwork"] == ["yes"]
    assert service["Install"]["WantedBy"] == ["multi-user.target"]
    assert {path.stem for path in TIMERS} == {path.stem for path in UNITS} - {"dateline-db"}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")
def test_systemd_understands_each_unit_and_thinks_well_of_it(tmp_path: Path) -> None:
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    (programs / "dateline").write_text("#!/bin/sh\n", encoding="utf-8")
    (programs / "dateline").chmod(0o755)
    shutil.copytree(DEPLOY, tmp_path / "config" / "deploy")
    for path in (*UNITS, *TIMERS):
        text = path.read_text(encoding="utf-8").replace(PLACE, str(tmp_path))
        (tmp_path / path.name).write_text(text.replace("=dateline\n", "=root\n"), encoding="utf-8")
    # the directories of state and runtime were called `root` by the line above, which is lawful

    verified = _analyze("verify", *(str(tmp_path / path.name) for path in (*UNITS, *TIMERS)))
    scores = [
        _analyze("security", "--offline=true", "--threshold=20", str(tmp_path / path.name))
        for path in UNITS
    ]

    assert (verified.returncode, verified.stderr + verified.stdout) == (0, "")
    assert [done.returncode for done in scores] == [0] * len(UNITS), scores[-1].stdout


def _analyze(*words: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        ["systemd-analyze", "--no-pager", *words], capture_output=True, text=True, check=False
    )


def test_variables_of_the_files_are_settings() -> None:
    known = {f"DATELINE_{key.upper()}" for key in Settings.model_fields}
    texts = [path.read_text(encoding="utf-8") for path in DEPLOY.iterdir() if path.is_file()]
    named = {name for text in texts for name in re.findall(r"\bDATELINE_[A-Z_]+", text)}

    assert named <= known
