"""The ledger in MongoDB: recording addresses, handing them out under a lease, settling them."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateMany, UpdateOne
from pymongo.database import Database

from config.secrets import redacted
from pipelines.records import Due, Entry, Exclusion, Lease, Priority, Standing, State
from pipelines.store import documents
from pipelines.store.errors import asking

Document = dict[str, Any]
LOOK_AHEAD = 20  # addresses looked at for each one taken, so that one large paper hides no other
VERSION = 1
Priorities = Collection[Priority]
AT_ONCE = (Priority.FRESH, Priority.AGAIN)
# what a page turned out to be that was fetched as an article's
NO_ARTICLES = frozenset(
    {Exclusion.NOT_A_PAGE, Exclusion.NO_ARTICLE, Exclusion.LIST, Exclusion.LOGIN}
)
WORN = 0.75  # of a lease: the shortest one, 30 s, is then renewed at every second heartbeat


@dataclass(frozen=True, kw_only=True, slots=True)
class Announcement:
    """One address as it enters the ledger."""

    id: str
    """The ledger's key of it."""
    host: str
    source: str
    feed: str | None
    """feeds._id; None where another address led to it."""
    entry: Entry
    standing: Standing
    priority: int = Priority.FRESH


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """What the ledger already says of an announced address."""

    standing: Standing
    entry: Entry
    feed: str | None
    """The feed that announced it first: only that one may say that it has changed."""
    visited_at: datetime | None = None
    epoch: int = 0
    """Of its last lease: what was taken under it settles nothing once the address is announced."""
    is_old: bool = False  # left to a backfill, or waits for its turn in one


class Frontier:
    """The ledger of one database."""

    def __init__(self, db: Database[Document]) -> None:
        self._rows = db["frontier"]

    def known(self, ids: Collection[str]) -> dict[str, Recorded]:
        """Return what the ledger says of those of ``ids`` that it has, less what feeds quote."""
        if not ids:
            return {}
        said = (f"announced.{name}" for name in _SAID)
        fields = dict.fromkeys((*_STANDING, *_RECORDED, *said), 1)
        with asking("read the ledger"):
            rows = self._rows.find({"_id": {"$in": list(ids)}}, fields)
            return {row["_id"]: _recorded(row) for row in rows}

    def record(self, announcements: Iterable[Announcement], now: datetime) -> set[str]:
        """Enter new addresses, each once; return the keys of those that were new."""
        writes = [
            UpdateOne({"_id": row["_id"]}, {"$setOnInsert": row}, upsert=True)
            for row in (_row(announcement, now) for announcement in announcements)
        ]
        if not writes:
            return set()
        with asking("record addresses"):
            return set((self._rows.bulk_write(writes, ordered=False).upserted_ids or {}).values())

    def announce_again(self, changed: Mapping[str, tuple[Announcement, Recorded]]) -> int:
        """Note what feeds now say of addresses, each with what the ledger said before.

        Return of how many. One that a run has settled in between is left as it is, and not counted.
        A visit under way settles nothing any more: it may have been too early for what is announced
        now.
        """
        writes = [
            UpdateOne(
                {"_id": key, "state": before.standing.state, "article": before.standing.article},
                {
                    "$set": {
                        "announced": _announced(now.entry),
                        "feed": now.feed,
                        "priority": now.priority,
                        **_stands(now.standing),
                        **_FREED,
                    },
                    "$inc": {"lease.epoch": 1},
                },
            )
            for key, (now, before) in changed.items()
        ]
        if not writes:
            return 0
        with asking("record changed addresses"):
            return self._rows.bulk_write(writes, ordered=False).matched_count

    def seen(self, ids: Collection[str], now: datetime) -> None:
        """Note that the addresses are still announced; written once a day at most."""
        if not ids:
            return
        day = now.replace(hour=0, minute=0, second=0, microsecond=0)
        with asking("note what was seen"):
            self._rows.update_many(
                {"_id": {"$in": list(ids)}, "seen_at": {"$lt": day}}, {"$set": {"seen_at": now}}
            )

    def orphaned(self, sources: Collection[str]) -> list[str]:
        """Return the hosts of addresses that wait for a source that is none of ``sources``."""
        with asking("look for addresses without a source"):
            # the index is leapt through: as many keys as there are sources
            every = self._rows.distinct("source", {"source": {"$gt": ""}})
            lost = sorted(set(every) - set(sources))
            if not lost:
                return []
            query = {"source": {"$in": lost}, "state": {"$in": [State.PENDING, State.RETRYING]}}
            return sorted(self._rows.distinct("host", query))

    def adopt(self, host: str, source: str, sources: Collection[str]) -> int:
        """Give what waits at a host for none of ``sources`` to one of them; return how many."""
        query = {"next_at": {"$ne": None}, "host": host, "source": {"$nin": list(sources)}}
        with asking("give addresses a source"):
            changed = self._rows.update_many({**EVERY, **query}, {"$set": {"source": source}})
            return changed.modified_count

    def take(self, want: "Want", now: datetime) -> list[Due]:
        """Take due addresses for a run, fresh ones first, a few a host; [] when nothing is due."""
        with asking("take due addresses"):
            chosen = self._choose(want, now)
            if not chosen:
                return []
            self._rows.update_many(
                {"_id": {"$in": chosen}, **FREE}, [{"$set": {"lease": new_lease(want)}}]
            )
            rows = self._rows.find({"_id": {"$in": chosen}, "lease.by": want.by})
            return sorted((due(row) for row in rows), key=lambda due: (due.priority, due.lease.id))

    def has(self, want: "Want", now: datetime) -> bool:
        """Return whether ``take`` would find any."""
        with asking("read the ledger"):
            return bool(self._choose(replace(want, limit=1), now))

    def _choose(self, want: "Want", now: datetime) -> list[str]:
        query = {
            **want.also,
            "priority": {"$in": list(want.priorities)},
            "next_at": {"$lte": now},
            "source": {"$in": list(want.sources)},
            "host": {"$nin": list(want.full_hosts)},
            # what we hold may lapse while we are stopped: it is still in our hands, not free for us
            "lease.by": {"$ne": want.by},
            **FREE,
        }
        # where more is planned than a budget allows, what was stored last counts most
        order = -1 if Priority.RECHECK in want.priorities else 1
        found = self._rows.find(query, {"host": 1}).sort([("priority", 1), ("next_at", order)])
        taken: dict[str, int] = {}
        chosen: list[str] = []
        for row in found.limit(want.limit * LOOK_AHEAD):
            if len(chosen) == want.limit:
                break
            if taken.get(row["host"], 0) < want.per_host:
                taken[row["host"]] = taken.get(row["host"], 0) + 1
                chosen.append(row["_id"])
        return chosen

    def next_due(
        self, by: str, sources: Collection[str], before: datetime, priorities: Priorities = AT_ONCE
    ) -> datetime | None:
        """Return when the next address falls due that run ``by`` may take, None if not ``before``.

        Of ``sources`` only, and not as planned: there is always something planned.
        """
        query = {
            "priority": {"$in": list(priorities)},
            "next_at": {"$lte": before},
            "source": {"$in": list(sources)},
            "lease.by": {"$ne": by},
            **FREE,
        }
        with asking("read the ledger"):
            rows = list(self._rows.find(query, {"next_at": 1}).sort([("next_at", 1)]).limit(1))
        return rows[0]["next_at"] if rows else None

    def settle(self, settled: Sequence[tuple[Lease, Standing]], now: datetime) -> int:
        """Write where addresses stand and free them; return how many were still ours to settle."""
        writes = [_settlement(lease, standing, now) for lease, standing in settled]
        if not writes:
            return 0
        with asking("settle addresses"):
            return self._rows.bulk_write(writes, ordered=False).matched_count

    def renew(self, by: str, lease: timedelta) -> int:
        """Hold what a run has in hand for ``lease`` from now on; return how many addresses.

        Those with most of their lease before them are left as they are.
        """
        is_worn = {"$expr": {"$lt": ["$lease.until", _until(lease * WORN)]}}
        change = [{"$set": {"lease.until": _until(lease)}}]
        with asking("renew leases"):
            return self._rows.update_many({"lease.by": by, **is_worn}, change).modified_count

    def release(self, by: str) -> int:
        """Free what a run holds, as it was; return how many."""
        return self._free({"lease.by": by})

    def release_dead(self, owner: str, is_dead: Callable[[str], bool]) -> int:
        """Free what runs of this home hold that are dead.

        Who holds something is looked up first: who begins to hold it then is alive.
        """
        with asking("look who holds addresses"):
            found = self._rows.distinct(
                "lease.by", {"lease.by": {"$gt": owner, "$lt": owner + "\uffff"}}
            )
        dead = [by for by in found if is_dead(by)]
        return self._free({"lease.by": {"$in": dead}}) if dead else 0

    def give_back(self, leases: Sequence[Lease]) -> None:
        """Free addresses that were taken and not asked for."""
        writes = [UpdateOne(_held(lease), {"$set": _FREED}) for lease in leases]
        if writes:
            with asking("give addresses back"):
                self._rows.bulk_write(writes, ordered=False)

    def postpone(self, lease: Lease, until: datetime) -> None:
        """Free an address and ask for it later; its state stays."""
        with asking("postpone an address"):
            self._rows.update_one(_held(lease), {"$set": {**_FREED, "next_at": until}})

    def stored(self, source: str, most: int) -> list[str]:
        """Return the addresses of some articles of a source."""
        return self._some({"source": source, "state": State.STORED}, most)

    def refused(self, source: str, most: int) -> list[str]:
        """Return the addresses of some pages of a source that are no articles."""
        why = {"reason": {"$in": sorted(NO_ARTICLES)}}
        return self._some({"source": source, "state": State.EXCLUDED, **why}, most)

    def _some(self, query: Document, most: int) -> list[str]:
        with asking("look through the ledger"):
            return [row["url"] for row in self._rows.find(query, {"url": 1}).limit(most)]

    def sources_of(self, query: Document) -> list[str]:
        """Return the sources of the addresses that answer to a query."""
        with asking("look through the ledger"):
            return [str(source) for source in self._rows.distinct("source", query)]

    def again(self, query: Document, now: datetime) -> int:
        """Have addresses tried again that were given up; return how many."""
        fresh = {"attempts": 0, "next_at": now, "reason": None, "detail": None}
        at_once = {**fresh, "priority": Priority.AGAIN}
        query = {**query, "$nor": [{"reason": Exclusion.REMOVED}]}  # that is for good
        with asking("set addresses to be tried again"):
            writes = [
                UpdateMany({**query, "article": None}, {"$set": {**fresh, "state": State.PENDING}}),
                UpdateMany({**query, "article": {"$ne": None}}, {"$set": at_once}),
            ]
            return self._rows.bulk_write(writes).matched_count

    def _free(self, query: Document) -> int:
        with asking("free addresses"):
            return self._rows.update_many(query, {"$set": _FREED}).modified_count


@dataclass(frozen=True, kw_only=True, slots=True)
class Want:
    """What a run wants from the ledger."""

    by: str
    sources: Collection[str]
    full_hosts: Collection[str]
    """Hosts of which the run has enough in hand."""
    limit: int
    per_host: int
    lease: timedelta
    priorities: Priorities = AT_ONCE
    also: Mapping[str, Any] = field(default_factory=dict)
    """What else is to hold of an address."""


_SAID = ("id", "title", "summary", "published", "updated", "published_raw", "authors", "tags",
         "language")  # fmt: skip
_STANDING = ("state", "reason", "detail", "article", "attempts", "next_at")
_RECORDED = ("url", "feed", "priority", "visited_at", "lease.epoch")
_FREED: Document = {"lease.by": None, "lease.until": None}
# of all addresses: it leads to the index that has time, source and host of each
EVERY: Document = {"priority": {"$in": [*Priority]}}
# by the server's clock, so that two machines agree when a lease is over; null is before all dates
FREE: Document = {"$expr": {"$lt": [{"$ifNull": ["$lease.until", None]}, "$$NOW"]}}


def new_lease(want: Want) -> Document:
    """Return the expression of a lease for a run, one epoch on."""
    return {
        "by": want.by,
        "until": _until(want.lease),
        "epoch": {"$add": [{"$ifNull": ["$lease.epoch", 0]}, 1]},
    }


def _until(lease: timedelta) -> Document:
    return {"$add": ["$$NOW", int(lease.total_seconds() * 1000)]}


def _settlement(lease: Lease, standing: Standing, now: datetime) -> UpdateOne:
    change: Document = {"$set": {**_stands(standing), "visited_at": now, **_FREED}}
    if standing.reason == Exclusion.REMOVED:
        change["$set"]["announced"] = None
        return UpdateOne(_held(lease), change)
    is_planned = standing.article is not None and not standing.attempts
    if is_planned:
        change["$set"]["priority"] = Priority.RECHECK
    if is_planned or standing.next_at is None:
        change["$unset"] = {"announced.content": ""}  # it stands beside the raw page by now
    return UpdateOne(_held(lease), change)


def _held(lease: Lease) -> Document:
    return {"_id": lease.id, "lease.by": lease.by, "lease.epoch": lease.epoch}


def _stands(standing: Standing) -> Document:
    stands = {name: getattr(standing, name) for name in _STANDING}
    # a site may say back what it is sent
    return stands | {"detail": standing.detail and redacted(standing.detail)}


def _row(announcement: Announcement, now: datetime) -> Document:
    standing = announcement.standing
    return {
        "_id": announcement.id,
        "url": announcement.entry.url,
        "host": announcement.host,
        "source": announcement.source,
        "feed": announcement.feed,
        **_stands(standing),
        "priority": announcement.priority,
        "lease": {"by": None, "until": None, "epoch": 0},
        "first_seen_at": now,
        "seen_at": now,
        "visited_at": None,
        "announced": _announced(announcement.entry),
        "schema_version": VERSION,
    }


def _announced(entry: Entry) -> Document:
    content = {"content": documents.packed(entry.content)} if entry.content else {}
    return {
        **content,
        "id": entry.id,
        "title": entry.title,
        "summary": entry.summary,
        "published": entry.published,
        "updated": entry.updated,
        "published_raw": entry.published_raw,
        "authors": list(entry.authors),
        "tags": list(entry.tags),
        "language": entry.language,
    }


def _entry(row: Document) -> Entry:
    said = row.get("announced") or {}
    return Entry(
        url=row["url"],
        **{name: said.get(name) for name in ("id", "title", "summary", "published", "updated")},
        published_raw=said.get("published_raw"),
        content=documents.unpacked(said.get("content")),
        authors=tuple(said.get("authors", ())),
        tags=tuple(said.get("tags", ())),
        language=said.get("language"),
    )


def _recorded(row: Document) -> Recorded:
    return Recorded(
        standing=_standing(row),
        entry=_entry(row),
        feed=row["feed"],
        visited_at=row["visited_at"],
        epoch=row["lease"]["epoch"],
        is_old=_is_old(row),
    )


def _is_old(row: Document) -> bool:
    is_waiting = row["priority"] == Priority.BACKFILL and row["state"] == State.PENDING
    return bool(is_waiting or row["reason"] == Exclusion.TOO_OLD)


def _standing(row: Document) -> Standing:
    return Standing(**{**{name: row[name] for name in _STANDING}, "state": State(row["state"])})


def due(row: Document) -> Due:
    """Return an address of the ledger as a run that holds it knows it."""
    return Due(
        lease=Lease(id=row["_id"], by=row["lease"]["by"], epoch=row["lease"]["epoch"]),
        url=row["url"],
        host=row["host"],
        source=row["source"],
        standing=_standing(row),
        priority=row["priority"],
        entry=_entry(row),
        first_seen_at=row["first_seen_at"],
    )
