"""The import contracts hold, and break where they should: shown on a spoilt copy."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.settings import ROOT

PACKAGES = ("config", "crawler", "pipelines", "dateline")
LINT = Path(sys.executable).with_name("lint-imports")
SPOILT = (
    ("pipelines/clean/titles.py", "import pymongo", "pipelines.clean.titles -> pymongo"),
    ("crawler/schedule.py", "import feedparser", "crawler.schedule -> feedparser"),
    ("pipelines/work.py", "import scrapy", "pipelines.work -> scrapy"),
    ("dateline/screen.py", "import trafilatura", "dateline.screen -> trafilatura"),
    ("pipelines/ledger.py", "import crawler.run", "pipelines.ledger -> crawler.run"),
    ("config/errors.py", "import pipelines.line", "config.errors -> pipelines.line"),
    ("crawler/readers/opml.py", "import crawler.schedule", "readers.opml -> crawler.schedule"),
    ("pipelines/extract/sniff.py", "import pipelines.line", "extract.sniff -> pipelines.line"),
    ("crawler/attic.py", "", "crawler.attic"),
    ("pipelines/attic.py", "", "pipelines.attic"),
)
"""A file, the line that it gets, and what the report says of it."""


def lint(folder: Path) -> tuple[int, str]:
    """Return the exit code and the report of a look at the packages in a folder."""
    done = subprocess.run(
        [LINT, "--no-logo", "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, re.sub(r"\s+", " ", done.stdout)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> tuple[tuple[int, str], tuple[int, str]]:
    """What is said of the code as it is, and of the spoilt copy."""
    copy = tmp_path_factory.mktemp("copy")
    for name in PACKAGES:
        only_code = shutil.ignore_patterns("__pycache__", "*.yaml", "papers")
        shutil.copytree(ROOT / name, copy / name, ignore=only_code)
    shutil.copy(ROOT / "pyproject.toml", copy)
    before = lint(copy)
    for file, line, _ in SPOILT:
        with (copy / file).open("a", encoding="utf-8") as code:
            code.write(f"{line}\n")
    return before, lint(copy)


def test_the_contracts_hold(reports: tuple[tuple[int, str], tuple[int, str]]) -> None:
    (code, said), _ = reports

    assert (code, "0 broken" in said) == (0, True), said


@pytest.mark.parametrize("named", [named for _, _, named in SPOILT])
def test_a_wrong_import_and_an_unlisted_module_are_named(
    named: str, reports: tuple[tuple[int, str], tuple[int, str]]
) -> None:
    (_, before), (code, said) = reports

    assert code != 0
    assert named not in before
    assert named in said, said
