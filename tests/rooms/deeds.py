"""What workers are given to do in tests: good deeds, and the worst that a page can do."""

import os
import re
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

from lxml import etree

WORST = "a" * 64 + "b"


def double(number: int) -> int:
    """Return twice the number."""
    return 2 * number


def size(body: bytes) -> int:
    """Return how many bytes came."""
    return len(body)


def wait_for(path: str) -> str:
    """Return when the file is there: what ends later than what began after it."""
    while not Path(path).exists():
        time.sleep(0.005)
    return path


def loop() -> None:
    """Never return, deep in C where no signal handler of Python runs."""
    re.match(r"(a+)+$", WORST)


def wait() -> None:
    """Never return, and do nothing."""
    threading.Event().wait()


def wait_once(path: str) -> str:
    """Wait for ever where the file is not there yet, leaving it: as the clock sees a sleep."""
    if not Path(path).exists():
        Path(path).touch()
        wait()
    return path


def die() -> None:
    """End as the kernel's killer of processes ends one."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(path: str) -> str:
    """Die where the file is not there yet, leaving it."""
    if not Path(path).exists():
        Path(path).touch()
        die()
    return path


def die_at_first(folder: str) -> None:
    """Die where no other worker has been here yet: as one that is killed while it starts."""
    try:
        Path(folder, "been").touch(exist_ok=False)
    except FileExistsError:
        return
    die()


def hog() -> int:
    """Take more memory than any page gets."""
    return len(bytearray(8 * 2**30))


def fail() -> None:
    """Raise what a room might raise."""
    raise ValueError("no such month: 13")


def leave() -> None:
    """Raise what ends a process."""
    raise SystemExit(3)


class Unpicklable:
    """Cannot be sent back."""

    def __reduce__(self) -> str:
        raise TypeError("a page that cannot travel")


def send_what_cannot_travel() -> Unpicklable:
    """Return what no pipe takes."""
    return Unpicklable()


def pid() -> int:
    """Return which process works."""
    return os.getpid()


KEPT: list[bytearray] = []


def keep(megabytes: int) -> int:
    """Let go of nothing that was needed, as a heap in pieces does not; return who we are."""
    KEPT.append(bytearray(megabytes * 2**20))
    return os.getpid()


def break_a_parser() -> None:
    """Raise what libxml2 says of XML that is torn: it holds a log that cannot be pickled."""
    etree.fromstring("<torn")


def starve_a_parser() -> None:
    """Raise what libxml2 says where it gets no memory for what an XPath found."""
    with suppress(etree.XMLSyntaxError):
        etree.fromstring("<torn")
    raise etree.XPathEvalError("unknown error")
