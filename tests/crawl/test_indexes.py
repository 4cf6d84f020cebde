"""Sitemap indexes over several runs: what ails their sitemaps is seen; they take nothing over."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.crawl.home import Home, Ran, feed_state
from tests.crawl.server import Answer, Web, article, feed, sitemap

Document = dict[str, Any]
HTML = Answer(article("no sitemap").encode(), headers={"Content-Type": "application/xml"})
DAMAGED = Answer(b"<urlset><url><", headers={"Content-Type": "application/xml"})
RUNS = 4


def put_index(web: Web, home: Home, name: str, *named: str, **keys: Any) -> str:
    """Add a paper whose entrance is an index of sitemaps."""
    index = f"http://{name}.example/index.xml"
    base = home.paper(name, sitemaps=[index], **keys)
    web.put(index, sitemap([f"{base}{one}" if one[0] == "/" else one for one in named], "sitemap"))
    return base


def fill(web: Web, home: Home) -> None:
    """Put papers on the web and into the catalogue; each shows one thing."""
    half = put_index(
        web, home, "half", "/good.xml", "/page.xml", "/lost.xml", "/torn.xml", "/in.xml"
    )
    web.put(f"{half}/good.xml", sitemap([f"{half}/1"]))
    web.put(f"{half}/page.xml", HTML)
    web.put(f"{half}/torn.xml", DAMAGED)
    web.put(f"{half}/in.xml", sitemap([f"{half}/good.xml"], "sitemap"))
    web.put(f"{half}/1", article("half"))

    # once well, then all that it names fails
    dying = put_index(web, home, "dying", "/a.xml", "/b.xml")
    web.put(f"{dying}/a.xml", sitemap([]), HTML)
    web.put(f"{dying}/b.xml", sitemap([]), Answer(b"", 404))

    # it ceases to name what fails
    mending = put_index(web, home, "mending", "/a.xml")
    first = sitemap([f"{mending}/a.xml", f"{mending}/b.xml"], "sitemap")
    web.put(f"{mending}/index.xml", first, sitemap([f"{mending}/a.xml"], "sitemap"))
    web.put(f"{mending}/a.xml", sitemap([]))

    owner = home.paper("owner")
    web.put(f"{owner}/feed", feed([f"{owner}/1"]))
    web.put(f"{owner}/1", article("owner"))
    thief = put_index(
        web, home, "thief", f"{owner}/feed", f"{owner}/x.xml", "http://else.example/y.xml",
        "/own.xml", "/feed", feeds=["http://thief.example/feed"],
    )  # fmt: skip
    web.put(f"{thief}/own.xml", sitemap([f"{thief}/1"]))
    web.put(f"{thief}/feed", feed([f"{thief}/1"]))
    web.put(f"{thief}/1", article("thief"))


@dataclass(frozen=True, slots=True)
class World:
    """What the runs left."""

    home: Home
    db: Database[Document]
    runs: list[Ran]
    asked: list[list[str]]

    def troubles(self, paper: str, run: int = 0) -> dict[str, str]:
        """Return what a run says of a paper: the trouble by address."""
        rows = self.runs[run].report["troubles"]
        return {row["url"]: row["trouble"] for row in rows if row["source"] == paper}


@pytest.fixture(scope="module")
def world(web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]) -> World:
    home = a_home()
    fill(web, home)
    runs, asked = [], []
    for _ in range(RUNS):
        web.log.clear()
        runs.append(home.crawl("--all"))
        asked.append([one.url for one in web.log])
    return World(home, home.db(mongo_client), runs, asked)


def test_each_sitemap_that_fails_is_told_of_and_the_others_are_read(world: World) -> None:
    base = "http://half.example"

    assert world.troubles("half") == {
        f"{base}/page.xml": "not-a-feed",
        f"{base}/lost.xml": "not-found",
        f"{base}/torn.xml": "damaged",
        f"{base}/in.xml": "not-a-feed",
    }
    assert world.db["articles"].count_documents({"source": "half"}) == 1
    assert f"{base}/lost.xml failed {RUNS} times in a row" in world.home.run("status").out


def test_status_tells_nothing_of_what_the_catalogue_no_longer_has(
    world: World, tmp_path: Path
) -> None:
    left = [source for source in world.home.sources if source["id"] not in {"half", "dying"}]
    fewer = tmp_path / "fewer.yaml"
    fewer.write_text(json.dumps({"region": "coast", "sources": left}), encoding="utf-8")

    before = world.home.run("status").out
    after = world.home.run("status", DATELINE_SOURCES=str(fewer))
    rows = world.home.run("status", "--json", DATELINE_SOURCES=str(fewer)).out

    assert after.code == 0
    assert ("5 sources: 4 well, 1 ill" in before, "dying is gone" in before) == (True, True)
    assert "3 sources: 3 well, 0 ill" in after.out
    assert "half.example" not in after.out
    assert "dying" not in after.out
    assert json.loads(rows)["feeds_in_trouble"] == []


def test_a_source_whose_index_names_nothing_that_works_becomes_ill(world: World) -> None:
    became = [ran.report["became_ill"] for ran in world.runs]
    dying = world.db["sources"].find_one({"_id": "dying"})

    assert became == [[], [], ["dying"], []]
    assert [ran.code for ran in world.runs] == [0, 0, 1, 0]
    assert dying
    assert "none of the 2 sitemaps it names can be read" in dying["cause"]


@pytest.mark.parametrize("paper", ["half", "mending", "owner", "thief"])
def test_a_source_of_which_a_part_works_stays_well(world: World, paper: str) -> None:
    row = world.db["sources"].find_one({"_id": paper})

    assert row
    assert row["health"] == "well"


def test_what_an_index_names_no_more_is_in_no_trouble(world: World) -> None:
    base = "http://mending.example"

    assert world.troubles("mending") == {f"{base}/b.xml": "not-found"}
    assert world.troubles("mending", run=1) == {}
    assert feed_state(world.db, f"{base}/b.xml")["failures"] == 0
    assert (
        feed_state(world.db, f"{base}/a.xml")["parent"]
        == feed_state(world.db, f"{base}/index.xml")["_id"]
    )


def test_an_index_takes_no_other_paper_in_and_says_so(world: World) -> None:
    asked = [url for urls in world.asked for url in urls]
    [row] = [row for row in world.runs[0].report["troubles"] if row["source"] == "thief"]

    assert (row["url"], row["trouble"]) == ("http://thief.example/index.xml", "off-site")
    assert row["detail"].startswith("3 of the sitemaps it names")
    assert "http://owner.example/feed" in row["detail"]
    assert world.runs[0].report["feeds"]["refused"] == 3
    assert not [url for url in asked if "else.example" in url or url.endswith("/x.xml")]
    assert feed_state(world.db, "http://owner.example/feed")["source"] == "owner"
    assert feed_state(world.db, "http://owner.example/feed")["parent"] is None


def test_a_feed_of_the_catalogue_that_an_index_names_is_visited_once_and_stays_its_own(
    world: World,
) -> None:
    state = feed_state(world.db, "http://thief.example/feed")

    assert [urls.count("http://thief.example/feed") for urls in world.asked] == [1] * RUNS
    assert state["parent"] is None
    assert state["failures"] == 0
    assert feed_state(world.db, "http://thief.example/own.xml")["parent"]


@pytest.mark.parametrize("stays", [False, True], ids=["renamed", "moved to another source"])
def test_what_an_index_names_goes_with_it_when_its_source_changes(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document], stays: bool
) -> None:
    home = a_home()
    base = put_index(web, home, f"goes{stays:d}", "/news.xml")
    web.put(f"{base}/news.xml", sitemap([f"{base}/1"]), sitemap([f"{base}/1", f"{base}/2"]))
    for number in (1, 2):
        web.put(f"{base}/{number}", article(f"{base}/{number}"))
    assert home.crawl("--all").report["pages"]["stored"] == {"new": 1}
    if stays:
        put_index(web, home, f"goes{stays:d}", "/news.xml")
        home.sources[0].pop("sitemaps")
        home.sources[0] |= {"homepage": "http://rest.example/", "feeds": ["http://rest.example/f"]}
    home.sources[-1]["id"] = "new-name"
    catalogue = {"region": "coast", "sources": home.sources}
    home.catalogue.write_text(json.dumps(catalogue), encoding="utf-8")

    ran = home.crawl("--all")

    feeds = {row["url"]: row["source"] for row in home.db(mongo_client)["feeds"].find()}
    assert ran.report["pages"]["stored"] == {"new": 1}
    assert (feeds[f"{base}/index.xml"], feeds[f"{base}/news.xml"]) == ("new-name", "new-name")
