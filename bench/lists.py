"""Invented feeds on loopback, a host each, served by a process of its own: a forward proxy.

python -m bench.lists

How a feed answers says the first part of its host: `unchanged-7.example` with 304 where it is asked
with validators, `same-7` with the same bytes each time, `known-7` with other bytes but the same
entries, `new-7` with entries that it never had. Prints its port and serves until it is ended.
"""

import asyncio
from collections import Counter
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from urllib.parse import urlsplit

from bench.replay import FEED, process, serve

ENTRIES = 50
BEGAN = datetime(2026, 3, 2, tzinfo=UTC)
CHANGED_AT, ETAG = format_datetime(BEGAN, usegmt=True), '"7d1-5c3a"'
VALIDATORS = f"ETag: {ETAG}\r\nLast-Modified: {CHANGED_AT}\r\n"
CLOSE = "Connection: close\r\n"
SUMMARY = (
    "The council met on Monday evening and put off what it was to decide about the old bridge: "
    "the engineers have not said yet how long it can bear lorries, and what another would cost. "
    "Those who live beyond the river go by the ferry until then."
)


def main() -> None:
    """Serve."""
    asked: Counter[str] = Counter()
    asyncio.run(serve(lambda: _Lists(asked)))


def served() -> AbstractContextManager[str]:
    """Give the address of a proxy that serves the feeds."""
    return process("bench.lists")


def feed(host: str, time: int) -> bytes:
    """Return what a feed says when it is asked for the ``time``-th time."""
    kind = host.partition("-")[0]
    first = ENTRIES * time if kind == "new" else 0
    items = "".join(_item(host, number) for number in range(first, first + ENTRIES))
    built = format_datetime(BEGAN + timedelta(seconds=0 if kind == "same" else time))
    return (
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>The {host} Courier</title><link>http://{host}/</link>"
        f"<lastBuildDate>{built}</lastBuildDate>{items}</channel></rss>"
    ).encode()


def _item(host: str, number: int) -> str:
    url = f"http://{host}/2026/03/{number}-the-old-bridge-and-the-ferry"
    published = format_datetime(BEGAN + timedelta(minutes=number))
    return (
        f"<item><title>{number} days of the old bridge, and of the ferry</title><link>{url}</link>"
        f"<guid>{url}</guid><pubDate>{published}</pubDate><category>Town</category>"
        f"<description>{SUMMARY}</description></item>"
    )


class _Lists(asyncio.Protocol):
    """One connection of the proxy, for one answer: of as many hosts each would have its own."""

    def __init__(self, asked: Counter[str]) -> None:
        self._asked = asked
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._head += data
        if self._head.endswith(b"\r\n\r\n"):
            self._transport.write(self._answer(self._head))
            self._transport.close()

    def _answer(self, head: bytes) -> bytes:
        parts = urlsplit(head.split(b" ", 2)[1].decode("ascii"))
        host = parts.hostname or ""
        if parts.path != FEED:
            return f"HTTP/1.1 404 Not Found\r\n{CLOSE}Content-Length: 0\r\n\r\n".encode()
        is_kept = host.startswith("unchanged")
        told = CLOSE + (VALIDATORS if is_kept else "")
        if is_kept and b"\nif-none-match:" in head.lower():
            return f"HTTP/1.1 304 Not Modified\r\n{told}\r\n".encode()
        body = feed(host, self._asked[host])
        self._asked[host] += 1
        told += f"Content-Type: application/rss+xml\r\nContent-Length: {len(body)}\r\n"
        return f"HTTP/1.1 200 OK\r\n{told}\r\n".encode() + body


if __name__ == "__main__":
    main()
