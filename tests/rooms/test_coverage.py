"""What a site's own sitemap lists of the last days is an article, and what is not."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawler.coverage import claimed, days, witnesses
from pipelines.identify.canonical import ledger_key
from pipelines.records import Entry

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
BASE = "https://lantern.example"
SHOWN = [f"{BASE}/story/98765", f"{BASE}/a-ferry-left-the-pier"]
ROBOTS = f"""User-agent: *
Sitemap: {BASE}/sitemap-pages.xml
sitemap:{BASE}/news-sitemap.xml
  Sitemap: {BASE}/feed-map.xml # ours already
Sitemap: https://other.example/sitemap.xml
Sitemap: not an address
"""


def owner(host: str) -> str | None:
    return "lantern" if host == urlsplit(BASE).hostname else None


def test_its_sitemaps_are_read_the_news_first() -> None:
    entrances = {ledger_key(f"{BASE}/feed-map.xml")}

    found = witnesses("lantern", [ROBOTS.encode()], entrances, owner, NOW)

    assert [one.url for one in found] == [f"{BASE}/news-sitemap.xml", f"{BASE}/sitemap-pages.xml"]
    assert all(one.is_witness and one.source == "lantern" for one in found)
    assert all(NOW <= one.next_at < NOW + 24 * HOUR for one in found)


@pytest.mark.parametrize("robots", [b"", b"\xff\xfe sitemap", b"Sitemap:", b"Sitemap: http://[/x"])
def test_without_one_there_is_none(robots: bytes) -> None:
    assert witnesses("lantern", [robots], set(), owner, NOW) == []


@pytest.mark.parametrize(
    ("why", "path", "times", "is_claimed"),
    [
        ("a news sitemap's", "/a", {"published": NOW - 5 * HOUR}, True),
        ("of last week", "/a", {"published": NOW - 200 * HOUR}, False),
        ("so new that its feed may be late", "/a", {"published": NOW - HOUR}, False),
        ("of tomorrow", "/a", {"published": NOW + HOUR}, False),
        ("changed, with a number", "/story/12345", {"updated": NOW - 5 * HOUR}, True),
        ("changed, of many words", "/the-old-pier-opens", {"updated": NOW - 5 * HOUR}, True),
        ("changed, a page of the site", "/contact", {"updated": NOW - 5 * HOUR}, False),
        ("changed, a section", "/news/", {"updated": NOW - 5 * HOUR}, False),
        ("a tag", "/tag/city-of-new-york", {"updated": NOW - 5 * HOUR}, False),
        ("an author", "/author/ana-maria-lopez-bell", {"updated": NOW - 5 * HOUR}, False),
        ("about the paper", "/how-to-contact-us", {"updated": NOW - 5 * HOUR}, False),
        ("deeper than articles are", "/a/b/the-old-pier-opens", {"updated": NOW - 5 * HOUR}, False),
        ("undated", "/the-old-pier-opens", {}, False),
        ("the home page", "/", {"published": NOW - 5 * HOUR}, False),
    ],
)
def test_which_entries_are_articles_of_the_last_days(
    why: str, path: str, times: dict[str, Any], is_claimed: bool
) -> None:
    entry = Entry(url=f"{BASE}{path}", **times)

    assert bool(claimed([entry], SHOWN, NOW)) == is_claimed, why


def test_a_sitemap_that_is_stamped_anew_says_nothing() -> None:
    stamped = [Entry(url=f"{BASE}/story/{n:05}", updated=NOW - 5 * HOUR) for n in range(30)]

    assert claimed(stamped, SHOWN, NOW) == []


def test_what_was_missed_is_told_by_its_day() -> None:
    entries = [Entry(url=f"{BASE}/{n}", published=NOW - n * 8 * HOUR) for n in range(4)]

    found = days("lantern", entries, {f"{BASE}/0", f"{BASE}/3"})

    assert [(one.day.day, one.listed, one.missed) for one in found] == [
        (1, 2, (f"{BASE}/3",)),
        (2, 2, (f"{BASE}/0",)),
    ]
