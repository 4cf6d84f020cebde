"""Folders that are their owner's alone: what Dateline keeps on a machine lies in such a one."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.store.errors import HomeError

MODE = 0o700
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}


def made(folder: Path) -> None:
    """Make a folder of mode 0700, and where it is to lie; one that is there stays as it is."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=MODE, exist_ok=True)


@contextmanager
def explained(home: Path, what: str = "what a run needs") -> Iterator[None]:
    """Raise HomeError where a home cannot be written to; a full disk is an OSError as before."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_SPACE:
            raise
        where = f"{error.filename}: " if error.filename else ""
        raise HomeError(
            f"cannot keep {what} in {home}: {where}{error.strerror}.\n"
            "Make it a folder that we may write to, or name another with DATELINE_HOME."
        ) from error
