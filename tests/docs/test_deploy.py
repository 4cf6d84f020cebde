"""What cron runs, and a checkout that is moved; with programs of the test's own in the places."""

import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from config.settings import ROOT

DATELINE = """\
#!/bin/sh
echo "out $*"
echo err >&2
exit ${CODE:-0}
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose `dateline` says what it was given and ends with $CODE."""
    for name in ("Makefile", "config/deploy/quietly", ".venv/bin/dateline"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        there = (ROOT / name).read_text(encoding="utf-8") if ".venv" not in name else DATELINE
        (tmp_path / name).write_text(there, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def quietly(checkout: Path, **environment: str) -> "subprocess.Popen[str]":
    """Begin what the crontab runs, as cron does: from elsewhere, with few variables."""
    return subprocess.Popen(
        [checkout / "config/deploy/quietly", "crawl", "--time-limit", "30m"],
        cwd="/",
        env={"PATH": os.environ["PATH"], **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def logs(checkout: Path) -> str:
    """Return what the logs hold, all that there are."""
    return "".join(path.read_text("utf-8") for path in (checkout / ".dateline/log").iterdir())


@pytest.mark.parametrize(
    ("code", "ends", "is_mailed", "is_kept"),
    [(0, 0, False, True), (75, 0, False, False), (1, 1, True, True), (69, 69, True, True)],
)
def test_cron_mails_what_needs_a_person_and_the_log_keeps_every_run(
    checkout: Path, code: int, ends: int, is_mailed: bool, is_kept: bool
) -> None:
    ran = quietly(checkout, CODE=str(code))
    said, _ = ran.communicate()

    assert ran.returncode == ends
    assert ("out crawl --time-limit 30m\nerr\n" in said) == is_mailed
    assert (f"exit {code}\nout crawl --time-limit 30m\nerr\n" in logs(checkout)) == is_kept
    assert bool(said) == is_mailed


def test_runs_that_overlap_keep_what_each_said(checkout: Path) -> None:
    runs = [quietly(checkout, CODE="1") for _ in range(5)]
    said = [ran.communicate()[0] for ran in runs]

    assert [words.count("out crawl") for words in said] == [1] * 5
    assert logs(checkout).count("out crawl --time-limit 30m\nerr\n") == 5


@pytest.mark.parametrize("code", [0, 1])
def test_on_a_full_disk_a_run_is_carried_out_and_cron_mails_of_it(
    checkout: Path, code: int
) -> None:
    days = checkout / ".dateline/log"
    days.mkdir(parents=True)
    for day in (date.today() + timedelta(days=n) for n in range(2)):  # noqa: DTZ011 the script's own
        (days / f"crawl-{day}.log").symlink_to("/dev/full")

    ran = quietly(checkout, CODE=str(code))
    said, _ = ran.communicate()

    assert ran.returncode == code
    assert "could not be written; is the disk full?" in said
    assert ("out crawl --time-limit 30m\nerr\n" in said) == bool(code)


def test_a_program_that_cannot_be_run_is_told_with_what_to_do(checkout: Path) -> None:
    (checkout / ".venv/bin/dateline").write_text("#!/nowhere/python\n", encoding="utf-8")

    ran = quietly(checkout)
    said, _ = ran.communicate()

    assert ran.returncode in {126, 127}
    assert f"run: make -C {checkout} audit" in said


@pytest.mark.parametrize(("made_for", "is_made_anew"), [("here", False), ("/elsewhere", True)])
def test_the_environment_of_a_checkout_that_was_moved_is_made_anew(
    checkout: Path, made_for: str, is_made_anew: bool
) -> None:
    packages = checkout / ".venv/lib/python3.11/site-packages"
    packages.mkdir(parents=True)
    place = str(checkout.resolve()) if made_for == "here" else made_for
    (packages / "_dateline.pth").write_text(place, encoding="utf-8")
    for name in ("requirements.lock", "pyproject.toml", ".venv/run.stamp"):
        (checkout / name).touch()

    done = subprocess.run(
        ["make", "-n", "audit"],
        cwd=checkout,
        env={"PATH": os.environ["PATH"]},  # without what a `make check` around us says to its own
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.splitlines()[-1] == ".venv/bin/dateline audit"
    assert ("install.py .venv requirements.lock moved" in done.stdout) == is_made_anew


def test_an_environment_is_made_for_the_folder_that_it_names() -> None:
    """The file by which `make` knows it is the one that pip writes."""
    found = [*Path(sys.prefix).glob("lib/python*/site-packages/_dateline.pth")]

    assert [path.read_text(encoding="utf-8").strip() for path in found] == [str(ROOT)]
