"""The machine: Python, packages, disk, clock, letters, memory. Asks no network and no database."""

import locale
import os
import platform
import re
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psutil

from config.settings import Settings
from dateline.doctor.finding import Finding, bad, fine, warn
from dateline.screen import counted

# of each Python the month after which it gets no more fixes (devguide.python.org/versions)
PYTHON_ENDS = {
    "3.11": date(2027, 10, 31),
    "3.12": date(2028, 10, 31),
    "3.13": date(2029, 10, 31),
    "3.14": date(2030, 10, 31),
}
LOCKED = re.compile(
    r"^(?P<name>[a-z0-9._-]+)==(?P<version>[^\s;\\]+)(?P<marker>\s*;)?", re.MULTILINE
)
GIGABYTE = 1_000_000_000
# mongod dies of a full disk; a day of a large catalogue takes some hundred megabytes
LITTLE, SCARCE = GIGABYTE, 5 * GIGABYTE
FEW_FILES = 10_000
BUILT = datetime(2026, 1, 1, tzinfo=UTC)  # no clock that goes right says less
MEMORY_BESIDE_MB = 1_000  # the crawl itself, and an embedded MongoDB with its cache
LIMITS = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def python(now: datetime) -> Iterator[Finding]:
    """Say which Python runs, and whether it still gets fixes."""
    series = ".".join(platform.python_version_tuple()[:2])
    words = f"{platform.python_version()}, Dateline {version('dateline')}"
    end = PYTHON_ENDS.get(series)
    if end and now.date() > end:
        todo = "make clean, then make PYTHON=python3.13 audit"
        yield warn("Python", f"{words}; no more fixes since {end:%Y-%m}", todo, sys.executable)
        return
    yield fine("Python", words, sys.executable)


def packages(lock: Path) -> Iterator[Finding]:
    """Compare what is installed with the lock; what the lock has for other systems is left out."""
    todo = "make .venv/run.stamp, after touching requirements.lock"
    locked: dict[str, set[str]] = {}
    elsewhere: set[str] = set()
    try:
        for one in LOCKED.finditer(lock.read_text(encoding="utf-8")):
            locked.setdefault(one["name"], set()).add(one["version"])
            elsewhere |= {one["name"]} if one["marker"] else set()
    except OSError as error:
        yield warn("packages", f"no lock to compare with: {error.strerror}", todo, str(lock))
        return
    found = {name: _installed(name) for name in locked}
    missing = [name for name, have in found.items() if have is None and name not in elsewhere]
    others = [
        f"{name} {have}, not {' or '.join(sorted(locked[name]))}"
        for name, have in found.items()
        if have and have not in locked[name]
    ]
    if missing:
        yield bad("packages", f"not installed: {', '.join(missing[:5])}", todo, str(lock))
    if others:
        words = f"{len(others)} unlike the lock: {'; '.join(others[:3])}"
        yield warn("packages", words, todo, str(lock))
    if not missing and not others:
        yield fine("packages", f"{counted(len(locked), 'package')} as locked")


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def disk(home: Path) -> Iterator[Finding]:
    """Say how much room is left for bytes and for files."""
    place = next(path for path in (home, *home.parents) if path.exists())
    found = os.statvfs(place)
    free = found.f_bavail * found.f_frsize
    todo = "free some space; raw pages go after `keep_pages_days`"
    words = f"{free / GIGABYTE:.1f} GB free"
    if free < LITTLE:
        yield bad("disk", words, todo, str(place))
    elif free < SCARCE:
        yield warn("disk", words, todo, str(place))
    else:
        yield fine("disk", words, str(place))
    if not found.f_files:  # btrfs and its like have as many as there is room
        yield fine("inodes", "not counted by this file system", str(place))
    elif found.f_favail < FEW_FILES:
        todo = "find what makes so many files: du --inodes -x"
        yield bad("inodes", f"{found.f_favail} left", todo, str(place))
    else:
        yield fine("inodes", f"{found.f_favail} left", str(place))


def clock(now: datetime) -> Iterator[Finding]:
    """Say whether the clock can be right at all; the server's is compared elsewhere."""
    words = f"{now:%Y-%m-%d %H:%M} UTC"
    if now < BUILT:
        todo = "set the clock, and have it kept: timedatectl set-ntp true"
        yield bad("clock", f"{words}, before this Dateline was made", todo)
    else:
        yield fine("clock", words)


def letters() -> Iterator[Finding]:
    """Say in which encoding words go in and out."""
    files, words = sys.getfilesystemencoding(), locale.getpreferredencoding(False)
    said = f"{words}; file names in {files}"
    if {name.lower().replace("-", "") for name in (files, words)} == {"utf8"}:
        yield fine("letters", said)
    else:
        todo = "set LANG=C.UTF-8 where Dateline runs: crontab, unit or compose file"
        yield warn("letters", said, todo, os.environ.get("LC_ALL") or os.environ.get("LANG", ""))


def memory(settings: Settings) -> Iterator[Finding]:
    """Say whether the workers' limits fit into what this process may use."""
    total, where = _memory_mb()
    workers, each = settings.worker_count, settings.page_memory_mb
    wanted = workers * each + MEMORY_BESIDE_MB
    words = f"{counted(workers, 'worker')} of at most {each} MB each, {total} MB there"
    if wanted > total:
        todo = f"set `workers` or `page_memory_mb` lower: all together may take {wanted} MB"
        yield warn("memory", words, todo, where)
    else:
        yield fine("memory", words, where)


def _memory_mb() -> tuple[int, str]:
    """Return the least of what the machine has and what our group may use."""
    found = [(psutil.virtual_memory().total, "")]
    for file in LIMITS:
        try:
            found.append((int(file.read_text(encoding="ascii")), str(file)))
        except (OSError, ValueError):  # not there, or `max`
            continue
    least, where = min(found)
    return least // 1_000_000, where
