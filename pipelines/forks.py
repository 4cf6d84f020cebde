"""The fork server, from which every worker comes: it imports the line once, and hears no signal."""

import multiprocessing
import os
import signal
from multiprocessing import forkserver, resource_tracker
from typing import Literal

from pipelines.signals import BOTH

METHOD: Literal["forkserver"] = "forkserver"


def load() -> None:
    """Return when the server has imported what it is to; it forks nobody before. Blocks."""
    serve()
    first = multiprocessing.get_context(METHOD).Process(target=os.getpid)
    first.start()
    first.join()


def serve() -> None:
    """Start the server unless it runs: deaf to SIGINT and SIGTERM, as all that it forks.

    A signal to the whole process group is ours to hear: it would end the server in the middle of
    its imports, and every page with it. They are blocked before its first line runs, when it could
    not ignore them yet. It ends when nobody is left who holds its pipe.
    """
    resource_tracker.ensure_running()  # apart, as it unblocks them after its own start
    before = signal.pthread_sigmask(signal.SIG_BLOCK, BOTH)
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
