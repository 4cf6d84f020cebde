"""The browser's only way out, over real connections on loopback."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.browser import heads
from crawler.browser.heads import Head, HeadError, Operators
from crawler.browser.proxy import GuardingProxy

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ntides"
OK, REFUSED, FAILED = b"200", b"403", b"502"
END = "\r\n\r\n"


class Target:
    """A server that counts who comes, and keeps what it is told."""

    def __init__(self, answer: bytes = ANSWER) -> None:
        self.came = 0
        self.told = b""
        self.answer = answer

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request, then read on."""
        self.came += 1
        with contextlib.suppress(OSError, EOFError):
            self.told += await reader.readuntil(b"\r\n\r\n")
            writer.write(self.answer)
            writer.write_eof()
            self.told += await reader.read(1000)
        writer.close()


@asynccontextmanager
async def listening(target: Target) -> AsyncIterator[int]:
    server = await asyncio.start_server(target.serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@dataclass(frozen=True, kw_only=True)
class Way:
    """How a proxy stands: for which page, with which guard, before which other proxy."""

    page: str | None = "http://lantern.example:{port}/a"
    addresses: tuple[str, ...] = ("127.0.0.1",)
    by: bool = False
    is_guarded: bool = False
    most: int = 10_000


def asked(request: str, target: Target, stands: Way = Way()) -> bytes:
    """Return what the proxy answers; the status line's number first."""

    async def lookup(host: str, port: int) -> list[str]:
        return list(stands.addresses)

    async def run() -> bytes:
        async with listening(target) as port:
            proxy = GuardingProxy(
                is_guarded=stands.is_guarded,
                seconds=2,
                lookup=lookup,
                operators=lambda *_: Operators(host="127.0.0.1", port=port) if stands.by else None,
            )
            way = await proxy.start()
            if stands.page:
                proxy.begin(stands.page.format(port=port), stands.most)
            try:
                return await spoken(way, request.format(port=port))
            finally:
                proxy.close()

    return asyncio.run(run())


async def spoken(way: str, request: str) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(way.rpartition(":")[2]))
    writer.write(request.encode())
    writer.write_eof()
    answer = b""
    with contextlib.suppress(ConnectionResetError):
        while chunk := await reader.read(1000):
            answer += chunk
    writer.close()
    return answer


def get(url: str, *headers: str) -> str:
    return "\r\n".join([f"GET {url} HTTP/1.1", *headers]) + END


def tunnel(place: str) -> str:
    return f"CONNECT {place} HTTP/1.1{END}"


OWN = "http://lantern.example:{port}/tides?day=1"


@pytest.mark.parametrize(
    ("why", "request_", "status", "came"),
    [
        ("its own host", get(OWN), OK, 1),
        ("another of its domain", get("http://api.lantern.example:{port}/x"), OK, 1),
        ("another's host", get("http://other.example:{port}/x"), REFUSED, 0),
        ("another port", get("http://lantern.example:22/x"), REFUSED, 0),
        ("loopback by its number", get("http://127.0.0.1:{port}/x"), REFUSED, 0),
        ("a tunnel elsewhere than to https", tunnel("lantern.example:{port}"), REFUSED, 0),
        ("a tunnel to another's host", tunnel("other.example:443"), REFUSED, 0),
        ("the metadata of a cloud", get("http://169.254.169.254/latest"), REFUSED, 0),
        ("a file", get("file:///etc/hostname"), REFUSED, 0),
        ("no proxy's request", get("/tides"), REFUSED, 0),
        ("noise", "\x16\x03\x01" + END, REFUSED, 0),
        ("a head without end", "GET " + "x" * 70_000, FAILED, 0),
        ("nothing", "", FAILED, 0),
    ],
)  # fmt: skip
def test_a_page_reaches_its_own_hosts(why: str, request_: str, status: bytes, came: int) -> None:
    target = Target()

    answer = asked(request_, target)

    assert (answer[9:12], target.came) == (status, came), why


def test_between_two_pages_nothing_is_let_through() -> None:
    target = Target()

    assert asked(get(OWN), target, Way(page=None))[9:12] == REFUSED
    assert target.came == 0


@pytest.mark.parametrize(
    "addresses",
    [("127.0.0.1",), ("::1",), ("10.0.0.1",), ("169.254.169.254",), ("192.0.2.1", "127.0.0.1"),
     ("::ffff:127.0.0.1",), ("fe80::1%lo",), ("no address",)],
)  # fmt: skip
def test_the_address_of_a_name_is_looked_at(addresses: tuple[str, ...]) -> None:
    target = Target()

    assert asked(get(OWN), target, Way(addresses=addresses, is_guarded=True))[9:12] == REFUSED
    assert target.came == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f000001", "2130706433", "[::1]"])
@pytest.mark.parametrize("by", [False, True])
def test_a_spelled_address_is_refused_behind_a_proxy_too(host: str, by: bool) -> None:
    target = Target()
    url = f"http://{host}:{{port}}/x"

    assert asked(get(url), target, Way(page=url, is_guarded=True, by=by))[9:12] == REFUSED
    assert target.came == 0


def test_each_connection_is_looked_at_anew() -> None:
    """A name that is public at the first lookup and inward at the second (DNS rebinding)."""
    target, lookups = Target(), iter([["127.0.0.1"], ["10.0.0.1"]])
    seen = []

    async def lookup(host: str, port: int) -> list[str]:
        seen.append(host)
        return next(lookups)

    async def run() -> list[bytes]:
        async with listening(target) as port:
            proxy = GuardingProxy(
                is_guarded=True, seconds=2, lookup=lookup, operators=lambda *_: None
            )
            way = await proxy.start()
            proxy.begin(f"http://lantern.example:{port}/", 1000)
            request = get(OWN).format(port=port)
            try:
                return [(await spoken(way, request))[9:12] for _ in range(2)]
            finally:
                proxy.close()

    assert asyncio.run(run()) == [REFUSED, REFUSED]
    assert (len(seen), target.came) == (2, 0)


def test_one_connection_carries_one_request() -> None:
    target = Target()
    lines = [f"POST {OWN} HTTP/1.1", "Content-Length: 3", "Connection: keep-alive", "Upgrade: x"]

    asked("\r\n".join(lines) + END + "abc" + get("http://other.example/second"), target)

    head, _, body = target.told.partition(END.encode())
    assert head.startswith(b"POST /tides?day=1 HTTP/1.1\r\nHost: lantern.example:")
    assert b"Connection: close" in head
    assert b"Upgrade" not in head
    assert body == b"abc"


def test_it_goes_on_by_the_operators_proxy() -> None:
    target = Target()

    assert asked(get(OWN), target, Way(by=True, is_guarded=True))[9:12] == OK
    assert target.told.startswith(b"GET http://lantern.example:")


def test_a_tunnel_goes_on_by_the_operators_proxy() -> None:
    target = Target(b"HTTP/1.1 200 Established\r\n\r\nhello")
    page = "https://lantern.example/a"

    answer = asked(tunnel("lantern.example:443"), target, Way(page=page, by=True))

    assert answer == b"HTTP/1.1 200 Connected\r\n\r\nhello"
    assert target.told.startswith(b"CONNECT lantern.example:443 HTTP/1.1\r\n")


def test_a_tunnel_that_the_operators_proxy_refuses_is_refused() -> None:
    target = Target(b"HTTP/1.1 407 No\r\n\r\n")
    stands = Way(page="https://lantern.example/a", by=True)

    assert asked(tunnel("lantern.example:443"), target, stands)[9:12] == REFUSED


def test_a_page_that_brings_too_much_is_cut_off() -> None:
    target = Target(ANSWER + b"x" * 100_000)

    answer = asked(get(OWN), target, Way(most=5_000))

    assert len(answer) <= 70_000
    assert target.came == 1


def test_what_is_under_way_ends_with_its_page() -> None:
    async def run() -> bytes:
        async with listening(Target(b"HTTP/1.1 200 OK\r\n\r\n")) as port:
            proxy = GuardingProxy(is_guarded=False, seconds=2, lookup=_loopback,
                                  operators=lambda *_: None)  # fmt: skip
            way = await proxy.start()
            proxy.begin(f"http://lantern.example:{port}/", 1000)
            reader, writer = await asyncio.open_connection("127.0.0.1", int(way.split(":")[-1]))
            writer.write(get(OWN).format(port=port).encode())
            first = await reader.readuntil(b"\r\n\r\n")
            proxy.end()
            rest = await reader.read()
            writer.close()
            proxy.close()
            return first + rest

    assert asyncio.run(run()) == b"HTTP/1.1 200 OK\r\n\r\n"


async def _loopback(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("http://proxy.example:3128", ("proxy.example", 3128, None)),
        ("proxy.example:3128", ("proxy.example", 3128, None)),
        ("http://us:w%40rd@proxy.example", ("proxy.example", 80, "Basic dXM6d0ByZA==")),
    ],
)
def test_the_operators_proxy_is_read(written: str, expected: tuple[object, ...]) -> None:
    found = heads.operators(written)

    assert (found.host, found.port, found.authorization) == expected


@pytest.mark.parametrize(
    "lines",
    [
        ["GET http://a.example/ HTTP/1.1", "Transfer-Encoding: chunked"],
        ["GET http://a.example/ HTTP/1.1", "Content-Length: 1", "Content-Length: 2"],
        ["GET http://a.example/ HTTP/1.1", "Content-Length: -1"],
        ["GET http://a.example/ HTTP/1.1", "Content-Length: 9999999"],
        ["GET http://a.example/ HTTP/1.1", " folded: x"],
        ["GET http://a.example/ HTTP/1.1", "no colon"],
        ["GET http://a.example/ HTTP/2"],
        ["GET http://us@a.example/ HTTP/1.1"],
        ["GET http://a.example:99999/ HTTP/1.1"],
        ["GET ftp://a.example/ HTTP/1.1"],
        ["GET  HTTP/1.1"],
        ["CONNECT a.example HTTP/1.1"],
        ["CONNECT a.example:443/x HTTP/1.1"],
        ["CONNECT us@a.example:443 HTTP/1.1"],
    ],
)
def test_what_could_be_read_in_two_ways_is_refused(lines: list[str]) -> None:
    with pytest.raises(HeadError):
        heads.read(("\r\n".join(lines) + END).encode())


@given(st.binary(max_size=300))
def test_any_head_is_read_or_refused(noise: bytes) -> None:
    for head in (
        noise,
        b"GET " + noise + b" HTTP/1.1\r\n\r\n",
        b"GET http://a.example/ HTTP/1.1\r\n" + noise,
    ):
        with contextlib.suppress(HeadError):
            found = heads.read(head)
            assert isinstance(found, Head)
            onward = heads.onward(found, None)
            assert onward.count(b"\r\n\r\n") == 1
            assert onward.endswith(b"\r\n\r\n")
