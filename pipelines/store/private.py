"""Folders that are their owner's alone: what Dateline keeps on a machine lies in such a one."""

from pathlib import Path

MODE = 0o700


def made(folder: Path) -> None:
    """Make a folder of mode 0700, and where it is to lie; one that is there stays as it is."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=MODE, exist_ok=True)
