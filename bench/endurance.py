"""Endurance: what one long crawl holds in memory and open files, at its start and 50,000 pages on.

python -m bench.endurance [--pages N] [--papers N] [--json]

Invented papers, each with a sitemap of its articles, are served over HTTP to one real crawl. What
it, its workers and its files take is looked at all the while; a share above 1 grew.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

import psutil
from rich.console import Console
from rich.table import Table

from bench.copies import invented_words
from bench.crawl import DATELINE

EVERY = 1.0  # second
PARAGRAPHS, WORDS = 6, 45
MARKS = (0.02, 0.2, 1.0)  # of the pages: what is looked at


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What a crawl held at one moment."""

    pages: int
    crawl_mb: float
    workers_mb: float
    files: int
    """Open in the crawl's process."""
    threads: int


class Papers(ThreadingHTTPServer):
    """The invented papers, as a proxy."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, papers: int, pages: int) -> None:
        super().__init__(("127.0.0.1", 0), _Paper)
        self.each = pages // papers
        self.words = invented_words(random.Random(0))  # noqa: S311 the same each time
        self.served = 0
        self.lock = threading.Lock()

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
    kinds: ClassVar = {True: "application/xml", False: "text/html; charset=utf-8"}

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        parts, papers = urlsplit(self.path), self.server
        assert isinstance(papers, Papers)
        is_list = parts.path == "/map.xml"
        is_there = is_list or parts.path.startswith("/news/")
        host = parts.hostname or ""
        body = papers.sitemap(host) if is_list else papers.page(self.path) if is_there else b""
        self.send_response(200 if is_there else 404)
        self.send_header("Content-Type", self.kinds[is_list])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    """Print what a crawl held; exit with 1 where it did not store the pages."""
    parser = argparse.ArgumentParser(prog="python -m bench.endurance", description=__doc__)
    parser.add_argument("--pages", type=int, default=50_000)
    parser.add_argument("--papers", type=int, default=250)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        home = Path(folder)
        with served(given.papers, given.pages) as papers:
            looks, report = crawled(home, papers, given.papers)
        subprocess.run([DATELINE, "db", "stop"], env=environment(home, ""), check=True)
    stored = sum(report["pages"]["stored"].values())
    told = at_marks(looks, given.pages)
    if given.json:
        print(json.dumps({"stored": stored, "looks": [asdict(one) for one in told]}))
    else:
        Console().print(table(told, stored))
    sys.exit(stored < given.pages // given.papers * given.papers)


@contextmanager
def served(papers: int, pages: int) -> Iterator[Papers]:
    """Serve the papers while in the block."""
    server = Papers(papers, pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def environment(home: Path, proxy: str) -> dict[str, str]:
    """Return the environment of a command whose world is the invented papers."""
    ours = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    ours.pop("MONGODB_URI", None)
    ours |= {"DATELINE_HOME": str(home), "http_proxy": proxy, "DATELINE_HOST_DELAY": "0"}
    return ours | {"DATELINE_SOURCES": str(home / "sources.yaml"), "DATELINE_RUN_PATIENCE": "0"}


def crawled(home: Path, papers: Papers, count: int) -> tuple[list[Look], dict[str, Any]]:
    """Return what one crawl held, look by look, and its report."""
    hosts = [f"paper-{number}.example" for number in range(count)]
    sources = [
        {"id": host.partition(".")[0], "name": host, "homepage": f"http://{host}/",
         "sitemaps": [f"http://{host}/map.xml"], "archive": "36500d"}
        for host in hosts
    ]  # fmt: skip
    (home / "sources.yaml").write_text(json.dumps({"region": "coast", "sources": sources}))
    looks = []
    proxy = f"http://127.0.0.1:{papers.server_address[1]}"
    with tempfile.TemporaryFile("w+") as out:
        crawl = subprocess.Popen(
            [DATELINE, "crawl", "--all", "--json"], env=environment(home, proxy), stdout=out
        )
        while crawl.poll() is None:
            if one := look(crawl.pid, papers.served):
                looks.append(one)
            time.sleep(EVERY)
        out.seek(0)
        return looks, json.loads(out.read())


def look(pid: int, pages: int) -> Look | None:
    """Return what the process and its workers hold now; None where it has just ended."""
    try:
        crawl = psutil.Process(pid)
        below = [one for one in crawl.children(recursive=True) if "mongod" not in one.name()]
        return Look(
            pages=pages,
            crawl_mb=crawl.memory_info().rss / 2**20,
            workers_mb=sum(one.memory_info().rss for one in below) / 2**20,
            files=crawl.num_fds(),
            threads=crawl.num_threads(),
        )
    except psutil.Error:
        return None


def at_marks(looks: Sequence[Look], pages: int) -> list[Look]:
    """Return the last looks before each mark, in the pages' order."""
    told = ([one for one in looks if one.pages <= mark * pages] for mark in MARKS)
    return [found[-1] for found in told if found]


def table(looks: Sequence[Look], stored: int) -> Table:
    """Return the looks for a person, with the share of the last in the first."""
    shown = Table(title=f"{stored} articles stored", title_justify="left")
    for head in ("pages", "crawl MB", "workers MB", "files", "threads"):
        shown.add_column(head, justify="right")
    rows = [(one.pages, one.crawl_mb, one.workers_mb, one.files, one.threads) for one in looks]
    for row in rows:
        shown.add_row(*(f"{value:.0f}" for value in row))
    first, last = rows[0], rows[-1]
    shares = [f"{now / max(1, then):.2f}" for now, then in zip(last[1:], first[1:], strict=True)]
    shown.add_row("share", *shares, style="bold")
    return shown


if __name__ == "__main__":
    main()
