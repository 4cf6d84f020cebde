"""A home of its own for `dateline`, run as a person or cron runs it: in a process."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

Document = dict[str, Any]
ROOT = Path(__file__).parents[2]
OURS = ("DATELINE", "MONGODB", "PROXY", "PYTHON")
MAIN = "from dateline.main import main; main()"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def report(self) -> Document:
        """Return the one JSON document on stdout."""
        found: Document = json.loads(self.out)
        return found


@dataclass(slots=True)
class Home:
    """One operator's machine: a home, a catalogue, a database, a way to the invented web."""

    path: Path
    uri: str
    database: str
    proxy: str = "http://127.0.0.1:9"
    sources: list[Document] = field(default_factory=list)

    def paper(self, name: str, *feeds: str, **keys: Any) -> str:
        """Add a paper to the catalogue; return where it is. No feeds: it has one at /feed."""
        base = f"http://{name}.example"
        own = list(feeds) or ([] if "sitemaps" in keys else [f"{base}/feed"])
        entrances = {"feeds": own} if own else {}
        self.sources.append(
            {"id": name, "name": name.title(), "homepage": f"{base}/", **entrances, **keys}
        )
        catalogue = {"region": "coast", "sources": self.sources}
        self.catalogue.write_text(json.dumps(catalogue), encoding="utf-8")
        return base

    @property
    def catalogue(self) -> Path:
        """Where the sources file is."""
        return self.path / "papers.yaml"

    def environment(self, **settings: str) -> dict[str, str]:
        """Return the environment of a command: nothing of this machine's own choices."""
        theirs = {k: v for k, v in os.environ.items() if not any(o in k.upper() for o in OURS)}
        return theirs | {
            "DATELINE_HOME": str(self.path),
            "DATELINE_SOURCES": str(self.catalogue),
            "DATELINE_HOST_DELAY": "0",
            "DATELINE_RUN_PATIENCE": "5",
            "DATELINE_WORKERS": "1",
            "MONGODB_URI": self.uri,
            "MONGODB_DATABASE": self.database,
            "http_proxy": self.proxy,
            "PYTHONWARNINGS": "error",
            **settings,
        }

    def start(
        self, *arguments: str, module: str | None = None, is_group: bool = False, **settings: str
    ) -> "subprocess.Popen[str]":
        """Begin a command, or a module of the tests, and return its process.

        ``is_group``: it leads a process group, as what is typed into a terminal does.
        """
        program = ["-m", module] if module else ["-c", MAIN]
        return subprocess.Popen(
            [sys.executable, *program, *arguments],
            env=self.environment(**settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            process_group=0 if is_group else None,
        )

    def run(self, *arguments: str, module: str | None = None, **settings: str) -> Ran:
        """Return what a command answers; it gets a minute."""
        return ended(self.start(*arguments, module=module, is_group=False, **settings))

    def crawl(self, *arguments: str, **settings: str) -> Ran:
        """Return what a crawl with its report as JSON answers."""
        return self.run("crawl", "--json", *arguments, **settings)

    def db(self, client: MongoClient[Document]) -> Database[Document]:
        """Return the database."""
        return client[self.database]


def feed_state(db: Database[Document], url: str) -> Document:
    """Return the state of a feed."""
    found = db["feeds"].find_one({"url": url})
    assert found, url
    return found


def ended(process: "subprocess.Popen[str]") -> Ran:
    """Return what a process answered; it is ended after a minute."""
    try:
        out, err = process.communicate(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        err += "\n(ended after a minute)"
    return Ran(process.returncode, out, err)
