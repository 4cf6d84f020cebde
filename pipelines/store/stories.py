"""Telling which articles are one story: one run at a time, all that wait, safe to repeat.

An article waits from when it is stored until it is judged; a run that dies in between leaves it
waiting for the next. Exact copies are linked when they are stored; all else is found here, by the
runs of words that texts share, and an earlier verdict is mended where more is known.
"""

import secrets
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Mapping
from heapq import nlargest
from itertools import islice
from typing import Any

from pymongo.database import Database

from pipelines.failpoints import reached
from pipelines.identify.regroup import (
    Reading,
    Regrouped,
    Told,
    read,
    regroup,
    week_of,
)
from pipelines.identify.sketch import beside, keys, run_of
from pipelines.store import documents, placed
from pipelines.store.claims import exact_claim
from pipelines.store.errors import asking
from pipelines.store.lock import IsDead, Lock, nobody
from pipelines.store.removed import REMOVED

Document = dict[str, Any]
Rows = dict[str, Document]
LOCK, DEAD_AFTER_SECONDS = "lock:stories", 30
BATCH = 256
# a run that so many articles of a week have is a form's or a phrase: it finds no more of them
COMMON = 48
NEAREST = 48  # articles that share most with one
CONTEXT = 400  # articles that show how common the runs of a batch are
FURNITURE = 24  # articles of a site that show what it says again and again
WANTED = 4000  # articles that those of a batch are judged beside
MEMBERS = 2000  # of the stories of a batch
KEYS = 20_000  # by which the context of a batch is sought
IN_HAND = 4096  # texts
SHOWING = (
    "source", "story", "published_at", "first_seen_at", "state", "fingerprints.text", "ruling",
)  # fmt: skip
ROW = (*SHOWING, "duplicate_of", "relation", "quotes", "fingerprints.sketch")


class Stories:
    """The collection ``stories``, and what articles say of theirs."""

    def __init__(self, db: Database[Document], by: str, is_dead: IsDead = nobody) -> None:
        self._articles = db["articles"]
        self._stories = db["stories"]
        self._claims = db["claims"]
        # two commands of one name are two
        name = f"{by}/{secrets.token_hex(4)}"
        self._lock = Lock(db, LOCK, name, DEAD_AFTER_SECONDS, is_dead)
        self._readings: OrderedDict[str, Reading] = OrderedDict()

    def settle(self, is_wanted: Callable[[], bool] = lambda: True) -> Counter[str]:
        """Judge what waits, unless another is at it; return how many were `joined`, `parted`.

        Whoever is at it looks once more when it has let go: nothing that came meanwhile is left.
        Asks ``is_wanted`` before each BATCH; what is left then waits for the next call.
        """
        counts: Counter[str] = Counter()
        last: Rows = {}
        while self._waiting(1).keys() - last and (epoch := self._lock.take()) is not None:
            try:
                # what waits still was changed meanwhile: it is for the next who comes
                while (batch := self._waiting(BATCH)).keys() - last and self._lock.renew():
                    if not is_wanted():
                        return counts
                    counts += self._judge(batch, epoch)
                    last = batch
            finally:
                self._lock.free()
        return counts

    def waiting(self) -> int:
        """Return how many articles wait to be judged."""
        with asking("count articles without a story"):
            return self._articles.count_documents({"fingerprints.waits": True})

    def _judge(self, batch: Rows, epoch: int) -> Counter[str]:
        """Judge some articles and all that they may be one story with."""
        readings = self._read(batch)
        mine = {one: keys(readings[one].taken, _week(batch[one])) for one in readings}
        near = self._near(key for found in mine.values() for key in found)
        wanted = self._wanted(batch, readings, mine, near)
        rows = batch | self._rows({"_id": {"$in": wanted}}, WANTED)
        rows |= self._members(rows)
        readings |= self._read({one: row for one, row in rows.items() if one not in mine})
        alone = _alone(rows, mine, near, readings) | _removed(rows)
        shared = {one: row for one, row in rows.items() if one not in alone}
        context = self._context(shared, near) | self._furnished(shared)
        context = {one: row for one, row in context.items() if one not in rows}
        every = rows | context
        readings |= self._read(context)
        told = [
            _told(every[one], text, is_judged=one in rows)
            for one, text in readings.items()
            if one not in alone
        ]
        common = _common(near)
        # what it was found by before it is found by still
        searched = {
            one: [key for key in found if key not in common or key in _searched(batch[one])]
            for one, found in mine.items()
        }
        return self._write(rows, regroup(told, alone), searched, epoch)

    def _waiting(self, most: int) -> Rows:
        return self._rows({"fingerprints.waits": True}, most)

    def _rows(self, query: Document, most: int = MEMBERS, fields: Iterable[str] = ROW) -> Rows:
        with asking("look for articles of a story"):
            found = self._articles.find(query, dict.fromkeys(fields, 1)).limit(most)
            return {row["_id"]: row for row in found}

    def _near(self, wanted: Iterable[int]) -> Rows:
        """Return the articles that have one of the keys in its week or one beside it."""
        sought = iter({other for key in wanted for other in beside(key)})
        found: Rows = {}
        with asking("look for articles that are alike"):
            while some := list(islice(sought, KEYS)):
                query = {"fingerprints.sketch": {"$in": some}}
                for row in self._articles.find(query, {"fingerprints.sketch": 1}):
                    found[row["_id"]] = row
        return found

    def _wanted(
        self,
        batch: Rows,
        readings: Mapping[str, Reading],
        mine: Mapping[str, list[int]],
        near: Rows,
    ) -> list[str]:
        """Return what the articles of a batch may be one story with, and are judged beside."""
        having = _by_run(near)
        nearest = {other for found in mine.values() for other in _nearest(found, having, NEAREST)}
        ruled = {other for row in batch.values() for other in _ruled(row)}
        exact = [exact_claim(one.exact) for one in readings.values() if one.exact]
        with asking("look for exact copies"):
            claims = self._claims.find({"_id": {"$in": exact}}, {"article": 1})
            twins = {row["article"] for row in claims}
        return list((nearest | ruled | twins) - set(batch))

    def _members(self, rows: Rows) -> Rows:
        """Return the articles of the same stories, of very large ones some, and always the head."""
        members = self._rows({"story": {"$in": list({row["story"] for row in rows.values()})}})
        heads = {row["duplicate_of"] for row in members.values()} - {None, *members}
        return members | (self._rows({"_id": {"$in": list(heads)}}) if heads else {})

    def _context(self, rows: Rows, near: Rows) -> Rows:
        """Return articles that show how common the runs of the others are."""
        theirs = (key for row in rows.values() for key in _searched(row))
        others = set(islice(theirs, KEYS))
        around = near | (self._near(others) if others else {})
        beyond = {one: row for one, row in around.items() if one not in rows}
        found = _nearest(others, _by_run(beyond), CONTEXT)
        return self._rows({"_id": {"$in": found}}, fields=SHOWING) if found else {}

    def _furnished(self, rows: Rows) -> Rows:
        """Return further articles of sites that have several here: they show its furniture."""
        sources = Counter(row["source"] for row in rows.values())
        found: Rows = {}
        with asking("look for articles of a site"):
            for source in (source for source, count in sources.items() if count > 1):
                last = self._articles.find({"source": source}, dict.fromkeys(SHOWING, 1))
                newest = last.sort("published_at", -1).limit(FURNITURE)
                found |= {row["_id"]: row for row in newest}
        return {one: row for one, row in found.items() if one not in rows}

    def _read(self, rows: Rows) -> dict[str, Reading]:
        """Return the readings of those articles that are still there; the last ones are at hand."""
        hashes = {one: _text(row) for one, row in rows.items()}
        made = {one: self._readings[text] for one, text in hashes.items() if text in self._readings}
        missing = [one for one in rows if one not in made]
        with asking("read articles"):
            query = {"_id": {"$in": missing}}
            for row in self._articles.find(query, {"text": 1, "fingerprints.text": 1}):
                made[row["_id"]] = self._readings[_text(row)] = read(row["text"])
        while len(self._readings) > IN_HAND:
            self._readings.popitem(last=False)
        return made

    def _write(
        self, rows: Rows, found: Regrouped, searched: Mapping[str, list[int]], epoch: int
    ) -> Counter[str]:
        """Write stories, then articles; what is cut off in between is done again."""
        changes = placed.changes(rows, found)
        # the others first: once its own article is written, the batch does not wait any more
        writes: list[placed.Write] = [
            placed.of_article(rows[one], change, None, epoch)
            for one, change in changes.items()
            if one not in searched
        ]
        if len(rows) >= MEMBERS:
            writes += placed.of_rest(rows, found)
        own = [
            placed.of_article(rows[one], changes.get(one), keys, epoch)
            for one, keys in searched.items()
        ]
        reached("before-story")
        with asking("store stories"):
            self._stories.bulk_write(placed.of_stories(found, epoch))
            reached("after-story")
            for some in (writes, own):
                if some:
                    self._articles.bulk_write(some, ordered=False)
        return Counter(
            "joined" if change["duplicate_of"] else "parted"
            for one, change in changes.items()
            if (change["duplicate_of"] is None) != (rows[one]["duplicate_of"] is None)
        )


def _text(row: Document) -> str:
    return str(row["fingerprints"]["text"])


def _searched(row: Document) -> list[int]:
    found: list[int] = row["fingerprints"].get("sketch", [])
    return found


def _ruled(row: Document) -> list[str]:
    """Return the articles of which a person said what they are to this one."""
    ruling = row.get("ruling") or {}
    return [*ruling.get("together", ()), *ruling.get("apart", ())]


def _week(row: Document) -> int:
    return week_of(documents.told_at(row))


def _told(row: Document, reading: Reading, *, is_judged: bool) -> Told:
    ruling = row.get("ruling") or {}
    return Told(
        id=row["_id"],
        source=row["source"],
        story=row["story"],
        at=documents.told_at(row),
        first_seen_at=row["first_seen_at"],
        is_shown=row["state"] == "live",
        reading=reading,
        is_judged=is_judged,
        together=tuple(ruling.get("together", ())),
        apart=tuple(ruling.get("apart", ())),
    )


def _alone(
    rows: Rows, mine: Mapping[str, list[int]], near: Rows, readings: Mapping[str, Reading]
) -> set[str]:
    """Return those that wait and have nothing in common with any other; most of them."""
    runs = Counter(run_of(key) for row in near.values() for key in _searched(row))
    runs.update(run_of(key) for found in mine.values() for key in found)
    stories = Counter(row["story"] for row in rows.values())
    texts = Counter(reading.exact for reading in readings.values())
    return {
        one
        for one, found in mine.items()
        if rows[one]["story"] == one
        and stories[one] == 1
        and (readings[one].exact is None or texts[readings[one].exact] == 1)
        and not _ruled(rows[one])
        and all(runs[run_of(key)] == 1 for key in found)
    }


def _removed(rows: Rows) -> set[str]:
    return {one for one, row in rows.items() if row["state"] == REMOVED}


def _by_run(rows: Rows) -> Mapping[int, list[str]]:
    """Return which articles have a run, in whatever week."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for one, row in rows.items():
        for key in _searched(row):
            found[run_of(key)].append(one)
    return found


def _nearest(wanted: Iterable[int], having: Mapping[int, list[str]], most: int) -> list[str]:
    """Return the articles that share most runs with so many keys."""
    runs = {run_of(key) for key in wanted}
    shared = Counter(one for run in runs for one in having.get(run, ()))
    return [one for one, _ in nlargest(most, shared.items(), key=_by_count)]


def _by_count(counted: tuple[str, int]) -> tuple[int, str]:
    return counted[1], counted[0]


def _common(near: Rows) -> set[int]:
    """Return the keys that find nothing more."""
    counts = Counter(key for row in near.values() for key in _searched(row))
    return {key for key, count in counts.items() if count >= COMMON}
