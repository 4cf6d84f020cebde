"""Articles in several pages, over real HTTP: one article, whole, or told to be cut."""

import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.line import prepare
from pipelines.records import Draft
from pipelines.store.archive import Archive
from pipelines.store.audit import audit
from tests.crawl.home import Home, ended, until
from tests.crawl.server import Answer, Web, article, feed, page, paragraphs, robots

Document = dict[str, Any]
DECLARED = '<meta property="og:type" content="article">'
TOLD = "The first lines tell what the harbour council has decided about the ferry this winter."
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
BROKEN = Answer(b"later", 500)


def sheet(base: str, number: int, count: int, title: str = "The long story") -> Answer:
    """Return page ``number`` of the article at ``base``, with the row of its page numbers."""
    text = "".join(f"<p>{line}</p>" for line in [TOLD, *paragraphs(f"{base} {number}", 4)])
    row = " ".join(
        str(n) if n == number else f'<a href="{base if n == 1 else f"{base}?page={n}"}">{n}</a>'
        for n in range(1, count + 1)
    )
    return page(
        f"<!doctype html><html lang=en><head><title>{title}</title>{DECLARED}</head><body>"
        f"<article><h1>{title}</h1>{text}</article><div class=pages>{row}</div></body></html>"
    )


def whole(base: str, count: int) -> str:
    """Return the text of an article of so many pages."""
    pages = [line for n in range(1, count + 1) for line in paragraphs(f"{base} {n}", 4)]
    return "\n\n".join([TOLD, *pages])


def put(web: Web, base: str, count: int, **instead: Answer) -> None:
    """Have an article of so many pages in the web; ``p2=``: what is answered for page 2."""
    for number in range(1, count + 1):
        url = base if number == 1 else f"{base}?page={number}"
        web.put(url, instead.get(f"p{number}", sheet(base, number, count)))


@dataclass(slots=True)
class Desk:
    """A paper whose feed announces one article, and the home that collects it."""

    home: Home
    db: Database[Document]
    base: str
    web: Web

    @property
    def url(self) -> str:
        """Where the article begins."""
        return f"{self.base}/2026/long-story-of-1"

    def crawl(self, *entries: str, **settings: str) -> Document:
        """Return how many pages came to what, after a run in which all is due."""
        self.web.put(f"{self.base}/feed", feed(entries or [self.url]))
        self.db["frontier"].update_many({"next_at": {"$ne": None}}, {"$set": {"next_at": LONG_AGO}})
        ran = self.home.crawl("--all", **settings)
        assert ran.code in {0, 1}, ran.err
        assert audit(self.db).is_clean
        counts: Document = ran.report["pages"]
        return counts

    def recheck(self) -> Document:
        """Return how many pages came to what, in a run to which the re-checks are due."""
        self.db["frontier"].update_many({}, {"$set": {"next_at": LONG_AGO}})
        found: Document = self.home.crawl().report["pages"]
        return found

    @property
    def article(self) -> Document:
        """The one article there is."""
        (found,) = self.db["articles"].find()
        return found

    @property
    def row(self) -> Document:
        """Where the first page's address stands."""
        return self.db["frontier"].find_one({"url": self.url}) or {}


@pytest.fixture
def desk(
    web: Web,
    a_home: Callable[..., Home],
    mongo_client: MongoClient[Document],
    request: pytest.FixtureRequest,
) -> Desk:
    """Return a paper of its own for each test."""
    home = a_home()
    name = f"paper{sum(map(ord, request.node.name))}"
    return Desk(home, home.db(mongo_client), home.paper(name), web)


def test_pages_of_one_article_are_stored_as_one(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    db = home.db(mongo_client)
    base = home.paper("several")
    url, single = f"{base}/2026/long-story-of-1", f"{base}/2026/short-one-2"
    put(web, url, 3)
    web.put(single, article(single, DECLARED))
    web.put(f"{base}/feed", feed([url, single]))

    ran = home.crawl("--all")

    assert (ran.code, ran.report["pages"]["stored"]) == (0, {"new": 2})
    assert (ran.report["pages"]["requested"], ran.report["pages"]["fetched"]) == (2, 2)
    stored = db["articles"].find_one({"urls": url}) or {}
    assert (stored["text"], stored["access"], stored["title"]) == (
        whole(url, 3),
        "open",
        "The long story",
    )
    assert {"text": TOLD, "rule": "repeated-page"}.items() <= stored["stripped"][-1].items()
    asked = [f"{base}/feed", url, f"{url}?page=2", f"{url}?page=3", single]
    assert sorted(web.asked("several")) == sorted(asked)
    assert audit(db).is_clean


def test_an_article_whose_second_page_is_not_there_yet_is_tried_again_and_then_whole(
    desk: Desk,
) -> None:
    put(desk.web, desk.url, 2, p2=BROKEN)

    first = desk.crawl()

    assert first["retrying"] == {"incomplete": 1}
    assert desk.db["articles"].count_documents({}) == 0
    assert (desk.row["state"], desk.row["reason"]) == ("retrying", "incomplete")
    assert (
        desk.row["detail"]
        == f"page 2, {desk.url}?page=2: the server answered 500 Internal Server Error"
    )

    put(desk.web, desk.url, 2)

    assert desk.crawl()["stored"] == {"new": 1}
    assert (desk.article["text"], desk.article["access"]) == (whole(desk.url, 2), "open")
    said = desk.home.run("why", desk.url).out
    assert f"in pages        2, the last {desk.url}?page=2" in said
    assert "lacks" not in said


CUT = [
    ("it fails to the last try", {"p3": BROKEN}, {"DATELINE_ATTEMPTS_MAX": "1"}, 2),
    ("it is not there", {"p3": Answer(b"", 404)}, {}, 2),
    ("it is gone for good", {"p3": Answer(b"", 410)}, {}, 2),
    ("a check for robots stands in its place", {"p3": page("<title>Just a moment...</title>")},
     {"DATELINE_ATTEMPTS_MAX": "1"}, 2),
    ("there are more than an article may have", {}, {"DATELINE_ARTICLE_PAGES_MAX": "2"}, 2),
    ("its pages are too long together", {}, {"DATELINE_PAGE_MAX_BYTES": "2500"}, 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("instead", "settings", "had"), [c[1:] for c in CUT], ids=[c[0] for c in CUT]
)
def test_an_article_that_cannot_be_had_whole_is_kept_as_truncated(
    desk: Desk, instead: dict[str, Answer], settings: dict[str, str], had: int
) -> None:
    put(desk.web, desk.url, 3, **instead)

    counts = desk.crawl(**settings)

    assert counts["stored"] == {"new": 1}
    assert (desk.article["text"], desk.article["access"]) == (whole(desk.url, had), "truncated")
    assert "lacks           " in desk.home.run("why", desk.url).out


def test_what_robots_txt_forbids_of_an_article_is_not_asked_for(desk: Desk) -> None:
    put(desk.web, desk.url, 2)
    desk.web.put(f"{desk.base}/robots.txt", robots("User-agent: *", "Disallow: /*?page="))

    desk.crawl()

    assert (desk.article["text"], desk.article["access"]) == (whole(desk.url, 1), "truncated")
    assert f"{desk.url}?page=2" not in desk.web.asked()


def test_the_next_page_is_asked_for_by_the_scheme_of_the_first(desk: Desk) -> None:
    put(desk.web, desk.url, 2)
    secure = desk.url.replace("http:", "https:")
    first = sheet(desk.url, 1, 2).body.replace(desk.url.encode(), secure.encode())
    desk.web.put(desk.url, page(first.decode()))

    assert desk.crawl()["stored"] == {"new": 1}
    assert (desk.article["text"], desk.article["access"]) == (whole(desk.url, 2), "open")


def test_an_article_that_was_cut_is_whole_when_its_page_is_there(desk: Desk) -> None:
    put(desk.web, desk.url, 2, p2=Answer(b"", 410))
    desk.crawl()
    put(desk.web, desk.url, 2)

    counts = desk.recheck()

    assert counts["stored"] == {"revised": 1}
    assert (desk.article["text"], desk.article["access"]) == (whole(desk.url, 2), "open")


def test_what_was_whole_stays_so_when_a_page_is_gone(desk: Desk) -> None:
    put(desk.web, desk.url, 2)
    desk.crawl()
    put(desk.web, desk.url, 2, p2=Answer(b"", 410))

    counts = desk.recheck()

    assert counts["stored"] == {"walled": 1}
    assert (desk.article["text"], desk.article["access"]) == (whole(desk.url, 2), "open")


@pytest.mark.parametrize("is_first", [True, False], ids=["before the first", "after the first"])
def test_a_page_behind_that_is_announced_leads_to_the_one_article(
    desk: Desk, *, is_first: bool
) -> None:
    put(desk.web, desk.url, 3)
    entries = [f"{desk.url}?page=2", desk.url]

    counts = [desk.crawl(one)["stored"] for one in (entries if is_first else reversed(entries))]

    assert counts == [{"new": 1}, {"same": 1}]
    assert desk.article["text"] == whole(desk.url, 3)
    assert {row["article"] for row in desk.db["frontier"].find()} == {desk.article["_id"]}


def test_a_page_that_is_another_article_is_not_joined(desk: Desk) -> None:
    other = sheet(f"{desk.base}/other", 1, 1, "Lantern makers meet in the valley")
    put(desk.web, desk.url, 2, p2=other)

    desk.crawl()

    assert (desk.article["text"], desk.article["access"]) == (whole(desk.url, 1), "open")


def test_a_page_that_leads_back_to_the_first_adds_nothing(desk: Desk) -> None:
    put(desk.web, desk.url, 2, p2=Answer(b"", 302, {"Location": desk.url}))

    desk.crawl()

    assert (desk.article["text"], desk.article["access"]) == (whole(desk.url, 1), "open")


def test_the_archive_holds_all_pages_and_they_are_read_again_as_one(desk: Desk) -> None:
    put(desk.web, desk.url, 3)
    desk.crawl()

    (arrival,) = Archive(desk.db, lambda _: None).arrivals([desk.url])
    again = prepare(arrival.page)

    assert [sheet.url for sheet in arrival.page.more] == [f"{desk.url}?page={n}" for n in (2, 3)]
    assert isinstance(again, Draft)
    assert again.text == desk.article["text"] == whole(desk.url, 3)


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
def test_a_run_that_ends_between_two_pages_leaves_nothing_half(
    desk: Desk, number: signal.Signals
) -> None:
    put(desk.web, desk.url, 3, p2=Answer(is_silent=True))
    desk.web.put(f"{desk.base}/feed", feed([desk.url]))
    before = len(desk.web.log)
    process = desk.home.begin("crawl", "--json", "--all")
    until(lambda: desk.db["frontier"].count_documents({"lease.by": {"$ne": None}}) > 0, process)
    until(lambda: desk.url in {one.url for one in desk.web.log[before:]}, process)
    process.send_signal(number)
    ended(process)

    assert desk.db["articles"].count_documents({}) == 0
    assert desk.row["state"] == "pending"

    put(desk.web, desk.url, 3)

    assert desk.crawl()["stored"] == {"new": 1}
    assert desk.article["text"] == whole(desk.url, 3)
