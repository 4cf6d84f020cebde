"""What is old goes as a run ends, whatever its feeds do, and the report says so."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo import MongoClient

from pipelines.store.audit import audit
from tests.crawl.home import Home
from tests.crawl.server import Web, article, feed

Document = dict[str, Any]


def test_a_run_takes_away_what_is_old(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("skerry")
    urls = [f"{base}/{number}" for number in range(3)]
    web.put(f"{base}/feed", feed(urls))
    for url in urls[:2]:
        web.put(url, article(url))
    first = home.crawl()
    db, old = home.db(mongo_client), datetime.now(UTC) - timedelta(days=400)
    db["pages"].update_many({}, {"$set": {"expires_at": old}})
    db["runs"].update_many({}, {"$set": {"started_at": old}})
    db["frontier"].update_one({"url": urls[2]}, {"$set": {"seen_at": old, "state": "gone"}})
    db["meta"].delete_one({"_id": "tidied"})

    second = home.crawl()

    assert first.report["tidied"] == {}
    assert second.report["tidied"] == {"pages": 2, "reports": 1, "addresses": 1}
    assert db["pages"].count_documents({}) == 0
    assert db["articles"].count_documents({"state": "live"}) == 2
    assert audit(db).is_clean
