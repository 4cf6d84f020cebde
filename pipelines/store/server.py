"""The embedded MongoDB of one home: started where none runs, shared where one does, stopped.

Into ``ensure`` goes the home, out comes the address of a server that takes writes.
Everything from the first look until there is a primary happens under one lock, for two mongod that
start on one socket orphan each other.
"""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from filelock import FileLock, Timeout
from pymongo.errors import ConnectionFailure, PyMongoError

from pipelines.store import private
from pipelines.store.embedded import address, complaint, engine, process, replica
from pipelines.store.embedded.address import Address
from pipelines.store.errors import ServerError

__all__ = ["Server", "ServerError", "ensure", "last_words", "status", "stop"]

LOCK_SECONDS = 2 * process.START_SECONDS
BIND_SECONDS = 2  # a mongod has made its socket after 0.05 s
LOOK_SECONDS = 0.02
STARTING = 3
LOG_MAX_BYTES = 16_000_000
LAST_WORDS_BYTES = 256_000
NEXT_TO_NOTHING_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Server:
    """A running MongoDB that takes writes."""

    uri: str
    """Percent-encoded, for pymongo and mongosh alike."""
    pid: int
    started: bool
    """Whether this call started it."""
    engine: str
    """The path of its mongod."""
    version: str


def ensure(home: Path, sockets: bool = address.HAS_SOCKETS) -> Server:
    """Return the server of this home, started if none runs.

    ``sockets`` False starts it on loopback with a password.
    Raises ServerError, in one or two lines that say what to do.
    """
    home = home.resolve()
    with _explained(home):
        for folder in (home, home / "mongo", _data(home)):
            private.made(folder)
        with _locked(home):
            return _shared(home) or _start(home, sockets)


def stop(home: Path) -> bool:
    """Stop the server of this home; return whether one ran."""
    home = home.resolve()
    if not _data(home).is_dir():
        return False
    with _explained(home), _locked(home):
        ended = 0
        # one that is being started is up to three processes, each the next one's parent
        while ended < STARTING and (found := process.running(_data(home))):
            _end(found)
            ended += 1
        return ended > 0


def status(home: Path) -> Server | None:
    """Return the server of this home if one runs and answers; changes nothing."""
    home = home.resolve()
    found = process.running(_data(home))
    place = process.serves_at(found, _data(home)) if found else None
    if found is None or place is None or not address.accepts(place):
        return None
    try:
        with replica.connect(place.uri) as client:
            version = str(client.server_info()["version"])
    except PyMongoError:
        return None
    return _server(home, place, found.pid, version)


def last_words(home: Path) -> str | None:
    """Return what the last mongod complained of in its log, or None; a client sees none of it."""
    log = _tail(_log(home.resolve()), 0)
    if not log or complaint.ended_well(log):
        return None
    return complaint.read(complaint.last_run(log), home) or _full(home)


def _shared(home: Path) -> Server | None:
    """A live one that nobody can talk to is stopped, for it would keep the data locked for ever."""
    found = process.running(_data(home))
    if found is None:
        return None
    place = process.serves_at(found, _data(home))
    version = _talk(found, place) if place else None
    if place is None or version is None:
        _end(found)
        return None
    _trim(_log(home), place)
    return _server(home, place, found.pid, version)


def _end(found: psutil.Process) -> None:
    place = process.listens_at(found)
    process.end(found)
    if place:
        address.remove(place)


def _talk(found: psutil.Process, place: Address) -> str | None:
    """Return the version that a live server tells, or None where it is beyond reach."""
    while not address.accepts(place):
        # one that refuses may still be replaying its journal; one without socket never answers
        patience = BIND_SECONDS if address.is_gone(place) else process.START_SECONDS
        if not process.is_alive(found) or time.time() - found.create_time() > patience:
            return None
        time.sleep(LOOK_SECONDS)
    try:
        return replica.prepare(place)
    except ConnectionFailure:
        return None
    except PyMongoError as error:
        raise ServerError(
            f"the embedded MongoDB (process {found.pid}) cannot be made ready: {error}\n"
            "Stop it (dateline db stop) and try again."
        ) from error


def _be_unheard(home: Path, place: Address) -> None:
    """Raise ServerError where one listens there that we cannot see, as in another container.

    A new one would take that one's socket away before it met its lock. One that was killed is
    heard for some moments after nothing is seen of it any more.
    """
    deadline = time.monotonic() + BIND_SECONDS
    while place.port is None and address.accepts(place):
        if time.monotonic() > deadline:
            raise ServerError(
                f"the MongoDB of {home} runs where its process cannot be seen: another container?\n"
                f"Name it: export MONGODB_URI='{place.uri}'"
            )
        time.sleep(LOOK_SECONDS)


def _start(home: Path, sockets: bool) -> Server:
    mongo, data, log = home / "mongo", _data(home), _log(home)
    place = address.choose(mongo, sockets)
    _be_unheard(home, place)
    chosen = engine.choose(mongo)
    is_new = not engine.has_data(mongo)
    if engine.recorded(mongo) != chosen:
        engine.record(mongo, chosen)
    _shift(log)
    written = log.stat().st_size if log.exists() else 0
    said = process.launch(chosen, data, place, log)
    if said is not None:
        words = _why(home, said, written)
        address.remove(place)
        if is_new:
            # half-made and never used by anybody; with it a later start would fail as well
            shutil.rmtree(data, ignore_errors=True)
        raise ServerError(words)
    return _first_look(home, place)


def _first_look(home: Path, place: Address) -> Server:
    found = process.running(_data(home))
    version = _talk(found, place) if found else None
    if found is None or version is None:
        raise ServerError(_why(home, "it ended at once", 0))
    return _server(home, place, found.pid, version, started=True)


def _server(home: Path, place: Address, pid: int, version: str, *, started: bool = False) -> Server:
    made_by = engine.recorded(home / "mongo")
    return Server(place.uri, pid, started, made_by.path if made_by else "mongod", version)


def _why(home: Path, said: str, written: int) -> str:
    known = complaint.read(_tail(_log(home), written), home)
    if known:
        return known
    if full := _full(home):
        return full
    last = said.strip().splitlines()[-1:] or ["no reason given"]
    return f"MongoDB does not start: {last[0]}\nIts log says more: {_log(home)}"


def _full(home: Path) -> str | None:
    """On a full disk mongod's log cannot be written either."""
    if shutil.disk_usage(home).free > NEXT_TO_NOTHING_BYTES:
        return None
    return complaint.read(complaint.FULL, home)


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    path = home / "mongo.lock"
    try:
        with FileLock(path, timeout=LOCK_SECONDS, mode=0o600):
            yield
    except Timeout as error:
        raise ServerError(
            f"another dateline holds {path} since more than {LOCK_SECONDS} s.\n"
            "Look for it with ps, stop it if it hangs, and try again."
        ) from error


@contextmanager
def _explained(home: Path) -> Iterator[None]:
    """A home that cannot be written to, in words."""
    try:
        with private.explained(home, "MongoDB's data"):
            yield
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise ServerError(
            f"cannot keep MongoDB's data in {home}: {where}{error.strerror}.\n"
            f"{complaint.FREE_SPACE}"
        ) from error


def _trim(log: Path, place: Address) -> None:
    if _shift(log):
        replica.reopen_log(place)


def _shift(log: Path) -> bool:
    """Keep one older log, so that years of them never fill a disk."""
    if not log.exists() or log.stat().st_size < LOG_MAX_BYTES:
        return False
    log.replace(log.with_suffix(".log.1"))
    return True


def _tail(log: Path, start: int) -> str:
    try:
        with log.open("rb") as file:
            file.seek(max(start, log.stat().st_size - LAST_WORDS_BYTES))
            return file.read().decode("utf-8", errors="replace")
    except OSError:
        return ""


def _data(home: Path) -> Path:
    return home / "mongo" / "data"


def _log(home: Path) -> Path:
    return home / "mongo" / "mongod.log"
