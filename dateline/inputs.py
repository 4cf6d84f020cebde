"""What is named on the command line in, its bytes out. Waits for no pipe, keeps a bounded lot."""

import errno
import gzip
import json
import os
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from dateline import remedies

GZIP = b"\x1f\x8b"

_KINDS = {stat.S_IFIFO: "a pipe", stat.S_IFSOCK: "a socket"}


class Unreadable(Exception):
    """An input that gives nothing, or nothing more; the message is why, without its name."""

    remedy = ""
    """What to do about it."""


class BadLine(Exception):
    """A line that holds no record; the message is why."""


def body(name: str, most: int) -> bytes:
    """Return the bytes of a file, or of stdin for `-`; what is packed with gzip is unpacked.

    Raises Unreadable, also where it has more than ``most`` bytes.
    """
    with _explained(), _opened(name) as file:
        found = _unpacked(file).read(most + 1)
    if len(found) > most:
        raise Unreadable(f"it has more than {most} bytes; page_max_bytes sets the limit")
    return found


def record(line: bytes, names: str) -> dict[str, Any]:
    """Return the JSON object of a line. Raises BadLine; ``names`` are what it is to have."""
    try:
        given = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine("not JSON") from None
    if not isinstance(given, dict):
        raise BadLine(without(names))
    return given


def without(names: str) -> str:
    """Return what is wrong with JSON that lacks these names."""
    return f"JSON, but no object with {names}"


def packed(name: str, most: int) -> bytes:
    """Return the first ``most`` bytes of a file as they are. Raises Unreadable."""
    with _explained(), _opened(name) as file:
        return file.read(most)


def lines(name: str, most: int) -> Iterator[bytes]:
    """Yield the lines of a file, unpacked; of a longer one the first ``most`` bytes.

    Raises Unreadable, in the middle too where gzip breaks off.
    """
    with _explained(), _opened(name) as packed_file:
        file = _unpacked(packed_file)
        while line := file.readline(most):
            rest = line
            while len(rest) == most and not rest.endswith(b"\n"):
                rest = file.readline(most)
            yield line


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise Unreadable("a gzip file that is damaged or breaks off") from error
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        unreadable = Unreadable(getattr(error, "strerror", None) or str(error))
        unreadable.remedy = remedies.of_error(error)
        raise unreadable from error


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    if not name:
        raise Unreadable("a file without a name")
    kind = stat.S_IFMT(Path(name).stat().st_mode)
    if kind == stat.S_IFDIR:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if kind != stat.S_IFREG:  # opening it might wait, reading it might never end
        raise Unreadable(f"{_KINDS.get(kind, 'a device')}, not a file; `-` reads stdin")
    with Path(name).open("rb") as file:
        yield file


def _unpacked(file: BinaryIO) -> BinaryIO:
    start = file.peek(2)[:2] if hasattr(file, "peek") else b""
    return cast("BinaryIO", gzip.GzipFile(fileobj=file)) if start == GZIP else file
