"""Articles removed on request, for good: what they said is erased, a tombstone stays.

The tombstone comes first: whoever was about to write of the article looks for it afterwards and
erases what it wrote (``mend``). Each step may be repeated; what a kill leaves, ``sweep`` finishes.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bson import Int64
from pymongo import UpdateOne
from pymongo.database import Database

from pipelines.identify.canonical import name_of
from pipelines.identify.exact import text_hash
from pipelines.identify.regroup import read
from pipelines.identify.sketch import keys, run_of
from pipelines.records import Exclusion, State
from pipelines.store.claims import address_claim
from pipelines.store.errors import asking
from pipelines.store.frontier import EVERY
from pipelines.store.runs import BACKUP, LOCK, BusyError, held
from pipelines.store.schema import ARTICLES

Document = dict[str, Any]
REMOVED = "removed"
NOTHING = text_hash("")
# of the article itself, and where it stands; all else is what its page said
STAYS = frozenset(
    {
        "_id", "url", "urls", "source", "region", "country", "first_seen_at", "fetched_at",
        "access", "schema_version",
    }
)  # fmt: skip
# until the story is judged anew
OF_STORY = frozenset({"story", "duplicate_of", "relation", "quotes"})
SHOWN = 300  # letters of a reason in the ledger
CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What would go with an article."""

    letters: int
    revisions: int
    addresses: int
    pages: int
    """Raw pages, those behind the first of an article counted too."""
    copies: int
    """Articles that copy it, and get another original."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Why an article is to go."""

    reason: str
    by: str


class Removals:
    """What was removed from one database."""

    def __init__(self, db: Database[Document]) -> None:
        self._db = db

    def extent(self, article: Document) -> Extent:
        """Return what would go with an article."""
        key = article["_id"]
        with asking("look at what would be removed"):
            rows = [row["_id"] for row in self._db["frontier"].find({"article": key}, {"_id": 1})]
            pages = self._db["pages"].find({"_id": {"$in": rows}}, {"more.url": 1})
            return Extent(
                letters=len(article["text"]),
                revisions=self._db["revisions"].count_documents({"article": key}),
                addresses=len(rows),
                pages=sum(1 + len(page.get("more", ())) for page in pages),
                copies=self._db["articles"].count_documents(
                    {"story": article["story"], "duplicate_of": key}
                ),
            )

    def begin(self) -> None:
        """Raise BusyError while a backup is read that would hold one half of a removal."""
        with asking("look for a backup"):
            if BACKUP in held(self._db, LOCK):
                raise BusyError("a backup is under way")

    def remove(self, article: Document, request: Request) -> None:
        """Erase an article and what led to it; its story waits to be judged anew."""
        key = article["_id"]
        told = {"by": request.by, "reason": request.reason}
        change: Document = {
            **{name: {"$literal": value} for name, value in _emptied(article).items()},
            "removed": {"$mergeObjects": [{"$literal": told}, {"at": "$$NOW"}]},
            # so that no write that was decided on before is carried out
            "revision": {"$add": ["$revision", 1]},
            "changed_at": "$$NOW",
        }
        with asking("remove an article"):
            self._db["articles"].update_one(
                {"_id": key, "state": {"$ne": REMOVED}},
                [{"$set": change}, {"$unset": ["ruling", "moved_to"]}],
            )
            self._close(article)
            self.mend([key])
            others = {"$or": [{"story": article["story"]}, {"duplicate_of": key}]}
            self._db["articles"].update_many(others, {"$set": {"fingerprints.waits": True}})

    def mend(self, articles: Collection[str]) -> None:
        """Erase what was written of those of some articles that are removed by now."""
        with asking("erase what was removed"):
            query = {"_id": {"$in": list(articles)}, "state": REMOVED}
            gone = {row["_id"]: row for row in self._db["articles"].find(query)}
            if gone:
                self._erase(gone)

    def sweep(self) -> None:
        """Erase what a run that was killed has left of removed articles."""
        with asking("erase what was removed"):
            query = {"state": REMOVED, "duplicate_of": None}  # by an index
            found = self._db["articles"].find(query, {"_id": 1})
            ids = [row["_id"] for row in found]
        for start in range(0, len(ids), CHUNK):
            self.mend(ids[start : start + CHUNK])

    def _close(self, article: Document) -> None:
        """Settle the addresses of the ledger that are another form of one of the article's."""
        claims = self._db["claims"].find({"article": article["_id"]}, {"_id": 1})
        ours = {row["_id"] for row in claims}
        hosts = {urlsplit(url).netloc.lower() for url in article["urls"]}
        rows = self._db["frontier"].find({**EVERY, "host": {"$in": sorted(hosts)}}, {"url": 1})
        forms = [row["_id"] for row in rows if address_claim(name_of(row["url"])) in ours]
        told = {"article": article["_id"]}
        for start in range(0, len(forms), CHUNK):
            self._db["frontier"].update_many(
                {"_id": {"$in": forms[start : start + CHUNK]}, "article": None}, {"$set": told}
            )

    def _erase(self, gone: dict[str, Document]) -> None:
        """Settle the addresses first: who holds one then settles nothing of it any more."""
        rows = list(self._db["frontier"].find({"article": {"$in": list(gone)}}))
        open_ = [row for row in rows if not _is_closed(row)]
        if open_:
            self._db["frontier"].bulk_write([_closed(row, gone) for row in open_], ordered=False)
        self._db["pages"].delete_many({"_id": {"$in": [row["_id"] for row in rows]}})
        self._db["revisions"].delete_many({"article": {"$in": list(gone)}})
        urls = {url for one in gone.values() for url in one["urls"]}
        seen = urls | {row["url"] for row in rows}
        self._db["sightings"].delete_many({"_id": {"$in": sorted(seen)}})


def is_like(text: str, removed: Document) -> bool:
    """Return whether a text has a run of words of what was removed; of a short one nobody knows."""
    shape = removed["fingerprints"].get("shape")
    return not shape or bool(_runs(text) & set(shape))


def _runs(text: str) -> set[int]:
    return {run_of(key) for key in keys(read(text).taken, 0)}


def _emptied(article: Document) -> Document:
    """Return the fields of an article that is removed, as far as they are another then."""
    fields: Document = {
        field.name: _nothing(field.types)
        for field in ARTICLES.fields
        if field.is_promised and field.name not in STAYS | OF_STORY | {"revision", "changed_at"}
    }
    runs = sorted(map(Int64, _runs(article["text"])))
    # by these, and not by a word, it is known again where another page claims its address
    prints = {"text": NOTHING, "shape": runs, "waits": True}
    return {**fields, "state": REMOVED, "fingerprints": prints}


def _nothing(types: Iterable[str]) -> Any:
    kinds = set(types)
    if "null" in kinds:
        return None
    empty: Document = {"string": "", "array": [], "bool": False, "int": 0}
    return next(empty[kind] for kind in types if kind in empty)


def _is_closed(row: Document) -> bool:
    is_told = row["state"] == State.EXCLUDED and row["reason"] == Exclusion.REMOVED
    return is_told and row["announced"] is None


def _closed(row: Document, gone: dict[str, Document]) -> UpdateOne:
    removed = gone[row["article"]]["removed"]
    detail = f"removed on request by {removed['by']}: {removed['reason']}"
    change = {
        "state": State.EXCLUDED,
        "reason": Exclusion.REMOVED,
        "detail": detail[:SHOWN],
        "attempts": 0,
        "next_at": None,
        "announced": None,
        "lease.by": None,
        "lease.until": None,
    }
    return UpdateOne({"_id": row["_id"]}, {"$set": change, "$inc": {"lease.epoch": 1}})
