"""The sample newsroom on loopback: a web server for every invented paper, reached as an HTTP proxy.

In: requests for `http://<paper>.example/…`, in absolute form or by Host header.
Out: the papers' pages, feeds and robots.txt.
It forwards nothing to the world: a host that it does not know is answered with 404.
"""

import socket
import socketserver
import sys
import threading
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import unquote, urlsplit

from dateline.demo import pages
from dateline.demo.papers import load
from dateline.demo.sites import Document, Site, site

SOURCES_FILE = Path(__file__).with_name("sources.yaml")
POLL_SECONDS = 0.02
IDLE_SECONDS = 60


class Request(NamedTuple):
    """One request that the newsroom answered."""

    host: str
    path: str
    """Query included, as asked."""
    status: int


class Newsroom:
    """The papers, served while the context lasts.

    ``with Newsroom() as newsroom:`` and ``http_proxy=newsroom.proxy`` in the crawl's environment.
    """

    def __init__(self) -> None:
        self.papers = load()
        self.requests: list[Request] = []
        """Every request so far, in the order in which they were answered."""
        self.proxy = ""
        """http://127.0.0.1:PORT while served."""
        self._sites: dict[str, Site] = {paper.host: site(paper) for paper in self.papers}

    def __enter__(self) -> Self:
        self._server = _Server(self)
        self.proxy = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(POLL_SECONDS,), name="newsroom", daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()
        self.proxy = ""

    def correct(self) -> None:
        """Let the papers publish their corrections, and their feeds announce them as updated."""
        self.papers = tuple(paper.corrected() for paper in self.papers)
        self._sites = {paper.host: site(paper) for paper in self.papers}

    def document(self, url: str) -> Document | None:
        """Return what stands at an address now, or None.

        As most sites do, it takes an address with and without `www.`, `index.php` and the last
        slash, and with parameters that it does not know.
        """
        parts = urlsplit(url)
        host = (parts.hostname or "").removeprefix("www.")
        documents = self._sites.get(host) or self._sites.get(f"www.{host}") or {}
        path = unquote(parts.path).rstrip("/")
        query = f"?{unquote(parts.query)}"
        forms = (f"{path}{query}", f"{path}/index.php{query}", path, f"{path}/")
        return next((documents[form] for form in forms if form in documents), None)

    def expected(self, url: str) -> list[str]:
        """Return the paragraphs of the article at an address, as a clean text holds them.

        Raises KeyError where no article stands.
        """
        found = self.document(url)
        if found is None or not found.paragraphs:
            raise KeyError(url)
        return list(found.paragraphs)

    def urls(self) -> list[str]:
        """Return the canonical address of every article, wire copies included, AMP copies not."""
        return [pages.url(paper, article) for paper in self.papers for article in paper.articles]

    def entrances(self) -> list[str]:
        """Return the address of every feed and sitemap."""
        return [f"{pages.home(paper)}{paper.entrance.path}" for paper in self.papers]


def sources_yaml() -> str:
    """Return the papers as a sources file."""
    return SOURCES_FILE.read_text(encoding="utf-8")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    request_queue_size = 128
    daemon_threads = False  # joined at the end, so that no connection is left to the collector

    def __init__(self, newsroom: Newsroom) -> None:
        self.newsroom = newsroom
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self._lock:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End the connections that clients keep alive."""
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the client was faster

    def handle_error(self, request: Any, client_address: Any) -> None:
        # a client that goes away in the middle of an answer is ordinary
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SampleNewsroom"
    timeout = IDLE_SECONDS
    wbufsize = 65_536  # head and body in one packet: apart, the second waits 40 ms for an answer
    server: _Server

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: ``Newsroom.requests`` keeps the log."""

    def _answer(self, *, with_body: bool) -> None:
        address = self._address()
        found = self.server.newsroom.document(address)
        status = self._status(found)
        parts = urlsplit(address)
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        self.server.newsroom.requests.append(Request(parts.hostname or "", path, status))
        body = found.body if found and status == HTTPStatus.OK else b""
        if found is None:
            body = b"<html><title>404</title><p>No such page.</p></html>"
        self.send_response(status)
        for name, value in _headers(found, status, len(body)).items():
            self.send_header(name, value)
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def _address(self) -> str:
        if self.path.startswith("http://"):
            return self.path
        return f"http://{self.headers.get('Host', '')}{self.path}"

    def _status(self, found: Document | None) -> HTTPStatus:
        if found is None:
            return HTTPStatus.NOT_FOUND
        return HTTPStatus.NOT_MODIFIED if self._has_it(found) else HTTPStatus.OK

    def _has_it(self, found: Document) -> bool:
        known = self.headers.get("If-None-Match")
        if known is not None:
            return found.etag in known
        since = self.headers.get("If-Modified-Since")
        try:
            return since is not None and parsedate_to_datetime(since) >= found.changed_at
        except (TypeError, ValueError):
            return False  # not a date: as if it were not there


def _headers(found: Document | None, status: HTTPStatus, length: int) -> dict[str, str]:
    if found is None:
        return {"Content-Type": "text/html", "Content-Length": str(length)}
    validators = {
        "ETag": found.etag,
        "Last-Modified": format_datetime(found.changed_at.astimezone(UTC), usegmt=True),
    }
    if status == HTTPStatus.NOT_MODIFIED:
        return validators
    return {"Content-Type": found.type, "Content-Length": str(length), **validators}
