"""A process that has imported what commands import, and forks one that runs a command.

A command imports for seconds what it needs, and so does the server of its workers: hundreds of
them are most of the suite. What is forked here is a process like any other, with an environment,
workers and an end of its own; how a command starts is proved by those that are started for good.
"""

import atexit
import fcntl
import gc
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from multiprocessing import resource_tracker, util
from pathlib import Path
from typing import IO, Any, NoReturn

from pymongo.synchronous import monitor

from pipelines.records import Entry, Page
from pipelines.signals import BOTH
from pipelines.work import one_page
from tests.crawl.server import article

ROOT = Path(__file__).parents[2]
IMPORTED = (
    *("crawler.run", "dateline.main", "pipelines.enrich.loaded", "pipelines.line"),
    *(f"dateline.{name}" for name in ("database", "notices", "progress", "verdict", "wellness")),
    *(f"dateline.{name}" for name in ("metrics.text", "metrics.gather", "commands.crawl")),
    *("crawler.politeness.post", "scrapy.squeues", "scrapy.pqueues", "scrapy.dupefilters"),
    *("scrapy.utils.engine", "scrapy.statscollectors", "numpy.ma"),
)
MOST = 200_000  # bytes of a command's words and environment
HIGH = 200  # no process of ours has so many files open
SERVER = "multiprocessing.forkserver"
WORKING = {"crawl", "ingest", "backfill", "demo", "extract", "add", "test"}
"""Commands that have workers."""


class Nursery:
    """This side of it: one a process of the tests."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", f"from {__name__} import main; main({theirs.fileno()})"],
                pass_fds=[theirs.fileno()],
                env={**os.environ, "PYTHONWARNINGS": "error"},
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
            )
        self._socket = ours

    def start(
        self,
        words: list[str],
        environment: dict[str, str],
        streams: list[IO[bytes]],
        *,
        is_group: bool = False,
    ) -> "Begun":
        """Begin a command; ``is_group``: it leads a process group."""
        said, says = os.pipe()
        wanted = {"words": words, "environment": environment, "is_group": is_group}
        order = json.dumps(wanted).encode()
        try:
            fds = [*(stream.fileno() for stream in streams), says]
            socket.send_fds(self._socket, [order], fds)
        finally:
            os.close(says)
        return Begun(os.fdopen(said, "rb"))

    def run(
        self, words: list[str], environment: dict[str, str], streams: list[IO[bytes]], seconds: int
    ) -> int | None:
        """Return the code that a command exits with; None: it was killed after so many seconds."""
        return self.start(words, environment, streams).ended(seconds)


class Begun:
    """A command that has begun."""

    def __init__(self, answers: IO[bytes]) -> None:
        self._answers = answers
        self.pid = int(answers.readline())

    def ended(self, seconds: float) -> int | None:
        """Return the code that it exits with; None: it was killed after so many seconds."""
        with self._answers, selectors.DefaultSelector() as waiting:
            waiting.register(self._answers, selectors.EVENT_READ)
            if waiting.select(seconds):
                return int(self._answers.readline())
            os.kill(self.pid, signal.SIGKILL)
        return None

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._answers, selectors.EVENT_READ)
            return bool(waiting.select(0))


@cache
def nursery() -> Nursery:
    """Return the one of this process; it ends with it."""
    return Nursery()


# over there


def main(fd: int) -> None:
    """Run what is ordered until nobody is left to order; each in a process forked from here."""
    for name in IMPORTED:
        import_module(name)
    _read_a_page()
    resource_tracker.ensure_running()  # one for all of them: each would start a Python for it
    gc.collect()
    gc.freeze()  # what is never looked at again is never copied
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait for commands
    with socket.socket(fileno=fd) as orders:
        while True:
            order, fds, _, _ = socket.recv_fds(orders, MOST, 3)
            if not order:
                return
            if os.fork() == 0:
                orders.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _attend(json.loads(order), *fds)
                return
            for one in fds:
                os.close(one)


def _read_a_page() -> None:
    """Have done what the line does once, at its first page."""
    url, now = "http://nursery.example/", datetime.now(UTC)
    body = article(url).encode()
    one_page(
        Page(
            url=url,
            announced_url=url,
            body=body,
            fetched_at=now,
            entry=Entry(url=url),
            source="nursery",
        )
    )


def _attend(order: dict[str, Any], out: int, err: int, says: int) -> None:
    """Run a command in a child, and say how it ended; the child returns with its code."""
    pid = os.fork()
    if pid == 0:
        os.close(says)
        if order["is_group"]:
            os.setpgid(0, 0)
        _begin(order, out, err)
    if order["is_group"]:  # whoever is told its number may count on it
        os.setpgid(pid, pid)
    os.write(says, f"{pid}\n".encode())
    _, status = os.waitpid(pid, 0)
    os.write(says, f"{os.waitstatus_to_exitcode(status)}\n".encode())
    os._exit(0)


def _begin(order: dict[str, Any], out: int, err: int) -> NoReturn:
    """Be the command, as if it had just been started."""
    for fd, number in ((out, 1), (err, 2)):
        os.dup2(fd, number)
        os.close(fd)
    os.environ.clear()
    os.environ.update(order["environment"])
    sys.argv = ["-c", *order["words"]]
    if WORKING & set(order["words"]):  # another's server is started as it always is
        _prepare_server()
    _end(_code(import_module("dateline.main").main))


def _code(main: Callable[[], object]) -> int:
    """Return the code that a program ends with, said as the interpreter says it."""
    try:
        main()
    except SystemExit as ended:
        if isinstance(ended.code, str):
            sys.stderr.write(f"{ended.code}\n")
            return 1
        return ended.code or 0
    except BaseException:  # noqa: BLE001 the interpreter's own way, and its code
        traceback.print_exc()
        return 1
    return 0


def _end(code: int) -> NoReturn:
    """End as the interpreter does, but leave the memory: to clear it is most of a short command.

    Each page of what was imported would be copied, to be thrown away.
    """
    atexit.unregister(monitor._shutdown_resources)  # it waits for threads that sleep
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _prepare_server() -> None:
    """Fork what is to be the server of the command's workers while that has no thread yet."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()
    if pid == 0:
        ours.close()
        _serve(theirs)
    theirs.close()
    held = ours.detach()  # a number: a socket would be complained of where no server is wanted
    spawn = util.spawnv_passfds

    def spawned(path: Any, args: Any, passed: Any) -> int:
        if SERVER not in str(args[-1]):
            return spawn(path, args, passed)
        order = json.dumps({"code": args[-1], "fds": list(passed)}).encode()
        with socket.socket(fileno=held) as orders:
            socket.send_fds(orders, [order], list(passed))
        return pid

    util.spawnv_passfds = spawned  # type: ignore[assignment]


def _serve(orders: socket.socket) -> NoReturn:
    """Become the server when one is wanted; end where the command ends without."""
    signal.pthread_sigmask(signal.SIG_BLOCK, BOTH)
    order, fds, _, _ = socket.recv_fds(orders, MOST, 16)
    orders.close()
    if not order:
        os._exit(0)
    wanted = json.loads(order)
    held = [fcntl.fcntl(fd, fcntl.F_DUPFD, HIGH) for fd in fds]
    for fd in fds:
        os.close(fd)
    for number, fd in zip(wanted["fds"], held, strict=True):
        os.dup2(fd, number)
        os.close(fd)
    exec(wanted["code"], {})  # noqa: S102 as the real one does, of the same words
    os._exit(0)
