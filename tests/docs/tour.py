"""The blocks of docs/tour.md, run one behind the other as a reader would."""

import os
import re
import subprocess
import sys
from pathlib import Path

from config.settings import ROOT

TOUR = ROOT / "docs" / "tour.md"
PICTURE = ROOT / "docs" / "coverage.svg"
BLOCK = re.compile(r"```(python|sh)\n(.*?)```", re.DOTALL)
SALT = "import matplotlib as mpl\nmpl.rcParams['svg.hashsalt'] = 'dateline'\n"
"""So that the same picture has the same names in it each time."""


def blocks() -> list[tuple[str, str]]:
    """Return the blocks as (language, text)."""
    text = TOUR.read_text(encoding="utf-8")
    return BLOCK.findall(text[text.index("## The archive in Python") :])


def run(folder: Path, environment: dict[str, str]) -> str:
    """Run the blocks in a folder, as one program; return what they printed."""
    ours = {k: v for k, v in os.environ.items() if not k.startswith(("DATELINE_", "MONGODB_"))}
    parts = [text if language == "python" else _run_of(text) for language, text in blocks()]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join([SALT, *parts])],
        cwd=folder,
        env={**ours, **environment, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"docs/tour.md:\n{done.stderr}")
    return done.stdout


def _run_of(command: str) -> str:
    words = [sys.executable, "-m", *command.split()]
    return f"import subprocess\nsubprocess.run({words!r}, check=True)"
