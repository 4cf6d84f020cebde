"""Opening the database that the settings name, or the embedded one."""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pymongo import MongoClient
from pymongo.database import Database

from config.errors import ConfigError
from config.secrets import is_misread, keep_login, redacted
from config.settings import Settings
from pipelines.store import layout, schema, server
from pipelines.store.errors import StoreError, asking, misaddressed

Document = dict[str, Any]
LOOKED_AT = ["schema", schema.RESTORING]
# the address may ask for more
PATIENCE: dict[str, Any] = {"serverSelectionTimeoutMS": 5_000}
# of several servers: the others miss a primary for ten seconds before they elect another
ELECTION: dict[str, Any] = {"serverSelectionTimeoutMS": 20_000}
# whatever the address asks for; the second also ends a look for the servers of mongodb+srv
HASTE: dict[str, Any] = {"serverSelectionTimeoutMS": 1_000, "connectTimeoutMS": 1_000}


@dataclass(frozen=True, slots=True)
class Connection:
    """An open database."""

    client: MongoClient[Document]
    db: Database[Document]
    started: server.Server | None
    """The embedded server, where this call started it."""

    def close(self) -> None:
        """Let go of the server; it runs on."""
        self.client.close()


def connect(
    settings: Settings,
    say: Callable[[str], None] = lambda _: None,
    *,
    is_prepared: bool = True,
    in_haste: bool = False,
) -> Connection:
    """Return the database of the settings, ready for use; start the embedded one if none is named.

    ``say`` gets one line where a server was started. Raises StoreError.
    ``is_prepared=False`` leaves collections and indexes as they are; ``in_haste``: for what can do
    without, a server that does not answer gets a second.
    """
    started = None
    uri = settings.mongodb_uri
    if not uri:
        embedded = server.ensure(settings.home)
        uri = embedded.uri
        started = embedded if embedded.started else None
        if started:
            say(f"started the embedded MongoDB {embedded.version} ({settings.home / 'mongo'})")
    client = _client(uri, in_haste=in_haste)
    connection = Connection(client, client[settings.mongodb_database], started)
    try:
        with asking(f"be reached at {place(uri)}", "start it, or correct MONGODB_URI"):
            client.admin.command("ping")
        if is_prepared:
            _prepare(connection.db)
    except BaseException:
        connection.close()
        raise
    return connection


def _client(uri: str, *, in_haste: bool) -> MongoClient[Document]:
    if is_misread(uri):
        raise misaddressed("its user or password holds `/`, `?` or `#`: write %2F, %3F, %23")
    if "://" not in uri:
        raise misaddressed("it has no scheme")
    try:
        with asking(f"be reached at {place(uri)}"), warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            return MongoClient(
                uri,
                w="majority",
                journal=True,
                tz_aware=True,
                appname="dateline",
                **(HASTE if in_haste else patience(uri)),
            )
    except UserWarning as error:  # an option that pymongo does not know, or a value it cannot use
        keep_login(uri)
        raise misaddressed(redacted(str(error).partition(". ")[0])) from error
    except ValueError as error:
        keep_login(uri)
        raise misaddressed("it cannot be read") from error
    except ConfigError:
        keep_login(uri)
        raise


def patience(uri: str) -> dict[str, Any]:
    """Return how long servers are waited for that do not answer, as options of a client."""
    if "serverselectiontimeoutms" in uri.lower():
        return {}
    scheme, _, rest = uri.partition("://")
    hosts = rest.partition("/")[0].rpartition("@")[2]
    return ELECTION if "," in hosts or scheme.endswith("+srv") else PATIENCE


def explained(error: StoreError, settings: Settings) -> StoreError:
    """Return the error with what the embedded server complained of last, if it is that one's."""
    words = None if settings.mongodb_uri else server.last_words(settings.home)
    return StoreError(f"{error}\n{words}") if words else error


def place(uri: str) -> str:
    """Return what of a MongoDB address may be shown: its hosts, without user and password."""
    try:
        # a password may hold what would end the host: show none of it then
        hosts = urlsplit(uri).netloc.rpartition("@")
        is_whole = bool(hosts[1]) or "@" not in uri
        return (hosts[2] if is_whole else "") or "the address given"
    except ValueError:
        return "the address given"


def _prepare(db: Database[Document]) -> None:
    """Bring collections and indexes up to date, once a version of their definition."""
    with asking(f"prepare the database {db.name}"):
        found = {row["_id"]: row for row in db[schema.META].find({"_id": {"$in": LOOKED_AT}})}
        if schema.RESTORING in found:
            raise StoreError(
                f"a restore into the database {db.name} is under way, or was cut off;\n"
                "`dateline restore` with the same file again makes it whole"
            )
        meta = found.get("schema", {})
        version = meta.get("version", schema.SCHEMA_VERSION)
        if version > schema.SCHEMA_VERSION:
            raise StoreError(
                f"the database {db.name} is of a newer Dateline (schema {version}, "
                f"ours is {schema.SCHEMA_VERSION}): update Dateline"
            )
        if version < schema.SCHEMA_VERSION:
            raise StoreError(
                f"the database {db.name} has schema {version}, this Dateline needs "
                f"{schema.SCHEMA_VERSION}: run `dateline db migrate`"
            )
        if meta.get("definition") != schema.DEFINITION:
            layout.apply(db)
