"""A RabbitMQ of the tests' own: Debian's, on loopback, with its data in a folder that is given."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

# not the one on the PATH: as root that becomes the user rabbitmq, who may not write here
SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
START_SECONDS = 60.0
USER = "guest:guest"  # RabbitMQ's own, who may come from loopback alone


def is_there() -> bool:
    """Return whether Debian's rabbitmq-server is installed."""
    return SERVER.exists() and shutil.which("erl") is not None


@contextmanager
def broker(folder: Path) -> Iterator[str]:
    """Give the address of a broker that ends with the block, and all that it began."""
    port, distribution, epmd = free_port(), free_port(), free_port()
    server = start(folder, port, distribution, epmd)
    try:
        yield f"amqp://{USER}@127.0.0.1:{port}//"
    finally:
        end(server, epmd)


def start(folder: Path, port: int, distribution: int, epmd: int) -> "subprocess.Popen[bytes]":
    """Return a broker that answers; its epmd has a port of its own, so that it can be ended."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "HOME": str(folder),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_EPMD_PORT": str(epmd),
        "RABBITMQ_NODENAME": f"dateline{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1 +sbwt none",
    }
    with (folder / "out").open("wb") as out:
        server = subprocess.Popen(
            [str(SERVER)], env=environment, stdout=out, stderr=out, cwd=folder
        )
    until = time.monotonic() + START_SECONDS
    while not answers(port):
        if server.poll() is not None or time.monotonic() > until:
            raise AssertionError((folder / "out").read_text(errors="replace")[-2000:])
        time.sleep(0.1)
    return server


def end(server: "subprocess.Popen[bytes]", epmd: int) -> None:
    """End a broker and what it began."""
    began = psutil.Process(server.pid).children(recursive=True)
    for process in [psutil.Process(server.pid), *began]:
        kill(process)
    server.wait()
    for process in psutil.process_iter(["name"]):  # it leaves its parent: told by its port
        if process.info["name"] == "epmd" and listens(process, epmd):
            kill(process)


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
