"""Whether names of hosts can be looked up. Asks the system's resolver, and waits a few seconds."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from queue import Empty, Queue
from threading import Thread
from urllib.parse import urlsplit
from urllib.request import getproxies_environment

from config.catalogue import Catalogue
from dateline.doctor.finding import Finding, fine, warn

SECONDS = 5.0
TRIED = 3  # one paper's name may be gone; three are not gone together
ROUTES = (Path("/proc/net/route"), Path("/proc/net/ipv6_route"))
REMEDY = "look at /etc/resolv.conf and the network"


def lookup(found: Catalogue) -> Iterator[Finding]:
    """Say whether the name of a paper leads to an address; not tried where it cannot."""
    hosts = [urlsplit(one.homepage).hostname for one in found.sources if one.enabled]
    names = [host for host in dict.fromkeys(hosts) if host][:TRIED]
    if getproxies_environment().keys() & {"http", "https", "all"}:
        yield fine("names", "not tried: they are left to the proxy")
    elif not _has_route():
        yield fine("names", "not tried: this machine has no way out")
    elif names:
        yield _tried(names)


def _tried(names: list[str]) -> Finding:
    why = ""
    for name in names:
        why = _failure(name)
        if not why:
            return fine("names", "they are looked up", name)
    return warn("names", f"{', '.join(names)}: {why}", REMEDY)


def _failure(name: str) -> str:
    """Return why a name leads nowhere; "" where it leads somewhere."""
    answers: Queue[str] = Queue()

    def look() -> None:
        try:
            socket.getaddrinfo(name, 443, type=socket.SOCK_STREAM)
            answers.put("")
        except OSError as error:
            answers.put(error.strerror or type(error).__name__)

    Thread(target=look, daemon=True).start()  # nothing ends a lookup: it is left alone
    try:
        return answers.get(timeout=SECONDS)
    except Empty:
        return f"no answer within {SECONDS:.0f} s"


def _has_route() -> bool:
    """Return whether there is a way to the whole world, as the kernel lists it."""
    if os.name != "posix" or not ROUTES[0].exists():
        return True
    for file in ROUTES:
        rows = [line.split() for line in file.read_text(encoding="ascii").splitlines()]
        if any(_is_way_out(row) for row in rows):
            return True
    return False


def _is_way_out(row: list[str]) -> bool:
    # IPv4: interface, destination, gateway; IPv6: destination, length, …, interface
    return (len(row) > 2 and row[1] == "00000000") or (
        len(row) == 10 and not row[0].strip("0") and row[1] == "00" and row[-1] != "lo"
    )
