"""What a crawl makes of odd answers: nothing is lost in silence, nothing lasts for ever."""

import gzip
import lzma
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from pipelines.store.audit import audit
from tests.crawl.home import Home, Ran, feed_state
from tests.crawl.server import Answer, Web, article, feed

Document = dict[str, Any]
RSS = feed(["http://quay.example/1"]).body
OPML = b'<opml><body><outline xmlUrl="http://quay.example/2"/></body></opml>'
TWICE = gzip.compress(gzip.compress(RSS))
NOISE = b"".join(sha256(bytes([at])).digest() for at in range(250))
PAGE = {"Content-Type": "text/html; charset=utf-8"}
PACKED = lzma.compress(RSS)
HTML = article("an odd answer").encode()

FEEDS: dict[str, tuple[Answer, str | None, str]] = {
    "a whole answer": (Answer(RSS), None, ""),
    "a whole answer of a cache": (Answer(RSS, 203), None, ""),
    "a part": (Answer(RSS, 206), "damaged", "206 Partial Content"),
    "unchanged, but nobody asked": (Answer(b"", 304), "status", "304 Not Modified"),
    "no content": (Answer(b"", 204), "status", "204 No Content"),
    "content to be reset": (Answer(b"", 205), "status", "205 Reset Content"),
    "something made": (Answer(RSS, 201), "status", "201 Created"),
    "something begun": (Answer(RSS, 202), "status", "202 Accepted"),
    "a difference": (Answer(RSS, 226), "status", "226 IM Used"),
    "a feed that has nothing yet": (feed([]), None, ""),
    "a feed that broke off": (Answer(RSS.replace(b"</channel></rss>", b"")), None, ""),
    "a feed that broke off too soon": (Answer(RSS[:40]), "damaged", "broken off"),
    "a sitemap of nothing but damage": (
        Answer(b"<urlset><<</urlset>"),
        "damaged",
        "not well-formed",
    ),
    "a list of feeds": (Answer(OPML), "not-a-feed", "OPML"),
    "an empty answer": (Answer(b""), "not-a-feed", "an empty answer, not a feed"),
    "a redirect to itself": (Answer(b"", 302, {"Location": "/feed"}), "redirects", "more than 5"),
    "a charset for a coding": (Answer(RSS, headers={"Content-Encoding": "utf-8"}), None, ""),
    "a coding nobody knows": (
        Answer(PACKED, headers={"Content-Encoding": "lzma, x"}),
        "damaged",
        "its Content-Encoding lzma is not known",
    ),
    "a coding in no alphabet": (
        Answer(PACKED, headers={"Content-Encoding": "g\xfczip"}),
        "damaged",
        "its Content-Encoding g\\xfczip is not known",
    ),
    "a coding in no alphabet of what is not packed": (
        Answer(RSS, headers={"Content-Encoding": "\xfctf-8"}),
        None,
        "",
    ),
    "not packed and packed": (
        Answer(gzip.compress(RSS), headers={"Content-Encoding": "identity, gzip"}),
        None,
        "",
    ),
    "called packed, and is not": (
        Answer(RSS, headers={"Content-Encoding": "gzip"}),
        None,
        "",
    ),
    "called packed, and neither packed nor a feed": (
        Answer(b"\x1f\x8b\x00\x01", headers={"Content-Encoding": "gzip"}),
        "damaged",
        "cannot be read",
    ),
    "packed too often": (
        Answer(RSS, headers={"Content-Encoding": "gzip, gzip, gzip, gzip"}),
        "damaged",
        "packed more than 3 times",
    ),
    "packed twice": (Answer(TWICE, headers={"Content-Encoding": "gzip"}), None, ""),
    "a picture by its name": (Answer(RSS, headers={"Content-Type": "image/png"}), None, ""),
    "larger than we take": (Answer(bytes(20_000)), "too-large", "larger than we take"),
}
"""Why: what the feed answers, the trouble, and words of its detail."""

PAGES: dict[str, tuple[Answer, str, str | None]] = {
    "a page": (Answer(HTML), "stored", None),
    "a page of a cache": (Answer(HTML, 203), "stored", None),
    "a page with a charset for a coding": (
        Answer(HTML, headers={"Content-Encoding": "UTF-8"}),
        "stored",
        None,
    ),
    "a page that is not there, oddly packed": (
        Answer(PACKED, 410, {"Content-Encoding": "\xfc"}),
        "gone",
        "not-found",
    ),
    "part of a page": (Answer(HTML, 206), "retrying", "damaged"),
    "an unchanged page": (Answer(b"", 304), "retrying", "status"),
    "a page without content": (Answer(b"", 204), "retrying", "status"),
    "a page being made": (Answer(HTML, 202), "retrying", "status"),
    "an empty page": (Answer(b""), "retrying", "damaged"),
    "a blank page": (Answer(b" \r\n"), "retrying", "damaged"),
    "noise that is called a page": (Answer(NOISE, headers=PAGE), "excluded", "not-a-page"),
    "a page with a control character": (
        Answer(HTML.replace(b"Monday", b"&#x1b;Monday"), headers=PAGE),
        "stored",
        None,
    ),
    "an empty shell": (Answer(b"<html><body></body></html>"), "excluded", "no-article"),
}
"""Why: what the page answers, and where its address ends."""


@dataclass(frozen=True, slots=True)
class World:
    """What the run left."""

    db: Database[Document]
    ran: Ran


@pytest.fixture(scope="module")
def world(web: Web, a_home: Callable[..., Home], mongo_client: MongoClient[Document]) -> World:
    home = a_home()
    for number, (answer, _, _) in enumerate(FEEDS.values()):
        web.put(f"{home.paper(f'feed{number}')}/feed", answer)
    quay = home.paper("quay")
    web.put(f"{quay}/feed", feed(page_of(why) for why in PAGES))
    for why, (answer, _, _) in PAGES.items():
        web.put(page_of(why), answer)
    limits = {"DATELINE_RUN_PATIENCE": "0", "DATELINE_FEED_MAX_BYTES": "10000"}
    return World(home.db(mongo_client), home.crawl(**limits))


def page_of(why: str) -> str:
    """Return the address of a page."""
    return f"http://quay.example/{why.replace(' ', '-')}"


def test_the_run_is_done_and_the_ledger_adds_up(world: World) -> None:
    assert (world.ran.code, world.ran.err) == (0, "")
    assert audit(world.db).is_clean


@pytest.mark.parametrize("why", FEEDS)
def test_what_a_feed_that_answers_so_is_said_to_ail(world: World, why: str) -> None:
    _, trouble, words = FEEDS[why]

    state = feed_state(world.db, f"http://feed{list(FEEDS).index(why)}.example/feed")

    assert state["trouble"] == trouble
    assert state["failures"] == (1 if trouble else 0)
    assert words in (state["detail"] or "")
    assert (state["detail"] or "").count("not a feed") <= 1


@pytest.mark.parametrize("why", PAGES)
def test_where_the_address_of_a_page_that_answers_so_ends(world: World, why: str) -> None:
    row = world.db["frontier"].find_one({"url": page_of(why)})

    assert row
    assert (row["state"], row["reason"]) == PAGES[why][1:]
