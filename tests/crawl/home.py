"""A home of its own for `dateline`, run as a person or cron runs it: in a process.

``start`` begins one as they do; ``run`` has one forked that has its imports done, in a tenth of
the time.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import psutil
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.crawl.nursery import Begun, nursery

Document = dict[str, Any]
ROOT = Path(__file__).parents[2]
OURS = ("DATELINE", "MONGODB", "PROXY", "PYTHON")
MAIN = "from dateline.main import main; main()"
SECONDS = 60
LATE = "\n(ended after a minute)"


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
    settings: dict[str, str] = field(default_factory=dict)
    """Of every command of it, beside those of a test."""

    def paper(self, name: str, *feeds: str, **keys: Any) -> str:
        """Add a paper to the catalogue; return where it is. No entrance: it has a feed at /feed."""
        base = f"http://{name}.example"
        is_without = keys.keys() & {"sitemaps", "sections"}
        own = list(feeds) or ([] if is_without else [f"{base}/feed"])
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
            **self.settings,
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

    def run(self, *arguments: str, **settings: str) -> Ran:
        """Return what a command answers; it gets a minute."""
        return self.begin(*arguments, **settings).ended()

    def begin(self, *arguments: str, **settings: str) -> "Running":
        """Begin a command as ``run`` does."""
        return self._begun(arguments, settings, is_group=False)

    def begin_group(self, *arguments: str, **settings: str) -> "Running":
        """Begin a command as ``begin`` does; it leads a process group, as ``start`` has it."""
        return self._begun(arguments, settings, is_group=True)

    def _begun(
        self, words: Sequence[str], settings: dict[str, str], *, is_group: bool
    ) -> "Running":
        out, err = TemporaryFile(), TemporaryFile()  # noqa: SIM115 closed when it has ended
        streams: list[IO[bytes]] = [out, err]
        environment = self.environment(**settings)
        begun = nursery().start(list(words), environment, streams, is_group=is_group)
        return Running(begun, out, err)

    def crawl(self, *arguments: str, **settings: str) -> Ran:
        """Return what a crawl with its report as JSON answers."""
        return self.run("crawl", "--json", *arguments, **settings)

    def db(self, client: MongoClient[Document]) -> Database[Document]:
        """Return the database."""
        return client[self.database]


@dataclass(frozen=True, slots=True)
class Running:
    """A command that was begun in the nursery."""

    begun: Begun
    out: IO[bytes]
    err: IO[bytes]

    @property
    def pid(self) -> int:
        """Return its number."""
        return self.begun.pid

    def poll(self) -> bool | None:
        """Return True if it has ended, None if not."""
        return self.begun.is_over or None

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it, if it still runs."""
        with suppress(ProcessLookupError):
            self.send_signal(signal.SIGKILL)

    def ended(self, seconds: float = SECONDS) -> Ran:
        """Return what it answered; it gets a minute, or as long as it is said."""
        with self.out, self.err:
            code = self.begun.ended(seconds)
            if code is None:
                self.err.write(LATE.encode())
            return Ran(-signal.SIGKILL if code is None else code, _read(self.out), _read(self.err))


def feed_state(db: Database[Document], url: str) -> Document:
    """Return the state of a feed."""
    found = db["feeds"].find_one({"url": url})
    assert found, url
    return found


def ended(process: "subprocess.Popen[str] | Running") -> Ran:
    """Return what a process answered; it is ended after a minute."""
    if isinstance(process, Running):
        return process.ended()
    try:
        out, err = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        err += LATE
    return Ran(process.returncode, out, err)


def _read(stream: IO[bytes]) -> str:
    stream.seek(0)
    return stream.read().decode()


def until(
    holds: Callable[[], bool], process: "subprocess.Popen[str] | Running | None" = None
) -> None:
    """Wait for something that happens elsewhere, or until the process that is to do it ends."""
    for _ in range(3000):
        if holds() or (process and process.poll() is not None):
            return
        time.sleep(0.01)
    pytest.fail("it did not come about in half a minute")


def until_stopped(running: Running) -> None:
    """Wait until a command is stopped by SIGSTOP, or has ended."""
    process = psutil.Process(running.pid)

    def is_there() -> bool:
        with suppress(psutil.NoSuchProcess):
            return running.begun.is_over or process.status() == psutil.STATUS_STOPPED
        return True

    until(is_there)


def kill(process: "subprocess.Popen[str] | Running") -> None:
    """Kill a command and its workers, if it still runs."""
    children: list[psutil.Process] = []
    with suppress(psutil.NoSuchProcess):
        children = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    ended(process)
    for child in children:
        with suppress(psutil.NoSuchProcess):
            child.kill()
