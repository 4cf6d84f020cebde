"""From when an address says that it is, which lists may hold what is wanted, where one goes on."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler import older
from crawler.older import Span, Wanted
from crawler.readers import read_archive
from crawler.readers.paging import is_dated_below, stem_and_page
from pipelines.records import Entry

HOME = "http://quay.example"
MAY = Wanted(
    source="quay",
    words="2024-05-01 2024-05-31",
    span=older.days(date(2024, 5, 1), date(2024, 5, 31), None),
    zone=None,
)

ARTICLES = [
    ("/2024/05/17/the-quay-opens", "2024-05-17", 1),
    ("/news/2024-05-17-the-quay-opens.html", "2024-05-17", 1),
    ("/news/20240517/quay", "2024-05-17", 1),
    ("/17.05.2024/quay", "2024-05-17", 1),
    ("/2024/5/7/quay", "2024-05-07", 1),
    ("/2024/05/the-quay-opens", "2024-05-01", 31),
    ("/2024-05/the-quay-opens", "2024-05-01", 31),
    ("/2024/the-quay-opens", None, 0),
    ("/guide-2024-05-quay", None, 0),
    ("/2024/02/31/no-such-day", "2024-02-01", 29),
    ("/articles/120240517", None, 0),
    ("/quay?id=20240517", None, 0),
]


@pytest.mark.parametrize(("path", "first", "number"), ARTICLES)
def test_what_the_address_of_an_article_names(path: str, first: str | None, number: int) -> None:
    found = older.of_article(HOME + path, None)

    assert found == (span(first, number) if first else None)


LISTS = [
    ("/sitemap-2024-05.xml", "2024-05-01", 31),
    ("/post-sitemap_202405.xml.gz", "2024-05-01", 31),
    ("/sitemap/2024/05/17.xml", "2024-05-17", 1),
    ("/sitemap.xml?yyyy=2024&mm=05&dd=17", "2024-05-17", 1),
    ("/sitemap.xml?year=2024&month=5", "2024-05-01", 31),
    ("/sitemap.xml?yyyy=2024", "2024-01-01", 366),
    ("/sitemap.xml?date=2024-05-17", "2024-05-17", 1),
    ("/sitemap-2024.xml", "2024-01-01", 366),
    ("/2024/12/", "2024-12-01", 31),
    ("/archive/2024/", "2024-01-01", 366),
    ("/sitemap-12.xml", None, 0),
    ("/sitemap.xml?page=2024", None, 0),
]


@pytest.mark.parametrize(("path", "first", "number"), LISTS)
def test_what_the_address_of_a_list_names(path: str, first: str | None, number: int) -> None:
    found = older.of_list(HOME + path, None)

    assert found == (span(first, number) if first else None)


def span(first: str, number: int) -> Span:
    begin = datetime.fromisoformat(f"{first}T00:00:00+00:00")
    return Span(begin, begin + timedelta(days=number))


@given(url=st.one_of(st.text(max_size=40), st.text(max_size=40).map(f"{HOME}/{{}}".format)))
@example(url="http://[quay.example/2024/05/17/a")
def test_no_address_makes_it_stumble(url: str) -> None:
    for read in (older.of_article, older.of_list):
        found = read(url, "Asia/Almaty")

        assert found is None or found.since < found.until


def test_a_day_is_the_papers_own() -> None:
    found = older.days(date(2024, 5, 17), date(2024, 5, 17), "Asia/Almaty")

    assert found.since == datetime(2024, 5, 16, 19, tzinfo=UTC)
    assert found.until - found.since == timedelta(days=1)


def entry(path: str, *, published: str | None = None, updated: str | None = None) -> Entry:
    moments = [datetime.fromisoformat(f"{d}T09:00:00+00:00") if d else None
               for d in (published, updated)]  # fmt: skip
    return Entry(url=HOME + path, published=moments[0], updated=moments[1])


ENTRIES = [
    ("its own day counts first", entry("/2023/01/01/a", published="2024-05-02"), None, None, True),
    ("then that of its address", entry("/2024/05/02/a", updated="2026-01-01"), None, None, True),
    ("then its list's", entry("/a", updated="2026-01-01"), "/map-2024-05.xml", None, True),
    ("then its last change", entry("/a", updated="2024-05-02"), None, "2026-01-01", True),
    ("then its list's last change", entry("/a"), None, "2024-05-20", True),
    ("changed since, with a day of before", entry("/2024/04/30/a", updated="2024-05-02"), None,
     None, False),
    ("what nothing tells of is left", entry("/a"), None, None, False),
    ("a list's change of another time", entry("/a"), None, "2024-06-20", False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "at", "changed", "is_in"), [row[1:] for row in ENTRIES], ids=[r[0] for r in ENTRIES]
)
def test_which_entries_are_of_the_range(
    one: Entry, at: str | None, changed: str | None, is_in: bool
) -> None:
    named = older.of_list(HOME + at, None) if at else None
    changed_at = datetime.fromisoformat(f"{changed}T00:00:00+00:00") if changed else None

    kept, undated = older.in_range([one], named, changed_at, MAY)

    assert kept == ([one] if is_in else [])
    assert undated == (at is None and changed is None and one == entry("/a"))


def test_a_list_that_was_made_just_now_says_nothing_of_its_pages() -> None:
    entries = [entry(f"/{n}", updated="2024-05-31") for n in range(12)]
    long_ago = [entry(f"/{n}", updated="2024-05-03") for n in range(12)]

    assert older.in_range(entries, None, None, MAY) == ([], 12)
    assert older.in_range(long_ago, None, None, MAY) == (long_ago, 0)


CHILDREN = [
    ("/map-2024-05.xml", "2026-01-01", True),
    ("/map-2024-06.xml", "2024-05-10", False),
    ("/map-2024.xml", None, True),
    ("/map-7.xml", None, True),
    ("/map-7.xml", "2026-01-01", True),
    ("/map-7.xml", "2024-04-30", False),
]


@pytest.mark.parametrize(("path", "changed", "is_visited"), CHILDREN)
def test_which_sitemaps_of_an_index_are_visited(
    path: str, changed: str | None, is_visited: bool
) -> None:
    at = datetime.fromisoformat(f"{changed}T00:00:00+00:00") if changed else None

    assert older.may_hold(HOME + path, at, MAY) == is_visited


def test_a_page_is_past_where_all_it_dates_is_older() -> None:
    past, now, open_ = entry("/2024/04/01/a"), entry("/2024/05/01/b"), entry("/c")

    assert older.is_before([past, open_], None, MAY)
    assert not older.is_before([past, now], None, MAY)
    assert not older.is_before([open_], None, MAY)
    assert not older.is_before([], None, MAY)


NUMBERED = [
    ("/news/page/3/", "/news", 3),
    ("/news?page=2", "/news", 2),
    ("/news?sort=new&page=2", "/news?sort=new", 2),
    ("/news", "/news", 1),
    ("/news/page-12", "/news", 12),
    ("/news/pages-of-history", "/news/pages-of-history", 1),
]


@pytest.mark.parametrize(("path", "stem", "number"), NUMBERED)
def test_the_number_of_a_page(path: str, stem: str, number: int) -> None:
    plain = f"quay.example{stem}" if "?" in stem else f"quay.example{stem}?"

    assert stem_and_page(HOME + path) == (plain, number)


DATED = [
    ("/2024/05/", "/", True),
    ("/news/2024/05/", "/news", True),
    ("/news/2024/", "/news/page/2/", True),
    ("/2024/04/", "/2024/05/", True),
    ("/2024/05/17/", "/2024/05/", True),
    ("/2024/05/quay-opens", "/2024/05/", False),
    ("/sport/2024/05/", "/news", False),
    ("/05/2024/", "/", False),
]


@pytest.mark.parametrize(("path", "base", "is_below"), DATED)
def test_which_addresses_are_archives_by_date(path: str, base: str, is_below: bool) -> None:
    assert is_dated_below(HOME + path, HOME + base) == is_below


def test_a_page_says_where_it_goes_on() -> None:
    links = ("/news?page=1", "/news?page=3", "/news?page=4", "/sport?page=3", "/2024/05/", "/a",
             "http://else.example/news?page=3")  # fmt: skip
    body = "".join(f'<a href="{link}">{link}</a>' for link in links)

    found = read_archive(f"<html><body>{body}</body></html>".encode(), f"{HOME}/news?page=2")

    assert found.older == (f"{HOME}/news?page=3",)


def test_what_is_called_the_next_page_is_believed() -> None:
    body = b'<html><head><link rel="next" href="/more/xyz"></head><body><a href="/a">a</a></body>'

    assert read_archive(body, f"{HOME}/news").older == (f"{HOME}/more/xyz",)
