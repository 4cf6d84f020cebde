"""The first crawl after the rules for addresses changed, on a database of older rules."""

from collections.abc import Callable
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from pipelines.identify.canonical import article_id
from pipelines.store.audit import audit
from pipelines.store.claims import Claims, address_claim
from pipelines.store.readdress import MARK
from pipelines.store.schema import META
from tests.crawl.home import Home
from tests.crawl.server import Web, article, feed
from tests.samples import NOW

Document = dict[str, Any]
NAMES = ("ferry-1", "tide-2", "bell-3")


def age(db: Database[Document]) -> None:
    """Leave a database as rules make it to which every spelling is an address of its own."""
    db["claims"].delete_many({"_id": {"$regex": "^url:"}})
    db[META].delete_one({"_id": MARK})
    for row in list(db["articles"].find()):
        [url, *_] = row["urls"]
        older = article_id(url)
        db["articles"].delete_one({"_id": row["_id"]})
        db["articles"].insert_one({**row, "_id": older, "story": older, "url": url})
        for name in ("frontier", "claims"):
            db[name].update_many({"article": row["_id"]}, {"$set": {"article": older}})
        Claims(db, "machine/old", 0).make([(address_claim(url), older)], NOW)


def kept(db: Database[Document]) -> dict[str, list[Document]]:
    return {name: list(db[name].find().sort("_id")) for name in ("articles", "claims")}


def test_no_address_is_fetched_again_and_no_article_is_new(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    db = home.db(mongo_client)
    base = home.paper("older")
    urls = [f"{base}/2026/{name}?ref=home" for name in NAMES]
    spelled = [f"{base}/2026/{name}/amp/?utm_source=feed" for name in NAMES]
    for url, other, name in zip(urls, spelled, NAMES, strict=True):
        web.put(url, article(name))
        web.put(other, article(name, more="Another spelling shows another line."))
    web.put(f"{base}/feed", feed(urls), feed([*urls, *spelled]))
    home.crawl("--all")
    age(db)
    before = kept(db)

    asked = len(web.log)
    first = home.crawl("--all", "--log-level", "INFO")
    then = kept(db)
    second = home.crawl("--all", "--log-level", "INFO")

    assert sorted(one.url for one in web.log[asked:] if "/2026/" in one.url) == sorted(spelled)
    assert first.report["pages"]["stored"] == {"same": 3}
    assert "addresses.renewed" in first.err
    assert [a["_id"] for a in then["articles"]] == [a["_id"] for a in before["articles"]]
    assert [row for row in before["claims"] if row not in then["claims"]] == []
    assert audit(db).is_clean
    assert second.report["pages"] == {"given_back": 0}
    assert "addresses.renewed" not in second.err
    assert kept(db) == then

    db[META].delete_one({"_id": MARK})
    migrated = [home.run("db", "migrate").out.splitlines()[1:] for _ in range(2)]

    words = "addresses of 3 articles claimed by today's rules, 0 of them joined to another"
    assert migrated == [[words], []]
    assert kept(db) == then
