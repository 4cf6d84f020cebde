"""Which runs of a home are alive: each holds a file there, which ends with its process."""

import hashlib
import platform
import secrets
from pathlib import Path

from filelock import FileLock, Timeout

from pipelines.store import private


def owner(home: Path) -> str:
    """Return the part of a run's name that all runs of one home on one machine share.

    A name of a machine and a path are not enough: those of an image are the same on many.
    """
    with private.explained(home):
        named = f"{_token(home)} {home.resolve()}"
    place = hashlib.blake2b(named.encode(), digest_size=4).hexdigest()
    return f"{platform.node() or 'machine'}/{place}/"


def _token(home: Path) -> str:
    """Return what is in the file `id` of a home, and in that of no other; made at the first run."""
    private.made(home)
    path = home / "id"
    if not path.exists():
        token = secrets.token_hex(8)
        fresh = home / f".id-{token}"
        try:
            fresh.touch(mode=0o600)
            fresh.write_text(token, encoding="ascii")
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    return path.read_text(encoding="utf-8", errors="replace")


class Living:
    """The runs of one home, of which we are one: named `owner`, process, `/` and run."""

    def __init__(self, home: Path, run: str) -> None:
        self.owner = owner(home)
        self._folder = home / "runs"
        self._run = run
        self._file = self._lock_of(run)
        self._dead: set[str] = set()

    def begin(self) -> None:
        """Be alive; before anything is taken in the run's name."""
        private.made(self._folder)
        self._file.acquire()

    def end(self) -> None:
        """Be alive no more."""
        if self._file.is_locked:
            self._path(self._run).unlink(missing_ok=True)
            self._file.release()

    def is_dead(self, by: str) -> bool:
        """Return whether a run is known to be dead; of another machine or home it never is."""
        if not by.startswith(self.owner):
            return False
        run = [*by.removeprefix(self.owner).split("/"), ""][1]
        if run in self._dead:
            return True
        if run != self._run and not self._holds(run):
            self._dead.add(run)
        return run in self._dead

    def _holds(self, run: str) -> bool:
        path = self._path(run)
        if not path.exists():
            return False
        try:
            with self._lock_of(run):
                path.unlink(missing_ok=True)  # no run is called so again
        except Timeout:
            return True
        return False

    def _path(self, run: str) -> Path:
        return self._folder / f"{run}.lock"

    def _lock_of(self, run: str) -> FileLock:
        return FileLock(self._path(run), timeout=0, mode=0o600)
