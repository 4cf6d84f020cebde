"""The limits of a worker: memory and processor while it reads a page, its end with its parent.

What a page may use is counted from what the worker had at its start. Between pages a worker has
room to spare, to take the next page and to say what became of the last. One that kept much of an
earlier page ends before it begins another: no page fails over what is not its own.

Its time is the processor's, not the clock's: a machine that is busy makes no page a bad one.
"""

import ctypes
import gc
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

from lxml.etree import LxmlError

P = ParamSpec("P")
T = TypeVar("T")
MB = 2**20
SPARE = 256 * MB
MUCH = 256 * MB  # no worker that has less of earlier pages is ended over it
WORN = 71  # the exit code of one that is; no signal's, no interpreter's
HEARD = 0.5  # seconds until a busy parent has read that the next page was taken
OVER_TIME = -signal.SIGPROF  # of one whose page took too much of the processor
COLLECT = 5_000, 10, 10  # objects: twice a page by default, 4% of its time; a tenth of that so
PR_SET_PDEATHSIG = 1  # prctl(2)


@dataclass(slots=True)
class _Bounds:
    """Of the address space of this process, in bytes; none until it is a worker."""

    worn: int = sys.maxsize
    page: int = resource.RLIM_INFINITY
    most: int = resource.RLIM_INFINITY
    seconds: float = 0.0
    """Of the processor for a page; 0: no limit."""


_bounds = _Bounds()


def begin(memory_mb: int, seconds: float) -> None:
    """Runs first in a worker: signals are the parent's business, memory has an end."""
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # what was imported is never garbage; of a page little is, and most of that goes by itself
    gc.freeze()
    gc.set_threshold(*COLLECT)
    used, more = used_bytes(), memory_mb * MB
    _bounds.worn = used + min(more, max(more // 2, MUCH))
    _bounds.page = used + more
    _bounds.most = used + more + SPARE
    _bounds.seconds = seconds
    resource.setrlimit(resource.RLIMIT_AS, (_bounds.most, _bounds.most))


def within(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Return what the function returns within the memory of a page.

    Raises what it raises, MemoryError among it. Ends a worker that is worn with WORN; one whose
    page takes too much of the processor is ended by SIGPROF.
    """
    if used_bytes() > _bounds.worn:
        gc.collect()
        _give_back()
        if used_bytes() > _bounds.worn:
            # the pool must have heard who took this page, or it waits for a worker that is gone
            time.sleep(HEARD)
            os._exit(WORN)
    _limit(_bounds.page)
    # its default is to end the process: no handler of Python's would run amid a parser of C
    signal.setitimer(signal.ITIMER_PROF, _bounds.seconds)
    try:
        return function(*args, **kwargs)
    except LxmlError as error:  # its log goes through no pipe
        words = f"{type(error).__name__}: {error}"
        # where libxml2 gets no memory for what an XPath found, it says no more than this
        is_out_of_memory = "unknown error" in words or "memory" in words.lower()
        raise (MemoryError if is_out_of_memory else RuntimeError)(words) from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        _limit(_bounds.most)


def used_bytes() -> int:
    """The address space already in use: shared libraries are no page's fault. 0 where not known."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except OSError:
        return 0
    return pages * resource.getpagesize()


def _limit(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (size, _bounds.most))


def _give_back() -> None:
    """Have malloc give the system what it holds for later, where it can."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


def _die_with_parent() -> None:
    """A page that loops for ever must not outlive a crawl that was killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
