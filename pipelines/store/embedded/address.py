"""Where the embedded mongod listens: a socket of its own, or loopback with a password."""

import hashlib
import os
import secrets
import socket
import stat
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

from pipelines.store.errors import ServerError

HAS_SOCKETS = hasattr(socket, "AF_UNIX") and os.name == "posix"
LONGEST = 100  # bytes; the kernel's limit is 107 on Linux and 103 on macOS
USER = "dateline"
CONNECT_SECONDS = 5
PORTS = range(27100, 37100)


@dataclass(frozen=True, slots=True)
class Address:
    """One place to listen."""

    host: str
    """A socket's path, or 127.0.0.1."""
    port: int | None = None
    """None for a socket."""
    key: Path | None = None
    """The file with the password; None for a socket, which is guarded by its directory."""

    @property
    def member(self) -> str:
        """As the replica set stores it."""
        return f"{self.host}:{self.port}" if self.port else self.host

    @property
    def uri(self) -> str:
        """For pymongo and mongosh alike."""
        # direct: pymongo looks for a lower-cased path when it follows the member's name
        if self.key is None:
            return f"mongodb://{quote(self.member, safe='')}/?directConnection=true"
        return f"mongodb://{USER}:{self.password}@{self.member}/?directConnection=true&authSource=admin"

    @property
    def password(self) -> str:
        """Empty for a socket."""
        return self.key.read_text(encoding="ascii").strip() if self.key else ""

    @property
    def options(self) -> list[str]:
        """For mongod's command line."""
        listen = ["--bind_ip", self.host]
        if HAS_SOCKETS:
            # else it also makes a public socket in /tmp, and dies where another user's lies there
            listen.append("--nounixsocket")
        if self.port and self.key:
            return [*listen, "--port", str(self.port), "--keyFile", str(self.key)]
        return listen


def choose(mongo: Path, sockets: bool = HAS_SOCKETS) -> Address:
    """Return where the mongod over ``mongo`` is to listen; what it needs for that is made.

    The same home gives the same address while XDG_RUNTIME_DIR and TMPDIR stay the same.
    """
    name = hashlib.sha256(b"%d:%s" % (_user(), os.fsencode(mongo))).hexdigest()[:12]
    if not sockets:
        return Address("127.0.0.1", _free_port(int(name, 16)), _key(mongo / "key"))
    directory = _directory(f"dateline-{name}")
    _make_private(directory)
    return Address(str(directory / "mongod.sock"))


def of(command: list[str]) -> Address | None:
    """Return where the mongod that was started with ``command`` listens."""
    given = dict(pairwise(command))
    host, port, key = given.get("--bind_ip"), given.get("--port"), given.get("--keyFile")
    if host is None:
        return None
    return Address(host, int(port) if port else None, Path(key) if key else None)


def accepts(address: Address) -> bool:
    """Return whether something listens at the address."""
    family = socket.AF_INET if address.port else socket.AF_UNIX
    with socket.socket(family) as connection:
        connection.settimeout(CONNECT_SECONDS)
        try:
            connection.connect((address.host, address.port) if address.port else address.host)
        except OSError:
            return False
    return True


def is_gone(address: Address) -> bool:
    """Return whether the socket's file is no longer there, so that nobody can ever connect."""
    return address.port is None and not Path(address.host).exists()


def remove(address: Address) -> None:
    """Take the socket and its directory away, where nobody listens any more."""
    if address.port is None:
        path = Path(address.host)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            path.parent.rmdir()


def _directory(name: str) -> Path:
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent"))
    base = runtime if _is_mine(runtime) else _temporary()
    too_long = len(os.fsencode(base / name / "mongod.sock")) > LONGEST
    # mongod reads a comma as the start of a second address
    return Path("/tmp" if too_long or "," in str(base) else base, name)  # noqa: S108 its owner is checked


def _temporary() -> Path:
    try:
        return Path(tempfile.gettempdir())
    except OSError as error:
        raise ServerError(
            "no temporary directory can be written to, and MongoDB's socket needs one.\n"
            "Free some space in /tmp, or set TMPDIR or XDG_RUNTIME_DIR."
        ) from error


def _make_private(directory: Path) -> None:
    try:
        directory.mkdir(mode=0o700, exist_ok=True)
        if _is_mine(directory):
            directory.chmod(0o700)
            return
    except OSError as error:
        raise ServerError(
            f"cannot make {directory} for MongoDB's socket: {error.strerror}.\n"
            "Set TMPDIR or XDG_RUNTIME_DIR to a folder of your own."
        ) from error
    raise ServerError(
        f"{directory}, where MongoDB's socket belongs, is not a folder of ours.\n"
        "Remove it, or set XDG_RUNTIME_DIR to a folder of your own."
    )


def _user() -> int:
    return os.geteuid() if hasattr(os, "geteuid") else 0


def _is_mine(directory: Path) -> bool:
    try:
        found = directory.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == _user()


def _key(path: Path) -> Path:
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    return path


def _free_port(seed: int) -> int:
    """The same home tries the same ports in the same order."""
    for step in range(50):
        port = PORTS[(seed + step) % len(PORTS)]
        with socket.socket() as trial:
            try:
                trial.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
    raise ServerError(
        "no free port on 127.0.0.1 for MongoDB.\nSet MONGODB_URI to a server of your own."
    )
