"""Invented papers for one real crawl: each with a sitemap of its articles, no two alike."""

import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from bench import crawl
from bench.copies import invented_words

PARAGRAPHS, WORDS = 6, 45


class Papers(ThreadingHTTPServer):
    """The invented papers, as a proxy."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, papers: int, pages: int, latency: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), _Paper)
        self.latency = latency
        self.each = pages // papers
        self.words = invented_words(random.Random(0))  # noqa: S311 the same each time
        self.served = 0
        self.lock = threading.Lock()

    @property
    def proxy(self) -> str:
        """Where they are to be had."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up."""

    def sitemap(self, host: str) -> bytes:
        """Return the list of a paper's articles."""
        urls = (f"<url><loc>http://{host}/news/{n}</loc></url>" for n in range(self.each))
        head = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        return f"{head}{''.join(urls)}</urlset>".encode()

    def page(self, url: str) -> bytes:
        """Return an article that no other page has."""
        with self.lock:
            self.served += 1
        chance = random.Random(url)  # noqa: S311 as above
        told = [" ".join(chance.choices(self.words, k=WORDS)) for _ in range(PARAGRAPHS)]
        text = "".join(f"<p>{line[0].upper()}{line[1:]}.</p>" for line in told)
        title = " ".join(chance.choices(self.words, k=7)).capitalize()
        menu = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in self.words[:12])
        return (
            f"<!doctype html><html lang=en><head><title>{title}</title></head><body>"
            f"<ul class=menu>{menu}</ul><article><h1>{title}</h1>{text}</article>"
            f"<footer>{' '.join(self.words[:9])}</footer></body></html>"
        ).encode()


class _Paper(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    kinds: ClassVar = {True: "application/xml", False: "text/html; charset=utf-8"}

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        parts, papers = urlsplit(self.path), self.server
        assert isinstance(papers, Papers)
        is_list = parts.path == "/map.xml"
        is_there = is_list or parts.path.startswith("/news/")
        host = parts.hostname or ""
        time.sleep(papers.latency)
        body = papers.sitemap(host) if is_list else papers.page(self.path) if is_there else b""
        self.send_response(200 if is_there else 404)
        self.send_header("Content-Type", self.kinds[is_list])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def served(papers: int, pages: int, latency: float = 0.0) -> Iterator[Papers]:
    """Serve the papers while in the block; every answer takes ``latency`` seconds."""
    server = Papers(papers, pages, latency)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def catalogue(home: Path, papers: int) -> list[str]:
    """Write the papers' sources file into a home; return their hosts."""
    hosts = [f"paper-{number}.example" for number in range(papers)]
    sources = [
        {"id": host.partition(".")[0], "name": host, "homepage": f"http://{host}/",
         "sitemaps": [f"http://{host}/map.xml"], "archive": "36500d"}
        for host in hosts
    ]  # fmt: skip
    (home / "sources.yaml").write_text(json.dumps({"region": "coast", "sources": sources}))
    return hosts


def environment(home: Path, proxy: str) -> dict[str, str]:
    """Return the environment of a command whose world is the papers."""
    return crawl.environment(home, proxy) | {"DATELINE_SOURCES": str(home / "sources.yaml")}
