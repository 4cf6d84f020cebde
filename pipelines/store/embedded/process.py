"""The process of our mongod: found, launched, stopped; touched only once it is known as ours."""

import os
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import psutil

from pipelines.store.embedded import address
from pipelines.store.embedded.address import Address
from pipelines.store.embedded.engine import Engine
from pipelines.store.errors import ServerError

SET = "dateline"
START_SECONDS = (
    120  # replaying the journal after kill -9 took 1.2 s; a large one on a slow disk takes longer
)
STOP_SECONDS = 30  # a primary takes 1 s to step down, then writes its checkpoint
LOOK_SECONDS = 0.02
# an article touches some fifty pages of indexes at random: written back as soon as a twentieth of
# so small a cache is new, each is written for one article, and read again for the next
EVICTION = ",".join(
    (
        "eviction_dirty_target=40",
        "eviction_dirty_trigger=60",
        "eviction_updates_target=20",
        "eviction_updates_trigger=30",
    )
)
OPTIONS = (
    "--replSet",
    SET,
    "--wiredTigerCacheSizeGB",
    "0.5",
    "--wiredTigerEngineConfigString",
    EVICTION,
    "--oplogSize",
    "512",  # MB; the default took 3.2 GB
    "--quiet",  # else each connection is three lines of log, for years
    "--logappend",
    "--logRotate",
    "reopen",
    "--setParameter",
    "diagnosticDataCollectionEnabled=false",  # 200 MB of figures that only MongoDB's support reads
)


def running(data: Path) -> psutil.Process | None:
    """Return the mongod that Dateline started over ``data``, or None.

    Raises ServerError where a mongod that somebody else started has the data open.
    """
    process = _written(data / "mongod.lock")
    if process is not None and _is_dying(process):
        _ends(process)  # it keeps the data locked until it is gone
    elif process is not None and _holds(process, data):
        if _option(process, "--replSet") == SET:
            return process
        raise ServerError(
            f"a mongod that Dateline did not start (process {process.pid}) has {data} open.\n"
            f"Stop it: kill {process.pid}"
        )
    # it writes its number only after a while: one whose starter was killed is found by its command
    return next((other for other in psutil.process_iter() if _is_over(other, data)), None)


def _holds(process: psutil.Process, data: Path) -> bool:
    """A mongod with ``data`` open, whatever it calls it."""
    if _is_over(process, data):
        return True
    lock = data / "mongod.lock"
    try:
        return _is_mongod(process) and any(Path(f.path) == lock for f in process.open_files())
    except psutil.Error:
        return False


def is_alive(process: psutil.Process) -> bool:
    """Return whether it still runs; one that nobody has reaped yet does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def listens_at(process: psutil.Process) -> Address | None:
    """Return the address that it was started with."""
    return address.of(_command(process))


def serves_at(process: psutil.Process, data: Path) -> Address | None:
    """Return its address; None where the data was moved away under it, for it finds no file now."""
    return listens_at(process) if _is_over(process, data) else None


def launch(engine: Engine, data: Path, place: Address, log: Path) -> str | None:
    """Start a mongod and wait until it listens; return None, or what it said when it did not.

    It gets a session of its own: Ctrl-C of a crawl does not reach it.
    """
    command = [engine.path, *OPTIONS, "--dbpath", str(data), "--logpath", str(log)]
    command += place.options
    # an unknown locale ends mongod at once
    environment = {**os.environ, "LC_ALL": "C"}
    # a file, not a pipe: whoever waits for the end of a pipe waits for mongod's own end
    with tempfile.TemporaryFile("w+") as output:
        if sys.platform == "win32":
            subprocess.Popen(  # noqa: S603 as below
                command, stdout=output, stderr=output, creationflags=subprocess.DETACHED_PROCESS
            )
            return None
        try:
            # --fork: the parent ends once its child listens, and nobody of ours has to reap it
            ended = subprocess.run(  # noqa: S603 an engine that answered to --version, our own paths
                [*command, "--fork"],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
                start_new_session=True,
                umask=0o077,  # its data and its log are its owner's alone
                timeout=START_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"it did not listen within {START_SECONDS} s"
        output.seek(0)
        return output.read() if ended.returncode else None


def end(process: psutil.Process) -> None:
    """Stop a mongod, in its own way if it still can; return when it is gone."""
    try:
        process.terminate()
        if not _ends(process):
            process.kill()
            _ends(process)
    except psutil.NoSuchProcess:
        return


def _ends(process: psutil.Process) -> bool:
    """Not psutil's wait: in a container nobody may ever reap what has ended."""
    deadline = time.monotonic() + STOP_SECONDS
    while is_alive(process):
        if time.monotonic() > deadline:
            return False
        time.sleep(LOOK_SECONDS)
    return True


def _written(lock: Path) -> psutil.Process | None:
    """The process that mongod's lock file names; after a crash that may be anybody's."""
    try:
        return psutil.Process(int(lock.read_text(encoding="ascii")))
    except (OSError, ValueError, OverflowError, psutil.Error):
        return None


def _is_over(process: psutil.Process, data: Path) -> bool:
    if not _is_mongod(process):
        return False
    try:
        return data.samefile(_option(process, "--dbpath") or "")
    except OSError:
        return False


def _is_mongod(process: psutil.Process) -> bool:
    try:
        return process.name().startswith("mongod")
    except psutil.Error:
        return False


def _is_dying(process: psutil.Process) -> bool:
    """One that was killed loses its memory, and with it its command line, before its files."""
    return _is_mongod(process) and is_alive(process) and not _command(process)


def _option(process: psutil.Process, name: str) -> str | None:
    command = _command(process)
    return dict(pairwise(command)).get(name)


def _command(process: psutil.Process) -> list[str]:
    """Empty for a process that has ended, or that we may not look at."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []
