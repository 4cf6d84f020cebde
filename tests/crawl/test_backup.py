"""Backups of a database that a crawl is writing to, and what a person is told."""

import stat
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from pymongo import MongoClient
from pymongo.database import Database

from pipelines.store.audit import audit
from tests.crawl.home import Home, ended, until
from tests.crawl.server import Web, article, feed

Document = dict[str, Any]
PAPERS, ARTICLES = 4, 12


def has_stored(db: Database[Document], least: int) -> bool:
    return db["frontier"].count_documents({"state": "stored"}) >= least


def test_a_backup_amid_a_crawl_is_sound_and_the_crawl_goes_on_from_it(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    for paper in range(PAPERS):
        base = home.paper(f"dune{paper}")
        urls = [f"{base}/{number}" for number in range(ARTICLES)]
        web.put(f"{base}/feed", feed(urls))
        for at, url in enumerate(urls):
            web.put(url, article(f"{at} of {paper // 2}"))  # of every two papers one copies all
    db, spans = home.db(mongo_client), []
    process = home.begin("crawl", "--all", "--json", DATELINE_HOST_DELAY="0.5")

    for least in (5, 20):
        until(lambda least=least: has_stored(db, least), process)  # type: ignore[misc]
        file = home.path / f"{least}.zip"
        made = home.run("backup", str(file), "--json")
        assert made.code == 0, made.err
        spans.append((file, process.poll()))
    whole = ended(process)

    assert whole.code == 0, whole.err
    assert spans[0][1] is None, "the crawl went on meanwhile"
    for file, _ in spans:
        other = a_home()
        other.sources = home.sources
        other.catalogue.write_text(home.catalogue.read_text())
        back = other.run("restore", str(file), "--json")
        assert (back.code, back.report["faults"]) == (0, 0), back.err
        found = other.db(mongo_client)
        before = found["articles"].count_documents({})
        assert found["frontier"].count_documents({"lease.by": {"$ne": None}}) == 0
        assert other.crawl("--all").code == 0
        assert audit(found).is_clean
        assert before < found["articles"].count_documents({}) == PAPERS * ARTICLES
        assert found["articles"].count_documents({"duplicate_of": None}) == PAPERS * ARTICLES // 2


def test_a_person_backs_up_looks_and_restores(web: Web, a_home: Callable[..., Home]) -> None:
    home = a_home(f"test_{uuid4().hex}")  # not one that is prepared already
    base = home.paper("shoal")
    web.put(f"{base}/feed", feed([f"{base}/1"]))
    web.put(f"{base}/1", article("shoal"))
    empty = home.run("backup", str(home.path / "b.zip"))
    assert (empty.code, "nothing to back up" in empty.err) == (1, True)
    assert home.crawl().code == 0
    file = home.path / "dateline.zip"

    made = home.run("backup", str(file))
    checked = home.run("restore", str(file), "--check")
    refused = home.run("restore", str(file))
    unasked = home.run("restore", str(file), "--replace")
    beside = home.run("restore", str(file), "--into", f"{home.database[:30]}_b")
    wrong = home.run("restore", str(file), "--into", "a b")
    replaced = home.run("restore", str(file), "--replace", "--yes")
    bad = home.run("restore", str(home.catalogue))

    assert (made.code, made.err) == (0, "")
    assert f"{file}: " in made.out.splitlines()[-1]
    assert made.out.splitlines()[0].split()[:2] == ["articles", "1"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert f"{file} is whole: " in checked.out
    assert (refused.code, "nothing was changed" in refused.err) == (1, True)
    assert "--into NAME" in refused.err
    assert (unasked.code, "Nobody can answer here: give --yes" in unasked.err) == (2, True)
    assert (beside.code, "audited: it adds up" in beside.err) == (0, True)
    assert wrong.code == 2
    assert replaced.code == 0, replaced.err
    assert (bad.code, "is no backup" in bad.err) == (65, True)
    assert home.run("audit").code == 0


def test_a_backup_says_that_it_took_another_s_place(
    a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    home.db(mongo_client)["articles"].insert_one({"_id": "a"})
    file = home.path / "dateline.zip"

    made = home.run("backup", str(file))
    again = home.run("backup", str(file))
    as_json = home.run("backup", str(file), "--json")
    other = home.run("backup", str(home.path / "other.zip"), "--json")

    assert (made.code, "replaced" in made.out) == (0, False)
    assert (again.code, again.err) == (0, "")
    assert again.out.endswith("; replaced the backup that was there\n")
    assert (as_json.report["is_replaced"], other.report["is_replaced"]) == (True, False)
