"""What a database shows of its articles and addresses, and in what two of them differ."""

from dataclasses import dataclass
from typing import Any

from pymongo.database import Database

Document = dict[str, Any]
# not of them: `revision`, which counts those by our rules too, whose number depends on the order
# that pages come in
SAID = ("url", "title", "text", "duplicate_of", "relation", "state", "language")
WAITING = {"pending", "retrying"}


@dataclass(frozen=True, slots=True)
class Picture:
    """What is promised of each article by ``_id``, and where each address stands."""

    articles: dict[str, Document]
    addresses: dict[str, Document]
    held: tuple[str, ...]
    """What is leased to a run, or waits to be judged."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is not as in the undisturbed run; each its ``_id`` or address."""

    lost: tuple[str, ...]
    doubled: tuple[str, ...]
    stuck: tuple[str, ...]
    other: tuple[str, ...]
    """Articles that say something else, addresses that stand elsewhere."""


def look(db: Database[Document]) -> Picture:
    """Return the picture of a database in which no run is under way."""
    articles = {
        row["_id"]: {name: row[name] for name in SAID} | {"urls": sorted(row["urls"])}
        for row in db["articles"].find()
    }
    revisions: dict[str, list[str]] = {}
    for row in db["revisions"].find({"cause": "page"}):
        revisions.setdefault(row["article"], []).append(row["text"])
    for key, article in articles.items():
        article["before"] = sorted(revisions.get(key, []))
    addresses = {
        row["url"]: {name: row[name] for name in ("state", "reason", "article")}
        for row in db["frontier"].find()
    }
    held = [row["url"] for row in db["frontier"].find({"lease.by": {"$ne": None}})]
    held += [row["_id"] for row in db["articles"].find({"fingerprints.waits": True})]
    return Picture(articles, addresses, tuple(held))


def compare(wanted: Picture, found: Picture) -> Difference:
    """Return in what a picture is not the undisturbed one."""
    both = wanted.articles.keys() & found.articles.keys()
    waiting = [url for url, row in found.addresses.items() if _waits(url, row, wanted)]
    other = [key for key in both if wanted.articles[key] != found.articles[key]]
    other += [
        url
        for url in wanted.addresses.keys() | found.addresses.keys()
        if url not in waiting and wanted.addresses.get(url) != found.addresses.get(url)
    ]
    return Difference(
        lost=tuple(sorted(wanted.articles.keys() - both)),
        doubled=tuple(sorted(found.articles.keys() - both)),
        stuck=tuple(sorted({*found.held, *waiting})),
        other=tuple(sorted(other)),
    )


def _waits(url: str, row: Document, wanted: Picture) -> bool:
    settled = wanted.addresses.get(url)
    return row["state"] in WAITING and not (settled and settled["state"] in WAITING)
