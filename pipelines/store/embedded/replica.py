"""The replica set of one: initiated, its member's name put right, waited for."""

import time
from collections.abc import Mapping
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure

from pipelines.store.embedded.address import USER, Address
from pipelines.store.embedded.process import SET
from pipelines.store.errors import ServerError

Client = MongoClient[dict[str, Any]]
ANSWER_MS = (
    20_000  # a machine that swaps is slow, not dead: its server is not to be killed for that
)
PRIMARY_SECONDS = 60
LOOK_SECONDS = 0.02
AUTHENTICATION_FAILED = 18
ALREADY_INITIALIZED = 23


def prepare(address: Address) -> str:
    """Make the server at the address a primary that takes writes; return its version.

    Raises PyMongoError where it does not answer, ServerError where it does not become primary.
    """
    if address.key:
        _make_user(address)
    with connect(address.uri) as client:
        hello = client.admin.command("hello")
        if not hello.get("isWritablePrimary") or hello.get("hosts") != [address.member]:
            _configure(client, address.member)
            _await_primary(client)
        return str(client.server_info()["version"])


def reopen_log(address: Address) -> None:
    """Let mongod begin a new log where its old one was renamed."""
    with connect(address.uri) as client:
        client.admin.command("logRotate", "server")


def connect(uri: str) -> Client:
    """Return a client for a few words with the server itself."""
    return MongoClient(
        uri,
        serverSelectionTimeoutMS=ANSWER_MS,
        connectTimeoutMS=ANSWER_MS,
        socketTimeoutMS=ANSWER_MS,
    )


def _configure(client: Client, member: str) -> None:
    """The member's name is stored in the data: a moved home gets no primary without this."""
    stored = client.local["system.replset"].find_one()
    if stored is None:
        _initiate(client, member)
    elif [one["host"] for one in stored["members"]] != [member]:
        client.admin.command("replSetReconfig", _renamed(stored, member), force=True)


def _initiate(client: Client, member: str) -> None:
    """Harmless where it was done before, by a start that was killed in the middle."""
    first = {"_id": SET, "members": [{"_id": 0, "host": member}]}
    try:
        client.admin.command("replSetInitiate", first)
    except OperationFailure as error:
        if error.code != ALREADY_INITIALIZED:
            raise


def _renamed(stored: Mapping[str, Any], member: str) -> dict[str, Any]:
    only = {**stored["members"][0], "host": member}
    return {**stored, "members": [only], "version": stored["version"] + 1}


def _await_primary(client: Client) -> None:
    deadline = time.monotonic() + PRIMARY_SECONDS
    while time.monotonic() < deadline:
        if client.admin.command("hello").get("isWritablePrimary"):
            return
        time.sleep(LOOK_SECONDS)
    raise ServerError(
        f"MongoDB runs but did not become primary within {PRIMARY_SECONDS} s.\n"
        "Stop it (dateline db stop) and try again; its log says more."
    )


def _make_user(address: Address) -> None:
    """Over loopback only: a server without users lets a local client make the first one."""
    if _may_enter(address):
        return
    with connect(f"mongodb://{address.member}/?directConnection=true") as client:
        _initiate(client, address.member)
        _await_primary(client)
        client.admin.command("createUser", USER, pwd=address.password, roles=["root"])


def _may_enter(address: Address) -> bool:
    try:
        with connect(address.uri) as client:
            client.admin.command("ping")
    except OperationFailure as error:
        if error.code == AUTHENTICATION_FAILED:
            return False
        raise
    return True
