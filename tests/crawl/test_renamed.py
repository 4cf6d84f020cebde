"""A source that got another id goes on as it was: nothing is fetched again, nothing forgotten."""

from collections.abc import Callable
from typing import Any

from pymongo import MongoClient

from tests.crawl.home import Home
from tests.crawl.server import Web, article, feed


def test_a_renamed_source_keeps_its_history(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[dict[str, Any]]
) -> None:
    home = a_home()
    base = home.paper("lantern")
    web.put(f"{base}/feed", feed([f"{base}/1"]), feed([f"{base}/1", f"{base}/2"]))
    for name in ("1", "2"):
        web.put(f"{base}/{name}", article(f"lantern {name}"))
    assert home.crawl().report["pages"]["stored"] == {"new": 1}
    db = home.db(mongo_client)
    before = db["sources"].find_one({"_id": "lantern"})
    assert before

    assert home.run("sources", "rename", "lantern", "lamp").code == 0
    second = home.crawl("--all").report

    assert second["pages"]["stored"] == {"new": 1}
    after = db["sources"].find_one({"_id": "lamp"})
    assert after
    assert after["since"] == before["since"]
    assert db["sources"].count_documents({}) == 1
    assert db["frontier"].distinct("source") == db["feeds"].distinct("source") == ["lamp"]
    assert sorted(db["articles"].distinct("source")) == ["lamp", "lantern"]
    found = home.run("articles", "find", "--source", "lamp", "--json").out.splitlines()
    assert len(found) == 2
    assert home.run("audit").code == 0
