"""Recorded pages: the same articles as by a crawl, once, whatever the file and the moment."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.crawl.home import Home, ended, kill, until
from tests.crawl.server import Answer, Web, article, paragraphs, sitemap
from tests.crawl.test_several_pages import sheet, whole
from tests.warc import a_warc

Document = dict[str, Any]
PROMISED = ("_id", "url", "source", "title", "text", "language", "duplicate_of", "relation",
            "published_at", "authors", "state", "access")  # fmt: skip


def record(home: Home, pages: dict[str, str], at: str = "2024-05-17T08:00:00Z") -> Path:
    """Write pages into a WARC file; return where it is."""
    path = home.path / "recorded.warc.gz"
    with path.open("ab") as out:
        out.write(a_warc(*({"url": url, "body": pages[url].encode(), "at": at} for url in pages)))
    return path


def ingest(home: Home, *files: Path) -> Any:
    return home.run("ingest", *map(str, files), "--json")


def kept(db: Database[Document]) -> list[Document]:
    rows = db["articles"].find().sort("_id")
    return [{name: row[name] for name in PROMISED} for row in rows]


def a_paper(web: Web, home: Home, name: str, number: int) -> dict[str, str]:
    base = home.paper(name, sitemaps=[f"http://{name}.example/map.xml"])
    pages = {f"{base}/news/{n}": article(f"{name} {n}") for n in range(number)}
    pages[f"{base}/news/copy"] = article(f"{name} 0")
    web.put(f"{base}/map.xml", sitemap(pages))
    for url, body in pages.items():
        web.put(url, body)
    return pages


def test_the_same_pages_give_the_same_articles_as_a_crawl(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    crawled, ingested = a_home(), a_home()
    pages = a_paper(web, crawled, "ledge", 30)
    a_paper(web, ingested, "ledge", 30)
    assert crawled.crawl("--all").code == 0
    web.log.clear()
    file = record(ingested, {**pages, "http://else.example/1": article("off site")})

    first = ingest(ingested, file)
    again = ingest(ingested, file)

    db = ingested.db(mongo_client)
    assert (first.code, first.err) == (0, "")
    assert kept(db) == kept(crawled.db(mongo_client))
    assert web.log == [], "no site is asked"
    entries = first.report["entries"]
    assert (entries["seen"], entries["new"]) == (32, 31)
    assert entries["excluded"] == {"off-site": 1}
    assert {row["fetched_at"].isoformat() for row in db["articles"].find()} == {
        "2024-05-17T08:00:00+00:00"
    }
    assert (again.code, again.report["entries"]["known"], again.report["pages"]) == (0, 31, {})
    assert ingested.run("audit").code == 0


def test_an_article_in_several_pages_is_one_whatever_their_order(
    a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    url = f"{home.paper('scroll')}/2026/long-story-of-1"
    sheets = {n: sheet(url, n, 4).body.decode() for n in (1, 2, 3, 4)}
    pages = {url if n == 1 else f"{url}?page={n}": sheets[n] for n in (3, 1, 4, 2)}

    ran = ingest(home, record(home, pages))

    db = home.db(mongo_client)
    [article] = db["articles"].find()
    assert (ran.code, article["text"], article["access"]) == (0, whole(url, 4), "open")
    assert ran.report["entries"] == {"known": 0, "new": 4, "seen": 4}
    assert {row["article"] for row in db["frontier"].find()} == {article["_id"]}
    assert {row["state"] for row in db["frontier"].find()} == {"stored"}
    assert home.run("audit").code == 0


@pytest.mark.parametrize("recorded", [(1, 2), (3,), (2, 3)], ids=["no end", "an end", "no first"])
def test_of_an_article_in_several_pages_what_is_recorded_is_kept(
    a_home: Callable[..., Home],
    mongo_client: MongoClient[Document],
    recorded: tuple[int, ...],
) -> None:
    home = a_home()
    url = f"{home.paper('torn')}/2026/long-story-of-1"
    pages = {url if n == 1 else f"{url}?page={n}": sheet(url, n, 3).body.decode() for n in recorded}

    assert ingest(home, record(home, pages)).code == 0

    db = home.db(mongo_client)
    texts = [row["text"] for row in db["articles"].find()]
    assert {row["access"] for row in db["articles"].find()} == {"truncated"}
    for number in recorded:
        for line in paragraphs(f"{url} {number}", 4):
            assert any(line in text for text in texts)
    assert any("is not recorded" in (row["lacks"] or "") for row in db["pages"].find())
    assert home.run("audit").code == 0


def test_what_the_paper_s_patterns_leave_out_is_left_out_here_too(
    a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("slip", ignore_patterns=["/live/"])
    pages = {f"{base}/{kind}/1": article(kind) for kind in ("news", "live")}

    ran = ingest(home, record(home, pages))

    assert ran.report["entries"]["excluded"] == {"ignored": 1}
    assert [row["url"] for row in home.db(mongo_client)["articles"].find()] == [
        "https://slip.example/news/1"
    ]


def test_rules_are_those_of_the_day_of_the_record(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    lines = [
        "The ladder of the harbour was repaired on Friday, and the baker counted a stone.",
        "The violin of the valley was praised on Sunday, and the mason carried a lantern.",
    ]
    base = home.paper("dated", rules=[{"until": "2024-12-31", "strip": lines}])
    record(home, {f"{base}/0": article("old", more=lines[0])}, "2024-05-17T08:00:00Z")
    file = record(home, {f"{base}/1": article("new", more=lines[1])}, "2025-05-17T08:00:00Z")

    assert ingest(home, file).code == 0

    rows = home.db(mongo_client)["articles"].find()
    found = {row["url"][-1]: lines[int(row["url"][-1])] in row["text"] for row in rows}
    assert found == {"0": False, "1": True}


def test_killed_it_goes_on_with_the_same_words(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("shard")
    file = record(home, {f"{base}/news/{n}": article(f"shard {n}") for n in range(50)})
    db = home.db(mongo_client)

    process = home.begin("ingest", str(file), "--json")
    until(lambda: db["articles"].count_documents({}) > 5, process)
    kill(process)
    before = db["articles"].count_documents({})
    rest = ingest(home, file)

    assert before < 50
    assert (rest.code, rest.err) == (0, "")
    assert db["articles"].count_documents({}) == 50
    assert db["frontier"].count_documents({"state": "stored", "lease.by": None}) == 50
    assert home.run("audit").code == 0


def test_a_damaged_file_gives_what_is_whole_and_a_run_holds_the_lock(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("torn")
    file = record(home, {f"{base}/news/{n}": article(f"torn {n}") for n in range(3)})
    file.write_bytes(file.read_bytes()[:-100])
    web.put(f"{base}/feed", Answer(is_dripping=True))

    crawl = home.begin("crawl", "--json")
    until(lambda: (home.path / "crawl.lock").exists(), crawl)
    busy = ingest(home, file)
    crawl.kill()
    ended(crawl)
    ran = ingest(home, file)

    assert (busy.code, "is under way; this one leaves" in busy.err) == (75, True)
    assert ran.code == 65
    assert f"{file}: damaged at byte " in ran.err
    assert (len(ran.err.splitlines()), len(ran.report["damage"])) == (2, 1)
    assert json.loads(home.run("runs", "--json").out)[0]["exit_code"] == 65
    assert home.db(mongo_client)["articles"].count_documents({}) == 2


def test_a_file_that_cannot_be_read_is_told_before_anything_is_begun(
    a_home: Callable[..., Home], tmp_path: Path
) -> None:
    home = a_home()
    home.paper("none")
    empty = tmp_path / "empty.warc.gz"
    empty.touch()

    for name in (empty, tmp_path / "missing.warc.gz", tmp_path, Path("-")):
        ran = ingest(home, name)
        assert (ran.code, ran.out) == (65, "")
        assert f"{name}: cannot be read: " in ran.err
