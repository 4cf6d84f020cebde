"""A RabbitMQ of the tests' own: Debian's, on loopback, with its data in a folder that is given."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

# not the one on the PATH: as root that becomes the user rabbitmq, who may not write here
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
START_SECONDS = 60.0
USER = "guest:guest"  # RabbitMQ's own, who may come from loopback alone


def is_there() -> bool:
    """Return whether Debian's rabbitmq-server is installed."""
    return SERVER.exists() and shutil.which("erl") is not None


@dataclass(slots=True)
class Broker:
    """One broker, which may be killed and begun again with the messages that it has."""

    folder: Path
    port: int
    distribution: int
    epmd: int
    """A port of its own for Erlang's names, so that what serves them can be ended."""
    running: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        """The address of it."""
        return f"amqp://{USER}@127.0.0.1:{self.port}//"

    def begin(self) -> None:
        """Begin it; return once it answers."""
        out = self.folder / "out"
        with out.open("ab") as stream:
            self.running = subprocess.Popen(
                [str(SERVER)], env=self._environment(), stdout=stream, stderr=stream,
                cwd=self.folder,
            )  # fmt: skip
        until = time.monotonic() + START_SECONDS
        while not answers(self.port):
            if self.running.poll() is not None or time.monotonic() > until:
                raise AssertionError(out.read_text(errors="replace")[-2000:])
            time.sleep(0.1)

    def kill(self) -> None:
        """Kill it, and all that it began."""
        assert self.running
        server = psutil.Process(self.running.pid)
        for process in [server, *server.children(recursive=True)]:
            kill(process)
        self.running.wait()
        for process in psutil.process_iter(["name"]):  # epmd leaves its parent: told by its port
            if process.info["name"] == "epmd" and listens(process, self.epmd):
                kill(process)

    def _environment(self) -> dict[str, str]:
        folder = self.folder
        return {
            **os.environ,
            "HOME": str(folder),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.epmd),
            "RABBITMQ_NODENAME": f"dateline{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.distribution),
            "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
            "RABBITMQ_PID_FILE": str(folder / "pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
        }


@contextmanager
def broker(folder: Path) -> Iterator[Broker]:
    """Give a broker that ends with the block, and all that it began."""
    folder.mkdir(parents=True, exist_ok=True)
    found = Broker(folder, free_port(), free_port(), free_port())
    try:
        found.begin()
        yield found
    finally:
        found.kill()


def kill(process: psutil.Process) -> None:
    """End a process that may have ended."""
    try:
        process.kill()
    except psutil.NoSuchProcess:
        return


def listens(process: psutil.Process, port: int) -> bool:
    """Return whether a process listens at a port."""
    try:
        return any(one.laddr[1:] == (port,) for one in process.net_connections("tcp"))
    except psutil.Error:
        return False


def answers(port: int) -> bool:
    """Return whether a broker speaks at a port."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            return bool(connection.recv(8))
    except OSError:
        return False


def free_port() -> int:
    """Return a port of loopback that nobody has."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
