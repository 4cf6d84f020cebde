"""A floor of free disk: a run does not begin below it, and stops when it comes to it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from pipelines.store.audit import audit
from tests.crawl.home import Home, ended, until
from tests.crawl.server import Web, article, feed
from tests.crawl.test_ingest import ingest, record

Document = dict[str, Any]
ALL = str(10**9)  # MB: no disk has so much
MARGIN, LARGE = 2_000, 4_000  # MB; what others write meanwhile is less


@pytest.mark.parametrize(
    "what", [["crawl", "--all"], ["ingest", "FILE"], ["backfill", "isle", "--from", "2026-01-01"]]
)
def test_below_it_nothing_begins(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document], what: list[str]
) -> None:
    home = a_home()
    base = home.paper("isle")
    web.put(f"{base}/feed", feed([f"{base}/1"]))
    file = record(home, {f"{base}/1": article("isle")})
    web.log.clear()

    ran = home.run(*(str(file) if word == "FILE" else word for word in what),
                   DATELINE_FREE_DISK_MB=ALL)  # fmt: skip

    first, second = ran.err.splitlines()
    assert ran.code == 1
    assert first.startswith("dateline: ")
    assert f" MB of disk are free at {home.path}, and `free_disk_mb` is {ALL}: nothing" in first
    assert second.startswith("Free some space, ")
    assert web.log == []
    assert home.db(mongo_client)["hosts"].count_documents({"lease.by": {"$ne": None}}) == 0
    assert home.crawl(DATELINE_FREE_DISK_MB="0").code == 0
    assert ingest(home, file).code == 0


def test_a_run_that_comes_to_it_gives_back_what_it_holds(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("bight")
    urls = [f"{base}/{number}" for number in range(60)]
    web.put(f"{base}/feed", feed(urls))
    for url in urls:
        web.put(url, article(url))
    free = shutil.disk_usage(home.path).free // 1_000_000
    db = home.db(mongo_client)
    floor = str(free - MARGIN)

    process = home.begin("crawl", "--json", DATELINE_FREE_DISK_MB=floor, DATELINE_HOST_DELAY="1")
    until(lambda: db["articles"].count_documents({}) > 0, process)
    large = home.path / "large"
    fill(large)
    try:
        ran = ended(process)
    finally:
        large.unlink()

    assert ran.code == 1
    assert "MB of disk are free" in ran.err
    assert ran.report["outcome"] == "no-room"
    assert ran.report["no_room"]
    assert db["frontier"].count_documents({"lease.by": {"$ne": None}}) == 0
    assert 0 < db["articles"].count_documents({}) < 60
    assert audit(db).is_clean


def fill(path: Path) -> None:
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, LARGE * 1_000_000)
