"""What the pages of a site say alike of title and day is the site's, case by case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pipelines.line import observed, prepare
from pipelines.records import Draft, Entry, Page, Seen, Sighting, Template
from pipelines.sites import choice_now
from pipelines.template import learn
from pipelines.template.pack import pack, unpack
from tests.crawl.server import paragraphs

NOW = datetime(2026, 11, 2, tzinfo=UTC)
SITE = "lantern.example"
BANNER = "All the news of the harbour town"
WEEK, DAY = timedelta(days=3), timedelta(hours=8)


def a_page(number: int, pause: timedelta, head: str = "", body: str = "") -> Page:
    """The page of an article; ``pause`` lies between one page and the next."""
    text = "".join(f"<p>{line}</p>" for line in paragraphs(f"article {number}", 5))
    html = f"<html><head>{head}</head><body><div class=story>{body}{text}</div></body></html>"
    url = f"https://{SITE}/{number}"
    return Page(
        url=url, announced_url=url, body=html.format(n=number).encode(),
        content_type="text/html; charset=utf-8", fetched_at=NOW + number * pause,
        entry=Entry(url=url), source="lantern",
    )  # fmt: skip


def learned(pages: int, pause: timedelta, head: str, body: str) -> Template:
    found = [observed(a_page(number, pause, head, body))[1] for number in range(1, pages + 1)]
    return learn(SITE, [unpack(pack(one, SITE)) for one in found if one])


def drafted(page: Page, template: Template | None) -> Draft:
    made = prepare(page, template)
    assert isinstance(made, Draft)
    return made


BANNERS = f'<meta property="og:title" content="{BANNER}">'
OWN = "<title>Story {n} of the quay</title>"
TITLES = [
    ("in the head", BANNERS + OWN, "", 4, "Story 9 of the quay"),
    ("as the only h1", BANNERS, f"<h1>{BANNER}</h1><h2>By the quay</h2>", 4, BANNER),
    (
        "as an h1 over another",
        f"<title>{BANNER}</title>", f"<h1>{BANNER}</h1><h1>Story {{n}} of the quay</h1>", 4,
        "Story 9 of the quay",
    ),
    ("and what else is said all say too", f"{BANNERS}<title>Of the quay</title>",
     f"<h1>{BANNER}</h1>", 4, BANNER),
    (
        "on two pages",
        f"{BANNERS}<title>{BANNER} - Story {{n}}</title>", f"<h1>{BANNER}</h1>", 2, BANNER,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("why", "head", "body", "pages", "title"), TITLES)
def test_a_title_that_so_many_pages_say_is_none_where_the_page_says_another(
    why: str, head: str, body: str, pages: int, title: str
) -> None:
    template = learned(pages, DAY, head, body)

    assert drafted(a_page(9, DAY, head, body), template).title == title, why


MADE = '<meta property="article:published_time" content="2026-10-30T06:00:00Z">'
SHOWN = "<p class=date>{n} October 2026</p>"
DAYS = [
    ("for a week", 4, WEEK, SHOWN, "2026-10-09"),
    ("in one issue", 4, DAY, SHOWN, "2026-10-30"),
    ("on two pages", 2, 3 * WEEK, SHOWN, "2026-10-30"),
    ("and nothing else is said", 4, WEEK, "", "2026-10-30"),
]


@pytest.mark.parametrize(("why", "pages", "pause", "body", "day"), DAYS)
def test_a_day_that_so_many_pages_say_holds_only_where_nothing_else_is_said(
    why: str, pages: int, pause: timedelta, body: str, day: str
) -> None:
    template = learned(pages, pause, MADE, body)

    published = drafted(a_page(9, pause, MADE, body), template).published

    assert published
    assert published.day == day, why


def test_the_day_of_a_weekly_papers_issue_is_its_articles() -> None:
    issues = [("2026-11-05", 0, 4), ("2026-11-12", 7, 8)]
    pages = [
        Sighting(
            url=f"{day}/{number}",
            seen_at=NOW + timedelta(days=after),
            day=day,
            lines=(Seen(("body",), 100 * after + number, 200, is_kept=True),),
        )
        for day, after, articles in issues
        for number in range(articles)
    ]

    assert not learn(SITE, pages).days
    assert learn(SITE, [*pages, replace(pages[-1], url="z", seen_at=NOW, lines=())]).days == {
        "2026-11-12"
    }


def test_a_page_that_was_read_with_such_a_title_is_to_be_read_again_once() -> None:
    head = TITLES[0][1]
    template = learned(4, DAY, head, "")
    page = a_page(1, DAY, head)
    before, after = observed(page)[1], observed(page, template)[1]
    assert before
    assert after

    assert choice_now(template, pack(before, SITE)) != before.choice
    assert choice_now(template, pack(after, SITE)) == after.choice


def test_a_sighting_of_a_dateline_that_kept_neither_is_read() -> None:
    one = observed(a_page(1, DAY, TITLES[0][1]))[1]
    assert one
    bare = replace(one, titles=(), day=None)

    assert unpack(pack(bare, SITE)) == bare
    assert not learn(SITE, [bare, bare, bare]).titles
