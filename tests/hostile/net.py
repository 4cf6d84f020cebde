"""An invented web on loopback that sends bytes as they are: an HTTP proxy, and hosts behind TLS."""

import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

Raw = bytes | Callable[[], Iterator[bytes]]
"""An answer: its bytes, or what makes them one after the other for as long as they are taken."""

PUBLIC = "93.184.215.14"  # stands for any: what goes there comes to the proxy
LATE = 40.0  # seconds after which a connection that is slow on purpose is given up
PART = 65_536
NOTHING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


def http(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Return a whole answer; a length is told unless a header says how long it is."""
    told = any(one.lower().startswith(("content-length", "transfer-encoding")) for one in headers)
    lines = [f"HTTP/1.1 {status}", *headers, *([] if told else [f"Content-Length: {len(body)}"])]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1") + body


def dripping(first: bytes, drop: bytes, every: float = 0.2) -> Callable[[], Iterator[bytes]]:
    """Return an answer of which a little more comes now and then, for longer than anyone waits."""

    def send() -> Iterator[bytes]:
        yield first
        end = time.monotonic() + LATE
        while time.monotonic() < end:
            yield drop
            time.sleep(every)

    return send


class Web:
    """The proxy and what is behind it; as a context it stops at the end."""

    def __init__(self) -> None:
        self.answers: dict[str, Raw] = {}
        self.tunnels: dict[str, Callable[[socket.socket], None]] = {}
        """By host: what is at the other end of a CONNECT."""
        self.asked: list[str] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self.proxy = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> "Web":
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(30)
        with connection, suppress(OSError):
            head = _head(connection)
            verb, _, rest = head.partition(b" ")
            place = rest.partition(b" ")[0].decode("latin-1")
            if place.startswith("/"):
                place = f"http://{_host(head)}{place}"
            self.asked.append(place)
            if verb == b"CONNECT":
                self._tunnel(connection, place.partition(":")[0])
            else:
                _send(connection, self.answers.get(place, NOTHING))

    def _tunnel(self, connection: socket.socket, host: str) -> None:
        end = self.tunnels.get(host)
        if end is None:
            connection.sendall(NOTHING)
            return
        connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
        end(connection)


def _head(connection: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head and len(head) < PART:
        got = connection.recv(PART)
        if not got:
            break
        head += got
    return head


def _host(head: bytes) -> str:
    found = re.search(rb"\r\nhost:[ \t]*([^\r\n]*)", head, re.I)
    return found[1].decode("latin-1") if found else ""


def _send(connection: socket.socket, answer: Raw) -> None:
    if isinstance(answer, bytes):
        connection.sendall(answer)
    else:
        for part in answer():
            connection.sendall(part)
    with suppress(OSError):  # so that what was sent is not lost with what was not read
        connection.shutdown(socket.SHUT_WR)
        connection.recv(PART)


def behind_tls(context: ssl.SSLContext, answer: bytes = NOTHING) -> Callable[[socket.socket], None]:
    """Return the end of a tunnel that shows a certificate and answers once."""

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as safe:
            _head(safe)
            safe.sendall(answer)

    return serve


class Guarded:
    """Ports of this machine that nobody may reach, over TCP and UDP; counts who comes."""

    def __init__(self) -> None:
        self.came: list[str] = []
        self._open: list[socket.socket] = []
        first = socket.create_server(("127.0.0.1", 0))
        self.port: int = first.getsockname()[1]
        self._watch(first)
        for family, host in _places():
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                if (family, host, kind) == (socket.AF_INET, "127.0.0.1", socket.SOCK_STREAM):
                    continue
                with suppress(OSError):  # a machine without IPv6, or without a network
                    self._watch(_bound(family, host, kind, self.port))

    def __enter__(self) -> "Guarded":
        return self

    def __exit__(self, *_: object) -> None:
        for one in self._open:
            one.close()

    def _watch(self, one: socket.socket) -> None:
        self._open.append(one)
        threading.Thread(target=self._count, args=(one,), daemon=True).start()

    def _count(self, one: socket.socket) -> None:
        name = f"{one.getsockname()[0]} {'tcp' if one.type == socket.SOCK_STREAM else 'udp'}"
        while True:
            try:
                if one.type == socket.SOCK_STREAM:
                    one.accept()[0].close()
                else:
                    one.recv(2_048)
            except OSError:
                return
            self.came.append(name)

    def try_all(self) -> int:
        """Knock at each, so that it is known that they count; return how many there are."""
        for one in self._open:
            family, place = one.family, one.getsockname()
            if one.type == socket.SOCK_STREAM:
                with socket.socket(family, socket.SOCK_STREAM) as knocking:
                    knocking.connect(place)
            else:
                with socket.socket(family, socket.SOCK_DGRAM) as knocking:
                    knocking.sendto(b"x", place)
        return len(self._open)

    def settle(self) -> None:
        """Forget who knocked, once all have come."""
        for _ in range(100):
            if len(self.came) >= len(self._open):
                break
            time.sleep(0.02)
        self.came.clear()


def _places() -> list[tuple[socket.AddressFamily, str]]:
    return [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"), *_own()]


def _own() -> list[tuple[socket.AddressFamily, str]]:
    """Return this machine's address in its own network, asked of the kernel: nothing is sent."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        own = str(probe.getsockname()[0])
        return [] if own.startswith("127.") else [(socket.AF_INET, own)]
    return []


def _bound(
    family: socket.AddressFamily, host: str, kind: socket.SocketKind, port: int
) -> socket.socket:
    made = socket.socket(family, kind)
    try:
        made.bind((host, port))
        if kind == socket.SOCK_STREAM:
            made.listen()
    except OSError:
        made.close()
        raise
    return made
