"""One hostile input: what it puts on the web or into a file, and what is to become of it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.crawl.server import article, feed
from tests.hostile.net import Guarded, Raw, Web, http

HTML = "Content-Type: text/html; charset=utf-8"
XML = "Content-Type: application/xml"


@dataclass(slots=True)
class Case:
    """What a mechanism has at hand: a paper of its own, a folder, and the guarded ports."""

    name: str
    web: Web
    folder: Path
    guarded: Guarded
    sources: list[dict[str, Any]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    """Of a command; none: a crawl shows what becomes of it."""
    stdin: bytes = b""
    direct: list[str] = field(default_factory=list)
    """Hosts that are asked without the proxy."""
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    """What names lead to, lookup after lookup."""

    @property
    def host(self) -> str:
        """The paper's host."""
        return f"{self.name.replace('_', '-')}.example"

    @property
    def base(self) -> str:
        """The paper's address."""
        return f"http://{self.host}"

    def paper(self, **keys: Any) -> None:
        """Put the paper into the catalogue; it has a feed, unless the keys name something else."""
        is_listed = keys.keys() & {"feeds", "sitemaps", "sections"}
        own = {} if is_listed else {"feeds": [f"{self.base}/feed"]}
        one = {"id": self.name.replace("_", "-"), "name": self.name, "homepage": f"{self.base}/"}
        self.sources.append({**one, **own, **keys})

    def put(self, path: str, answer: Raw) -> None:
        """Answer so at a path of the paper, or at a whole address."""
        self.web.answers[path if path.startswith("http") else self.base + path] = answer

    def announce(self, *urls: str, **keys: Any) -> None:
        """Have the paper's feed announce addresses as they are written."""
        self.paper(**keys)
        made = feed(urls)
        self.put("/feed", http(made.body, XML))

    def page(self, answer: Raw) -> None:
        """Have the paper announce one page, that answers so."""
        self.announce(f"{self.base}/1")
        self.put("/1", answer)

    def html(self, body: bytes, *headers: str) -> None:
        """Have the paper announce one page of these bytes."""
        self.page(http(body, *(headers or (HTML,))))

    def feed(self, answer: Raw, **keys: Any) -> None:
        """Have the paper's feed answer so; a page that it may name is there."""
        self.paper(**keys)
        self.put("/feed", answer)
        self.put("/1", http(article(self.name).encode(), HTML))

    def xml(self, body: bytes, *headers: str) -> None:
        """Have the paper's feed be these bytes."""
        self.feed(http(body, *(headers or (XML,))))

    def file(self, name: str, body: bytes) -> str:
        """Write a file; return where it is."""
        place = self.folder / name
        place.write_bytes(body)
        return str(place)

    def run(self, *words: str, stdin: bytes = b"") -> None:
        """Have a command show what becomes of it."""
        self.words, self.stdin = list(words), stdin

    def catalogue(self, body: bytes) -> str:
        """Have the catalogue be checked that these bytes are; return the code of a mistake."""
        self.run("sources", "check", "--offline", "--sources", self.file("papers.yaml", body))
        return "exit 78"


Mechanism = Callable[[Case], str]
"""Prepares a case, and returns what is to become of it in the table's words."""


def mechanisms(*modules: ModuleType) -> Iterator[tuple[str, Mechanism]]:
    """Yield the public functions of modules, by name."""
    for module in modules:
        for name, value in vars(module).items():
            is_own = getattr(value, "__module__", "") == module.__name__
            if (
                is_own
                and callable(value)
                and not name.startswith("_")
                and not isinstance(value, type)
            ):
                yield name, value


def items(*inner: str, head: str = "", prolog: str = "") -> bytes:
    """Return an RSS feed of what stands in its items."""
    rows = "".join(f"<item>{one}</item>" for one in inner)
    return (
        f"{prolog}<rss version='2.0'><channel><title>F</title>{head}{rows}</channel></rss>".encode()
    )


def listing(case: Case, title: str = "News") -> str:
    """Return what an item has that announces the paper's one page."""
    return f"<title>{title}</title><link>{case.base}/1</link>"


def prose(name: str, head: str = "", more: str = "") -> bytes:
    """Return the page of an article that is worth keeping."""
    return article(name, head, more).encode()


def scripted(name: str, data: Any) -> bytes:
    """Return the same with JSON-LD; a string is taken as it is."""
    said = data if isinstance(data, str) else json.dumps(data)
    return prose(name, f'<script type="application/ld+json">{said}</script>')


def laughs(level: int, each: int = 10) -> str:
    """Return the entity of a level of the billion laughs: ten of the one below it."""
    below = f"&a{level - 1};" * each
    return f'<!ENTITY a{level} "{below}">'
