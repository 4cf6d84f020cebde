"""A file of an answer, whole or not at all: what was there stays until all of it is written."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

MODE = 0o666  # less what the umask of whoever runs us takes away


@contextmanager
def written(file: Path) -> Iterator[Path]:
    """Give a path to write to, which takes the place of ``file`` once all went well.

    A pipe or a device is written to as it is. No program that reads a folder by endings, such as
    node_exporter, sees what is not whole. Raises OSError.
    """
    if file.exists() and not file.is_file():
        yield file
        return
    file = file.resolve()  # what a link stands for, not the link
    draft = file.with_name(f".{uuid4().hex}.part")
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, MODE))
    try:
        if file.exists():
            draft.chmod(file.stat().st_mode & 0o7777)
        yield draft
        with draft.open("rb") as done:
            os.fsync(done.fileno())
        draft.replace(file)
    finally:
        draft.unlink(missing_ok=True)
