"""Papers without a feed: their sections lead to their articles, and what was none is learned."""

from collections.abc import Callable
from typing import Any

from pymongo import MongoClient

from tests.crawl.home import Home
from tests.crawl.server import Web, article, page

MENU = "<nav><a href='/sport/'>Sport</a><a href='/about-this-paper-and-us'>About us</a></nav>"
LIST = "<html><title>Guide</title><ul>{}</ul></html>"


def front(*links: tuple[str, str]) -> str:
    rows = "".join(f"<li><h3><a href='{path}'>{title}</a></h3></li>" for path, title in links)
    return f"<html><title>Herald</title>{MENU}<ul>{rows}</ul></html>"


def news(number: int) -> tuple[str, str]:
    return f"/town/ferry-number-{number}-runs-again", f"Ferry number {number} runs again today"


def guide(number: int) -> tuple[str, str]:
    return f"/guide/where-to-eat-number-{number}", f"Where to eat by the quay, part {number}"


def test_a_section_is_followed_and_what_is_no_article_is_learned(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[dict[str, Any]]
) -> None:
    home = a_home()
    base = home.paper("herald", sections=["http://herald.example/"])
    web.put(
        f"{base}/",
        front(news(1), news(2), guide(1), guide(2)),
        front(news(3), news(2), guide(3), guide(4)),
        front(("/town/ferry-number-3-runs-again", "Ferry 3 runs again: what we know now")),
    )
    for number in (1, 2, 3):
        web.put(f"{base}{news(number)[0]}", article(f"ferry {number}"))
    for number in (1, 2, 3, 4):
        web.put(f"{base}{guide(number)[0]}", page(LIST.format("<li><a href='/x'>X</a></li>" * 9)))

    first, second = (home.crawl("--all").report["pages"] for _ in range(2))
    third = home.crawl("--all").report

    assert first["stored"] == {"new": 2}
    assert sum(first["excluded"].values()) == 2
    assert second["stored"] == {"new": 1}
    assert "excluded" not in second
    # another headline of an article is no sign that it has changed
    assert (third["entries"]["seen"], third["pages"].get("requested", 0)) == (1, 0)
    db = home.db(mongo_client)
    assert db["feeds"].find_one({})["kind"] == "section"  # type: ignore[index]
    assert sorted(db["articles"].distinct("title")) == [f"News of ferry {n}" for n in (1, 2, 3)]
    assert not web.asked("/sport/")
    assert home.run("audit").code == 0


def test_a_page_without_articles_is_an_empty_list(web: Web, a_home: Callable[..., Home]) -> None:
    home = a_home()
    base = home.paper("quiet", sections=["http://quiet.example/news"])
    web.put(f"{base}/news", front())

    done = home.crawl("--all")

    assert done.report["feeds"]["read"] == 1
    assert done.report["entries"].get("seen", 0) == 0
