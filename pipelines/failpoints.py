"""Moments of a run at which a test may have something go wrong; without its variable: nothing.

`DATELINE_FAILPOINT=after-claim:3:kill:FILE` has the third time that a process comes by
`after-claim` end in SIGKILL. FILE is made as it happens; where it is there already nothing does, so
that a fault strikes once whichever process comes by.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from mmap import mmap
from pathlib import Path

VARIABLE = "DATELINE_FAILPOINT"
POINTS = (
    "entries-recorded",  # of a feed, its validators are not written
    "feed-saved",
    "fetched",
    "given-to-worker",
    "in-worker",
    "made",  # the worker has answered
    "before-claim",
    "after-claim",
    "after-revision",  # what an article was is kept, what it is now is not yet
    "after-article",
    "pages-kept",
    "sightings-kept",  # and the ledger not written
    "after-ledger",
    "before-reread",
    "after-reread",  # the article is, what was seen of its page is not yet
    "before-story",
    "after-story",  # of a batch the stories are written, its articles not yet
    "at-the-end",  # all is settled, the report is not written
    "judged",  # how the sources are is written, and nobody was told
)
PIECE = 64 * 2**20


class FailpointError(Exception):
    """What went wrong where a test wanted it."""


@dataclass(frozen=True, slots=True)
class _Fault:
    point: str
    count: int
    act: str
    mark: Path | None


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _terminate() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def _raise() -> None:
    raise FailpointError("a failpoint")


def _use_memory() -> None:
    """Ask for memory until there is none: only for what has a limit of its own."""
    pieces = []
    try:
        while True:
            pieces.append(mmap(-1, PIECE))  # asked for and not touched: the machine has none less
    except OSError as error:
        raise MemoryError from error


ACTS: dict[str, Callable[[], None]] = {
    "kill": _kill,
    "stop": _stop,
    "terminate": _terminate,
    "raise": _raise,
    "use-memory": _use_memory,
}


def _wanted(words: str) -> _Fault | None:
    if not words:
        return None
    point, count, act, *mark = words.split(":", 3)
    if point not in POINTS or act not in ACTS:
        raise ValueError(f"{VARIABLE}: no such moment or act: {words}")
    return _Fault(point, int(count), act, Path(mark[0]) if mark else None)


_fault: _Fault | None = None
_times = 0
_words = ""


def reached(point: str) -> None:
    """Have happen what is to happen here, if anything is."""
    global _fault, _times, _words
    words = os.environ.get(VARIABLE, "")
    if words != _words:  # what is forked with another environment is asked for something else
        _fault, _times, _words = _wanted(words), 0, words
    if _fault is None or _fault.point != point:
        return
    _times += 1
    if _times == _fault.count and _is_first(_fault.mark):
        ACTS[_fault.act]()


def _is_first(mark: Path | None) -> bool:
    if mark is None:
        return True
    try:
        mark.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True
