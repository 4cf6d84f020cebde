"""Every knob: ``config/dateline.toml``, over it the environment; out comes one frozen record."""

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from config.errors import ConfigError, Fault

ROOT = Path(__file__).resolve().parent.parent
FILE = Path(__file__).with_name("dateline.toml")
PREFIX = "DATELINE_"
PLAIN_NAMES = {"MONGODB_URI": "mongodb_uri", "MONGODB_DATABASE": "mongodb_database"}


class Settings(BaseModel):
    """The settings of one process; what each means stands beside its default in dateline.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    home: Path = ROOT / ".dateline"
    mongodb_uri: str | None = None
    mongodb_database: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,38}$")] = "dateline"
    sources: Path = ROOT / "config" / "sources"

    user_agent: Annotated[str, Field(min_length=3)] = "Dateline/0.1 (+mailto:dateline@localhost)"
    host_delay: Annotated[float, Field(ge=0)] = 1.0
    crawl_delay_max: Annotated[float, Field(ge=0)] = 120.0
    concurrent_hosts: Annotated[int, Field(ge=1, le=512)] = 32
    request_timeout: Annotated[float, Field(gt=0)] = 30.0
    feed_max_bytes: Annotated[int, Field(ge=1024)] = 15_000_000
    page_max_bytes: Annotated[int, Field(ge=1024)] = 8_000_000
    redirects_max: Annotated[int, Field(ge=0, le=20)] = 5
    robots_hours: Annotated[float, Field(ge=0)] = 24.0
    allow_private_addresses: bool = False

    visit_minutes: Annotated[int, Field(ge=1)] = 30
    run_patience: Annotated[float, Field(ge=0)] = 60.0
    attempts_max: Annotated[int, Field(ge=1)] = 5
    lease_seconds: Annotated[int, Field(ge=30)] = 600
    quarantine_bound: Annotated[int, Field(ge=0)] = 100

    workers: Annotated[int, Field(ge=0, le=256)] = 0
    page_seconds: Annotated[float, Field(gt=0)] = 20.0
    page_memory_mb: Annotated[int, Field(ge=128)] = 1024
    keep_pages_days: Annotated[int, Field(ge=1)] = 90

    @property
    def worker_count(self) -> int:
        """Extraction processes: as set, or one a processor that this process may use."""
        return self.workers or len(
            os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else [0]
        )


def load(environ: Mapping[str, str] | None = None, file: Path = FILE) -> Settings:
    """Return the settings in force.

    Raises ConfigError, with file (or variable), line and key, for what is unknown or mistyped.
    An empty variable counts as absent, as cron and compose files write it.
    """
    environ = os.environ if environ is None else environ
    written = _toml(file)
    given = _environment(environ)
    try:
        return Settings.model_validate({**written, **given})
    except ValidationError as error:
        raise ConfigError([_fault(problem, given, file) for problem in error.errors()]) from error


def _toml(file: Path) -> dict[str, Any]:
    try:
        found = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(
            [Fault(str(file), None, None, error.strerror or "an error", "a readable file")]
        ) from error
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise ConfigError(
            [Fault(str(file), int(line[1]) if line else None, None, str(error), "TOML")]
        ) from error
    return {
        key: _path(value, file.parent.parent) if key in {"home", "sources"} else value
        for key, value in found.items()
    }


def _path(value: object, base: Path) -> object:
    # a relative path in the file counts from the checkout, not from where the command was started
    return base / Path(value).expanduser() if isinstance(value, str) else value


def _environment(environ: Mapping[str, str]) -> dict[str, Any]:
    names = {name: key for name, key in PLAIN_NAMES.items() if environ.get(name)}
    names |= {
        name: name.removeprefix(PREFIX).lower()
        for name in environ
        if name.startswith(PREFIX) and environ[name]
    }
    values: dict[str, Any] = {key: environ[name] for name, key in names.items()}
    for key in {"home", "sources"} & values.keys():
        values[key] = Path(values[key]).expanduser().absolute()
    return values


def _fault(problem: Any, given: Mapping[str, Any], file: Path) -> Fault:
    key = str(problem["loc"][0])
    found = f"{problem['input']!r}"
    expected = problem["msg"][:1].lower() + problem["msg"][1:]
    if problem["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, Settings.model_fields, n=1)
        found, expected = (
            "an unknown key",
            f"{near[0]}?" if near else "a key of config/dateline.toml",
        )
    if key in given:
        name = next((n for n, k in PLAIN_NAMES.items() if k == key), PREFIX + key.upper())
        return Fault("environment", None, name, found, expected)
    return Fault(str(file), _line_of(key, file), key, found, expected)


def _line_of(key: str, file: Path) -> int | None:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if re.match(rf"\s*{re.escape(key)}\s*=", line):
            return number
    return None
