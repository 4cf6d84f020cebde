"""Headers that an operator has sent: who gets them, who never does, and where they never show."""

from base64 import b64encode
from collections.abc import Callable
from typing import Any

from pymongo import MongoClient

from tests.crawl.home import Home, feed_state
from tests.crawl.server import Answer, Web, article, feed, sitemap

Document = dict[str, Any]
SECRET = "reader:open-sesame-7"
CODED = b64encode(SECRET.encode()).decode()
HEADERS = {"Authorization": "Basic ${PAPER_LOGIN}", "X-Edition": "harbour"}


def to(target: str) -> Answer:
    return Answer(b"", 302, {"Location": target})


def sent(web: Web, part: str) -> dict[str, tuple[str | None, str | None]]:
    """Return of each address asked for that holds ``part`` what came with it."""
    return {
        one.url: (one.headers.get("authorization"), one.headers.get("x-edition"))
        for one in web.log
        if part in one.url
    }


def test_headers_go_to_the_hosts_of_their_source_and_nowhere_else(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper(
        "club", "http://club.example/feed", "http://feeds.example/club", headers=HEADERS,
        hosts=["club-files.example"], sitemaps=["http://club.example/news.xml"],
    )  # fmt: skip
    other = home.paper("plain")
    pages = ("1", "moved", "there", "away")
    web.put(f"{base}/feed", feed([f"{base}/{p}" for p in pages] + ["http://club-files.example/2"]))
    web.put(f"{base}/news.xml", sitemap([f"{base}/3"]))
    web.put("http://feeds.example/club", feed([f"{base}/4", f"{other}/from-club"]))
    web.put(f"{other}/feed", to("http://club.example/theirs"))
    for url in (*(f"{base}/{p}" for p in ("1", "3", "4", "here")), "http://club-files.example/2",
                "http://club-files.example/5", f"{other}/from-club", f"{other}/6"):  # fmt: skip
        web.put(url, article(url))
    web.put(f"{base}/moved", to("/here"))
    web.put(f"{base}/there", to("http://club-files.example/5"))
    web.put(f"{base}/away", to(f"{other}/6"))

    ran = home.run("--debug", "crawl", "--json", PAPER_LOGIN=SECRET)

    assert ran.code == 0
    both, none = (f"Basic {CODED}", "harbour"), (None, None)
    got = {**sent(web, "club"), **sent(web, "plain.example")}
    own = {f"{base}/{p}" for p in ("feed", "news.xml", *pages, "here", "3", "4")}
    own.add("http://club-files.example/2")
    assert {url for url, came in got.items() if came == both} == own
    assert {url for url, came in got.items() if came == none} >= {
        f"{base}/robots.txt", "http://feeds.example/club", "http://club-files.example/5",
        f"{other}/6", f"{other}/from-club", "http://club.example/theirs",
    }  # fmt: skip
    assert set(got.values()) == {both, none}
    db = home.db(mongo_client)
    everything = [ran.out, ran.err, *(repr(row) for n in db.list_collection_names()
                                      for row in db[n].find())]  # fmt: skip
    files = [p.read_bytes() for p in home.path.rglob("*") if p.is_file()]
    for secret in ("open-sesame", CODED):
        assert not [found for found in everything if secret in found]
        assert not [found for found in files if secret.encode() in found]


def test_a_missing_variable_is_told_of_its_source_and_stops_no_other(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("lacking", headers={"X-Api-Key": "${PAPER_KEY}"})
    well = home.paper("well")
    for paper in (base, well):
        web.put(f"{paper}/feed", feed([f"{paper}/1", f"{paper}/2"]))
        for number in (1, 2):
            web.put(f"{paper}/{number}", article(f"{paper} {number}"))
    home.crawl("--limit", "1", PAPER_KEY="k-1", DATELINE_RUN_PATIENCE="0")

    ran = home.crawl("--all")

    db = home.db(mongo_client)
    state = feed_state(db, f"{base}/feed")
    assert ran.code == 0
    assert state["trouble"] == "environment"
    assert state["detail"] == "the variable PAPER_KEY is not set here, and its `headers` name it"
    assert [row["trouble"] for row in ran.report["troubles"]] == ["environment"]
    assert db["frontier"].count_documents({"source": "well", "state": "stored"}) == 2
    # its pages wait, and count no failure
    waiting = {"source": "lacking", "state": {"$ne": "stored"}}
    assert {row["attempts"] for row in db["frontier"].find(waiting)} <= {0}
    mended = home.crawl("--all", PAPER_KEY="k-1")
    assert mended.report["troubles"] == []
    assert db["frontier"].count_documents({"state": "stored"}) == 4


def test_a_variable_of_two_lines_is_no_header(web: Web, a_home: Callable[..., Home]) -> None:
    home = a_home()
    base = home.paper("lines", headers={"X-Token": "${PAPER_TOKEN}"})
    web.put(f"{base}/feed", feed([]))

    ran = home.crawl(PAPER_TOKEN="one\r\nX-Evil: two")

    assert "the variable PAPER_TOKEN is not one line of text" in ran.out
    assert "X-Evil" not in ran.out + ran.err
    assert web.asked(f"{base}/feed") == []
