"""Where faults are played: the invented newsroom, a MongoDB, and what was there before."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from pymongo import MongoClient
from pymongo.database import Database

from pipelines.failpoints import VARIABLE
from pipelines.store import layout, schema, server
from tests.crawl.home import Home, Ran, Running
from tests.crawl.server import Web
from tests.faults.newsroom import Newsroom
from tests.faults.picture import Picture, look

Document = dict[str, Any]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
LEASE = "2"  # seconds: a stop is to last for three of them
HOUR_MS = 3_600_000
PATIENCE = 600  # seconds: a busy machine is no fault
SETTINGS = {
    "DATELINE_LEASE_SECONDS": LEASE,
    "DATELINE_RUN_PATIENCE": "4",
    "DATELINE_HOST_DELAY": "0.15",  # its pages come in several batches, however fast the machine is
    "DATELINE_FREE_DISK_MB": "0",  # the disk that is to be full is a small one
}
NAMES = [*(collection.name for collection in schema.COLLECTIONS), schema.META]
Rows = dict[str, list[Document]]


@dataclass(slots=True)
class Stage:
    """A web, a home and its database; each fault begins from the same state of it."""

    web: Web
    newsroom: Newsroom
    mongo: Path
    """The home of the server."""
    home: Home
    client: MongoClient[Document]
    before: Rows = field(repr=False)
    wanted: Picture = field(repr=False)
    """What an undisturbed run leaves."""

    @property
    def db(self) -> Database[Document]:
        """The database."""
        return self.client[self.home.database]

    @property
    def mark(self) -> Path:
        """What is there once the fault has struck."""
        return self.home.path / "struck"

    def set(self) -> None:
        """Have all as it was before."""
        self.mark.unlink(missing_ok=True)
        restore(self.db, self.before)

    def begin(self, fault: str = "", home: Home | None = None, **settings: str) -> Running:
        """Begin a crawl; ``fault``: moment, count and act."""
        words = {VARIABLE: f"{fault}:{self.mark}"} if fault else {}
        return (home or self.home).begin("crawl", "--json", **{**SETTINGS, **words, **settings})

    def crawl(self, fault: str = "", home: Home | None = None, **settings: str) -> Ran:
        """Return what a crawl answers."""
        return self.begin(fault, home, **settings).ended(PATIENCE)

    def elsewhere(self) -> Home:
        """Return another machine that works on the same database."""
        path = self.home.path / "elsewhere"
        path.mkdir(exist_ok=True)
        other = Home(path, self.home.uri, self.home.database, self.home.proxy)
        self.newsroom.add_to(other)
        return other

    def await_feeds(self) -> None:
        """Have feeds that failed be due again, as an hour later: no run asks for them sooner."""
        self.db["feeds"].update_many({"failures": {"$gt": 0}}, {"$set": {"next_at": LONG_AGO}})

    def set_clock_back(self) -> None:
        """Have the server's clock go back by an hour: all that is leased ends an hour later."""
        later = {"$add": ["$lease.until", HOUR_MS]}
        for name in ("frontier", "hosts", "claims"):
            held = {"lease.until": {"$type": "date"}}
            self.db[name].update_many(held, [{"$set": {"lease.until": later}}])

    def again(self) -> None:
        """Have the server run, and a client of it, after it was killed."""
        self.home.uri = _hasty(server.ensure(self.mongo).uri)
        self.client.close()
        self.client = MongoClient(self.home.uri, w="majority", journal=True, tz_aware=True)


@contextmanager
def a_stage(path: Path, mongo: Path) -> Iterator[Stage]:
    """Give a stage whose files are in one folder; ``mongo``: the home of its server."""
    uri = _hasty(server.ensure(mongo).uri)
    path.mkdir(exist_ok=True)
    database = f"test_{uuid4().hex}"
    with Web() as web:
        newsroom = Newsroom(web)
        home = Home(path, uri, database, web.proxy)
        newsroom.add_to(home)
        newsroom.open()
        client = MongoClient[Document](uri, w="majority", journal=True, tz_aware=True)
        stage = Stage(web, newsroom, mongo, home, client, {}, Picture({}, {}, ()))
        try:
            layout.apply(stage.db)
            _begin(stage)
            yield stage
        finally:
            stage.again()
            stage.client.drop_database(database)
            stage.client.close()
            web.shutdown()


def _begin(stage: Stage) -> None:
    """Play what comes before, and the undisturbed run."""
    first = stage.crawl()
    assert first.code == 0, first.err
    stage.newsroom.go_on()
    stage.db["feeds"].update_many({}, {"$set": {"next_at": LONG_AGO}})
    stage.before = {name: list(stage.db[name].find()) for name in NAMES}
    whole = stage.crawl()
    assert whole.code == 0, whole.err
    stage.wanted = look(stage.db)


def restore(db: Database[Document], rows: Rows) -> None:
    """Have a database hold those documents and no others."""
    for name, documents in rows.items():
        db[name].delete_many({})
        if documents:
            db[name].insert_many(documents)


def _hasty(uri: str) -> str:
    """Return the address with as little patience as a test has."""
    return uri if "serverSelection" in uri else f"{uri}&serverSelectionTimeoutMS=1500"
