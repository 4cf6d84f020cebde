"""An invented web on loopback, reached as an HTTP proxy: pages by absolute address, and a log.

It forwards nothing: an address that nobody put there is answered with 404.
"""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import Any
from urllib.parse import urlsplit

WORDS = [
    "harbour",
    "council",
    "bridge",
    "lantern",
    "market",
    "school",
    "river",
    "orchard",
    "tram",
    "museum",
    "letter",
    "winter",
    "baker",
    "clock",
    "garden",
    "ferry",
    "valley",
    "mason",
    "violin",
    "library",
    "stone",
    "copper",
    "bell",
    "ladder",
    "meadow",
    "tailor",
]
SILENT_SECONDS = 40
NO_BODY = frozenset({204, 304})
VERBS = [
    "opened",
    "repaired",
    "counted",
    "painted",
    "carried",
    "planned",
    "measured",
    "praised",
    "closed",
    "moved",
]


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a site."""

    body: bytes = field(default=b"", repr=False)
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    is_dripping: bool = False
    """A byte now and then, for longer than anyone waits."""
    is_silent: bool = False
    """Not even a status, for longer than anyone waits."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it came in."""

    url: str
    began: float
    """Seconds of a clock that only goes forwards."""
    ended: float
    headers: dict[str, str] = field(repr=False)

    @property
    def host(self) -> str:
        """Return host and port."""
        return urlsplit(self.url).netloc


class Web(ThreadingHTTPServer):
    """All sites of a test; as a context it stops at the end."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.answers: dict[str, list[Answer]] = {}
        """By address; the last answer is given again and again."""
        self.log: list[Asked] = []
        self.silence = threading.Event()
        self.proxy = f"http://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def put(self, url: str, *answers: Answer | str) -> None:
        """Answer for an address, first with the first; a string is a page of status 200."""
        self.answers[url] = [a if isinstance(a, Answer) else page(a) for a in answers]

    def answer(self, url: str) -> Answer:
        """Return what is said now, and go on to what is said next."""
        waiting = self.answers.get(url, [Answer(b"nothing here", 404)])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    def asked(self, part: str = "") -> list[str]:
        """Return the addresses asked for so far that hold ``part``, robots.txt left out."""
        urls = [one.url for one in self.log if not one.url.endswith("/robots.txt")]
        return [url for url in urls if part in url]

    def handle_error(self, *_: Any) -> None:
        """Keep quiet: a crawl that was killed hangs up."""


class _Desk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # a body that waits for its head to be confirmed is 40 ms late
    server: Web

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""

    def do_POST(self) -> None:
        """Answer as for a GET."""
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.do_GET()

    def do_CONNECT(self) -> None:
        """Open no tunnel, and log that one was asked for."""
        now = time.monotonic()
        self.server.log.append(Asked(f"connect://{self.path}", now, now, {}))
        self._send(Answer(b"", 403))

    def do_GET(self) -> None:
        """Answer as the script says, and log it."""
        began = time.monotonic()
        found = self.server.answer(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        etag = found.headers.get("ETag")
        # before what is sent at once is sent: who has it may be quicker than this thread
        ended = None if found.is_silent or found.is_dripping else began
        try:
            if found.is_silent:
                self.server.silence.wait(SILENT_SECONDS)
            elif found.is_dripping:
                self._drip()
            elif etag and headers.get("if-none-match") == etag:
                self._send(Answer(status=304, headers=found.headers))
            else:
                self._send(found)
        finally:
            self.server.log.append(Asked(self.path, began, ended or time.monotonic(), headers))

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in NO_BODY:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if answer.status not in NO_BODY:
            self.wfile.write(answer.body)

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "10000")
        self.end_headers()
        self.close_connection = True
        for _ in range(200):
            self.wfile.write(b".")
            time.sleep(0.05)


def page(html: str) -> Answer:
    """Return an answer that is a page."""
    return Answer(html.encode(), headers={"Content-Type": "text/html; charset=utf-8"})


def paragraphs(seed: str, count: int = 6) -> list[str]:
    """Return invented sentences, the same for the same seed."""
    random = Random(seed)  # noqa: S311 no secret, but the same each time

    def sentence() -> str:
        one, two, three, four = random.sample(WORDS, 4)
        verb, other = random.sample(VERBS, 2)
        return f"The {one} of the {two} was {verb} on Monday, and the {three} {other} a {four}."

    return [" ".join(sentence() for _ in range(3)) for _ in range(count)]


def article(seed: str, head: str = "", more: str = "") -> str:
    """Return the page of an article."""
    text = "".join(f"<p>{line}</p>" for line in [*paragraphs(seed), *([more] if more else [])])
    return (
        f'<!doctype html><html lang="en"><head><title>News of {seed}</title>{head}</head>'
        f"<body><article><h1>News of {seed}</h1>{text}</article></body></html>"
    )


def feed(urls: Iterable[str], **headers: str) -> Answer:
    """Return an RSS feed of articles whose titles are their addresses."""
    items = "".join(f"<item><title>News of {url}</title><link>{url}</link></item>" for url in urls)
    body = f'<rss version="2.0"><channel><title>Feed</title>{items}</channel></rss>'
    return Answer(body.encode(), headers={"Content-Type": "application/rss+xml", **headers})


def sitemap(urls: Iterable[str], kind: str = "url") -> Answer:
    """Return a sitemap, or with ``kind="sitemap"`` an index of sitemaps."""
    outer = "urlset" if kind == "url" else "sitemapindex"
    rows = "".join(f"<{kind}><loc>{url}</loc></{kind}>" for url in urls)
    xml = f'<{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{outer}>'
    return Answer(xml.encode(), headers={"Content-Type": "application/xml"})


def robots(*lines: str) -> Answer:
    """Return a robots.txt."""
    return Answer("\n".join(lines).encode(), headers={"Content-Type": "text/plain"})
