"""What is to be said of the MongoDB in use: are writes safe, is it as we expect, is there room."""

from dataclasses import dataclass
from typing import Any

from pymongo.database import Database
from pymongo.errors import OperationFailure

from pipelines.store import layout, schema
from pipelines.store.errors import asking

Document = dict[str, Any]
ROOM_BYTES = 1_000_000_000  # a thousand articles with their raw pages take some 50 MB


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    is_fine: bool
    words: str


def examine(db: Database[Document]) -> list[Finding]:
    """Return what there is to say of the server and of our database on it; nothing is changed.

    Raises StoreError where the server does not answer.
    """
    with asking(f"look at the database {db.name}"):
        hello = db.client.admin.command("hello")
        return [
            _server(db, hello),
            _writes(db, hello),
            *_schema(db),
            *_room(db),
        ]


def _server(db: Database[Document], hello: Document) -> Finding:
    version = db.client.server_info()["version"]
    if not hello.get("isWritablePrimary"):
        return Finding("server", False, f"MongoDB {version}, but it takes no writes")
    return Finding("server", True, f"MongoDB {version}")


def _writes(db: Database[Document], hello: Document) -> Finding:
    """Our writes ask for the journal; a set may count them before its journal has them."""
    name = hello.get("setName")
    if name is None:
        words = "journalled; a standalone server: no change streams, `watch` asks by time"
        return Finding("writes", True, words)
    try:
        stored = db.client.admin.command("replSetGetConfig")["config"]
    except OperationFailure:  # a user with rights to our database alone may not see it
        return Finding("writes", True, f"journalled by our own request; replica set {name}")
    members = len(stored["members"])
    if not stored.get("writeConcernMajorityJournalDefault", True):
        words = f"replica set {name} counts writes before they are journalled"
        return Finding("writes", False, words)
    return Finding("writes", True, f"journalled; replica set {name} of {members}")


def _schema(db: Database[Document]) -> list[Finding]:
    if not db.list_collection_names():
        return [Finding("schema", True, "none yet: whatever writes first makes it")]
    found = layout.differences(db)
    if not found:
        return [Finding("schema", True, f"version {schema.SCHEMA_VERSION}")]
    return [Finding("schema", False, words) for words in found]


def _room(db: Database[Document]) -> list[Finding]:
    figures = db.command("dbStats")
    if not figures.get("fsTotalSize"):  # a database without a collection has no disk
        return []
    free = int(figures["fsTotalSize"] - figures["fsUsedSize"])
    used = int(figures["totalSize"]) / 1e6
    words = f"{free / 1e9:.1f} GB free where the data lies; {db.name} takes {used:.0f} MB"
    return [Finding("room", free >= ROOM_BYTES, words)]
