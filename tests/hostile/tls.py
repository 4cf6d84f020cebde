"""What a server may do where a trusted connection is to be made."""

import ssl
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from socket import socket

from tests import certificates
from tests.hostile.case import Case
from tests.hostile.net import LATE, behind_tls, http

UNTRUSTED = "failed: tls|failed: robots|failed: connection"


def _entrance(case: Case, end: Callable[[socket], None]) -> str:
    """Have a paper's feed be at https, with this at the other end."""
    case.paper(feeds=[f"https://{case.host}/feed"])
    case.web.tunnels[case.host] = end
    return UNTRUSTED


def _shown(name: str, ends_in: timedelta) -> ssl.SSLContext:
    """Return what shows a certificate that its own key has signed."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder, "both.pem")
        place.write_bytes(certificates.pem(name, ends_in=ends_in))
        context.load_cert_chain(place)
    return context


def signed_by_itself(case: Case) -> str:
    """A certificate that nobody else vouches for."""
    return _entrance(case, behind_tls(_shown(case.host, timedelta(days=9)), http(b"x")))


def of_another_name(case: Case) -> str:
    """A certificate of another host, with escapes for a terminal in its name."""
    context = _shown("victim.example", timedelta(days=9))
    return _entrance(case, behind_tls(context, http(b"x")))


def out_of_date(case: Case) -> str:
    """A certificate of last year."""
    return _entrance(case, behind_tls(_shown(case.host, timedelta(days=-30)), http(b"x")))


def plain_in_its_place(case: Case) -> str:
    """An answer in the clear where a handshake should be."""

    def end(connection: socket) -> None:
        connection.sendall(http(b"<rss/>"))
        connection.recv(1_000)

    return _entrance(case, end)


def noise_in_its_place(case: Case) -> str:
    """Records of TLS that are none, and longer than any."""

    def end(connection: socket) -> None:
        connection.sendall(b"\x16\x03\x03\xff\xff" + bytes(range(256)) * 400)
        connection.recv(1_000)

    return _entrance(case, end)


def silence_in_the_handshake(case: Case) -> str:
    """A handshake that is never answered."""

    def end(connection: socket) -> None:
        connection.recv(10_000)
        time.sleep(LATE)

    return f"{_entrance(case, end)}|failed: timeout"


def hung_up_in_the_handshake(case: Case) -> str:
    """A connection that ends after the first record of a handshake."""

    def end(connection: socket) -> None:
        connection.recv(10_000)
        connection.sendall(b"\x16\x03\x03\x00\x7a\x02")

    return _entrance(case, end)


def tunnel_that_is_refused(case: Case) -> str:
    """A proxy that opens no tunnel."""
    case.paper(feeds=[f"https://{case.host}/feed"])
    return f"{UNTRUSTED}|failed: not-found|failed: refused|failed: status"
