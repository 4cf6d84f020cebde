"""One consumer and one writer, each killed at random, and whether all was seen."""

import json
import os
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from pymongo import MongoClient, UpdateOne
from pymongo.change_stream import CollectionChangeStream
from pymongo.database import Database
from pymongo.errors import OperationFailure

from pipelines.store import layout
from pipelines.store.changes import Changes, since
from tests.samples import NOW, an_offer, the_articles

Document = dict[str, Any]
ARTICLES = 200
BETWEEN = (500, 12_000)  # bytes that are told between two kills: some five to a hundred changes
BATCH = 20
NO_STREAM = 40573
LOOK_SECONDS = 0.02
END_SECONDS = 30.0
STUCK_SECONDS = 3.0  # of a writer that has ended: then there is nothing more to tell
LIMIT_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a consumer saw."""

    way: str
    changes: int
    told: int
    kills: int
    missed: int
    """Articles whose last state was not told."""
    fewer: int
    """Articles that were told of less often than they changed: of the stream none may be."""
    backwards: int
    """Articles of which an earlier state came behind a later one, by one consumer."""
    seconds: float

    @property
    def is_well(self) -> bool:
        """Whether nothing was missed."""
        return not (self.missed or self.backwards or (self.fewer and self.way == "stream"))


@dataclass(slots=True)
class Fire:
    """One database, and those who write and read it."""

    uri: str
    folder: Path
    way: str
    seed: int
    kills: int = 0
    _running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def run(self, changes: int, kills: int) -> Seen:
        """Have articles change so often, the two be killed so often; return what was seen."""
        name, chance = f"following_{self.way}", random.Random(self.seed)  # noqa: S311 repeatable
        with MongoClient[Document](self.uri, tz_aware=True) as client:
            client.drop_database(name)
            db = client[name]
            layout.apply(db)
            the_articles(db).keep([an_offer(str(one)) for one in range(ARTICLES)], NOW)
            log, count = self.folder / f"{self.way}.log", self.folder / f"{self.way}.count"
            log.touch()
            (self.folder / f"{self.way}.cursor").write_text(str(Changes(db).now()))
            began = time.monotonic()
            roles: dict[str, tuple[str, ...]] = {
                "follow": ("follow", self.uri, name, self.way, str(self.folder)),
                "write": ("write", self.uri, name, str(count), str(changes)),
            }
            try:
                self._play(log, roles, kills, chance)
                # what is missed is missed however long one waits
                self._await(lambda: not self._seen(log, _all(db))["missed"], END_SECONDS)
            finally:
                for process in self._running.values():
                    process.kill()
                    process.wait()
            seen = self._seen(log, _all(db))
        return Seen(**seen, seconds=round(time.monotonic() - began, 1))

    def _play(
        self, log: Path, roles: dict[str, tuple[str, ...]], kills: int, chance: random.Random
    ) -> None:
        """Kill one of the two whenever the consumer has told so much more; begin it again."""
        began, goal = time.monotonic(), chance.randint(*BETWEEN)
        while time.monotonic() - began < LIMIT_SECONDS:
            for role, words in roles.items():
                process = self._running.get(role)
                if process is None or process.poll() not in {None, 0}:
                    self._running[role] = self._begun(words)
            is_over = self._running["write"].poll() == 0
            if is_over and self.kills >= kills:
                return
            self._await(partial(_has_told, log, goal), STUCK_SECONDS)
            goal = log.stat().st_size + chance.randint(*BETWEEN)
            role = "write" if chance.random() < 0.2 and not is_over else "follow"
            if self.kills < kills and self._running[role].poll() is None:
                self._running[role].kill()
                self._running[role].wait()
                self.kills += role == "follow"

    def _begun(self, words: tuple[str, ...]) -> "subprocess.Popen[bytes]":
        return subprocess.Popen([sys.executable, "-m", "tests.following", *words])

    def _await(self, is_so: Callable[[], bool], seconds: float) -> None:
        """Return once it is so, or the time is over."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not is_so():
            time.sleep(LOOK_SECONDS)

    def _seen(self, log: Path, articles: dict[str, Document]) -> Document:
        told: Counter[str] = Counter()
        last: dict[str, datetime] = {}
        order: defaultdict[tuple[str, str], list[datetime]] = defaultdict(list)
        for line in log.read_text(encoding="utf-8").splitlines():
            try:
                consumer, key, at = json.loads(line)
            except ValueError:  # it was killed in the middle of a line
                continue
            moment = datetime.fromisoformat(at)
            told[key] += 1
            last[key] = max(last.get(key, moment), moment)
            order[consumer, key].append(moment)
        wanted = {key: row for key, row in articles.items() if row["revision"] > 1}
        return {
            "way": self.way,
            "changes": sum(row["revision"] - 1 for row in articles.values()),
            "told": told.total(),
            "kills": self.kills,
            "missed": sum(last.get(key) != row["changed_at"] for key, row in wanted.items()),
            "fewer": sum(told[key] < row["revision"] - 1 for key, row in wanted.items()),
            "backwards": sum(moments != sorted(moments) for moments in order.values()),
        }


def _has_told(log: Path, size: int) -> bool:
    return log.stat().st_size >= size


def _all(db: Database[Document]) -> dict[str, Document]:
    return {row["_id"]: row for row in db["articles"].find({}, {"revision": 1, "changed_at": 1})}


def write(uri: str, name: str, count: str, changes: str) -> None:
    """Change articles until so many changes were made, by all that have written."""
    with MongoClient[Document](uri, tz_aware=True, w="majority") as client:
        articles = client[name]["articles"]
        ids = sorted(row["_id"] for row in articles.find({}, {"_id": 1}))
        chance = random.Random()  # noqa: S311 no secret
        update = [{"$set": {"revision": {"$add": ["$revision", 1]}, "changed_at": "$$NOW"}}]
        while _made(articles) < int(changes):
            some = chance.sample(ids, BATCH)
            articles.bulk_write([UpdateOne({"_id": one}, update) for one in some], ordered=False)


def _made(articles: Any) -> int:
    [row] = articles.aggregate([{"$group": {"_id": None, "n": {"$sum": "$revision"}}}])
    return int(row["n"]) - ARTICLES


class ByTime(Changes):
    """As on a server that has no change streams."""

    def _stream(self, token: str | None) -> CollectionChangeStream[Document]:
        raise OperationFailure("no replica set", NO_STREAM)


def follow(uri: str, name: str, way: str, folder: str) -> None:
    """Follow until killed: what is told into a log first, then how far it is."""
    kept, log = Path(folder) / f"{way}.cursor", Path(folder) / f"{way}.log"
    here, made = since(kept.read_text()), ByTime if way == "time" else Changes
    with MongoClient[Document](uri, tz_aware=True) as client, log.open("a") as file:
        for change in made(client[name], wait_ms=100).follow(here):
            if change is None:
                continue
            at = change.article["changed_at"].isoformat()
            file.write(json.dumps([str(os.getpid()), change.article["_id"], at]) + "\n")
            file.flush()
            draft = kept.with_suffix(".part")
            draft.write_text(str(change.cursor))
            draft.replace(kept)
