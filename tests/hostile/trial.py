"""Cases through one crawl, or a command: what became of each, and what was said meanwhile."""

import json
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.store.audit import audit
from tests.crawl.home import Home, Ran
from tests.hostile import addresses, data, feeds, files, framing, network, pages, tls
from tests.hostile.case import Case, Mechanism, mechanisms
from tests.hostile.net import PUBLIC, Guarded, Web

Document = dict[str, Any]
ROOT = Path(__file__).parents[2]
ROOMS = (addresses, network, framing, tls, feeds, pages, data, files)
FAILED = ("retrying", "quarantined")
HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]")
FORGED = re.compile(r"^(?:dateline: all is well|Traceback)", re.M)
CRASHED = re.compile(r"Traceback \(most recent call last\)|Segmentation fault|Unhandled")
SECONDS = 300
EVERY = 0.1  # seconds between two looks at the memory
SETTINGS = {
    "DATELINE_REQUEST_TIMEOUT": "15",
    "DATELINE_RUN_PATIENCE": "0",
    "DATELINE_WORKERS": "2",
    "DATELINE_CONCURRENT_HOSTS": "64",
    "DATELINE_ALLOW_PRIVATE_ADDRESSES": "false",
}


@dataclass(slots=True)
class Peak:
    """The most memory that a process and all that it began had at once."""

    mb: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    name: str
    what: str
    became: str
    expected: str
    code: int
    seconds: float
    peak_mb: int
    faults: tuple[str, ...] = ()
    """What must never be: a crash, a request inside, an audit that fails, a terminal steered."""

    @property
    def is_well(self) -> bool:
        """Whether it became what it was to."""
        return not self.faults and set(self.became.split(", ")) <= set(self.expected.split("|"))


def every() -> dict[str, Mechanism]:
    """Return all mechanisms by room and name."""
    return {
        f"{room.__name__.rpartition('.')[2]}.{name}": one
        for room in ROOMS
        for name, one in mechanisms(room)
    }


@dataclass(slots=True)
class Bench:
    """Where cases are tried: a web, guarded ports, a database, folders."""

    web: Web
    guarded: Guarded
    uri: str
    client: MongoClient[Document]
    folder: Path
    shown: int = 30
    """How many of each kind every command shows afterwards."""

    def prepared(self, names: Sequence[str]) -> dict[str, tuple[Case, str]]:
        """Return cases with what is to become of them."""
        known, made = every(), {}
        for name in names:
            place = self.folder / name
            place.mkdir(parents=True, exist_ok=True)
            case = Case(name.replace(".", "_"), self.web, place, self.guarded)
            made[name] = (case, known[name](case))
        return made

    def crawled(self, cases: Mapping[str, tuple[Case, str]], **settings: str) -> list[Row]:
        """Return what became of cases in one crawl of all of their papers."""
        home = self._home("crawl", [case for case, _ in cases.values()])
        began, peak = time.monotonic(), Peak()
        ran = self._driven(home, [case for case, _ in cases.values()], peak, settings)
        seconds = time.monotonic() - began
        db = home.db(self.client)
        shared = (*self._faults([ran]), *_audited(db), *self._told(home, db))
        rows = [
            Row(name, _what(name), _became(db, case), expected, ran.code, seconds, peak.mb, shared)
            for name, (case, expected) in cases.items()
        ]
        self.client.drop_database(db.name)
        return rows

    def commanded(self, name: str, case: Case, expected: str) -> Row:
        """Return what became of a command."""
        home = self._home(name, [case])
        peak, began = Peak(), time.monotonic()
        if case.stdin:
            words = [sys.executable, "-c", _MAIN, *case.words]
            ran = _run(words, self._environment(home), peak, case.stdin)
        else:
            running = home.begin(*case.words, **self._settings())
            with _watched(running.pid, peak):
                ran = running.ended(SECONDS)
        seconds = time.monotonic() - began
        faults = self._faults([ran])
        self.client.drop_database(home.database)
        became = f"exit {ran.code}"
        return Row(name, _what(name), became, expected, ran.code, seconds, peak.mb, faults)

    def _home(self, name: str, cases: Sequence[Case]) -> Home:
        path = self.folder / f"home-{name}"
        path.mkdir(exist_ok=True)
        database = f"test_{abs(hash((name, str(self.folder), time.monotonic()))):x}"[:30]
        sources = [one for case in cases for one in case.sources]
        home = Home(path, self.uri, database, self.web.proxy, sources)
        written = {"region": "coast", "sources": sources}
        home.catalogue.write_text(json.dumps(written), encoding="utf-8")
        return home

    def _environment(self, home: Home, **settings: str) -> dict[str, str]:
        return home.environment(**{**self._settings(), **settings})

    def _settings(self) -> dict[str, str]:
        return {**SETTINGS, "https_proxy": self.web.proxy, "COLUMNS": "300"}

    def _driven(
        self, home: Home, cases: Sequence[Case], peak: Peak, settings: Mapping[str, str]
    ) -> Ran:
        names = {name: found for case in cases for name, found in case.names.items()}
        direct = ",".join(dict.fromkeys(host.strip("[]") for case in cases for host in case.direct))
        routes = json.dumps({PUBLIC: self.web.port})
        environment = self._environment(
            home, NAMES=json.dumps(names), ROUTES=routes, no_proxy=direct, **settings
        )
        words = [sys.executable, "-m", "tests.hostile.driver", "crawl", "--json", "--all"]
        return _run([*words, "--log-level", "DEBUG"], environment, peak)

    def _faults(self, runs: Sequence[Ran]) -> tuple[str, ...]:
        found = [f"came to {place}" for place in dict.fromkeys(self.guarded.came)]
        self.guarded.came.clear()
        for ran in runs:
            if ran.code not in {0, 1, 2, 65, 78}:
                found.append(f"ended with {ran.code}: {ran.err[-300:]!r}")
            if CRASHED.search(ran.err):  # an article may tell of one
                found.append(f"a trace: {ran.err[-600:]!r}")
            if harm := HARMFUL.search(ran.out) or HARMFUL.search(ran.err):
                found.append(
                    f"steered a terminal: {harm.string[harm.start() - 80 : harm.end() + 20]!r}"
                )
            if FORGED.search(ran.out + "\n" + ran.err):
                found.append("forged a line")
        return tuple(found)

    def _told(self, home: Home, db: Database[Document]) -> tuple[str, ...]:
        """Have every command that shows papers and articles show all of these."""
        shown = [["articles", "find", "--limit", "9999"], ["articles", "export"], ["status"],
                 ["audit"], ["sources", "list"], ["sources", "check", "--offline"]]  # fmt: skip
        shown += [
            ["articles", "show", row["_id"], "--stripped"]
            for row in db["articles"].find().limit(self.shown)
        ]
        shown += [
            ["why", row["url"]] for row in db["frontier"].find().limit(self.shown) if row["url"]
        ]
        shown += [["sources", "show", source["id"]] for source in home.sources[: self.shown]]
        environment = self._environment(home)
        order = json.dumps(shown)
        ran = _run(
            [sys.executable, "-m", "tests.hostile.shown"], environment, Peak(), order.encode()
        )
        return self._faults([ran])


_MAIN = "from dateline.main import main; main()"


def _run(
    words: Sequence[str], environment: Mapping[str, str], peak: Peak, stdin: bytes = b""
) -> Ran:
    process = subprocess.Popen(
        words,
        env={**environment, "PYTHONWARNINGS": "default"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    with _watched(process.pid, peak):
        try:
            out, err = process.communicate(stdin, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
    return Ran(process.returncode, out.decode(errors="replace"), err.decode(errors="replace"))


@contextmanager
def _watched(pid: int, peak: Peak) -> Iterator[None]:
    """Measure what a process and its children have, shared pages counted once, until it ends."""
    is_over = threading.Event()

    def look() -> None:
        while not is_over.wait(EVERY):
            peak.mb = max(peak.mb, _memory(pid))

    watch = threading.Thread(target=look, daemon=True)
    watch.start()
    try:
        yield
    finally:
        is_over.set()
        watch.join()


def _memory(pid: int) -> int:
    total = 0
    with suppress(psutil.Error):
        own = psutil.Process(pid)
        for one in (own, *own.children(recursive=True)):
            with suppress(psutil.Error, OSError):
                total += one.memory_full_info().pss
    return total // 2**20


def _audited(db: Database[Document]) -> tuple[str, ...]:
    found = audit(db)
    return (
        () if found.is_clean else (f"audit: {[one for one in found.findings if one.faults]}"[:500],)
    )


def _became(db: Database[Document], case: Case) -> str:
    """Return in the table's words what became of a case's paper."""
    source = case.name.replace("_", "-")
    states = {_word(row) for row in db["frontier"].find({"source": source})}
    troubles = {
        f"failed: {row['trouble']}"
        for row in db["feeds"].find({"source": source})
        if row.get("trouble")
    }
    return ", ".join(sorted(states - {""} or troubles)) or "nothing"


def _word(row: Document) -> str:
    if row["state"] in FAILED:
        return f"failed: {row['reason']}"
    if row["state"] == "excluded":
        return f"excluded: {row['reason']}"
    return {"pending": "waiting"}.get(row["state"], str(row["state"]))


def _what(name: str) -> str:
    return (every()[name].__doc__ or "").partition("\n")[0]
