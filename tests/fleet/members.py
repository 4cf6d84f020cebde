"""Three members of one replica set on loopback, of which any may be killed and begun again."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from pipelines.store.embedded import engine
from tests.fleet.broker import free_port

Document = dict[str, Any]
NAME = "fleet"
READY_SECONDS = 60.0


@dataclass(slots=True)
class Members:
    """A replica set of one's own, without users: it listens on loopback, while a test lasts."""

    folder: Path
    ports: tuple[int, ...]
    path: str
    running: dict[int, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def uri(self) -> str:
        """The address of all."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.ports)
        return f"mongodb://{hosts}/?replicaSet={NAME}"

    def begin(self, port: int) -> None:
        """Begin a member, with the data that it has."""
        data = self.folder / str(port)
        data.mkdir(parents=True, exist_ok=True)
        command = [self.path, "--replSet", NAME, "--bind_ip", "127.0.0.1", "--port", str(port)]
        command += ["--dbpath", str(data), "--logpath", str(data / "log"), "--logappend"]
        command += ["--wiredTigerCacheSizeGB", "0.25", "--oplogSize", "128", "--nounixsocket"]
        command += ["--quiet", "--setParameter", "diagnosticDataCollectionEnabled=false"]
        self.running[port] = subprocess.Popen(command, stdout=subprocess.DEVNULL)

    def kill(self, port: int) -> None:
        """Kill a member."""
        member = self.running.pop(port)
        member.kill()
        member.wait()

    def primary(self) -> int:
        """Return the port of the primary; waits until there is one."""
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            for port in self.running:
                with suppress(PyMongoError), _direct(port) as client:
                    if client.admin.command("hello")["isWritablePrimary"]:
                        return port
            time.sleep(0.1)
        raise AssertionError("no member became the primary")

    def initiate(self) -> None:
        """Make them one set."""
        members = [{"_id": n, "host": f"127.0.0.1:{port}"} for n, port in enumerate(self.ports)]
        until = time.monotonic() + READY_SECONDS
        while True:
            try:
                with _direct(self.ports[0]) as client:
                    client.admin.command("replSetInitiate", {"_id": NAME, "members": members})
                break
            except PyMongoError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)
        self.primary()


@contextmanager
def members(folder: Path) -> Iterator[Members]:
    """Give three members, which end with the block."""
    found = Members(folder, tuple(free_port() for _ in range(3)), engine.choose(folder).path)
    try:
        for port in found.ports:
            found.begin(port)
        found.initiate()
        yield found
    finally:
        for port in list(found.running):
            found.kill(port)


def _direct(port: int) -> MongoClient[Document]:
    return MongoClient(f"mongodb://127.0.0.1:{port}/?directConnection=true&timeoutMS=2000")
