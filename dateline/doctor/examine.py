"""The whole look: every side of the installation; what cannot be looked at is a line too."""

import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from config import catalogue as catalogues
from config import settings as settings_file
from config.catalogue import Catalogue
from config.errors import ConfigError, Fault
from config.settings import ROOT, Settings
from dateline import history
from dateline.doctor import broker, collection, database, home, machine, names
from dateline.doctor.finding import Finding, bad, fine
from pipelines.store.connect import Connection, connect
from pipelines.store.errors import StoreError
from pipelines.store.figures import Figures
from pipelines.store.query import Query
from pipelines.store.visits import Visits

MENDED = "mend it: docs/operate.md, at Settings"


def examine(environ: Mapping[str, str] = os.environ) -> Iterator[Finding]:
    """Say all that there is to say of this installation, whatever of it does not work."""
    now = datetime.now(UTC)
    yield from machine.python(now)
    yield from machine.packages(ROOT / "requirements.lock")
    settings, faults = _settings(environ)
    yield from faults or [fine("settings", "no mistakes", str(settings_file.FILE))]
    for part in (
        machine.disk(settings.home),
        machine.clock(now),
        machine.letters(),
        machine.memory(settings),
        home.modes(settings),
        home.secrets(settings),
        home.metrics(settings),
        home.lock(settings.home),
    ):
        yield from _told(part)
    found, mistakes = _catalogue(settings)
    yield from mistakes
    if found:
        yield from collection.catalogue(found, settings)
        yield from names.lookup(found)
    yield from _stored(settings, found, now)
    yield from broker.examine(settings)


def _told(part: Iterable[Finding]) -> Iterator[Finding]:
    """Say what a look says; where we may not look, that."""
    try:
        yield from part
    except OSError as error:
        yield bad(
            "files", error.strerror or str(error), "see who owns it", str(error.filename or "")
        )


def _settings(environ: Mapping[str, str]) -> tuple[Settings, list[Finding]]:
    """Return the settings, and each mistake; a setting with one is as if it were not set."""
    try:
        return settings_file.load(environ), []
    except ConfigError as error:
        faults = error.faults
    wrong = {fault.key for fault in faults if fault.file == "environment"}
    found = [bad("settings", _said(fault), MENDED, _place(fault)) for fault in faults]
    try:
        rest = {name: value for name, value in environ.items() if name not in wrong}
        return settings_file.load(rest), found
    except ConfigError:
        return Settings(), found


def _catalogue(settings: Settings) -> tuple[Catalogue | None, list[Finding]]:
    try:
        return catalogues.load(settings.sources), []
    except ConfigError as error:
        first = error.faults[:3]
        found = [bad("catalogue", _said(fault), _mended(fault), _place(fault)) for fault in first]
        return None, found


def _mended(fault: Fault) -> str:
    if fault.key or fault.line:
        return "mend it; `dateline sources check` lists all"
    return "let `sources` name one; `dateline sources add URL` begins one"


def _said(fault: Fault) -> str:
    key = f"{fault.key}: " if fault.key else ""
    return f"{key}found {fault.found}; expected {fault.expected}"


def _place(fault: Fault) -> str:
    return f"{fault.file}:{fault.line}" if fault.line else fault.file


def _stored(settings: Settings, found: Catalogue | None, now: datetime) -> Iterator[Finding]:
    """Say what the database shows, or why it shows nothing."""
    try:
        if database.is_away(settings):
            yield from database.embedded(settings)
            return
        connection = connect(settings, lambda _: None, is_prepared=False)
    except (StoreError, ConfigError) as error:
        words = str(error)
        first, _, todo = words.partition("\n" if "\n" in words else "; ")
        yield bad(database.WHAT, first, todo or "dateline db status")
        return
    try:
        yield from database.examine(connection, settings, now)
        yield from _kept(connection, settings, found, now)
    except StoreError as error:
        yield bad(database.WHAT, str(error), "look at its log, and at MONGODB_URI")
    finally:
        connection.close()


def _kept(
    connection: Connection, settings: Settings, found: Catalogue | None, now: datetime
) -> Iterator[Finding]:
    figures = Figures(connection.db)
    yield from collection.sources(list(Visits(connection.db).sources().values()), found, now)
    holders = figures.holders()
    runs = [history.told(row, holders) for row in Query(connection.db).runs(collection.RUNS)]
    yield from collection.runs(runs, settings, now)
    yield from collection.leases(figures, holders, now)
