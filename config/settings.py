"""Every knob: ``config/dateline.toml``, over it the environment; out comes one frozen record."""

import difflib
import os
import re
import tomllib
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from config import files, secrets
from config.errors import UNKNOWN, ConfigError, Fault

ROOT = Path(__file__).resolve().parent.parent
FILE = Path(__file__).with_name("dateline.toml")
PREFIX, MONGO = "DATELINE_", "MONGODB_"
NO_SETTING = "DATELINE_FAILPOINT"  # of tests alone; see pipelines/failpoints.py
SHOWN = 60  # characters of what was found: the message is for one line
DAY = 86_400
# upper bounds are far from any use: what is past one is a slip, and no date or timer can hold it
Seconds = Annotated[float, Field(ge=0, le=DAY, allow_inf_nan=False)]
Bytes = Annotated[int, Field(ge=1024, le=2_000_000_000)]
PATHS = frozenset({"home", "sources", "metrics_file"})
SECRETS = {
    "mongodb_uri": "what may hold a password",
    "broker_url": "what may hold a password",
    "notify_webhook": "what may hold a secret",
    "webhook_secret": "a secret",
    "ping_url": "what may hold a secret",
}
BROKER = "an address as amqp://user:password@host:5672// or redis://host:6379/0"
TELLING = 5  # letters: shorter parts of a webhook's path are words
WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s/]+\S*$")]
PLAIN_NAMES = {"MONGODB_URI": "mongodb_uri", "MONGODB_DATABASE": "mongodb_database"}


def _leads_somewhere(path: Path) -> Path:
    if not path.is_absolute() or "\0" in str(path):
        raise ValueError("a path; this one leads nowhere")
    return path


def _one_line(words: str) -> str:
    if any(unicodedata.category(letter) == "Cc" for letter in words):
        raise ValueError("text in one line: it goes into a header")
    return words


def _not_the_servers(name: str) -> str:
    if name in {"admin", "config", "local"}:
        raise ValueError("a database of your own; this one is MongoDB's")
    return name


def _for_node_exporter(path: Path) -> Path:
    if path.suffix != ".prom":
        raise ValueError("a file whose name ends in .prom: node_exporter reads no other")
    return path


def _readable_broker(url: str) -> str:
    login = url.partition("://")[2].rpartition("@")[0]
    try:
        is_read = not re.search("[/?#@]", login) and urlsplit(url).port != 0
    except ValueError:  # no port, no host
        is_read = False
    if not is_read:
        raise ValueError(f"{BROKER}; `/`, `?`, `#`, `@` of a password are %2F, %3F, %23, %40")
    return url


Place = Annotated[Path, AfterValidator(_leads_somewhere)]


# in place of what pydantic says
OF_TYPE = {
    "float_parsing": "a number",
    "float_type": "a number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number of fewer digits",
    "int_from_float": "a whole number",
    "int_type": "a whole number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "string_type": "text, in quotation marks",
    "string_unicode": "text in UTF-8",
}
OF_PATTERN = {
    "mongodb_database": "letters, digits, `_` and `-`, at most 38",
    "notify_webhook": "an address that begins with http:// or https://",
    "ping_url": "an address that begins with http:// or https://",
    "notify_mail": "one address, as name@host",
    "mail_server": "a host, or host:port",
    "broker_url": BROKER,
}


class Settings(BaseModel):
    """The settings of one process; what each means stands beside its default in dateline.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    home: Place = ROOT / ".dateline"
    mongodb_uri: str | None = None
    mongodb_database: Annotated[
        str, Field(pattern=r"^[A-Za-z0-9_-]{1,38}$"), AfterValidator(_not_the_servers)
    ] = "dateline"
    sources: Place = ROOT / "config" / "sources"

    user_agent: Annotated[str, Field(min_length=3), AfterValidator(_one_line)] = (
        "Dateline/0.1 (+mailto:dateline@localhost)"
    )
    host_delay: Seconds = 1.0
    crawl_delay_max: Seconds = 120.0
    concurrent_hosts: Annotated[int, Field(ge=1, le=512)] = 32
    request_timeout: Annotated[Seconds, Field(gt=0)] = 30.0
    feed_max_bytes: Bytes = 15_000_000
    page_max_bytes: Bytes = 8_000_000
    article_pages_max: Annotated[int, Field(ge=1, le=99)] = 20
    redirects_max: Annotated[int, Field(ge=0, le=20)] = 5
    robots_hours: Annotated[float, Field(ge=0, le=8_760, allow_inf_nan=False)] = 24.0
    allow_private_addresses: bool = False

    capture_minutes: Annotated[float, Field(ge=1, le=1_440)] = 17.5
    visit_minutes_min: Annotated[int, Field(ge=1, le=1_440)] = 10
    visit_minutes_max: Annotated[int, Field(ge=1, le=43_200)] = 720
    rechecks_a_day: Annotated[int, Field(ge=0, le=1_000_000)] = 300
    backfill_seconds: Seconds = 240.0
    backfill_lists: Annotated[int, Field(ge=1, le=1_000_000)] = 2_000
    search: bool = True
    run_patience: Seconds = 60.0
    attempts_max: Annotated[int, Field(ge=1, le=1_000)] = 5
    lease_seconds: Annotated[int, Field(ge=2, le=DAY)] = 600
    overlap: Literal["leave", "share"] = "leave"
    quarantine_bound: Annotated[int, Field(ge=0, le=1_000_000_000)] = 100

    notify_webhook: WebAddress | None = None
    notify_mail: Annotated[str, Field(pattern=r"^[^\s@,]+@[^\s@,]+$")] | None = None
    mail_server: Annotated[str, Field(pattern=r"^[^\s:/]+(:[0-9]{1,5})?$")] = "localhost:25"
    webhook_secret: Annotated[str, Field(min_length=8)] | None = None
    ping_url: WebAddress | None = None
    metrics_file: Annotated[Place, AfterValidator(_for_node_exporter)] | None = None

    broker_url: (
        Annotated[
            str,
            Field(pattern=r"^(amqps?|rediss?|sentinel)://\S+$"),
            AfterValidator(_readable_broker),
        ]
        | None
    ) = None
    batch_sources: Annotated[int, Field(ge=1, le=1_000)] = 50
    batch_seconds: Annotated[Seconds, Field(ge=5, le=1_200)] = 120.0
    dispatch_seconds: Annotated[Seconds, Field(ge=1)] = 30.0

    workers: Annotated[int, Field(ge=0, le=256)] = 0
    page_seconds: Annotated[Seconds, Field(gt=0)] = 20.0
    page_memory_mb: Annotated[int, Field(ge=128, le=1_048_576)] = 1024
    keep_pages_days: Annotated[int, Field(ge=1, le=36_500)] = 90
    keep_reports_days: Annotated[int, Field(ge=1, le=36_500)] = 90
    keep_unseen_days: Annotated[int, Field(ge=30, le=36_500)] = 180
    free_disk_mb: Annotated[int, Field(ge=0, le=1_000_000_000)] = 500

    browser_path: Annotated[str, Field(min_length=1)] | None = None
    browser_seconds: Annotated[Seconds, Field(gt=0)] = 20.0
    browser_sandbox: bool = True

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
    given = _environment(environ)
    found = _toml(file) | given
    # an address may stand where a key belongs, too, and an unknown key is shown
    secrets.keep_passwords([*environ.values(), *found])
    for key in SECRETS.keys() & found.keys():
        _keep(key, str(found[key]))
    try:
        return Settings.model_validate(found)
    except ValidationError as error:
        raise ConfigError([_fault(problem, given, file) for problem in error.errors()]) from error


def _keep(key: str, address: str) -> None:
    """Keep what of a secret address may not be shown: of a webhook all behind its host."""
    secrets.keep_password(address)
    if key == "broker_url":
        secrets.keep_login(address)
    elif not address.startswith("mongodb"):
        behind = re.split("[/?&=]", re.sub(r"^\w+://", "", address))[1:]
        secrets.keep(*(part for part in behind if len(part) > TELLING))


def _toml(file: Path) -> dict[str, Any]:
    written = files.text(file)
    try:
        found = tomllib.loads(written)
    except (ValueError, RecursionError) as error:
        raise ConfigError([_unusable(file, written, error)]) from error
    return {
        key: _path(value, file.parent.parent) if key in PATHS else value
        for key, value in found.items()
    }


def _unusable(file: Path, written: str, error: Exception) -> Fault:
    endless = re.search(r"[0-9_]{4301,}", written)  # Python reads no longer number
    at = re.search(r"line (\d+)", str(error))
    if isinstance(error, tomllib.TOMLDecodeError):
        line = int(at[1]) if at else len(written.splitlines())  # "at end of document"
        return Fault(str(file), line, None, str(error), "TOML")
    if endless:
        line = written.count("\n", 0, endless.start()) + 1
        return Fault(str(file), line, None, "a number without end", "TOML")
    return Fault(str(file), None, None, "lists in lists without end", "TOML")


def _path(value: object, base: Path) -> object:
    """Return the path that a setting names, absolute; as written where it leads nowhere.

    ``~`` is the home of a user; a relative path counts from ``base``.
    """
    if not isinstance(value, str):
        return value
    try:
        return base.absolute() / Path(value).expanduser()
    except (RuntimeError, OSError):  # no such user; the folder we are in is gone
        return value


def _environment(environ: Mapping[str, str]) -> dict[str, Any]:
    names = {name: key for name, key in PLAIN_NAMES.items() if environ.get(name)}
    names |= {
        name: name.removeprefix(PREFIX).lower()
        for name in environ
        if name.startswith(PREFIX) and environ[name] and name != NO_SETTING
    }
    names |= {name: name.lower() for name in environ if environ[name] and _is_slip(name)}
    values: dict[str, Any] = {key: environ[name] for name, key in names.items()}
    for key in PATHS & values.keys():
        values[key] = _path(values[key], Path())
    return values


def _is_slip(name: str) -> bool:
    """Return whether a variable was to be one of MongoDB's two.

    Others may begin so: Kubernetes sets MONGODB_PORT beside a service of that name.
    """
    ours = [own.removeprefix(MONGO) for own in PLAIN_NAMES]
    rest = name.removeprefix(MONGO)
    is_near = bool(difflib.get_close_matches(rest, ours, cutoff=0.66))  # URL is for URI
    return name.startswith(MONGO) and name not in PLAIN_NAMES and is_near


def _fault(problem: Any, given: Mapping[str, Any], file: Path) -> Fault:
    key = str(problem["loc"][0])
    is_pattern = problem["type"] == "string_pattern_mismatch"
    words = OF_PATTERN.get(key) if is_pattern else OF_TYPE.get(problem["type"])
    expected = words or problem["msg"].removeprefix("Value error, ").removeprefix(
        "Input should be "
    )
    found, expected = _shown(key, problem["input"]), expected[:1].lower() + expected[1:]
    if problem["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, Settings.model_fields, n=1)
        names = [_variable(name) if key in given else name for name in near]
        found, expected = UNKNOWN, f"{names[0]}?" if names else "a key of config/dateline.toml"
    if key in given:
        return Fault("environment", None, _variable(key), found, expected)
    return Fault(str(file), _line_of(key, file), key, found, expected)


def _variable(key: str) -> str:
    """Return the variable of the environment that sets a key."""
    return key.upper() if key.startswith(MONGO.lower()) else PREFIX + key.upper()


def _shown(key: str, value: object) -> str:
    if key in SECRETS:
        return SECRETS[key]
    try:
        text = repr(str(value) if isinstance(value, Path) else value)
    except ValueError:  # Python writes out no whole number of more than 4300 digits
        return "a number without end"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _line_of(key: str, file: Path) -> int | None:
    place = re.compile(rf"\s*(\[+\s*)?[\"']?{re.escape(key)}[\"']?\s*[=.\]]")
    lines = files.text(file).splitlines()
    return next((number for number, line in enumerate(lines, 1) if place.match(line)), None)
