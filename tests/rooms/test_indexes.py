"""Which of the sitemaps that an index names are visited, and which it has no say over."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.schedule import FeedState
from crawler.spiders.indexes import INDEX_CHILDREN, choose
from pipelines.identify.canonical import ledger_key
from pipelines.records import Entry

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
INDEX = "https://maps.service.example/lantern/index.xml"
OWNERS = {"lantern.example": "lantern", "quay.example": "quay"}


def an_index(url: str = INDEX) -> FeedState:
    return FeedState(id=ledger_key(url), url=url, source="lantern", next_at=NOW)


@pytest.mark.parametrize(
    ("why", "url", "is_visited", "is_refused"),
    [
        ("on the paper's host", "https://lantern.example/a.xml", True, False),
        ("on the host of the index", "https://maps.service.example/b.xml", True, False),
        ("on another paper's host", "https://quay.example/feed", False, True),
        ("on nobody's host", "https://else.example/a.xml", False, True),
        ("itself", INDEX, False, False),
        ("no address of the web", "mailto:desk@lantern.example", False, False),
        ("no address at all", None, False, False),
        ("a host that is none", "http://", False, False),
        ("a broken address", "http://[oops", False, False),
        ("data in the shape of one", "https://lantern.example/" + "a" * 3_000, False, False),
    ],
)
def test_an_index_speaks_for_its_own_site(
    why: str, url: str | None, is_visited: bool, is_refused: bool
) -> None:
    named = choose(an_index(), [Entry(url=url)], OWNERS.get, NOW)

    assert [sitemap.url for sitemap in named.sitemaps] == [url] * is_visited, why
    assert named.refused == (url,) * is_refused, why


def test_the_newest_are_visited_each_once() -> None:
    entries = [
        Entry(url=f"https://lantern.example/{n}.xml", updated=NOW - timedelta(days=n))
        for n in range(INDEX_CHILDREN + 5)
    ]

    named = choose(an_index(), [*reversed(entries), *entries], OWNERS.get, NOW)

    assert [s.url for s in named.sitemaps] == [e.url for e in entries[:INDEX_CHILDREN]]
    assert {s.parent for s in named.sitemaps} == {ledger_key(INDEX)}
