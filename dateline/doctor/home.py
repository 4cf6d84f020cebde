"""DATELINE_HOME: who may look into it, whose its files are, who holds its lock."""

import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from config.settings import FILE, Settings
from dateline.doctor.finding import Finding, bad, fine, warn
from dateline.screen import counted

LOOKED_AT = 2_000  # files; MongoDB alone has some hundred
OTHERS = stat.S_IRWXG | stat.S_IRWXO
READABLE = stat.S_IRGRP | stat.S_IROTH
LOCKS = Path("/proc/locks")


def modes(settings: Settings) -> Iterator[Finding]:
    """Say who else could read or spoil what lies there."""
    home = settings.home
    try:
        found = home.stat()
    except FileNotFoundError as error:
        yield fine("home", f"{error.strerror}: the first command that needs it makes it", str(home))
        return
    if not stat.S_ISDIR(found.st_mode):
        yield bad("home", "it is no folder", "name another with DATELINE_HOME", str(home))
        return
    if found.st_uid != os.geteuid():
        todo = f"run dateline as user {found.st_uid}, or: chown -R {os.geteuid()} {home}"
        yield bad("home", f"it belongs to user {found.st_uid}", todo, str(home))
    elif not os.access(home, os.W_OK | os.X_OK):
        todo = f"chmod 700 {home}; where its disk is mounted read-only, mount it to be written to"
        yield bad("home", "it cannot be written to", todo, str(home))
    elif found.st_mode & OTHERS:
        words = f"mode {stat.S_IMODE(found.st_mode):04o}: other users may look into it"
        yield warn("home", words, f"chmod 700 {home}", str(home))
    else:
        yield fine("home", "only its owner may look into it", str(home))
    yield from _inside(home)


def _inside(home: Path) -> Iterator[Finding]:
    strangers = [path for path in _files(home) if path.lstat().st_uid != os.geteuid()]
    if strangers:
        words = f"{counted(len(strangers), 'file')} of other users, such as {strangers[0]}"
        yield bad("files", words, f"chown -R {os.geteuid()} {home}", str(home))
    key = home / "mongo" / "key"
    if key.exists() and key.stat().st_mode & OTHERS:
        yield bad("files", "others may read MongoDB's password", f"chmod 600 {key}", str(key))


def _files(home: Path) -> Iterator[Path]:
    # by hand: what a running server removes as we look is no fault
    found = (Path(folder, name) for folder, _, names in os.walk(home) for name in names)
    return (path for path in islice(found, LOOKED_AT) if path.is_symlink() or path.exists())


def secrets(settings: Settings) -> Iterator[Finding]:
    """Say whether others may read a secret that is written into the settings' file."""
    written = FILE.read_text(encoding="utf-8") if FILE.exists() else ""
    values = (settings.mongodb_uri, settings.notify_webhook, settings.ping_url)
    inside = [value for value in values if value and value in written]
    if inside and FILE.stat().st_mode & READABLE:
        todo = f"chmod 600 {FILE}, or put it into the environment"
        yield warn("secrets", "other users may read what the settings hold", todo, str(FILE))


def metrics(settings: Settings) -> Iterator[Finding]:
    """Say whether the metrics can be written where the settings want them; nothing without."""
    file = settings.metrics_file
    if file is None:
        return
    folder = file.parent
    if not folder.is_dir():
        yield bad("metrics", "there is no such folder", f"mkdir -p {folder}", str(file))
    elif not os.access(folder, os.W_OK | os.X_OK):
        todo = f"let user {os.geteuid()} write to {folder}, or set another `metrics_file`"
        yield bad("metrics", "its folder cannot be written to", todo, str(file))
    elif file.is_dir():
        yield bad("metrics", "it is a folder", "set `metrics_file` to a file's name", str(file))
    else:
        yield fine("metrics", "its folder can be written to", str(file))


def lock(home: Path) -> Iterator[Finding]:
    """Say whether a run of this home is under way; the lock itself is left alone.

    Whoever tries it holds it for a moment, and a run that begins then would leave.
    """
    file = home / "crawl.lock"
    if not file.exists():
        yield fine("lock", "free: no run yet", str(file))
        return
    holder = _holder(file.stat())
    if holder is None:
        yield fine("lock", "free", str(file))
    else:
        yield fine("lock", f"held by process {holder}: a run is under way", str(file))


def _holder(found: os.stat_result) -> str | None:
    """Return the process that holds a file's lock, as the kernel lists it."""
    place = f"{os.major(found.st_dev):02x}:{os.minor(found.st_dev):02x}:{found.st_ino}"
    try:
        rows = [line.split() for line in LOCKS.read_text(encoding="ascii").splitlines()]
    except OSError:  # no Linux
        return None
    return next((row[4] for row in rows if row[1] != "->" and place in row), None)
