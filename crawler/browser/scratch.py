"""A folder for what the browser leaves behind: made anew for a run, removed with it.

One that a killed run left is removed by the next: the home keeps its name.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from os import environ
from pathlib import Path

PREFIX = "dateline-browser-"
NOTE = "browser.folder"


def make(home: Path) -> Path:
    """Return a folder in the folder for such, as chromium needs a short path for its socket."""
    note = home / NOTE
    with suppress(OSError):
        remove(Path(note.read_text(encoding="utf-8")))
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    note.write_text(str(folder), encoding="utf-8")
    return folder


def remove(folder: Path) -> None:
    """Remove such a folder, and nothing else."""
    if folder.name.startswith(PREFIX) and not folder.is_symlink():
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def temporary(folder: Path) -> Iterator[None]:
    """Have programs that are started meanwhile keep their temporary files there.

    Playwright starts its driver in our environment, and takes no other.
    """
    before = environ.get("TMPDIR")
    environ["TMPDIR"] = str(folder)
    try:
        yield
    finally:
        environ.pop("TMPDIR")
        if before is not None:
            environ["TMPDIR"] = before
