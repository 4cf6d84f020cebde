"""The server's time: by it all machines agree."""

from datetime import UTC, datetime
from typing import Any

from pymongo.database import Database

from pipelines.store.errors import asking


def server_time(db: Database[dict[str, Any]]) -> datetime:
    """Return what time it is at the server of a database. Raises StoreError."""
    with asking("tell the time"):
        told: datetime = db.client.admin.command("hello")["localTime"]
    return told.replace(tzinfo=UTC)  # commands answer in naive UTC, whatever the client asks
