"""A page's AMP form, over real HTTP: read where the page shows no article, never where it does."""

from collections.abc import Callable
from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from pipelines.store.audit import audit
from tests.crawl.home import Home
from tests.crawl.server import Answer, Web, article, feed, page, paragraphs

Document = dict[str, Any]
WALL = "<h1>Log in</h1><form><input type=password></form><p>Please log in.</p>"
THIN = "<article><h1>News of the harbour</h1><p>The ferry stays in this winter, they say.</p>{}"
SEEDS = ("one", "two", "three", "four")
CHECK = "<p>Please wait while your browser is checked.</p>"
LOCKED = (
    '<script type="application/ld+json">{"@type": "NewsArticle", "isAccessibleForFree": false,'
    ' "wordCount": 900}</script>'
)
FREE = LOCKED.replace("false", "true")
LONGER = (
    "<p>The ferry stays in this winter, and the council of the harbour measures the bridge.</p>"
)


def poor(head: str, body: str, title: str = "News of the harbour") -> Answer:
    """Return a page that shows no article, or little of one."""
    return page(
        f"<html lang=en><head><title>{title}</title>{head}</head><body>{body}</body></html>"
    )


def named(url: str) -> str:
    """Return the line of a head that names an AMP form."""
    return f'<link rel="amphtml" href="{url}">'


Papers = list[tuple[str, Callable[[str], Answer], Answer | str]]


def crawled(home: Home, web: Web, papers: Papers) -> Document:
    """Return how many pages came to what, of one article a paper: its page and its AMP form."""
    for name, ordinary, amp in papers:
        base = home.paper(name)
        url = f"{base}/2026/harbour-1"
        web.put(url, ordinary(named(f"{url}/amp")))
        web.put(f"{url}/amp", amp)
        web.put(f"{base}/feed", feed([url]))
    counts: Document = home.crawl("--all").report["pages"]
    return counts


def texts(db: Database[Document]) -> dict[str, str]:
    """Return the text of each article by its source."""
    return {one["source"]: one["text"] for one in db["articles"].find()}


def test_the_amp_form_is_read_where_the_page_shows_no_article(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    db = home.db(mongo_client)
    papers: Papers = [
        ("asks-for-a-login", lambda head: poor(head, WALL, "Log in"), article("one")),
        ("checks-for-robots", lambda head: poor(head, CHECK, "Just a moment..."), article("two")),
        ("has-no-article", lambda head: poor(head, "<div>Menu</div>"), article("three")),
        ("has-far-more", lambda head: poor(head + FREE, THIN.format(LONGER)), article("four")),
    ]

    counts = crawled(home, web, papers)

    assert (counts["stored"], counts["requested"], counts["fetched"]) == ({"new": 4}, 4, 4)
    seeds = {name: seed for (name, *_), seed in zip(papers, SEEDS, strict=True)}
    assert texts(db) == {name: "\n\n".join(paragraphs(seed)) for name, seed in seeds.items()}
    for stored in db["articles"].find():
        url = f"http://{stored['source']}.example/2026/harbour-1"
        assert (stored["urls"], stored["url"]) == ([url], url.replace("http:", "https:"))
        kept = db["pages"].find_one({"url": url}) or {}
        assert kept["stand_in"] == f"{url}/amp"
    assert audit(db).is_clean


def test_the_amp_form_is_left_alone_where_the_page_is_good_or_it_is_not_ours(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    papers: Papers = [
        ("is-good", lambda head: page(article("good", head)), ""),
        ("is-not-free", lambda head: poor(head + LOCKED, THIN.format(LONGER)), ""),
        ("is-elsewhere", lambda _: poor(named("http://is-good.example/amp"), WALL, "Log in"), ""),
        ("is-no-address", lambda _: poor(named("http://["), WALL, "Log in"), ""),
    ]

    counts = crawled(home, web, papers)

    assert (counts["stored"], counts["excluded"]) == ({"new": 2}, {"login": 2})
    assert not [url for url in web.asked("://is-") if url.endswith("/amp")]
    assert audit(home.db(mongo_client)).is_clean


def test_an_amp_form_that_is_no_better_changes_nothing(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    db = home.db(mongo_client)
    back = Answer(b"", 302, {"Location": "http://amp-leads-back.example/2026/harbour-1"})
    forms: dict[str, Answer] = {
        "amp-is-not-there": Answer(b"", 404),
        "amp-fails": Answer(b"", 500),
        "amp-leads-back": back,
        "amp-holds-no-more": poor("", THIN.format("")),
        "amp-is-a-wall": poor("", WALL, "Log in"),
    }

    counts = crawled(home, web, [(name, few, amp) for name, amp in forms.items()])

    assert (counts["stored"], counts["requested"], counts["fetched"]) == ({"new": 5}, 5, 5)
    assert texts(db).keys() == forms.keys()
    assert all("council of the harbour" in text for text in texts(db).values())
    assert all(f"http://{name}.example/2026/harbour-1/amp" in web.asked() for name in forms)
    assert audit(db).is_clean


def few(head: str) -> Answer:
    """Return a page that says it has far more than it shows."""
    return poor(head + FREE, THIN.format(LONGER))
