"""The MongoDB that a fault strikes: one like any other, or one on a small disk."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from pipelines.store import server

DISK_MB = 400


@contextmanager
def ordinary(path: Path) -> Iterator[Path]:
    """Give the home of a server in a folder."""
    mongo = path / "mongo"
    try:
        yield mongo
    finally:
        server.stop(mongo)


@contextmanager
def on_a_small_disk(path: Path) -> Iterator[Path]:
    """Give the home of a server whose disk is soon full; only root can."""
    disk = path / "disk"
    disk.mkdir(parents=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "tmpfs", disk], check=True)
    try:
        with ordinary(disk) as mongo:
            yield mongo
    finally:
        # lazily: a command that was just ended may have the disk in hand a moment longer
        subprocess.run(["umount", "--lazy", disk], check=True)


def fill(mongo: Path) -> Path:
    """Return the file that takes all that is left of a server's disk."""
    filler = mongo / "filler"
    with filler.open("wb") as file:
        try:
            while file.write(bytes(2**20)):
                file.flush()
        except OSError:
            return filler
    return filler


SERVERS: dict[str, Callable[[Path], AbstractContextManager[Path]]] = {
    "ordinary": ordinary,
    "struck": ordinary,
    "small disk": on_a_small_disk,
}


def is_to_be_had(name: str) -> bool:
    """Return whether this machine lets us have such a server."""
    return name != "small disk" or (os.geteuid() == 0 and shutil.which("mount") is not None)
