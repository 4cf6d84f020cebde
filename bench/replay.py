"""Recorded pages, served over real HTTP in a process of its own: a forward proxy on loopback.

python -m bench.replay [--limit N] [PACK...]

PACK is a jsonl.gz with {url, html, lang, gold_title} a line; without one, the sample newsroom's
pages are served. Every host has a feed of its pages; what is not recorded is answered with 404.
Prints its port and serves until it is ended.
"""

import argparse
import asyncio
import gzip
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from html import escape
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from dateline.demo.newsroom import Newsroom

FEED = "/feed.xml"
HTML, RSS = "text/html; charset=utf-8", "application/rss+xml; charset=utf-8"
PLAIN_PATH = re.compile(r"/[\w./~?=&;:+,-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One page as it is served."""

    host: str
    path: str
    body: bytes = field(repr=False)
    type: str = HTML
    title: str = ""
    language: str | None = None

    @property
    def url(self) -> str:
        """The address at which it is served."""
        return f"http://{self.host}{self.path}"


def main() -> None:
    """Serve what the command line names."""
    parser = argparse.ArgumentParser(prog="python -m bench.replay", description=__doc__)
    parser.add_argument("packs", nargs="*", type=Path, metavar="PACK")
    parser.add_argument("--limit", type=int)
    given = parser.parse_args()
    found = answers(recorded(given.packs, given.limit))
    asyncio.run(serve(lambda: _Papers(found)))


async def serve(connection: Callable[[], asyncio.Protocol]) -> None:
    """Serve on a port of loopback, which is printed, until ended."""
    server = await asyncio.get_running_loop().create_server(connection, "127.0.0.1", backlog=128)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def process(module: str, *options: str) -> Iterator[str]:
    """Give the address of what a module serves, in a process of its own."""
    command = [sys.executable, "-m", module, *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(server.stdout.readline())}"
        finally:
            server.terminate()


def recorded(packs: Sequence[Path], limit: int | None = None) -> list[Recorded]:
    """Return the pages of packs, or of the sample newsroom: each address once."""
    pages = _of_packs(packs) if packs else _of_newsroom()
    return list(islice(pages, limit))


def _of_packs(packs: Iterable[Path]) -> Iterator[Recorded]:
    seen: set[str] = set()
    for pack in packs:
        with gzip.open(pack, "rt", encoding="utf-8") as lines:
            for number, row in enumerate(map(json.loads, lines)):
                host, path = _place(row["url"], f"/recorded/{pack.name}/{number}")
                if not host or not row["html"] or host + path in seen:
                    continue
                seen.add(host + path)
                body = row["html"].encode("utf-8", "replace")
                title = row.get("gold_title") or ""
                yield Recorded(host, path, body, title=title, language=row.get("lang"))


def _place(url: str, otherwise: str) -> tuple[str, str]:
    """Return host and path; ``otherwise`` where not every client would ask for the path alike."""
    parts = urlsplit(url if "//" in url else f"//{url}")
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return parts.hostname or "", path if PLAIN_PATH.fullmatch(path) else otherwise


def _of_newsroom() -> Iterator[Recorded]:
    newsroom = Newsroom()
    for number, url in enumerate(newsroom.urls()):
        found = newsroom.document(url)
        assert found is not None
        host, path = _place(url, f"/recorded/{number}")
        yield Recorded(host, path, found.body, found.type)


def answers(pages: Iterable[Recorded]) -> dict[str, tuple[str, bytes]]:
    """Return type and body of every address that is served."""
    by_host: dict[str, list[Recorded]] = defaultdict(list)
    for page in pages:
        by_host[page.host].append(page)
    feeds = {f"http://{host}{FEED}": (RSS, _feed(of_host)) for host, of_host in by_host.items()}
    return feeds | {p.url: (p.type, p.body) for of_host in by_host.values() for p in of_host}


def _feed(pages: Iterable[Recorded]) -> bytes:
    items = "".join(
        f"<item><title>{escape(page.title)}</title><link>{escape(page.url)}</link></item>"
        for page in pages
    )
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Replay</title>'
    return f"{head}{items}</channel></rss>".encode("utf-8", "replace")


def sources_yaml(pages: Iterable[Recorded]) -> str:
    """Return a sources file with a source a host."""
    languages = {page.host: page.language for page in reversed(list(pages))}
    lines = ["region: replay", "sources:"]
    for number, (host, language) in enumerate(sorted(languages.items())):
        lines += [
            f"  - id: replay-{number}",
            f"    name: {json.dumps(host)}",
            f"    homepage: http://{host}/",
            f"    feeds: [http://{host}{FEED}]",
            *([f"    language: {json.dumps(language)}"] if language else []),
        ]
    return "\n".join(lines) + "\n"


def serving(packs: Sequence[Path], limit: int | None) -> AbstractContextManager[str]:
    """Give the address of a proxy that serves the pages, from a process of its own."""
    options = ["--limit", str(limit)] if limit else []
    return process("bench.replay", *options, *map(str, packs))


class _Papers(asyncio.Protocol):
    """One connection of the proxy. As little as a server can be: its time is not the crawl's."""

    def __init__(self, answers: Mapping[str, tuple[str, bytes]]) -> None:
        self._answers = answers
        self._asked = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        *asked, self._asked = (self._asked + data).split(b"\r\n\r\n")
        for head in asked:
            url = head.split(b" ", 2)[1].decode("ascii", "replace")
            found = self._answers.get(url)
            kind, body = found or ("text/plain", b"not recorded")
            status = "200 OK" if found else "404 Not Found"
            told = f"Content-Type: {kind}\r\nContent-Length: {len(body)}"
            self._transport.write(f"HTTP/1.1 {status}\r\n{told}\r\n\r\n".encode() + body)


if __name__ == "__main__":
    main()
