"""Hosts that ask for more time than a run has: what waits for them is counted, told and judged."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from tests.crawl.home import Home, Ran
from tests.crawl.server import Answer, Web, article, feed, robots, sitemap

Document = dict[str, Any]
LATER = {"Retry-After": "3600"}
HELD = ("rules", "shared", "weary")
RUNS = 5


def fill(web: Web, home: Home) -> None:
    """Put papers on the web and into the catalogue; all are well in the first run."""
    open_to_all = Answer(robots().body, headers={"Content-Type": "text/plain"})
    for name in ("rules", "weary", "well"):
        base = home.paper(name)
        web.put(f"{base}/feed", feed([f"{base}/1"]))
        web.put(f"{base}/1", article(name))
    web.put("http://rules.example/robots.txt", open_to_all, Answer(b"", 503, LATER))
    first = feed(["http://weary.example/1"])
    web.put("http://weary.example/feed", first, Answer(b"", 429, LATER))
    shared = home.paper("shared", "http://shared.example/a", "http://shared.example/b")
    web.put(f"{shared}/a", feed([]), Answer(b"", 503, LATER))
    web.put(f"{shared}/b", feed([], ETag='"1"'))
    # its delay is longer than the patience of a run: it waits, but nothing ails it
    slow = home.paper("slow", "http://slow.example/a", "http://slow.example/b")
    web.put(f"{slow}/robots.txt", robots("User-agent: *", "Crawl-delay: 100"))
    web.put(f"{slow}/a", sitemap([]))
    web.put(f"{slow}/b", sitemap([]))


@dataclass(frozen=True, slots=True)
class World:
    """What the runs left. Between two of them the holds end and all is due, as hours later."""

    db: Database[Document]
    runs: list[Ran]
    states: list[dict[str, Document]]
    """The feeds by address, after each run."""
    again: Ran
    """While all is still held."""

    def failures(self, url: str) -> list[int]:
        """Return how often a feed had failed in a row after each run."""
        return [states[url]["failures"] for states in self.states]


@pytest.fixture(scope="module")
def world(web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]) -> World:
    home = a_home()
    fill(web, home)
    db = home.db(mongo_client)
    runs, states = [], []
    for number in range(RUNS):
        db["hosts"].delete_many({})
        if number == RUNS - 2:  # so it goes on for two days
            long = {"weight": 2.0, "failing_since": datetime.now(UTC) - timedelta(days=2)}
            db["feeds"].update_many({"failures": {"$gt": 0}}, {"$set": long})
        runs.append(home.crawl("--all"))
        states.append({row["url"]: row for row in db["feeds"].find()})
    return World(db, runs, states, home.crawl("--all"))


@pytest.mark.parametrize(
    ("url", "failures"),
    [
        ("http://rules.example/feed", [0, 1, 2, 3, 4]),
        ("http://weary.example/feed", [0, 1, 2, 3, 4]),
        ("http://shared.example/a", [0, 1, 2, 3, 4]),
        ("http://shared.example/b", [0, 1, 2, 3, 4]),
        ("http://well.example/feed", [0, 0, 0, 0, 0]),
        ("http://slow.example/a", [0, 0, 0, 0, 0]),
    ],
)
def test_a_feed_that_waits_for_its_host_has_failed_once_a_hold(
    world: World, url: str, failures: list[int]
) -> None:
    now = world.db["feeds"].find_one({"url": url})

    assert world.failures(url) == failures
    assert now
    assert now["failures"] == failures[-1]  # another run under the same hold adds nothing


@pytest.mark.parametrize(
    ("url", "trouble", "words"),
    [
        ("http://rules.example/feed", "busy", "its robots.txt answers 503"),
        ("http://weary.example/feed", "busy", "429"),
        ("http://shared.example/b", "busy", "shared.example asked for time"),
    ],
)
def test_its_state_says_why_and_until_when(
    world: World, url: str, trouble: str, words: str
) -> None:
    state = world.states[1][url]

    assert state["trouble"] == trouble
    assert words in state["detail"]
    assert state["next_at"] - world.states[0][url]["visited_at"] >= timedelta(minutes=60)


def test_it_is_told_in_the_report(world: World) -> None:
    told = {row["url"] for row in world.runs[1].report["troubles"]}

    assert told == {
        "http://rules.example/feed", "http://weary.example/feed",
        "http://shared.example/a", "http://shared.example/b",
    }  # fmt: skip
    assert world.runs[1].report["feeds"]["held"] == 2
    assert world.runs[1].report["feeds"]["waiting"] == 1
    assert world.again.report["feeds"]["held"] == 4


def test_its_source_becomes_ill_after_a_day_of_holds_and_no_other_does(world: World) -> None:
    became = [ran.report["became_ill"] for ran in world.runs]

    assert became == [[], [], [], sorted(HELD), []]
    assert [ran.code for ran in world.runs] == [0, 0, 0, 1, 0]
    assert world.again.report["became_ill"] == []


def test_when_all_that_is_due_is_held_a_person_must_look(
    web: Web, a_home: Callable[..., Home]
) -> None:
    home = a_home()
    base = home.paper("alone")
    web.put(f"{base}/robots.txt", Answer(b"", 503, LATER))

    ran = home.crawl()
    later = home.crawl()

    assert ran.code == 1
    assert f"nothing succeeded: the only feed failed, first {base}/feed: busy" in ran.err
    assert (later.code, later.err) == (0, "")  # it is not due: what is known is not told again


def test_a_host_that_was_down_is_asked_again_by_all_and_by_nothing_sooner(
    web: Web, a_home: Callable[..., Home]
) -> None:
    home = a_home()
    base = home.paper("risen")
    web.put(f"{base}/robots.txt", Answer(b"", 500), robots())
    web.put(f"{base}/feed", feed([f"{base}/1"]))
    web.put(f"{base}/1", article("risen"))

    ran = [home.crawl(), home.crawl(), home.crawl("--all")]

    assert [one.report["feeds"].get("read", 0) for one in ran] == [0, 0, 1]
    assert ran[2].report["pages"]["stored"] == {"new": 1}


def test_a_robots_txt_that_is_kept_at_a_held_host_is_not_asked_for_there(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    base = home.paper("leaner")
    web.put(f"{base}/robots.txt", Answer(b"", 302, {"Location": "http://resting.example/r"}))
    web.put("http://resting.example/r", robots())
    web.put(f"{base}/feed", feed([]))
    db = home.db(mongo_client)
    home.run("db", "migrate")
    until = datetime.now(UTC) + timedelta(hours=2)
    hold = {"next_at": None, "hold_until": until, "troubles": 1, "schema_version": 1}
    db["hosts"].insert_one({"_id": "pace:resting.example", **hold})
    web.log.clear()

    ran = home.crawl()

    state = db["feeds"].find_one()
    assert [one.url for one in web.log] == [f"{base}/robots.txt"]
    assert ran.report["outcome"] == "done"
    assert state
    assert (state["failures"], state["trouble"]) == (1, "busy")
    assert "resting.example" in state["detail"]


def test_a_robots_txt_that_is_kept_at_a_slow_host_is_waited_for(
    web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]
) -> None:
    home = a_home()
    patient = home.paper("patient")
    web.put(f"{patient}/robots.txt", robots("User-agent: *", "Crawl-delay: 3"))
    web.put(f"{patient}/feed", feed([]))
    guest = home.paper("guest")
    # the slow host is asked first, so that its guest comes in between two slots
    asked = [Answer(b"", 302, {"Location": f"{guest}/{n}"}) for n in range(2)]
    web.put(f"{guest}/robots.txt", asked[0])
    web.put(f"{guest}/0", asked[1])
    web.put(f"{guest}/1", Answer(b"", 302, {"Location": f"{patient}/robots.txt"}))
    web.put(f"{guest}/feed", feed([]))

    ran = home.crawl("--all", DATELINE_RUN_PATIENCE="1", DATELINE_HOST_DELAY="0.2")

    known = home.db(mongo_client)["hosts"].find_one({"_id": f"robots:{guest}"})
    assert known
    assert known["status"] == 200
    assert "failed" not in ran.report["feeds"]
