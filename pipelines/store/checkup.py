"""What a server says of itself and of our rights there, for `dateline doctor`. Changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.database import Database

from pipelines.store.errors import asking

Document = dict[str, Any]
NEEDED = frozenset(
    {
        "find",
        "insert",
        "update",
        "remove",
        "createCollection",
        "createIndex",
        "collMod",
        "dbStats",
        "listCollections",
        "listIndexes",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Checkup:
    """One server, as it is to us."""

    version: str
    is_primary: bool
    set_name: str | None
    """None: a standalone server."""
    ahead: timedelta
    """How far its clock is ahead of ours."""
    users: tuple[str, ...]
    """As whom we are known to it; empty: it asks nobody."""
    lacks: tuple[str, ...]
    """What we need and have no right to."""


def look(db: Database[Document]) -> Checkup:
    """Return what there is to say. Raises StoreError."""
    with asking(f"look at the database {db.name}"):
        before = datetime.now(UTC)
        hello = db.client.admin.command("hello")
        middle = before + (datetime.now(UTC) - before) / 2
        version = str(db.client.server_info()["version"])
        status = db.client.admin.command("connectionStatus", showPrivileges=True)["authInfo"]
        db.list_collection_names()  # a server that asks for a name refuses here
    users = tuple(str(user["user"]) for user in status["authenticatedUsers"])
    granted = _granted(db.name, status.get("authenticatedUserPrivileges", ()))
    return Checkup(
        version=version,
        is_primary=bool(hello.get("isWritablePrimary")),
        set_name=hello.get("setName"),
        ahead=hello["localTime"].replace(tzinfo=UTC) - middle,
        users=users,
        lacks=tuple(sorted(NEEDED - granted)) if users else (),
    )


def _granted(name: str, privileges: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the actions that hold for every collection of a database."""
    return {
        action
        for privilege in privileges
        if _covers(privilege["resource"], name)
        for action in privilege["actions"]
    }


def _covers(resource: Mapping[str, Any], name: str) -> bool:
    is_ours = resource.get("db") in {"", name} and resource.get("collection") == ""
    return bool(resource.get("anyResource")) or is_ours
