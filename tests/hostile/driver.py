"""A crawl on a machine whose names lead where a table says, and that reaches nothing but itself.

Run as ``python -m tests.hostile.driver``: NAMES in the environment is the table as JSON, each name
with what its lookups give, one after the other; no server of names is asked. ROUTES has public
addresses with the port of this machine that stands for them; to any other there is no way.
"""

import errno
import ipaddress
import json
import os
import socket
import sys
from typing import Any

NAMES: dict[str, list[list[str]]] = json.loads(os.environ.pop("NAMES", "{}"))
ROUTES: dict[str, int] = json.loads(os.environ.pop("ROUTES", "{}"))
_asked = socket.getaddrinfo
_connected = socket.socket.connect_ex


def looked_up(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
    """Answer as the system does, of the table; literal addresses and this machine are known."""
    name = host.decode() if isinstance(host, bytes) else str(host or "")
    answers = NAMES.get(name.rstrip("."))
    if answers is None:
        if name in {"localhost", socket.gethostname()}:
            return _asked(host, port, *args, **kwargs)
        kwargs["flags"] = socket.AI_NUMERICHOST
        return _asked(host, port, *args[:3], **kwargs)
    now = answers.pop(0) if len(answers) > 1 else answers[0]
    return [found for one in now for found in _asked(one, port, *args, **kwargs)]


def connected(one: socket.socket, place: Any) -> int:
    """Connect within this machine."""
    if isinstance(place, tuple):
        port = ROUTES.get(place[0])
        if port:
            return _connected(one, ("127.0.0.1", port))
        if not ipaddress.ip_address(place[0].partition("%")[0]).is_loopback:
            return errno.ENETUNREACH
    return _connected(one, place)


def main() -> None:
    """Run the command that is named."""
    socket.getaddrinfo = looked_up  # before Twisted takes it for its own
    socket.socket.connect_ex = connected  # type: ignore[method-assign, assignment]
    from dateline.main import main as dateline  # noqa: PLC0415

    sys.argv = ["dateline", *sys.argv[1:]]
    dateline()


if __name__ == "__main__":
    main()
