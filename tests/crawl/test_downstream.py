"""What others do with the archive: find, export, follow, have it read again."""

import base64
import csv
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, ClassVar

import duckdb
import feedparser
import pandas as pd
import pytest
from pymongo import MongoClient
from pymongo.collection import Collection

from crawler.readers import read
from tests.crawl.home import Home, Ran
from tests.crawl.server import Web, article, feed

Document = dict[str, Any]
PAGES = 6
SECRET = "hush-hush-hush"
RUNS = "=1+cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def home(web: Web, a_home: Callable[..., Home]) -> Home:
    """A home with the articles of one paper."""
    home = a_home()
    base = home.paper("jetty")
    urls = [f"{base}/{number}" for number in range(PAGES)]
    web.put(f"{base}/feed", feed(urls))
    for number, url in enumerate(urls):
        web.put(url, article(f"jetty {number}"))
    assert home.crawl().code == 0
    return home


@pytest.fixture(scope="module")
def articles(home: Home, mongo_client: MongoClient[Document]) -> Collection[Document]:
    """Its articles; the title of one would run in a spreadsheet."""
    found = home.db(mongo_client)["articles"]
    found.update_one({}, [{"$set": {"title": RUNS, "changed_at": "$$NOW"}}])
    return found


def ids(articles: Collection[Document]) -> set[str]:
    """Return the articles that MongoDB has."""
    return {row["_id"] for row in articles.find({}, {"_id": 1})}


def lines(out: str) -> list[dict[str, Any]]:
    """Return the documents of an answer, one a line."""
    return [json.loads(line) for line in out.splitlines()]


def test_page_by_page_by_cursor(home: Home, articles: Collection[Document]) -> None:
    found: list[str] = []
    after: list[str] = []

    for _ in range(PAGES + 1):
        page = lines(home.run("articles", "find", "--json", "--limit", "2", *after).out)
        if not page:
            break
        found += [row["_id"] for row in page]
        after = ["--after", page[-1]["cursor"]]

    assert len(found) == len(set(found))
    assert set(found) == ids(articles)


def test_words_of_the_text_are_found(home: Home, articles: Collection[Document]) -> None:
    text = articles.find_one({"title": {"$ne": RUNS}}) or {}
    word = max(text["text"].split(), key=len).strip(".,")

    found = lines(home.run("articles", "find", word, "--json").out)

    assert text["_id"] in {row["_id"] for row in found}


def test_the_table_tells_how_to_go_on(home: Home, articles: Collection[Document]) -> None:
    told = home.run("articles", "find", "--limit", "2").out

    assert f"2 of {PAGES}; --limit shows more" in told
    assert "--after " in told.splitlines()[-1]


def test_csv_runs_in_no_spreadsheet(
    home: Home, articles: Collection[Document], tmp_path: Path
) -> None:
    file = tmp_path / "a.csv"

    assert home.run("articles", "export", "--output", str(file)).code == 0

    with file.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {row["_id"] for row in rows} == ids(articles)
    assert f"'{RUNS}" in {row["title"] for row in rows}
    assert not any(cell[:1] in set("=+-@\t\r") for row in rows for cell in row.values())


def test_parquet_is_read_by_others(
    home: Home, articles: Collection[Document], tmp_path: Path
) -> None:
    folder, file = tmp_path / "pq", tmp_path / "one.parquet"
    asked = ("--format", "parquet", "--output", str(folder))

    first = home.run("articles", "export", *asked).out
    again = home.run("articles", "export", *asked).out
    assert home.run("articles", "export", "--output", str(file)).code == 0

    assert (first, again) == (f"{PAGES} articles into {folder}\n", f"0 articles into {folder}\n")
    rows = duckdb.read_parquet(f"{folder}/**/*.parquet").fetchall()
    assert {row[0] for row in rows} == ids(articles)
    assert len(rows) == PAGES
    for frame in (pd.read_parquet(folder), pd.read_parquet(file)):
        assert set(frame["_id"]) == ids(articles)
        assert str(frame["published_at"].dtype) == "datetime64[ms, UTC]"
        assert set(frame["region"]) == {"coast"}


@pytest.mark.parametrize("form", ["atom", "json"])
def test_a_feed_leads_back_to_the_articles(
    home: Home, articles: Collection[Document], tmp_path: Path, form: str
) -> None:
    file = tmp_path / f"coast.{form}"

    assert home.run("articles", "export", "--region", "coast", "--output", str(file)).code == 0
    first = file.stat()
    assert home.run("articles", "export", "--region", "coast", "--output", str(file)).code == 0

    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (first.st_ino, first.st_mtime_ns)
    body = file.read_bytes()
    entries = read(body, "http://coast.example/feed", None).entries
    stored = {row["urls"][0]: row["title"] for row in articles.find()}
    assert {entry.url: entry.title for entry in entries} == stored
    if form == "atom":
        parsed = feedparser.parse(body)
        assert not parsed.bozo
        assert len({entry.id for entry in parsed.entries}) == PAGES


def test_schema_org_has_what_is_known(home: Home, articles: Collection[Document]) -> None:
    [made] = lines(home.run("articles", "export", "--format", "newsarticle", "--limit", "1").out)

    assert made["@type"] == "NewsArticle"
    assert made["identifier"] in ids(articles)
    assert {"headline", "articleBody", "url"} <= made.keys()


def test_only_what_changed_is_exported_again(
    home: Home, articles: Collection[Document], tmp_path: Path
) -> None:
    asked = ("articles", "export", "--cursor-file", str(tmp_path / "cursor"))
    every = {row["_id"] for row in lines(home.run(*asked).out)}

    again = [row["_id"] for row in lines(home.run(*asked, "--limit", "2").out)]
    rest = [row["_id"] for row in lines(home.run(*asked).out)]

    assert every == ids(articles)  # of the last seconds all come once more, each once
    assert len(again) == 2
    assert sorted(again + rest) == sorted(every)


def test_watch_goes_on_where_it_was(
    home: Home, articles: Collection[Document], tmp_path: Path
) -> None:
    asked = ("watch", "--once", "--json", "--cursor-file", str(tmp_path / "cursor"))
    key = min(ids(articles))
    first = home.run(*asked)
    articles.update_one({"_id": key}, [{"$set": {"section": "x", "changed_at": "$$NOW"}}])

    then, again = home.run(*asked), home.run(*asked)

    assert (first.code, first.out) == (0, "")
    assert key in {row["article"]["_id"] for row in lines(then.out)}
    # what was written shortly before it began may come once more, and no other
    assert {row["article"]["_id"] for row in lines(again.out)} <= ids(articles)


def test_reprocess_shows_the_difference_and_then_makes_it(
    home: Home, articles: Collection[Document]
) -> None:
    before = {row["_id"]: row for row in articles.find()}
    line = next(iter(before.values()))["text"].split("\n\n")[0]
    home.sources.clear()
    home.paper("jetty", rules=[{"drop": ["article p:first-of-type"]}])

    dry = json.loads(home.run("reprocess", "--dry-run", "--json").out)
    same = {row["_id"]: row for row in articles.find()}
    done = home.run("reprocess")
    again = json.loads(home.run("reprocess", "--json").out)

    jetty = dry["sources"]["jetty"]
    assert same == before
    assert jetty["shorter"] == PAGES
    assert line in {row["line"] for row in jetty["stripped"]}
    assert (again["revised"], again["sources"]["jetty"]) == (
        0,
        {"unchanged": PAGES, "stripped": [], "restored": [], "samples": []},
    )
    assert done.code == 0
    assert not any(line in row["text"] for row in articles.find())


def test_who_reprocesses_and_is_stopped_goes_on_with_the_same_words(
    home: Home, articles: Collection[Document]
) -> None:
    """It is killed once some are stored; the rest comes out as of one that nobody disturbed."""
    home.sources.clear()
    home.paper("jetty", rules=[{"drop": ["article p:last-of-type"]}])
    wanted = json.loads(home.run("reprocess", "--dry-run", "--json").out)["sources"]["jetty"]

    ran = home.run("reprocess", DATELINE_FAILPOINT="after-revision:1:kill")
    went_on = home.run("reprocess")
    again = json.loads(home.run("reprocess", "--json").out)

    assert wanted["longer"] + wanted["shorter"] + wanted.get("otherwise", 0) == PAGES
    assert ran.code == -9
    assert went_on.code == 0
    assert again["revised"] == 0
    assert {row["revision"] for row in articles.find()} == {3}


class Receiver(BaseHTTPRequestHandler):
    """Takes what is signed; answers with what is next in ``answers``, else with 204."""

    answers: ClassVar[list[int]] = []
    taken: ClassVar[list[Document]] = []

    def do_POST(self) -> None:
        """Take a change, or refuse it."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        told = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}.".encode() + body
        made = base64.b64encode(hmac.new(SECRET.encode(), told, hashlib.sha256).digest()).decode()
        assert self.headers["webhook-signature"] == f"v1,{made}"
        status = self.answers.pop(0) if self.answers else 204
        if status == 204:
            self.taken.append(json.loads(body))
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hook() -> Iterator[str]:
    """Where changes are sent to."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        Receiver.answers.clear()
        Receiver.taken.clear()
        yield f"http://127.0.0.1:{server.server_address[1]}/hook"
        server.shutdown()
        thread.join()


def changed(articles: Collection[Document], *keys: str) -> None:
    """Have articles change, one behind the other."""
    for key in keys:
        articles.update_one({"_id": key}, [{"$set": {"tags": ["x"], "changed_at": "$$NOW"}}])


def sent_to(home: Home, name: str, url: str, *words: str) -> Ran:
    """Return what it is to send what there is."""
    return home.run(
        "webhooks", words[0] if words else "send", name, url, *words[1:],
        *([] if words else ["--once"]),
        DATELINE_WEBHOOK_SECRET=SECRET, DATELINE_ALLOW_PRIVATE_ADDRESSES="true",
    )  # fmt: skip


def test_changes_are_sent_and_what_is_refused_waits_for_a_person(
    home: Home, articles: Collection[Document], hook: str
) -> None:
    one, other, third = sorted(ids(articles))[:3]
    assert sent_to(home, "newsroom", hook).code == 0
    changed(articles, one, other, third)
    Receiver.answers[:] = [503, 204, 400]  # the first is tried again, the second is given up

    ran = sent_to(home, "newsroom", hook)

    assert [row["data"]["article"]["_id"] for row in Receiver.taken] == [one, third]
    assert f"{other} is given up: it answered 400" in ran.err
    assert f"{other}: it answered 400, after 1 try" in home.run("webhooks", "dead", "newsroom").out
    assert "2 delivered, 1 lacking" in home.run("webhooks", "list").out
    Receiver.answers[:] = [500]
    assert sent_to(home, "newsroom", hook, "retry").out == "0 delivered, 1 left\n"
    assert sent_to(home, "newsroom", hook, "retry").out == "1 delivered, 0 left\n"
    assert Receiver.taken[-1]["data"]["article"]["_id"] == other
    assert home.run("webhooks", "forget", "newsroom").code == 0


def test_a_private_address_is_sent_nothing(
    home: Home, articles: Collection[Document], hook: str
) -> None:
    asked = ("webhooks", "send", "inside", hook, "--once", "--patience", "1s")
    signed = {"DATELINE_WEBHOOK_SECRET": SECRET}
    assert home.run(*asked, **signed).code == 0
    changed(articles, min(ids(articles)))

    ran = home.run(*asked, **signed)

    assert Receiver.taken == []
    assert "is given up" in ran.err
