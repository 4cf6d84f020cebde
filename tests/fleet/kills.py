"""Workers, a broker and a primary that are killed at random while a newsroom is collected."""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import PyMongoError

from pipelines.store.audit import audit
from tests.crawl.home import Home
from tests.crawl.server import Web
from tests.faults.newsroom import Newsroom
from tests.faults.picture import WAITING, Difference, Picture, compare, look
from tests.fleet.broker import Broker, kill
from tests.fleet.members import Members
from tests.fleet.workers import Worker, begin

Document = dict[str, Any]
WORKERS = 3
DELAY = 1.5
KINDS = ("worker", "broker", "primary")
SECONDS = 240.0
NOW = datetime.now(UTC).replace(microsecond=0)
PAUSE = (2.0, 5.0)
WITHOUT = (0.5, 2.0)
SETTINGS = {
    "DATELINE_BATCH_SOURCES": "2",
    "DATELINE_BATCH_SECONDS": "20",
    "DATELINE_DISPATCH_SECONDS": "1",
    "DATELINE_HOST_DELAY": str(DELAY),
    "DATELINE_LEASE_SECONDS": "6",
    "DATELINE_RECHECKS_A_DAY": "0",
}


@dataclass(frozen=True, slots=True)
class Played:
    """What became of one seed."""

    seed: int
    killed: dict[str, int]
    difference: Difference
    is_clean: bool
    closest: float
    """Seconds between two requests to one host, the shortest there was."""
    resumed: dict[str, list[float]]
    """Seconds from each kill until the ledger was written again, by what was killed."""

    @property
    def is_well(self) -> bool:
        """Nothing lost, doubled, stuck or otherwise; no host asked too soon."""
        found = self.difference
        is_same = not (found.lost or found.doubled or found.stuck or found.other)
        return is_same and self.is_clean and self.closest >= DELAY


@dataclass(slots=True)
class Fleet:
    """Workers of one home."""

    home: Home
    workers: list[Worker] = field(default_factory=list)

    def begin(self, *, is_beating: bool) -> None:
        """Begin a worker."""
        words = ["--beat"] if is_beating else []
        self.workers.append(begin(self.home, *words))

    def kill(self, worker: Worker) -> None:
        """Kill a worker with its pool, as a machine that loses its power does: its crawls, too."""
        process = psutil.Process(worker.pid)
        for one in [process, *process.children(recursive=True)]:
            kill(one)
        worker.wait()
        self.workers.remove(worker)


@contextmanager
def a_fleet(home: Home) -> Iterator[Fleet]:
    """Give workers, of which the first dispatches; they are killed at the end."""
    fleet = Fleet(home)
    try:
        for number in range(WORKERS):
            fleet.begin(is_beating=number == 0)
        yield fleet
    finally:
        for worker in list(fleet.workers):
            fleet.kill(worker)


def undisturbed(folder: Path, uri: str) -> Picture:
    """Return what a crawl leaves that nothing happens to."""
    with Web() as web:
        home, client = a_home(folder / "undisturbed", uri, web), MongoClient[Document](uri)
        ran = home.crawl(DATELINE_OVERLAP="leave")
        assert ran.code == 0, ran.err
        found = look(home.db(client))
        client.drop_database(home.database)
        client.close()
        web.shutdown()
    return found


def a_home(folder: Path, uri: str, web: Web, **settings: str) -> Home:
    """Return a home with the newsroom in its catalogue, all of it published."""
    folder.mkdir()
    newsroom = Newsroom(web, now=NOW)
    home = Home(folder, uri, f"test_{uuid4().hex}", web.proxy, settings={**SETTINGS, **settings})
    newsroom.add_to(home)
    newsroom.open()
    newsroom.go_on()
    return home


@dataclass(frozen=True, slots=True)
class Scene:
    """What a table of kills is played on."""

    folder: Path
    members: Members
    broker: Broker
    wanted: Picture
    """What an undisturbed crawl leaves."""


def play(scene: Scene, seed: int, kills: int) -> Played:
    """Collect the newsroom while so many things are killed, and return what came of it."""
    members, wanted = scene.members, scene.wanted
    draw = random.Random(seed)  # noqa: S311 it is to be the same again
    killed = dict.fromkeys(KINDS, 0)
    resumed: dict[str, list[float]] = {kind: [] for kind in KINDS}
    with Web() as web:
        home = a_home(
            scene.folder / str(seed), members.uri, web, DATELINE_BROKER_URL=scene.broker.url
        )
        client = MongoClient[Document](members.uri, tz_aware=True)
        db = home.db(client)
        with a_fleet(home) as fleet:
            until(lambda: db["frontier"].count_documents({}) > 0)
            for _ in range(kills):
                time.sleep(draw.uniform(*PAUSE))
                kind = draw.choice(KINDS)
                killed[kind] += 1
                before, began = written(db), time.monotonic()
                strike(kind, fleet, scene, draw)
                if is_waiting(db, wanted):
                    until_resumed(db, wanted, before)
                    resumed[kind].append(round(time.monotonic() - began, 1))
            until(lambda: not is_waiting(db, wanted))
        # what the last that were killed held is free by then, and told
        ran = home.crawl(DATELINE_OVERLAP="share")
        assert ran.code == 0, ran.err
        found, is_clean = compare(wanted, look(db)), audit(db).is_clean
        closest = the_closest(web)
        client.drop_database(home.database)
        client.close()
        web.shutdown()
    return Played(seed, killed, found, is_clean, closest, resumed)


def until_resumed(db: Database[Document], wanted: Picture, before: object) -> None:
    """Wait until the ledger is another than it was, or all is collected."""
    until(lambda: written(db) != before or not is_waiting(db, wanted))


def strike(kind: str, fleet: Fleet, scene: Scene, draw: random.Random) -> None:
    """Kill one of a kind, and begin it again a little later."""
    members, broker = scene.members, scene.broker
    if kind == "worker":
        number = draw.randrange(len(fleet.workers))
        fleet.kill(fleet.workers[number])
        time.sleep(draw.uniform(*WITHOUT))
        fleet.begin(is_beating=number == 0)
        fleet.workers.insert(number, fleet.workers.pop())
    elif kind == "broker":
        broker.kill()
        time.sleep(draw.uniform(*WITHOUT))
        broker.begin()
    else:
        port = members.primary()
        members.kill(port)
        time.sleep(draw.uniform(*WITHOUT))
        members.begin(port)


def written(db: Database[Document]) -> object:
    """Return what is another value once the ledger was written."""
    try:
        settled = db["frontier"].count_documents({"state": {"$nin": ["pending", "retrying"]}})
        visited = db["feeds"].find({"_id": {"$gt": ""}}, {"visited_at": 1}).sort("_id", 1)
        return settled, [row["visited_at"] for row in visited]
    except PyMongoError:
        return None


def is_waiting(db: Database[Document], wanted: Picture) -> bool:
    """Return whether anything is still to be collected."""
    lasting = [url for url, row in wanted.addresses.items() if row["state"] in WAITING]
    query = {"state": {"$in": list(WAITING)}, "url": {"$nin": lasting}}
    try:
        is_short = db["frontier"].count_documents({}) < len(wanted.addresses)
        return is_short or bool(db["frontier"].count_documents(query))
    except PyMongoError:
        return True


def the_closest(web: Web) -> float:
    """Return the shortest time from an answer of a host to the next request to it."""
    hosts: dict[str, list[tuple[float, float]]] = {}
    for one in web.log:
        hosts.setdefault(one.host, []).append((one.began, one.ended))
    gaps = [later[0] - one[1] for asked in hosts.values() for one, later in pairwise(sorted(asked))]
    return round(min(gaps), 3)


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that happens elsewhere."""
    end = time.monotonic() + SECONDS
    while not holds():
        if time.monotonic() > end:
            raise AssertionError(f"it did not come about in {SECONDS:g} s")
        time.sleep(0.1)
