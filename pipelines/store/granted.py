"""Users of MongoDB for those who read: made here, so that nobody hands out the crawl's own."""

import secrets
from typing import Any
from urllib.parse import quote_plus

from pymongo.database import Database
from pymongo.errors import OperationFailure

from pipelines.store.errors import asking

Document = dict[str, Any]
READ = "read"
"""Of MongoDB: may find and follow in this database, and nothing else."""
EXISTS = 51003
OURS = ("auth", "tlscertificatekey")


def grant_reading(db: Database[Document], name: str) -> tuple[str, bool]:
    """Have a user who may only read this database; return a new password, and whether they are new.

    Of one who was there the password is another now. Raises StoreError.
    """
    password = secrets.token_urlsafe(24)
    roles = [{"role": READ, "db": db.name}]
    with asking(f"make the user {name}"):
        try:
            db.command("createUser", name, pwd=password, roles=roles)
        except OperationFailure as error:
            if error.code != EXISTS:
                raise
            db.command("updateUser", name, pwd=password, roles=roles)
            return password, False
    return password, True


def with_login(uri: str, name: str, password: str, database: str) -> str:
    """Return the address of a server for another user, who is known in that database."""
    scheme, _, rest = uri.partition("://")
    place, _, options = rest.partition("?")
    hosts = place.rpartition("@")[2]
    # who logs in, and by which certificate, is another now
    kept = [one for one in options.split("&") if one and not one.lower().startswith(OURS)]
    asked = "&".join([*kept, f"authSource={database}"])
    login = f"{quote_plus(name)}:{quote_plus(password)}"
    return f"{scheme}://{login}@{hosts.partition('/')[0]}/{database}?{asked}"
