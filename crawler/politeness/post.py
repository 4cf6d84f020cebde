"""One JSON document to one address: what a run tells a webhook. By the guard of every request."""

import json
import socket
import ssl
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from config.domains import USUAL_PORTS
from crawler.politeness.guard import PrivateAddressError, forbidden, refused

SECONDS = 10.0


class PostError(Exception):
    """It was not taken; the message says why, for a person, and never the address, a secret."""

    def __init__(self, why: str, status: int | None = None, *, is_final: bool = False) -> None:
        super().__init__(why)
        self.status = status
        """Of the answer; None where there was none."""
        self.is_final = is_final
        """It was not sent, and never will be: the address is none, or private."""


def post(url: str, document: object, agent: str, *, is_guarded: bool = True) -> None:
    """Send a document; raises PostError unless the answer is 2xx. No redirect is followed."""
    body = json.dumps(document, ensure_ascii=False, default=str).encode("utf-8", "replace")
    post_body(url, body, {"User-Agent": agent}, is_guarded=is_guarded)


def post_body(
    url: str, body: bytes, headers: Mapping[str, str], *, is_guarded: bool = True
) -> None:
    """Send JSON as it is, with further headers; raises PostError as ``post`` does."""
    try:
        parts = urlsplit(url)
        reason = refused(url) if is_guarded else None
        if parts.scheme not in USUAL_PORTS or not parts.hostname or reason:
            words = reason or "it is no address with http:// or https://"
            raise PostError(words, is_final=True)
        connection = _Guarded(parts.hostname, parts.port or USUAL_PORTS[parts.scheme])
        connection.is_guarded = is_guarded
        connection.is_secure = parts.scheme == "https"
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {"Content-Type": "application/json", **headers})
        status = connection.getresponse().status
        connection.close()
    except PrivateAddressError as error:
        raise PostError(str(error), is_final=True) from error
    except (OSError, HTTPException, ValueError) as error:
        raise PostError(getattr(error, "strerror", None) or type(error).__name__) from error
    if not 200 <= status < 300:
        raise PostError(f"it answered {status}", status)


class _Guarded(HTTPConnection):
    """Connects to the address that was looked at, so that no second lookup can give another."""

    is_guarded = True
    is_secure = False

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port, timeout=SECONDS)

    def connect(self) -> None:
        """Connect, or raise PrivateAddressError before a packet has left."""
        found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_STREAM)
        address = str(found[0][4][0])
        reason = forbidden(address) if self.is_guarded else None
        if reason:
            raise PrivateAddressError(f"it leads to {reason}")
        plain = socket.create_connection((address, self.port), timeout=SECONDS)
        if self.is_secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(plain, server_hostname=self.host)
        else:
            self.sock = plain
