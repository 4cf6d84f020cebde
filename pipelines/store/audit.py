"""The ledger's proof: every number adds up, every link between documents resolves. Reads only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

from pipelines.records import Exclusion, State
from pipelines.store.errors import asking
from pipelines.store.query import number_in
from pipelines.store.removed import REMOVED

Document = dict[str, Any]
ALL = {"_id": 1}  # every document is meant to be read: servers that forbid that let it be
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer to one question of the audit."""

    question: str
    checked: int
    faults: int
    examples: tuple[str, ...] = ()
    """_ids of some of the documents at fault."""


@dataclass(frozen=True, slots=True)
class Audit:
    """All answers, and the sums behind them."""

    addresses: int
    by_state: dict[str, int]
    articles: int
    claims_waiting: int
    """Claims whose article is not there (yet): lawful, the next who asks takes them."""
    findings: tuple[Finding, ...]

    @property
    def is_clean(self) -> bool:
        """Whether there is no fault."""
        return not any(finding.faults for finding in self.findings)


def audit(db: Database[Document]) -> Audit:
    """Return what the whole database shows; slow on a large one, and harmless beside a crawl."""
    with asking("audit the database"):
        groups = db["frontier"].aggregate([{"$group": {"_id": "$state", "n": {"$sum": 1}}}])
        by_state = {str(row["_id"]): row["n"] for row in groups}
        addresses = sum(by_state.values())  # of one moment: a crawl may be under way
        return Audit(
            addresses=addresses,
            by_state=by_state,
            articles=number_in(db["articles"]),
            claims_waiting=_dangling(db, "claims", "article", "articles").faults,
            findings=(_sums(addresses, by_state), *(question(db) for question in QUESTIONS)),
        )


def _sums(addresses: int, by_state: dict[str, int]) -> Finding:
    lawful = sum(by_state.get(state, 0) for state in State)
    return Finding("every address is in exactly one state", addresses, abs(addresses - lawful))


def _dangling(
    db: Database[Document], collection: str, field: str, target: str, **query: Any
) -> Finding:
    """Documents whose ``field`` names a document that is not there."""
    wanted = {field: {"$ne": None}, **query}
    checked = db[collection].count_documents(wanted, hint=ALL)
    rows = next(
        db[collection].aggregate(
            [
                {"$match": wanted},
                {
                    "$lookup": {
                        "from": target,
                        "localField": field,
                        "foreignField": "_id",
                        "pipeline": [{"$project": {"_id": 1}}],
                        "as": "found",
                    }
                },
                {"$match": {"found": []}},
                {"$facet": {"n": [{"$count": "n"}], "some": [{"$limit": EXAMPLES}]}},
            ],
            hint=ALL,
        )
    )
    faults = rows["n"][0]["n"] if rows["n"] else 0
    question = f"every {collection}.{field} is one of {target}"
    return Finding(question, checked, faults, tuple(str(row["_id"]) for row in rows["some"]))


def _matching(db: Database[Document], question: str, collection: str, query: Document) -> Finding:
    """Documents that must not be."""
    found = db[collection].find(query, {"_id": 1}, hint=ALL).limit(EXAMPLES)
    examples = tuple(str(row["_id"]) for row in found)
    faults = db[collection].count_documents(query, hint=ALL) if examples else 0
    return Finding(question, number_in(db[collection]), faults, examples)


def _stored_without_article(db: Database[Document]) -> Finding:
    query = {"state": State.STORED, "article": None}
    return _matching(db, "every stored address names its article", "frontier", query)


def _waiting_without_time(db: Database[Document]) -> Finding:
    query = {"state": {"$in": [State.PENDING, State.RETRYING]}, "next_at": None}
    question = "every address that waits has its time"
    return _matching(db, question, "frontier", query)


def _excluded_without_reason(db: Database[Document]) -> Finding:
    query = {"state": {"$in": [State.EXCLUDED, State.QUARANTINED]}, "reason": None}
    question = "every address that is left out has its reason"
    return _matching(db, question, "frontier", query)


def _revisions_complete(db: Database[Document]) -> Finding:
    rows = db["articles"].aggregate(
        [
            {"$match": {"revision": {"$gt": 1}, "state": {"$ne": REMOVED}}},
            {
                "$lookup": {
                    "from": "revisions",
                    "localField": "_id",
                    "foreignField": "article",
                    "pipeline": [{"$project": {"_id": 1}}],
                    "as": "before",
                }
            },
            {"$match": {"$expr": {"$ne": [{"$size": "$before"}, {"$subtract": ["$revision", 1]}]}}},
            {"$project": {"_id": 1}},
        ],
        hint=ALL,
    )
    faulty = [str(row["_id"]) for row in rows]
    question = "every article has all its earlier revisions"
    checked = number_in(db["articles"])
    return Finding(question, checked, len(faulty), tuple(faulty[:EXAMPLES]))


def _copies_misplaced(db: Database[Document]) -> Finding:
    """Articles that say of their story what that does not say; those that wait are judged yet."""
    rows = db["articles"].aggregate(
        [
            {"$match": {"fingerprints.waits": None}},
            {
                "$lookup": {
                    "from": "stories",
                    "localField": "story",
                    "foreignField": "_id",
                    "as": "found",
                }
            },
            {"$set": {"head": {"$ifNull": [{"$first": "$found.head"}, "$story"]}}},
            {"$match": {"$expr": {"$ne": ["$head", {"$ifNull": ["$duplicate_of", "$_id"]}]}}},
            {"$project": {"_id": 1}},
        ],
        hint=ALL,
    )
    faulty = [str(row["_id"]) for row in rows]
    question = "every article of a story names the story's head"
    return Finding(question, number_in(db["articles"]), len(faulty), tuple(faulty[:EXAMPLES]))


def _articles_unreferenced(db: Database[Document]) -> Finding:
    """An article that no address leads to was stored by a run that died before its ledger."""
    found = _without_address(db, {})
    # while addresses wait, one of them may be on its way to it; what has arrived since is looked at
    waiting = {"state": {"$in": [State.PENDING, State.RETRYING]}}
    if found and db["frontier"].find_one(waiting):
        found = []
    faulty = _without_address(db, {"_id": {"$in": found}}) if found else []
    question = "every article was met at an address of the ledger"
    checked = number_in(db["articles"])
    return Finding(question, checked, len(faulty), tuple(faulty[:EXAMPLES]))


def _without_address(db: Database[Document], query: Document) -> list[str]:
    rows = db["articles"].aggregate(
        [
            {"$match": query},
            {
                "$lookup": {
                    "from": "frontier",
                    "localField": "_id",
                    "foreignField": "article",
                    "pipeline": [{"$project": {"_id": 1}}, {"$limit": 1}],
                    "as": "rows",
                }
            },
            {"$match": {"rows": []}},
            {"$project": {"_id": 1}},
        ],
        hint=ALL,
    )
    return [str(row["_id"]) for row in rows]


def _removed_with_words(db: Database[Document]) -> Finding:
    """Removed articles of which something is left, beside them or in them."""
    ids = _those(db, "articles", {"state": REMOVED})
    has_words = [{"text": {"$ne": ""}}, {"title": {"$ne": None}}]
    left = {
        *_those(db, "articles", {"_id": {"$in": ids}, "$or": has_words}),
        *(row["article"] for row in db["revisions"].find({"article": {"$in": ids}})),
    }
    rows = db["frontier"].find({"article": {"$in": ids}}, {"article": 1})
    of_row = {row["_id"]: str(row["article"]) for row in rows}
    left |= {of_row[key] for key in _those(db, "pages", {"_id": {"$in": list(of_row)}})}
    question = "nothing is left of an article that was removed"
    return Finding(question, len(ids), len(left), tuple(sorted(left)[:EXAMPLES]))


def _those(db: Database[Document], collection: str, query: Document) -> list[str]:
    return [str(row["_id"]) for row in db[collection].find(query, {"_id": 1}, hint=ALL)]


def _removed_and_open(db: Database[Document]) -> Finding:
    """Addresses of removed articles that the ledger does not know for that."""
    ids = _those(db, "articles", {"state": REMOVED})
    is_open = [
        {"article": {"$in": ids}, "reason": {"$ne": Exclusion.REMOVED}},
        {"reason": Exclusion.REMOVED, "state": {"$ne": State.EXCLUDED}},
        {"reason": Exclusion.REMOVED, "announced": {"$ne": None}},
        {"reason": Exclusion.REMOVED, "article": {"$nin": [None, *ids]}},
    ]
    question = "every address of a removed article is closed, and holds no word of it"
    return _matching(db, question, "frontier", {"$or": is_open})


def _removed_and_copied(db: Database[Document]) -> Finding:
    """Articles that copy what is removed; those that wait are judged yet."""
    ids = _those(db, "articles", {"state": REMOVED})
    query = {"duplicate_of": {"$in": ids}, "fingerprints.waits": None}
    return _matching(db, "no original of an article was removed", "articles", query)


QUESTIONS: tuple[Callable[[Database[Document]], Finding], ...] = (
    _stored_without_article,
    _waiting_without_time,
    _excluded_without_reason,
    lambda db: _dangling(db, "frontier", "article", "articles"),
    lambda db: _dangling(db, "articles", "duplicate_of", "articles"),
    lambda db: _dangling(
        db, "articles", "story", "stories", **{"$expr": {"$ne": ["$story", "$_id"]}}
    ),
    lambda db: _dangling(db, "stories", "head", "articles"),
    _copies_misplaced,
    lambda db: _dangling(db, "revisions", "article", "articles"),
    _revisions_complete,
    _articles_unreferenced,
    _removed_with_words,
    _removed_and_open,
    _removed_and_copied,
)
