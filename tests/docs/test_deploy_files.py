"""What `config/deploy` promises: each file read as its program reads it, and held to the code."""

import configparser
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import click
import promql_parser
import pytest
import yaml
from promql_parser import VectorSelector

from config.settings import ROOT, Settings
from crawler.health import Word
from dateline import history
from dateline.main import dateline
from dateline.metrics.names import METRICS
from pipelines.records import State

DEPLOY = ROOT / "config" / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
TIMERS = sorted(DEPLOY.glob("*.timer"))
COMING = {"backup"}  # named here before it was there
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
    """Assert that `dateline` understands these words; `backup` is to come."""
    command: click.Command = dateline
    while isinstance(command, click.Group) and words:
        found = command.get_command(click.Context(command), words[0])
        if found is None and words[0] in COMING:
            return
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


# containers


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
        be_known(words[2:] if words[0] == "every" else words)


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
        [DEPLOY / "contained", *words],
        env={
            "PATH": f"{place}:{os.environ['PATH']}",
            "OUT": str(place / "out"),
            "MONGODB_PASSWORD_FILE": str(place / "secret"),
            **environment,
        },
    )


def test_in_a_container_the_password_comes_from_its_file(tmp_path: Path) -> None:
    contained(tmp_path, "status", "--json").wait(60)
    contained(tmp_path, "status", MONGODB_URI="mongodb://own/").wait(60)

    first, second = (tmp_path / "out").read_text(encoding="ascii").splitlines()
    assert first == "mongodb://dateline:abc123@mongo:27017/?authSource=dateline status --json"
    assert second == "mongodb://own/ status"


@pytest.mark.parametrize("moment", ["it runs", "it rests"])
def test_in_a_container_a_command_comes_again_until_it_is_stopped(
    tmp_path: Path, moment: str
) -> None:
    pause, run = ("0", "1000") if moment == "it runs" else ("1000", "0")
    process = contained(tmp_path, "every", pause, "crawl", SECONDS_OF_RUN=run)
    try:
        while not (tmp_path / "out").exists() and process.poll() is None:
            continue
        process.terminate()
        code = process.wait(60)
    finally:
        process.kill()

    assert code == 0
    assert (tmp_path / "out").read_text(encoding="ascii").count("crawl") == 1


def test_a_run_that_ends_is_followed_by_another(tmp_path: Path) -> None:
    process = contained(tmp_path, "every", "0", "crawl")
    out = tmp_path / "out"
    try:
        while process.poll() is None:
            if out.exists() and out.read_text(encoding="ascii").count("crawl") > 2:
                break
        process.terminate()
        assert process.wait(60) == 0
    finally:
        process.kill()


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


# alerts

RULES = [
    rule
    for group in yaml.safe_load((DEPLOY / "alerts.yaml").read_text("utf-8"))["groups"]
    for rule in group["rules"]
]
VALUES = defaultdict(
    set[str],
    state=set(map(str, State)),
    health=set(map(str, Word)),
    outcome={"done", "interrupted", "terminated", "failed", history.KILLED, history.UNDER_WAY},
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_an_alert_asks_for_what_is_told(rule: dict[str, Any]) -> None:
    known = {metric.name: metric for metric in METRICS}
    found: list[VectorSelector] = []

    def visit(expression: Any) -> None:
        if isinstance(expression, VectorSelector):
            found.append(expression)

    promql_parser.walk(promql_parser.parse(rule["expr"]), visit)

    assert found
    for selector in found:
        assert selector.name in known
        for matcher in selector.matchers.matchers:
            assert matcher.name in known[selector.name].labels
            assert set(matcher.value.split("|")) <= VALUES[matcher.name]
    assert rule["labels"]["severity"] in {"page", "ticket"}
    assert {"summary", "description"} == rule["annotations"].keys()
    assert rule.keys() <= {"alert", "expr", "for", "labels", "annotations"}
    assert all(re.fullmatch(r"\d+[smh]", rule.get("for", "1m")) for _ in [rule])


def test_every_metric_is_named_once_and_by_the_rules_of_prometheus() -> None:
    names = [metric.name for metric in METRICS]

    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"dateline_[a-z_]+", name) for name in names)
    assert not [metric.name for metric in METRICS if metric.name.endswith(("_total", "_count"))]
    assert len({rule["alert"] for rule in RULES}) == len(RULES)


def test_variables_of_the_files_are_settings() -> None:
    known = {f"DATELINE_{key.upper()}" for key in Settings.model_fields}
    texts = [path.read_text(encoding="utf-8") for path in DEPLOY.iterdir() if path.is_file()]
    named = {name for text in texts for name in re.findall(r"\bDATELINE_[A-Z_]+", text)}

    assert named <= known
