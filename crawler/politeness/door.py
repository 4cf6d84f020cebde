"""The one door by which requests leave: Scrapy's HTTP handler with the address guard before it.

The guard looks at the address that is being connected to, so that neither a redirect nor a name
that changes its answer between two lookups (DNS rebinding) gets past it.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Coroutine, Mapping
from datetime import timedelta
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers import http11
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.interfaces import IConnector
from twisted.logger import globalLogBeginner
from twisted.web._newclient import ParseError

from crawler.politeness.answers import CodingError
from crawler.politeness.guard import PrivateAddressError, forbidden, refused

UNPACKED = frozenset({b"gzip", b"x-gzip", b"deflate", b"br", b"zstd"})
MARKS = {b"gzip": b"\x1f\x8b", b"x-gzip": b"\x1f\x8b", b"zstd": b"\x28\xb5\x2f\xfd"}
HEAD_MAX = 262_144  # bytes of status and headers; Twisted bounds a line, and not how many come
CODINGS_MAX = 3  # each layer is unpacked on the event loop; an honest server uses one
LOOKED_AT = 1024
SHARED_MOST = 4_096
LOOKUP_SECONDS = 5.0  # the connection has a limit of its own
CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<[!?A-Za-z]|[{\[])")


_UNDER_WAY: set[asyncio.Task[Any]] = set()
_ENDED: set[asyncio.Task[Any]] = set()


SENT = "bytes_sent"
"""Of a request's meta: how many bytes its answer had, before they were unpacked."""


class EndedError(Exception):
    """We ended the request ourselves, before its answer had come."""


def end_all() -> None:
    """End every request that is under way; each raises EndedError."""
    for task in list(_UNDER_WAY):
        _ENDED.add(task)
        task.cancel()


class Granted(NamedTuple):
    """In the place of a local address to bind to: marks a connection that is not to be checked.

    It goes to the proxy, which the operator named and which may well stand in a private network; or
    private addresses are allowed. As a local address it means: any.
    """

    host: str = ""
    port: int = 0


class Gate:
    """Stands in for ``connectTCP`` of the reactor, by which Twisted opens every connection."""

    def __init__(self, connect: Callable[..., IConnector]) -> None:
        self._connect = connect

    def __call__(
        self,
        host: str,
        port: int,
        factory: Any,
        timeout: float = 30,
        bindAddress: Any = None,  # noqa: N803 Twisted's name
    ) -> IConnector:
        """Connect, or raise PrivateAddressError before a packet has left."""
        if isinstance(bindAddress, Granted):
            return self._connect(host, port, factory, timeout, None)
        reason = forbidden(host)
        if reason:
            raise PrivateAddressError(f"{host} is {reason}")
        return self._connect(host, port, factory, timeout, bindAddress)


class _BoundedParser(http11._LenientHTTPClientParser):
    """Scrapy's parser of answers, that takes no head without end: nothing else bounds it."""

    _taken = 0

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 Twisted's name
        """Take a line of status or headers; interim answers count with the answer."""
        self._taken += len(line) + 2
        if self._taken > HEAD_MAX:
            raise ParseError("a head without end", line[:100])  # type: ignore[no-untyped-call]
        super().lineReceived(line)


class GuardedHandler(http11.HTTP11DownloadHandler):
    """Scrapy's handler of http and https; refuses what is not on the public internet.

    Behind a proxy the lookup is the proxy's: then only what the URL spells out can be refused.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        _calm_log()
        self._until: dict[str, float] = {}
        self._is_guarded = not crawler.settings.getbool("DATELINE_ALLOW_PRIVATE_ADDRESSES")
        _guard_connections()

    async def download_request(self, request: Request) -> Response:
        """Return the answer.

        Raises PrivateAddressError, EndedError, or what Scrapy's handler raises.
        """
        reason = refused(request.url) if self._is_guarded else None
        if reason:
            raise PrivateAddressError(f"{request.url} leads to {reason}")
        is_granted = request.meta.get("proxy") or not self._is_guarded
        request.meta["bindaddress"] = Granted() if is_granted else None
        _check_name(request.url)
        response = await _until_ended(self._asked(request))
        request.meta[SENT] = len(response.body)
        _settle_codings(response)
        return response

    async def _asked(self, request: Request) -> Response:
        shares = dict(request.meta.get("shares") or {})
        least = request.meta.get("address_delay")
        if least and not request.meta.get("proxy") and (address := await _address(request.url)):
            shares[f"address:{address}"] = least
        await self._turn(shares)
        return await super().download_request(request)

    async def _turn(self, shares: Mapping[str, timedelta]) -> None:
        """Wait until what a host shares with others may be asked again; mostly it may.

        The desk has counted from when it gave the request out; a server from when it comes.
        """
        clock = asyncio.get_running_loop().time
        while (
            wait := max((self._until.get(one, 0.0) for one in shares), default=0.0) - clock()
        ) > 0:
            await asyncio.sleep(wait)
        for one, least in shares.items():
            self._until[one] = clock() + least.total_seconds()
        if len(self._until) > SHARED_MOST:
            self._until = {one: at for one, at in self._until.items() if at > clock()}


async def _address(url: str) -> str | None:
    """Return the address that a host's name leads to; None where it leads nowhere.

    By the reactor's own resolver: it keeps the answer, and the connection needs no second lookup.
    """
    reactor: Any = import_module("twisted.internet.reactor")
    try:
        lookup = maybe_deferred_to_future(reactor.resolve(urlsplit(url).hostname))
        found = await asyncio.wait_for(lookup, LOOKUP_SECONDS)
    except Exception:  # noqa: BLE001 the connection will fail of the same, and say so
        return None
    return str(found)


async def _until_ended(request: Coroutine[Any, Any, Response]) -> Response:
    task = asyncio.current_task()
    assert task is not None
    _UNDER_WAY.add(task)
    try:
        return await request
    except asyncio.CancelledError:
        if task not in _ENDED:
            raise
        raise EndedError("the run ends") from None
    finally:
        _UNDER_WAY.discard(task)
        _ENDED.discard(task)


class Unalarmed(logging.Filter):
    """Leaves out what Twisted logs with a trace of a site's bad certificate: its error says it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is to be logged."""
        return not record.getMessage().startswith("while verifying certificate")


@cache
def _calm_log() -> None:
    for name in (
        "scrapy.core.downloader",
        "scrapy.utils._download_handlers",
        "scrapy.downloadermiddlewares",
    ):
        # they warn of answers that are large, torn or oddly packed: that is in our reports
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.getLogger("twisted").addFilter(Unalarmed())
    # else Twisted writes to stderr by itself, beside the logging that Scrapy leads it into
    globalLogBeginner.beginLoggingTo([], discardBuffer=True, redirectStandardIO=False)


def _check_name(url: str) -> None:
    # Twisted never answers for a name that cannot be written in a DNS packet (RFC 1035, 2.3.4)
    host = (urlsplit(url).hostname or "").removesuffix(".")
    labels = host.split(".")
    if len(host) > 253 or not all(0 < len(label) < 64 for label in labels):
        raise CannotResolveHostError(f"{host} is no host name")


def _settle_codings(response: Response) -> None:
    """Leave in the headers only codings that Scrapy unpacks.

    What a server calls packed and is not, as `Content-Encoding: utf-8`, is read as browsers do.
    """
    values = response.headers.getlist("Content-Encoding")
    if not values:
        return
    names = [name.strip().lower() for value in values for name in value.split(b",")]
    names = [name for name in names if name not in {b"", b"identity"}]
    if len(names) > CODINGS_MAX:
        raise CodingError(f"it is packed more than {CODINGS_MAX} times")
    if names and _is_not_packed(names[-1], response.body):
        names = []  # it says so of all that it sends, and this it did not pack
    unknown = [name for name in names if name not in UNPACKED]
    if unknown and 200 <= response.status < 300 and not _is_plain(response.body):
        shown = unknown[0][:40].decode("ascii", errors="backslashreplace")
        raise CodingError(f"its Content-Encoding {shown} is not known")
    response.headers.setlist("Content-Encoding", [] if unknown else names)


def _is_not_packed(name: bytes, body: bytes) -> bool:
    """Return whether a body is text to look at, though it is called packed in a form with a mark.

    The last coding named is the outermost.
    """
    mark = MARKS.get(name)
    return mark is not None and not body.startswith(mark) and _is_plain(body)


def _is_plain(body: bytes) -> bool:
    """Return whether the beginning is text to look at; hardly anything packed has no control."""
    start = body[:LOOKED_AT]
    return not CONTROL.search(start) and (start.isascii() or bool(MARKUP.match(start)))


def _guard_connections() -> None:
    # looked up here, not imported above: the import would install a reactor before Scrapy chose one
    reactor: Any = import_module("twisted.internet.reactor")
    if not isinstance(reactor.connectTCP, Gate):
        reactor.connectTCP = Gate(reactor.connectTCP)
    http11._LenientHTTPClientParser = _BoundedParser  # type: ignore[misc]  # made by that name
