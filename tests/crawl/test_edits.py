"""A site that edits its articles in twelve ways: each edit is found, or rightly ignored."""

import json
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.identify.exact import text_hash
from pipelines.store.audit import audit
from tests.crawl.home import Home, Ran
from tests.crawl.server import Answer, Web, feed, page, paragraphs

Document = dict[str, Any]
MANY, FEW = 8, 3
WALL = (
    '<script type="application/ld+json">{"@type": "Article", "isAccessibleForFree": false}</script>'
)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Story:
    """A page as its paper writes it."""

    title: str
    lines: tuple[str, ...]
    head: str = ""
    tags: str = "harbour, council"
    views: int = 12
    clock: str = "09:00"
    weather: str = "Port Ambry +5 °C, rain"

    def answer(self) -> Answer:
        """Return the page, with a validator that changes with it."""
        text = "".join(f"<p>{line}</p>" for line in self.lines)
        made = page(
            f'<!doctype html><html lang="en"><head><title>{self.title}</title>'
            f'<meta name="keywords" content="{self.tags}">{self.head}</head><body><article>'
            f"<h1>{self.title}</h1><p>Updated today, {self.clock}</p>{text}"
            f"<p>{self.views} views</p><p>{self.weather}</p></article></body></html>"
        )
        return replace(made, headers={**made.headers, "ETag": f'"{hash(made.body)}"'})

    @property
    def target(self) -> str:
        """Return where it moves: to what was never met, or to an article that is known."""
        number = int(self.title.rpartition("/")[2])
        known = urls_of("still")[number % FEW]
        return known if number % 2 else f"http://elsewhere.example/new/{number}"


def story(url: str) -> Story:
    """Return what stands at an address at first."""
    cost = f"The {url.rpartition('/')[2]}th lamp is said to cost 30 crowns in all."
    return Story(f"News of {url}", (*paragraphs(url, 5), cost))


def to(target: str) -> Answer:
    """Return a redirect."""
    return Answer(b"", 301, {"Location": target})


def last(old: str, new: str) -> Callable[[Story], Story]:
    """Return the edit that writes the last line otherwise."""
    return lambda s: replace(s, lines=(*s.lines[:-1], s.lines[-1].replace(old, new)))


Edit = Callable[[Story], Story | Answer]
SEEN = ("live", 0)
CORRECTED = ("live", 1)
"""The state of an article, and how many revisions it has that its paper made."""
EDITS: dict[str, tuple[Edit, tuple[str, int]]] = {
    "clock": (lambda s: replace(s, clock="17:45"), SEEN),
    "views": (lambda s: replace(s, views=9_811), SEEN),
    "weather": (lambda s: replace(s, weather="Port Ambry −2 °C, sun"), SEEN),
    "tags": (lambda s: replace(s, tags="council, harbour"), SEEN),
    "type": (last("said to cost 30 crowns", "said — to cost “30” crowns,"), SEEN),
    "figure": (last("30", "300"), CORRECTED),
    "word": (last("is said", "is not said"), CORRECTED),
    "headline": (lambda s: replace(s, title=f"{s.title}, corrected"), CORRECTED),
    "longer": (lambda s: replace(s, lines=(*s.lines, *paragraphs(s.title, 1))), CORRECTED),
    "shorter": (lambda s: replace(s, lines=s.lines[1:]), CORRECTED),
    "gone": (lambda _: Answer(b"", 404), ("withdrawn", 0)),
    "elsewhere": (lambda s: to(s.target), ("moved", 0)),
}
"""The twelve ways; each is a paper's."""
OTHERS: dict[str, tuple[Edit, tuple[str, int]]] = {
    "still": (lambda s: s, SEEN),
    "home": (lambda _: to("http://home.example/"), ("withdrawn", 0)),
    "section": (lambda _: to("http://section.example/news/"), ("withdrawn", 0)),
    "rules": (lambda s: s, SEEN),
    "wall": (lambda s: replace(s, lines=s.lines[:1], head=WALL), SEEN),
}
PAPERS = EDITS | OTHERS


def urls_of(paper: str) -> list[str]:
    """Return the addresses of a paper."""
    return [f"http://{paper}.example/news/{n}" for n in range(MANY if paper in EDITS else FEW)]


def edit(web: Web) -> None:
    """Edit every article in its paper's way."""
    for paper, (change, _) in PAPERS.items():
        for url in urls_of(paper):
            made = change(story(url))
            web.put(url, made.answer() if isinstance(made, Story) else made)
    for number in range(MANY):
        url = f"http://elsewhere.example/new/{number}"
        web.put(url, story(url).answer())
    links = "".join(f'<li><a href="/{n}">News of {n}</a></li>' for n in range(30))
    web.put("http://section.example/news/", f"<html><body><ul>{links}</ul></body></html>")


def passes(db: Database[Document], time: timedelta) -> None:
    """Let time pass: all that the ledger knows was so much longer ago."""
    back = int(time.total_seconds() * 1000)
    moved = {name: {"$subtract": [f"${name}", back]} for name in ("next_at", "first_seen_at")}
    db["frontier"].update_many({"next_at": {"$ne": None}}, [{"$set": moved}])


def read_otherwise(db: Database[Document]) -> None:
    """Let the articles of one paper be stored as other rules once read the same pages."""
    for row in db["frontier"].find({"source": "rules"}):
        db["pages"].update_one({"_id": row["_id"]}, {"$set": {"headers": {}}})
        text = f"{' '.join(story(row['url']).lines)}\n\nA line that no rule took."
        article = {"text": text, "fingerprints": {"text": text_hash(text)}}
        db["articles"].update_one({"_id": row["article"]}, {"$set": article})


@dataclass(frozen=True, slots=True)
class World:
    """What the runs left."""

    web: Web
    home: Home
    db: Database[Document]
    exports: tuple[str, str]
    """Before and after a second run that came at once."""
    runs: tuple[Ran, ...]
    asked: tuple[list[str], ...]
    """Pages, run by run."""

    def rows(self, paper: str) -> list[tuple[str, int]]:
        """Return of each article that a paper had at first what EDITS says."""
        found = self.db["articles"].find({"urls": {"$in": urls_of(paper)}, "source": paper})
        changes = Counter(row["article"] for row in self.db["revisions"].find({"cause": "page"}))
        return [(row["state"], changes[row["_id"]]) for row in found]


@pytest.fixture(scope="module")
def world(web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]) -> World:
    home = a_home()
    for paper in PAPERS:
        base = home.paper(paper)
        web.put(f"{base}/feed", feed(urls_of(paper)))
        for url in urls_of(paper):
            web.put(url, story(url).answer())
    db = home.db(mongo_client)
    runs: list[Ran] = []
    asked: list[list[str]] = []

    def crawl(*options: str) -> None:
        web.log.clear()
        runs.append(home.crawl(*options, DATELINE_WORKERS="2"))
        asked.append([url for url in web.asked() if not url.endswith("/feed")])

    crawl()
    read_otherwise(db)
    before = home.run("articles", "export").out
    passes(db, HOUR)
    crawl("--all")
    after = home.run("articles", "export").out
    edit(web)
    crawl()
    passes(db, HOUR)
    crawl()
    return World(web, home, db, (before, after), tuple(runs), tuple(asked))


def test_a_visit_to_all_feeds_leaves_alone_what_is_planned(world: World) -> None:
    assert world.runs[0].report["pages"]["stored"] == {"new": 12 * MANY + 5 * FEW}
    assert world.asked[1] == []
    assert world.exports[0] == world.exports[1]


def test_each_edit_is_found_or_rightly_ignored(world: World) -> None:
    found = {paper: Counter(world.rows(paper)) for paper in PAPERS}

    table = "\n".join(f"{paper:10} {dict(rows)}" for paper, rows in found.items())
    wanted = {paper: {row: len(urls_of(paper))} for paper, (_, row) in PAPERS.items()}
    assert found == wanted, table


def test_nothing_is_lost(world: World) -> None:
    found = audit(world.db)
    made = world.db["revisions"].find({"cause": "page"})
    earlier = {row["article"]: row["text"] for row in made}

    assert found.is_clean, found
    assert len(earlier) == 5 * MANY
    for url in urls_of("shorter"):
        article = world.db["articles"].find_one({"urls": url})
        assert article
        assert story(url).lines[0] in earlier[article["_id"]]
    for url in (url for paper in ("gone", "elsewhere", *OTHERS) for url in urls_of(paper)):
        article = world.db["articles"].find_one({"urls": url})
        assert article
        assert all(line in article["text"] for line in story(url).lines)


def test_what_moved_says_where_to(world: World) -> None:
    for article in world.db["articles"].find({"state": "moved"}):
        target = world.db["articles"].find_one({"urls": article["moved_to"]})
        assert target
        assert target["state"] == "live"
        assert target["_id"] != article["_id"]
    assert not world.db["articles"].find_one({"state": {"$ne": "moved"}, "moved_to": {"$ne": None}})


def test_what_did_not_change_is_not_sent_again(world: World) -> None:
    assert set(urls_of("still")) <= set(world.asked[2])
    assert world.runs[2].report["pages"]["fetched"] < len(world.asked[2])
    for article in world.db["articles"].find({"source": "still"}):
        assert article["fetched_at"] < article["first_seen_at"] + HOUR


def test_what_our_rules_read_otherwise_is_no_doing_of_the_paper(world: World) -> None:
    read_anew = world.db["articles"].find({"source": "rules"})
    keys = [row["_id"] for row in read_anew if "no rule took" not in row["text"]]

    assert len(keys) == FEW
    assert set(world.db["revisions"].distinct("cause", {"article": {"$in": keys}})) == {"rules"}


def test_what_comes_back_is_live_again(world: World) -> None:
    for url in urls_of("gone"):
        world.web.put(url, story(url).answer())
    world.db["frontier"].update_many({"source": "gone"}, {"$set": {"next_at": None}})
    [first, *_] = urls_of("gone")
    world.db["frontier"].update_one({"url": first}, {"$set": {"next_at": world_now(world)}})

    world.home.crawl("gone")

    assert Counter(world.rows("gone")) == {("live", 0): 1, ("withdrawn", 0): MANY - 1}


def world_now(world: World) -> Any:
    """Return the server's time."""
    return world.db.client.admin.command("hello")["localTime"]


def test_a_person_sees_what_was_corrected(world: World) -> None:
    [url, *_] = urls_of("figure")

    shown = world.home.run("articles", "show", url, "--revisions").out

    assert re.search(r"said to cost \[-30-\] \{\+300\+\} crowns in all\.", shown)


def test_runs_tell_of_revisions_where_nothing_was_new(world: World) -> None:
    shown = {line.split()[0]: line for line in world.home.run("runs").out.splitlines()}
    listed: list[Document] = json.loads(world.home.run("runs", "--json").out)

    stored = {one["run"]: one["report"]["pages"].get("stored", {}) for one in listed}
    revised = {run for run, pages in stored.items() if "revised" in pages}
    plain = {run for run, pages in stored.items() if pages.keys() <= {"new", "same"}}
    assert revised
    assert plain
    for run in revised:
        assert f" {stored[run].get('new', 0)} new, " in shown[run]
        assert f" {stored[run]['revised']} revised" in shown[run]
    assert not [run for run in plain if " new" in shown[run]]
