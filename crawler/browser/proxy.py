"""The only way out of the browser: a proxy on loopback that lets a page reach its own hosts.

It looks at the address that is being connected to, at every connection, and goes on through the
operator's proxy where one is set. Between two pages it lets nothing through.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.request import getproxies, proxy_bypass

from crawler.browser import heads
from crawler.browser.heads import Head, HeadError, Operators
from crawler.browser.own import is_own
from crawler.politeness.guard import PrivateAddressError, forbidden, refused

CHUNK = 65_536
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Lookup = Callable[[str, int], Awaitable[list[str]]]


class RefusedError(Exception):
    """A connection that the page at hand may not open."""


@dataclass(slots=True)
class Visit:
    """The page that the browser is at."""

    url: str
    bytes_left: int
    """Of what may come for it."""


async def looked_up(host: str, port: int) -> list[str]:
    """Return the addresses of a host. Raises OSError."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(one[4][0]) for one in found]


def of_environment(scheme: str, host: str) -> Operators | None:
    """Return the operator's proxy for a host, as the crawl's own requests find it."""
    written = None if proxy_bypass(host) else getproxies().get(scheme)
    return heads.operators(written) if written else None


class GuardingProxy:
    """Serves one browser; ``visit`` says for which page."""

    def __init__(
        self,
        *,
        is_guarded: bool,
        seconds: float,
        lookup: Lookup = looked_up,
        operators: Callable[[str, str], Operators | None] = of_environment,
    ) -> None:
        """``seconds``: that a lookup, a connection and a head may take."""
        self._is_guarded = is_guarded
        self._seconds = seconds
        self._lookup = lookup
        self._operators = operators
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.visit: Visit | None = None

    async def start(self) -> str:
        """Listen on a port of its own; return the address."""
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", 0, limit=heads.HEAD_MAX
        )
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def begin(self, url: str, most_bytes: int) -> None:
        """Let one page reach its own hosts."""
        self.visit = Visit(url, most_bytes)

    def end(self) -> None:
        """Let nothing through any more, and end what is under way."""
        self.visit = None
        for task in self._tasks:
            task.cancel()

    def close(self) -> None:
        """Listen no more."""
        self.end()
        if self._server:
            self._server.close()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(self._serve((reader, writer)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, client: Streams) -> None:
        reader, writer = client
        try:
            async with asyncio.timeout(self._seconds):
                head = heads.read(await reader.readuntil(b"\r\n\r\n"))
                visit = self._admitted(head)
                by = self._operators(head.scheme, head.host)
                server = await self._connected(head, by)
            await _carry(client, server, head, by, visit)
        except (HeadError, RefusedError, PrivateAddressError):
            _answer(writer, 403)
        except (OSError, TimeoutError, EOFError, asyncio.LimitOverrunError):
            _answer(writer, 502)
        finally:
            writer.close()

    def _admitted(self, head: Head) -> Visit:
        if self.visit is None or not is_own(self.visit.url, head.place):
            raise RefusedError(head.place)
        reason = refused(head.place) if self._is_guarded else None
        if reason:
            raise PrivateAddressError(f"{head.host} is {reason}")
        return self.visit

    async def _connected(self, head: Head, by: Operators | None) -> Streams:
        """Connect to the address that was looked at; the operator's proxy may be anywhere."""
        if by:
            return await asyncio.open_connection(by.host, by.port)
        addresses = await self._lookup(head.host, head.port)
        for address in addresses if self._is_guarded else ():
            if reason := forbidden(address):
                raise PrivateAddressError(f"{head.host} leads to {reason}")
        for address in addresses[:-1]:
            with suppress(OSError):
                return await asyncio.open_connection(address, head.port)
        return await asyncio.open_connection(addresses[-1], head.port)


async def _carry(
    client: Streams, server: Streams, head: Head, by: Operators | None, visit: Visit
) -> None:
    try:
        if head.is_tunnel:
            await _tunnel(client, server, head, by, visit)
        else:
            # no byte more than the one request: a second could be for another host
            body = await client[0].readexactly(head.length)
            server[1].write(heads.onward(head, by) + body)
            await _pump(server[0], client[1], visit)
    except (OSError, EOFError):
        client[1].transport.abort()  # torn, so that half an answer is not taken for a whole one
    finally:
        server[1].close()


async def _tunnel(
    client: Streams, server: Streams, head: Head, by: Operators | None, visit: Visit
) -> None:
    if by:
        server[1].write(heads.onward(head, by))
        answer = await server[0].readuntil(b"\r\n\r\n")
        if answer.split(b" ", 2)[1:2] != [b"200"]:
            raise RefusedError("the operator's proxy refuses")
    client[1].write(b"HTTP/1.1 200 Connected\r\n\r\n")
    up = asyncio.ensure_future(_pump(client[0], server[1], visit))
    up.add_done_callback(lambda done: done.cancelled() or done.exception())
    try:
        await _pump(server[0], client[1], visit)
    finally:
        up.cancel()


async def _pump(source: asyncio.StreamReader, target: asyncio.StreamWriter, visit: Visit) -> None:
    while chunk := await source.read(CHUNK):
        visit.bytes_left -= len(chunk)
        if visit.bytes_left < 0:
            raise ConnectionAbortedError("a page that brings too much")
        target.write(chunk)
        await target.drain()


def _answer(writer: asyncio.StreamWriter, status: int) -> None:
    writer.write(f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())
