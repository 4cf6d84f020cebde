"""Claims: which article an address or an exact text belongs to. Who inserts first has it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pymongo import UpdateOne
from pymongo.database import Database

from pipelines.identify import exact, rules
from pipelines.identify.exact import is_telling, text_hash
from pipelines.records import Draft
from pipelines.store.errors import asking
from pipelines.store.lock import IsDead, nobody

Document = dict[str, Any]
# from a claim to its article are milliseconds; after this long whoever claimed has died
ON_ITS_WAY = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Claim:
    """What the store says of an address or a text."""

    id: str
    article: str
    by: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """A claim that goes from the article that has it to another."""

    claim: Claim
    article: str


class Claims:
    """The collection ``claims`` of one database."""

    def __init__(
        self,
        db: Database[Document],
        by: str,
        address_rules: int = rules.VERSION,
        is_dead: IsDead = nobody,
    ) -> None:
        self._claims = db["claims"]
        self._by = by
        self._is_dead = is_dead
        self._versions = {"url": address_rules, "text": exact.RULES_VERSION}

    def make(self, wanted: Iterable[tuple[str, str]], now: datetime) -> dict[str, Claim]:
        """Claim (claim, article) pairs where nobody has; return who has each claim now.

        In the order given: of two that want the same, the first gets it.
        """
        pairs = list(wanted)
        lease = self._lease(now)
        writes = [
            UpdateOne(
                {"_id": claim},
                {
                    "$setOnInsert": {
                        "article": article,
                        "rules_version": self._versions[claim.partition(":")[0]],
                        "lease": lease,
                        "schema_version": 1,
                    }
                },
                upsert=True,
            )
            for claim, article in pairs
        ]
        if not writes:
            return {}
        with asking("claim addresses and texts"):
            self._claims.bulk_write(writes)
            rows = self._claims.find({"_id": {"$in": [claim for claim, _ in pairs]}})
            return {row["_id"]: _claim(row) for row in rows}

    def take_over(self, claim: Claim, article: str, now: datetime) -> bool:
        """Take a dead article's claim; False where another was quicker."""
        return self.give([Given(claim, article)], now)

    def give(self, given: Sequence[Given], now: datetime) -> bool:
        """Give each claim to its article, in order; False where another run was quicker."""
        writes = [
            UpdateOne(
                {"_id": one.claim.id, "article": one.claim.article},
                {"$set": {"article": one.article, "lease": self._lease(now)}},
            )
            for one in given
        ]
        if not writes:
            return True
        with asking("take over claims"):
            return self._claims.bulk_write(writes).matched_count == len(writes)

    def is_on_its_way(self, claim: Claim, now: datetime) -> bool:
        """Return whether another run may be about to store the article of a claim."""
        # one that ends far later than any may was made before the server's clock was set back
        is_held = now < claim.until <= now + 2 * ON_ITS_WAY
        return claim.by != self._by and is_held and not self._is_dead(claim.by)

    def _lease(self, now: datetime) -> Document:
        return {"by": self._by, "until": now + ON_ITS_WAY}


def wanted(draft: Draft) -> list[str]:
    """Return the claims of a draft: its addresses in order of weight, then a telling text."""
    texts = [text_claim(draft.text)] if is_telling(draft.text) else []
    return [*(address_claim(url) for url in draft.urls), *texts]


def address_claim(url: str) -> str:
    """Return the claim of a canonical address."""
    return "url:" + hashlib.blake2b(url.encode("utf-8", "replace"), digest_size=16).hexdigest()


def text_claim(text: str) -> str:
    """Return the claim of an exact text."""
    return exact_claim(text_hash(text))


def exact_claim(hashed: str) -> str:
    """Return the claim of the text of that hash."""
    return "text:" + hashed


def _claim(row: Document) -> Claim:
    return Claim(row["_id"], row["article"], row["lease"]["by"], row["lease"]["until"])
