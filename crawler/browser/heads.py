"""What a browser asks of its proxy: the head of a request in, a record or a refusal out. Pure."""

import re
from base64 import b64encode
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from config.domains import USUAL_PORTS

HEAD_MAX = 65_536
BODY_MAX = 1_000_000  # of what a script sends
METHOD = re.compile(r"[A-Z]{1,20}")
NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# of this connection only (RFC 9110, 7.6.1), or made anew
OURS = frozenset(
    {
        "connection",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "upgrade",
    }
)


class HeadError(Exception):
    """A request that no browser of ours sends."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """A request as it comes to a proxy."""

    method: str
    scheme: str
    """https where a tunnel is asked for."""
    host: str
    port: int
    path: str
    """With its query; empty where a tunnel is asked for."""
    headers: tuple[tuple[str, str], ...] = ()
    """But those of the connection."""
    length: int = 0
    """Of the body, in bytes."""

    @property
    def is_tunnel(self) -> bool:
        """Return whether it asks for a connection, not for an answer."""
        return self.method == "CONNECT"

    @property
    def place(self) -> str:
        """Return scheme, host and port as an address."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"

    @property
    def authority(self) -> str:
        """Return host and port as a Host header has them."""
        usual = f":{USUAL_PORTS[self.scheme]}"
        return self.place.partition("://")[2].removesuffix(usual)


@dataclass(frozen=True, kw_only=True, slots=True)
class Operators:
    """The proxy that the operator named."""

    host: str
    port: int
    authorization: str | None = None


def read(head: bytes) -> Head:
    """Return the request; raises HeadError for what is none, or could be read in two ways."""
    try:
        first, *lines = head.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
        method, target, version = first.split(" ")
    except ValueError as error:
        raise HeadError("no request line") from error
    if not METHOD.fullmatch(method) or version not in {"HTTP/1.1", "HTTP/1.0"}:
        raise HeadError("no request line")
    headers = [_header(line) for line in lines]
    scheme, host, port, path = _tunnel(target) if method == "CONNECT" else _absolute(target)
    return Head(
        method=method,
        scheme=scheme,
        host=host,
        port=port,
        path=path,
        headers=tuple(pair for pair in headers if pair[0].lower() not in OURS),
        length=_length(headers),
    )


def onward(head: Head, by: Operators | None) -> bytes:
    """Return the head as it goes on, to the host itself or to the operator's proxy."""
    path = f"{head.scheme}://{head.authority}{head.path}" if by else head.path
    target = f"{head.host}:{head.port}" if head.is_tunnel else path
    authority = target if head.is_tunnel else head.authority
    lines = [f"{head.method} {target} HTTP/1.1", f"Host: {authority}"]
    if by and by.authorization:
        lines.append(f"Proxy-Authorization: {by.authorization}")
    if not head.is_tunnel:
        lines += [f"{name}: {value}" for name, value in head.headers]
        lines.append("Connection: close")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def operators(written: str) -> Operators:
    """Return the proxy that an environment names, as ``http://user:word@proxy.example:3128``."""
    parts = urlsplit(written if "://" in written else f"http://{written}")
    if not parts.hostname:
        raise HeadError("the operator's proxy has no host")
    word = None
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        word = f"Basic {b64encode(pair.encode()).decode('ascii')}"
    return Operators(host=parts.hostname, port=parts.port or 80, authorization=word)


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not NAME.fullmatch(name) or re.search(r"[\r\n\0]", value):
        raise HeadError("no header line")
    return name, value.strip()


def _tunnel(target: str) -> tuple[str, str, int, str]:
    scheme, host, port, path = _absolute(f"https://{target}/")
    if path != "/" or not re.search(r":[0-9]+$", target):
        raise HeadError("no host and port")
    return scheme, host, port, ""


def _absolute(target: str) -> tuple[str, str, int, str]:
    if not re.fullmatch(r"[!-~]+", target):
        raise HeadError("no address")
    try:
        parts = urlsplit(target)
        port = parts.port
    except ValueError as error:
        raise HeadError("no address") from error
    if parts.scheme not in USUAL_PORTS or not parts.hostname or "@" in parts.netloc:
        raise HeadError("no address of the web")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, parts.hostname, port or USUAL_PORTS[parts.scheme], path


def _length(headers: list[tuple[str, str]]) -> int:
    """Return the length of the body: one that is told otherwise could hide a second request."""
    if any(name.lower() == "transfer-encoding" for name, _ in headers):
        raise HeadError("a body of unknown length")
    said = {value for name, value in headers if name.lower() == "content-length"}
    if not said:
        return 0
    (value,) = said if len(said) == 1 else ("",)
    if not re.fullmatch(r"[0-9]{1,9}", value) or int(value) > BODY_MAX:
        raise HeadError("a body that is too long")
    return int(value)
