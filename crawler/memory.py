"""What the process of a long run holds: no more after a day than after a minute."""

import ctypes
import gc
from contextlib import suppress

M_ARENA_MAX = -8  # of glibc's malloc.h


def share_one_heap() -> None:
    """Have all threads take their memory from one heap; called before the first is started.

    glibc gives each thread a heap of its own, and what is freed in one is of no use to another: a
    crawl held twice as much free memory as it used. Python runs one thread at a time anyway. A C
    library that knows of no such thing does without.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def collect_less() -> None:
    """Leave what was imported out of each collection of garbage, and collect far less often.

    What a page leaves in cycles is some thousand small objects; its body is in none of them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)
