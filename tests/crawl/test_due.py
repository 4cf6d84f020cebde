"""What is due, what is news: a run with nothing to do, and runs in which nothing succeeds."""

from collections.abc import Callable
from typing import Any

from pymongo import MongoClient

from tests.crawl.home import Home, feed_state
from tests.crawl.server import Answer, Web, article, feed

Document = dict[str, Any]
GONE = Answer(b"", 404)


def test_where_nothing_is_due_it_says_when_something_will_be(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("daily")
    web.put(f"{base}/feed", feed([f"{base}/1"]))
    web.put(f"{base}/1", article("daily"))

    first = home.crawl()
    second = home.crawl()
    shown = home.run("crawl")

    due = feed_state(home.db(mongo_client), f"{base}/feed")["next_at"]
    assert first.report["next_at"] == second.report["next_at"] == due.isoformat()
    assert (shown.code, shown.err) == (0, "")
    assert f"nothing due; next at {due:%Y-%m-%d %H:%M:%S} UTC, in " in shown.out
    assert "0 visited" not in shown.out


def test_what_a_limit_left_is_due_at_once(web: Web, a_home: Callable[..., Home]) -> None:
    home = a_home()
    base = home.paper("long")
    web.put(f"{base}/feed", feed([f"{base}/1", f"{base}/2"]))
    for number in (1, 2):
        web.put(f"{base}/{number}", article(f"long {number}"))

    report = home.crawl("--limit", "1").report

    assert report["next_at"] <= report["ended_at"]


def test_a_feed_that_never_answers_is_news_once(web: Web, a_home: Callable[..., Home]) -> None:
    home = a_home()
    web.put(home.paper("typo") + "/feed", GONE)

    codes = [home.crawl("--all").code for _ in range(4)]
    last = home.crawl("--all")

    assert codes == [1, 0, 0, 0]
    assert (last.code, last.err) == (0, "")
    assert last.report["troubles"][0]["url"] == "http://typo.example/feed"
    assert "1 never answered" in home.run("status").out


def test_a_feed_that_goes_is_news_at_first_and_as_its_source_becomes_ill(
    web: Web, a_home: Callable[..., Home]
) -> None:
    home = a_home()
    base = home.paper("gone")
    web.put(f"{base}/feed", feed([f"{base}/1"]), GONE)
    web.put(f"{base}/1", article("gone"))

    runs = [home.crawl("--all") for _ in range(5)]

    assert [ran.code for ran in runs] == [0, 1, 1, 0, 0]
    assert "became ill: gone" in runs[2].err
