"""Known addresses claimed once more when the rules for addresses change.

No page is asked for, no article is made, no claim is taken away: what an address led to under
older rules it leads to still. Two articles that have one address by now stay both; the later one
is judged to copy the earlier. Articles are gone through in batches, in the order of
``_id``; a bookmark in ``meta`` moves after each, and what is done twice comes out the same.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pymongo.database import Database

from pipelines.identify import rules
from pipelines.identify.canonical import name_of
from pipelines.identify.judge import is_one_article
from pipelines.store import documents, rulings
from pipelines.store.articles import KNOWN
from pipelines.store.claims import Claim, Claims, address_claim
from pipelines.store.errors import asking
from pipelines.store.schema import META

Document = dict[str, Any]
BATCH = 500  # articles: some thousand claims
MARK = "addresses"  # in meta: {version, to, after}


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that give an address its canonical form."""

    version: int
    name_of: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Report:
    """What a change of rules has brought about so far."""

    articles: int
    """How many were looked at."""
    joined: int
    """How many are of another's story by now."""


TODAY = Rules(rules.VERSION, name_of)


def readdress(
    db: Database[Document], by: str, now: datetime, to: Rules = TODAY, batch: int = BATCH
) -> Iterator[Report]:
    """Claim all known addresses under the rules ``to``; yield what was done after each batch.

    Yields nothing where it was done before. Raises StoreError; stopped anywhere, the next call
    goes on from there.
    """
    with asking("bring the known addresses under today's rules"):
        mark = db[META].find_one({"_id": MARK}) or {}
        if mark.get("version") == to.version:
            return
        after = mark.get("after", "") if mark.get("to") == to.version else ""
        work = _Readdressing(db, Claims(db, by, to.version), to, now)
        seen = joined = 0
        while found := _next(db, after, batch):
            joined += work.claim(found)
            seen += len(found)
            after = found[-1]["_id"]
            _move(db, {"to": to.version, "after": after})
            yield Report(seen, joined)
        _move(db, {"version": to.version, "after": ""})


def _next(db: Database[Document], after: str, batch: int) -> list[Document]:
    rows = db["articles"].find({"_id": {"$gt": after}}, {"url": 1, "urls": 1})
    return list(rows.sort("_id", 1).limit(batch))


def _move(db: Database[Document], mark: Document) -> None:
    db[META].update_one({"_id": MARK}, {"$set": mark}, upsert=True)


@dataclass(frozen=True, slots=True)
class _Readdressing:
    """One change of rules in one database."""

    db: Database[Document]
    claims: Claims
    rules: Rules
    now: datetime

    def claim(self, articles: list[Document]) -> int:
        """Claim the addresses of some articles; return how many articles were joined to others."""
        met = self._met({article["_id"] for article in articles})
        pairs = [
            (address_claim(form), article["_id"])
            for article in articles
            for form in self._forms(article, met.get(article["_id"], []))
        ]
        held = self.claims.make(pairs, self.now)
        return sum(self._settle(held, key, mine) for key, mine in pairs)

    def _met(self, articles: set[str]) -> dict[str, list[str]]:
        """Return the addresses of the ledger that led to each of some articles."""
        met: dict[str, list[str]] = {}
        rows = self.db["frontier"].find({"article": {"$in": list(articles)}}, _ADDRESS)
        for row in rows:
            met.setdefault(row["article"], []).append(row["url"])
        return met

    def _forms(self, article: Document, met: Iterable[str]) -> dict[str, None]:
        urls = (article["url"], *article["urls"], *met)
        return dict.fromkeys(self.rules.name_of(url) for url in urls if url)

    def _settle(self, held: dict[str, Claim], key: str, mine: str) -> bool:
        """Settle to whom an address belongs that two want; return whether one was joined."""
        claim = held[key]
        if claim.article == mine:
            return False
        both = self._both(mine, claim.article)
        if len(both) > 1:
            owner, is_joined = _join(self.db, *both)
        else:  # whoever claimed it died before its article, unless that is about to come
            owner, is_joined = mine, False
            if self.claims.is_on_its_way(claim, self.now):
                return False
        # last: a run that is killed in between finds the two again
        if owner not in {None, claim.article} and self.claims.take_over(claim, owner, self.now):
            held[key] = replace(claim, article=owner)
        return is_joined

    def _both(self, *articles: str) -> list[Document]:
        """Return the articles that are there, the one that was seen first first."""
        fields = dict.fromkeys((*KNOWN, "first_seen_at", "ruling"), 1)
        found = self.db["articles"].find({"_id": {"$in": articles}}, fields)
        return list(found.sort([("first_seen_at", 1), ("_id", 1)]))


_ADDRESS = {"_id": 0, "article": 1, "url": 1}


def _join(db: Database[Document], earlier: Document, later: Document) -> tuple[str | None, bool]:
    """Have two articles judged as one story, where their texts allow it.

    Return which one the address belongs to, None where they don't, and whether one was changed.
    """
    if not is_one_article(documents.known(later), documents.known(earlier)):
        return None, False
    ruling = later.get("ruling") or {}
    is_joined = earlier["story"] != later["story"] and earlier["_id"] not in ruling.get("apart", ())
    if is_joined:
        rulings.merge(db, earlier, later)
    return earlier["_id"], is_joined
