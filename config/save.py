"""A changed sources file onto the disk: as a whole, if it is right, one change at a time."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config import entries
from config.errors import ConfigError, Fault


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Wait until no other command changes the files of a folder; none does until this ends."""
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def save(file: Path, text: str) -> None:
    """Write a sources file as a whole, if it is right. Raises ConfigError, and OSError."""
    file = file.resolve()  # what a link stands for, not the link
    handle, name = tempfile.mkstemp(prefix=".", suffix=".yaml", dir=file.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(opened.fileno())
        faults: list[Fault] = []
        for _ in entries.read(draft, faults):
            pass
        if faults:
            raise ConfigError([_of(file, fault) for fault in faults])
        _belong(draft, file)
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)


def _belong(draft: Path, file: Path) -> None:
    """Give a draft the mode and the owner of the file that it stands for."""
    if not file.exists():
        draft.chmod(0o644)
        return
    was = file.stat()
    with suppress(PermissionError):
        os.chown(draft, was.st_uid, was.st_gid)
    draft.chmod(was.st_mode & 0o7777)


def _of(file: Path, fault: Fault) -> Fault:
    found = f"{fault.found} after this change, which is not made"
    return Fault(str(file), fault.line, fault.key, found, f"{fault.expected}; or make it by hand")
