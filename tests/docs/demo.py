"""A run of the demo for the documents: what it prints, and its screen as a picture."""

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from pymongo import MongoClient
from rich.console import Console

from config.settings import ROOT
from dateline.commands.demo import DATABASE
from dateline.demo import show
from pipelines.store import server
from tests.docs import tour

PICTURE = ROOT / "docs" / "demo.svg"
COLUMNS = 100
HOME = ".dateline"
PROGRAM = ".venv/bin/dateline"
FROM_ELSEWHERE = re.compile(r"\s*(?:@font-face \{.*?\}|<!--.*?-->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of the demo showed, in a home that is called `.dateline`."""

    screen: str
    picture: str
    """SVG; loads nothing from elsewhere."""
    coverage: str
    """The chart of docs/tour.md, SVG."""


def run() -> Ran:
    """Run `dateline demo` in a home of its own, and return what it showed."""
    home = Path(tempfile.mkdtemp(prefix="dateline-docs-"))
    try:
        printed = _printed(home)
        return Ran(printed.replace(str(home), HOME), _picture(home), _coverage(home))
    finally:
        server.stop(home)
        shutil.rmtree(home)


def _coverage(home: Path) -> str:
    uri = server.ensure(home).uri
    own = {"MONGODB_URI": uri, "MONGODB_DATABASE": DATABASE, "DATELINE_HOME": str(home)}
    tour.run(home, own)
    return (home / "coverage.svg").read_text(encoding="utf-8")


def _printed(home: Path) -> str:
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("DATELINE_", "MONGODB_"))}
    ran = subprocess.run(
        [str(Path(sys.executable).with_name("dateline")), "demo"],
        cwd=ROOT,
        env={**ours, "DATELINE_HOME": str(home), "COLUMNS": str(COLUMNS), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if ran.returncode:
        sys.exit(f"`dateline demo` ended with {ran.returncode}:\n{ran.stderr}")
    lines = (ran.stderr + ran.stdout).rstrip().splitlines()
    return "\n".join(line.rstrip() for line in lines)


def _picture(home: Path) -> str:
    with MongoClient[show.Document](server.ensure(home).uri, tz_aware=True) as client:
        articles = list(client[DATABASE]["articles"].find().sort("_id"))
    console = Console(
        record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, color_system="256"
    )
    console.print(show.screen(show.summarise(articles, DATABASE, f"{HOME}/mongo", PROGRAM)))
    picture = console.export_svg(title="make demo", unique_id="dateline")
    return FROM_ELSEWHERE.sub("", picture)
