"""A server whose certificate nobody vouches for is told nothing, by whatever command."""

import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from crawler.politeness.post import PostError, post
from tests import certificates
from tests.crawl.home import Home
from tests.crawl.server import article, feed

ASKED: list[str] = []


class Secure(ThreadingHTTPServer):
    """A site at https on loopback, with a certificate of its own making."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up."""

    @property
    def base(self) -> str:
        """Where it is."""
        return f"https://127.0.0.1:{self.server_address[1]}"


class _Site(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        assert isinstance(self.server, Secure)
        ASKED.append(self.path)
        base = self.server.base
        body = feed([f"{base}/1"]).body if self.path == "/feed" else article("safe").encode()
        is_there = self.path in {"/feed", "/1"}
        self.send_response(200 if is_there else 404)
        self.send_header("Content-Type", "application/xml" if "feed" in self.path else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 the same


@pytest.fixture(params=["127.0.0.1", "127.0.0.2"], ids=["its own name", "another's name"])
def pem(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Return a certificate, for the host that shows it or for another one."""
    file = tmp_path / f"{request.param}.pem"
    file.write_bytes(certificates.pem(request.param, is_authority=True))
    return file


@pytest.fixture
def site(pem: Path) -> Iterator[Secure]:
    """Return a site at https."""
    ASKED.clear()
    server = Secure(("127.0.0.1", 0), _Site)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def test_what_is_not_vouched_for_is_not_asked(
    site: Secure, pem: Path, a_home: Callable[..., Home], mongo_client: MongoClient[Any]
) -> None:
    home = a_home()
    home.paper("safe", f"{site.base}/feed", hosts=["127.0.0.1"])
    private = {"DATELINE_ALLOW_PRIVATE_ADDRESSES": "true"}

    ran = home.crawl("--all", **private)
    lost = [
        home.run("extract", f"{site.base}/1", **private),
        home.run("read", f"{site.base}/feed", **private),
        home.run("sources", "add", f"{site.base}/", "--yes", **private),
    ]

    assert ran.report["feeds"]["failed"] == 1
    assert home.db(mongo_client)["feeds"].distinct("trouble") == ["tls"]
    assert all(one.code and one.err for one in lost)
    with pytest.raises(PostError):
        post(f"{site.base}/1", {}, "Dateline", is_guarded=False)
    assert ASKED == []

    vouched = home.crawl("--all", SSL_CERT_FILE=str(pem), **private)

    is_its_own = pem.stem == "127.0.0.1"
    assert bool(vouched.report["pages"].get("stored")) == is_its_own
    assert bool(ASKED) == is_its_own
