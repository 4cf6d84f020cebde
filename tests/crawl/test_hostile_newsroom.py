"""A newsroom that does everything wrong, a host a fault: what a crawl made of each, as a table."""

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from crawler.schedule import UNCONDITIONAL
from pipelines.store.audit import audit
from tests.crawl.home import Home, Ran, feed_state
from tests.crawl.server import Answer, Web, article, feed, robots, sitemap

Document = dict[str, Any]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime.now(UTC).replace(microsecond=0)
RSS = {"Content-Type": "application/rss+xml"}
DAYS = 6
"""Runs, each a day after the one before."""


def rss(*items: str, head: str = "", xml: str = "", **headers: str) -> Answer:
    """Return a feed of these items."""
    body = f"<rss version='2.0'><channel><title>Feed</title>{head}{''.join(items)}</channel></rss>"
    return Answer(f"{xml}{body}".encode(), headers={**RSS, **headers})


def item(url: str, title: str = "News", more: str = "") -> str:
    return f"<item><title>{title}</title><link>{url}</link>{more}</item>"


def dated(at: datetime) -> str:
    return f"<pubDate>{format_datetime(at)}</pubDate>"


class Room:
    """Puts papers on the web and into the catalogue."""

    def __init__(self, web: Web, home: Home) -> None:
        self.web, self.home = web, home

    def paper(self, name: str, *answers: Answer, pages: int = 1, **keys: Any) -> str:
        """Add a paper with so many pages; return where it is."""
        base = self.home.paper(name, **keys)
        for number in range(1, pages + 1):
            self.web.put(f"{base}/{number}", article(f"{name} {number}"))
        self.web.put(f"{base}/feed", *(answers or (feed([f"{base}/1"]),)))
        return base

    def fill(self) -> None:
        """Put all of them there."""
        self._liars()
        self._movers()
        self._busy()
        self._garblers()
        self._entries()
        self._readers_asked()
        self._witnessed()

    def _liars(self) -> None:
        one, two = (feed([f"http://liar.example/{n}" for n in range(1, most)]) for most in (2, 3))
        same = {"ETag": '"for ever"', **RSS}
        self.paper("liar", Answer(one.body, headers=same), Answer(two.body, headers=same), pages=2)

    def _movers(self) -> None:
        held = self.paper("mover", Answer(b"", 301, {"Location": "http://mover.example/rss"}))
        self.web.put(f"{held}/rss", feed([f"{held}/1"]))
        flaps = Answer(b"", 301, {"Location": "http://flapper.example/rss"})
        flapper = self.paper("flapper", *([flaps, feed(["http://flapper.example/1"])] * 9))
        self.web.put(f"{flapper}/rss", feed([f"{flapper}/1"]))
        self.paper("gone", feed(["http://gone.example/1"]), Answer(b"", 410))
        away = [f"http://elsewhere.example/{n}" for n in range(5)]
        self.paper("emigrant", feed(away))

    def _busy(self) -> None:
        until = {"Retry-After": format_datetime(NOW + 2 * HOUR, usegmt=False)}
        self.paper("until", Answer(b"", 429, until))
        self.paper("seconds", Answer(b"", 429, {"Retry-After": "7200"}))
        base = self.paper("ruleless")
        self.web.put(f"{base}/robots.txt", Answer(b"", 503))
        self.paper("dripping", Answer(is_dripping=True))

    def _garblers(self) -> None:
        title = "Fähre über die Förde"
        words = item("http://charset.example/1", title)
        latin = f"<rss version='2.0'><channel><title>F</title>{words}</channel></rss>"
        wrong = {"Content-Type": "application/rss+xml; charset=utf-8"}
        self.paper("charset", Answer(latin.encode("windows-1252"), headers=wrong))
        packed = feed(["http://packed.example/1"])
        self.paper("packed", Answer(gzip.compress(packed.body, mtime=0), headers=RSS))
        said = {**RSS, "Content-Encoding": "gzip"}
        self.paper("unpacked", Answer(feed(["http://unpacked.example/1"]).body, headers=said))
        marked = b"\xef\xbb\xbf\n\n" + feed(["http://marked.example/1"]).body
        self.paper("marked", Answer(marked, headers=RSS))
        self.paper(
            "page", Answer(article("a page").encode(), headers={"Content-Type": "text/html"})
        )
        self.paper("endless", feed([f"http://endless.example/{n}" for n in range(10_000)]), pages=0)

    def _entries(self) -> None:
        bare = "<item><description>A ferry without a name or a place.</description></item>"
        self.paper("bare", rss(bare, item("http://bare.example/1")))
        later = [item(f"http://prophet.example/{n}", more=dated(NOW + 40 * DAY)) for n in (1, 2)]
        self.paper("prophet", rss(*later), pages=2)
        same = [item(f"http://same.example/{n}", more="<guid>7</guid>") for n in (1, 2)]
        self.paper("same", rss(*same), pages=2)
        self.paper("relative", rss(item("/1"), item("2")), pages=2)
        script = [item("javascript:alert(1)"), item("data:text/html,x"), item("mailto:a@b.example")]
        self.paper("script", rss(*script, item("http://script.example/1")))
        base = self.paper("tracked", feed(["http://clicks.example/c/1"]), hosts=["clicks.example"])
        onward = Answer(b"", 302, {"Location": f"{base}/1"})
        self.web.put("http://clicks.example/c/1", onward)
        name = "fähre".encode("idna").decode()
        home = self.home.paper("idn", f"http://{name}.example/feed", hosts=[f"{name}.example"])
        assert home
        self.web.put(f"http://{name}.example/feed", feed(["http://fähre.example/1"]))
        self.web.put(f"http://{name}.example/1", article("idn 1"))

    def _readers_asked(self) -> None:
        self.paper("patient", rss(item("http://patient.example/1"), head="<ttl>300</ttl>"))
        cached = {"Cache-Control": "public, max-age=18000"}
        self.paper("cached", rss(item("http://cached.example/1"), **cached))
        hours = "".join(f"<hour>{(NOW.hour + n) % 24}</hour>" for n in range(8))
        head = f"<skipHours>{hours}</skipHours>"
        self.paper("asleep", rss(item("http://asleep.example/1"), head=head))

    def _witnessed(self) -> None:
        base = self.paper("secretive", pages=21)
        self.web.put(f"{base}/robots.txt", robots(f"Sitemap: {base}/news-sitemap.xml"))
        listed = [f"{base}/{number}" for number in range(1, 22)]
        self.web.put(f"{base}/news-sitemap.xml", news(listed, NOW - 5 * HOUR))
        twofold = self.home.paper("twofold", sitemaps=["http://twofold.example/map.xml"])
        self.web.put(f"{twofold}/robots.txt", robots(f"Sitemap: {twofold}/index.xml"))
        for index in ("map", "index"):
            named = sitemap([f"{twofold}/posts.xml"], kind="sitemap")
            self.web.put(f"{twofold}/{index}.xml", named)
        self.web.put(f"{twofold}/posts.xml", sitemap([f"{twofold}/1"]))
        self.web.put(f"{twofold}/1", article("twofold 1"))


def news(urls: Iterable[str], at: datetime) -> Answer:
    """Return a news sitemap of pages that were published then."""
    plain = sitemap(urls)
    said = f"<n:news><n:publication_date>{at.isoformat()}</n:publication_date></n:news>"
    body = plain.body.replace(b"</loc>", b"</loc>" + said.encode())
    space = b'<urlset xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" '
    return Answer(body.replace(b"<urlset ", space), headers=plain.headers)


@dataclass(frozen=True, slots=True)
class World:
    """What the runs left."""

    db: Database[Document]
    home: Home
    runs: list[Ran]
    first: dict[str, Document]
    """The feeds by source, after the first run."""
    asked: list[list[str]]
    """What was asked for, by run."""

    def feed(self, source: str) -> Document:
        """Return the state of a paper's feed."""
        found = self.db["feeds"].find_one({"source": source, "is_witness": {"$ne": True}})
        assert found
        return found

    def source(self, source: str) -> Document:
        """Return how a paper is doing."""
        found = self.db["sources"].find_one({"_id": source})
        assert found
        return found

    def stored(self, source: str) -> int:
        """Return how many articles there are of a paper."""
        return self.db["articles"].count_documents({"source": source})

    def left_out(self, source: str) -> set[str]:
        """Return why addresses of a paper are left out."""
        rows = self.db["frontier"].find({"source": source, "state": "excluded"})
        return {row["reason"] for row in rows}

    def waited(self, source: str) -> timedelta:
        """Return how long after its first visit it was to be visited again."""
        state = self.first[source]
        wait: timedelta = state["next_at"] - state["visited_at"]
        return wait


TIMES = {
    "feeds": ("next_at", "visited_at", "succeeded_at", "gained_at", "failing_since"),
    "sources": ("since", "followed_at", "succeeded_at"),
}


def pass_time(db: Database[Document], span: timedelta) -> None:
    """Let all that is known be older by so much."""
    db["hosts"].delete_many({"_id": {"$regex": "^pace:"}})
    for row in db["hosts"].find({"_id": {"$regex": "^robots:"}}):
        at = row["expires_at"] - span
        db["hosts"].update_one({"_id": row["_id"]}, {"$set": {"expires_at": at}})
    for collection, names in TIMES.items():
        for row in db[collection].find():
            moved = {name: row[name] - span for name in names if row.get(name)}
            if row.get("moved"):
                moved["moved.since"] = row["moved"]["since"] - span
            db[collection].update_one({"_id": row["_id"]}, {"$set": moved})


@pytest.fixture(scope="module")
def world(web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]) -> World:
    home = a_home()
    Room(web, home).fill()
    db = home.db(mongo_client)
    runs, asked, first = [], [], {}
    for day in range(DAYS):
        web.log.clear()
        limit = ("--limit", "70") if not day else ()
        runs.append(home.crawl(*limit, DATELINE_REQUEST_TIMEOUT="1", DATELINE_RUN_PATIENCE="0.2"))
        asked.append([one.url for one in web.log])
        if not day:
            first = {row["source"]: row for row in db["feeds"].find()}
            # the ten thousand were announced, and are nobody's business any more
            db["frontier"].delete_many({"source": "endless"})
            db["feeds"].update_one({"source": "liar"}, {"$set": {"visits": UNCONDITIONAL - 3}})
        pass_time(db, DAY)
    return World(db, home, runs, first, asked)


def test_it_ends_well_and_the_ledger_adds_up(world: World) -> None:
    assert {ran.code for ran in world.runs} <= {0, 1}
    assert all("Traceback" not in ran.err for ran in world.runs)
    world.db["feeds"].delete_many({"source": "endless"})
    assert audit(world.db).is_clean


def test_a_server_that_says_unchanged_of_what_has_changed_is_found_out(world: World) -> None:
    assert world.feed("liar")["is_lied_to"]
    assert world.stored("liar") == 2


def test_a_move_that_held_for_days_is_adopted_and_told(world: World) -> None:
    assert world.feed("mover")["moved"]["to"] == "http://mover.example/rss"
    assert world.source("mover")["word"] == "moved"
    assert "http://mover.example/feed" not in world.asked[-1]
    assert "http://mover.example/rss" in world.asked[-1]


def test_a_move_that_flaps_is_not(world: World) -> None:
    assert "http://flapper.example/feed" in world.asked[-1]
    assert world.source("flapper")["word"] == "working"


def test_a_feed_that_is_gone_for_good_is_retired(world: World) -> None:
    state = world.feed("gone")

    assert state["retired_at"]
    assert state["next_at"] - state["visited_at"] >= 30 * DAY
    assert world.source("gone")["word"] == "gone"


def test_a_paper_whose_articles_are_elsewhere_is_told(world: World) -> None:
    told = world.source("emigrant")

    assert (told["word"], world.left_out("emigrant")) == ("moved", {"off-site"})
    assert "elsewhere.example" in told["cause"]


@pytest.mark.parametrize("source", ["until", "seconds"])
def test_who_asks_for_time_gets_it(world: World, source: str) -> None:
    assert 1.9 * HOUR <= world.waited(source) <= 2.1 * HOUR
    assert world.first[source]["trouble"] == "busy"


@pytest.mark.parametrize(
    ("source", "trouble"),
    [("ruleless", "busy"), ("dripping", "timeout"), ("page", "not-a-feed")],
)
def test_what_gives_nothing_says_why(world: World, source: str, trouble: str) -> None:
    assert world.feed(source)["trouble"] == trouble
    assert world.stored(source) == 0


@pytest.mark.parametrize(
    ("source", "articles"),
    [
        *(("charset", 1), ("packed", 1), ("unpacked", 1), ("marked", 1), ("bare", 1)),
        *(("prophet", 2), ("same", 2), ("relative", 2), ("script", 1), ("tracked", 1), ("idn", 1)),
    ],
)
def test_what_can_be_read_is_read(world: World, source: str, articles: int) -> None:
    assert world.stored(source) == articles


def test_letters_are_as_the_paper_wrote_them(world: World) -> None:
    [row] = world.db["frontier"].find({"source": "charset"})

    assert row["announced"]["title"] == "Fähre über die Förde"


def test_what_is_no_address_is_left_out_and_counted(world: World) -> None:
    assert world.left_out("script") <= {"no-address", "invalid-address"}
    assert world.left_out("script")
    assert world.left_out("bare") == {"no-address"}


def test_dates_in_the_future_are_nobodys_time(world: World) -> None:
    times = [row["published_at"] for row in world.db["articles"].find({"source": "prophet"})]

    assert times == [None, None]
    assert world.source("prophet")["word"] == "future-dates"


def test_a_feed_of_ten_thousand_is_entered_whole(world: World) -> None:
    assert world.first["endless"]["entries"] == 10_000
    assert world.runs[0].report["entries"]["new"] >= 10_000


@pytest.mark.parametrize(
    ("source", "least"), [("patient", 5 * HOUR), ("cached", 5 * HOUR), ("asleep", HOUR)]
)
def test_no_feed_is_visited_before_it_lets_us(world: World, source: str, least: timedelta) -> None:
    assert world.waited(source) >= least - timedelta(seconds=5)


def test_hours_that_a_feed_skips_are_skipped(world: World) -> None:
    skipped = {(NOW.hour + n) % 24 for n in range(8)}

    assert world.first["asleep"]["next_at"].hour not in skipped


def test_what_only_a_sitemap_lists_is_named_and_fetched(world: World) -> None:
    [day] = world.db["coverage"].find({"source": "secretive"})
    shown = world.home.run("sources", "show", "secretive").out

    assert (day["listed"], day["number"], len(day["missed"])) == (21, 20, 20)
    assert world.stored("secretive") == 21
    assert "lists 21, its feeds said not 20 of them" in shown
    assert all(url in shown for url in day["missed"])


def test_a_sitemap_of_the_catalogue_is_never_but_a_witness(world: World) -> None:
    posts = feed_state(world.db, "http://twofold.example/posts.xml")
    index = feed_state(world.db, "http://twofold.example/map.xml")
    witness = feed_state(world.db, "http://twofold.example/index.xml")

    assert (posts["is_witness"], posts["parent"]) == (False, index["_id"])
    assert (witness["is_witness"], index["is_witness"]) == (True, False)
    assert witness["visited_at"]
    assert world.stored("twofold") == 1


def test_each_illness_is_told_with_what_to_do(world: World) -> None:
    shown = world.home.run("status").out

    for source, word in (("gone", "gone"), ("emigrant", "moved"), ("prophet", "future-dates")):
        [line] = [one for one in shown.splitlines() if one.startswith(f"  {source} is ")]
        assert line.startswith(f"  {source} is {word} since ")
    assert "to do: " in shown


BEHAVIOURS = {
    "liar": "the same ETag for a list that has changed",
    "mover": "301 for days",
    "flapper": "301 at every other visit",
    "gone": "410",
    "emigrant": "its articles are at another domain",
    "until": "429, Retry-After a date",
    "seconds": "429, Retry-After in seconds",
    "ruleless": "its robots.txt answers 503",
    "dripping": "a byte now and then",
    "charset": "windows-1252 called UTF-8",
    "packed": "gzip that nobody announced",
    "unpacked": "gzip that isn't",
    "marked": "a byte order mark and blank lines",
    "page": "a page as a feed",
    "endless": "10,000 entries",
    "bare": "an entry without id, link and date",
    "prophet": "dates in the future",
    "same": "one guid for all",
    "relative": "relative links",
    "script": "javascript:, data: and mailto: links",
    "tracked": "a link that counts clicks and redirects",
    "idn": "a host with an umlaut",
    "patient": "ttl 300",
    "cached": "Cache-Control: max-age=18000",
    "asleep": "skipHours, the next eight",
    "secretive": "20 articles in its sitemap alone",
    "twofold": "two indexes that name one sitemap",
}


def test_of_each_behaviour_it_is_known_what_was_done(world: World) -> None:
    """Print the table: `pytest -s -k each_behaviour`."""
    rows = [f"| {'behaviour':<42} | {'word':<12} | {'feed':<10} | articles | left out |"]
    for name, behaviour in BEHAVIOURS.items():
        first = world.first[name]
        word, trouble = world.source(name)["word"], first["trouble"] or "read"
        left = ", ".join(sorted(world.left_out(name)))
        stored = world.stored(name)
        rows.append(f"| {behaviour:<42} | {word:<12} | {trouble:<10} | {stored:>8} | {left} |")
    print("\n" + "\n".join(rows))  # noqa: T201 the table is for people

    assert BEHAVIOURS.keys() == {source["id"] for source in world.home.sources}


def are_apart(began: list[float], pause: float) -> bool:
    """Return whether so much time was between all requests, as the server sees them.

    A busy machine may show it one request late, and the next one thus too soon: then the two
    waits together are long enough. Behind the first one nothing can tell; all together do.
    """
    gaps = [later - sooner for sooner, later in pairwise(began)]
    return sum(gaps) >= (len(gaps) - 2) * pause and all(
        one >= pause - 0.1 or before + one >= 2 * pause - 0.1 for before, one in pairwise(gaps)
    )


def test_hosts_of_one_domain_are_asked_apart(web: Web, a_home: Callable[..., Home]) -> None:
    home = a_home()
    delay = 0.6
    names = [f"{part}.shared-house" for part in ("a", "b", "c", "d")]
    for name in names:
        base = home.paper(
            name.replace(".", "-"), f"http://{name}.example/feed", hosts=[f"{name}.example"]
        )
        assert base
        web.put(f"http://{name}.example/feed", feed([]))
    web.log.clear()

    home.crawl(DATELINE_HOST_DELAY=str(delay))

    # others still drip
    ours = [one for one in web.log if "shared-house" in one.url]
    began = sorted(one.began for one in ours)
    assert len({one.host for one in ours}) == 4
    assert len(began) == 8
    assert are_apart(began, delay / 2)


def test_papers_behind_one_address_are_asked_apart(web: Web, a_home: Callable[..., Home]) -> None:
    home = a_home()
    delay = 3.6  # so long that a server that is late does not make two of what was apart
    for name, host in (("one", "127.0.0.1"), ("two", "localhost")):
        place = f"{host}:{web.server_port}"
        home.paper(name, f"http://{place}/feed", hosts=[place])
    web.put("/feed", feed([]))
    web.log.clear()

    ran = home.crawl(
        http_proxy="", DATELINE_ALLOW_PRIVATE_ADDRESSES="true", DATELINE_HOST_DELAY=str(delay)
    )

    began = sorted(one.began for one in web.log if one.url.startswith("/"))
    assert ran.report["feeds"]["read"] == 2
    assert len(began) == 4
    # as the server sees it
    assert min(later - sooner for sooner, later in pairwise(began)) > delay / 16
