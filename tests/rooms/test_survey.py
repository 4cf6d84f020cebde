"""A first look at a paper, over answers that a visitor brings."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest

from config.catalogue import Catalogue
from config.source import Source
from crawler.fetch import Failed, Fetched
from crawler.politeness.robots import Robots, received
from crawler.survey import NEWS, Limits, Survey, survey
from dateline.proposal import Said, proposal
from pipelines.records import Trouble

HOME = "https://herald.example/"
NOW = datetime.now(UTC)
LIMITS = Limits(
    agent="Dateline/1 (+https://x.example)",
    feed_bytes=10**6,
    page_bytes=10**6,
    news_since=NOW - NEWS,
)
WORDS = (
    "The ferry ran again on Monday, after the storm had passed and the pier was mended by six men."
)
HTML, XML = "text/html; charset=utf-8", "application/xml"


def article(number: int) -> str:
    text = f"<p>{WORDS}</p>" * 4
    return (
        f"<html lang='en-GB'><title>Ferry {number} runs again</title><article>"
        f"<h1>Ferry {number} runs again</h1>{text}</article></html>"
    )


def link(number: int) -> str:
    return f"{HOME}news/ferry-number-{number}-runs-again"


def feed(numbers: Sequence[int], title: str = "Herald") -> str:
    items = "".join(
        f"<item><title>Ferry {n}</title><link>{link(n)}</link>"
        f"<pubDate>{NOW - timedelta(hours=6 * n):%a, %d %b %Y %H:%M:%S +0000}</pubDate></item>"
        for n in numbers
    )
    return f"<rss version='2.0'><channel><title>{title}</title>{items}</channel></rss>"


def news_map(numbers: Sequence[int]) -> str:
    rows = "".join(
        f"<url><loc>{link(n)}</loc><n:news><n:title>Ferry {n}</n:title>"
        f"<n:publication_date>{NOW - timedelta(hours=n):%Y-%m-%dT%H:%M:%SZ}</n:publication_date>"
        "</n:news></url>"
        for n in numbers
    )
    return f"<urlset xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>{rows}</urlset>"


class Site:
    """A visitor to a site of invented answers."""

    def __init__(self, answers: dict[str, str], robots: str | None = None) -> None:
        self._answers = answers
        self._robots = robots
        self.asked: list[str] = []

    def get(self, urls: Sequence[str], max_bytes: int) -> list[Fetched | Failed]:
        """Return what is there."""
        self.asked += urls
        return [self._one(url) for url in urls]

    def _one(self, url: str) -> Fetched | Failed:
        body = self._answers.get(url.removeprefix(HOME))
        if body is None:
            return Failed(url=url, trouble=Trouble.NOT_FOUND, detail="it answers 404 Not Found")
        kind = HTML if "<html" in body else XML
        return Fetched(url=url, status=200, headers={"content-type": kind}, body=body.encode())

    def robots(self, url: str) -> Robots | None:
        """Return the one there is."""
        status = 200 if self._robots else 404
        return received(HOME[:-1], status, (self._robots or "").encode(), NOW, 24)


PAGES = {f"news/ferry-number-{n}-runs-again": article(n) for n in range(12)}
LINKS = "".join(f"<h2><a href='{link(n)}'>Ferry {n} runs again today</a></h2>" for n in range(6))


def home(head: str = "", body: str = "<a href='/about'>About</a>") -> str:
    return f"<html lang='en-GB'><head><title>Herald</title>{head}</head><body>{body}</body></html>"


def named(*paths: str) -> str:
    return "".join(f"<link rel=alternate type=application/rss+xml href='/{p}'>" for p in paths)


def found_at(answers: dict[str, str], robots: str | None = None) -> tuple[Survey, Site]:
    site = Site({**PAGES, **answers}, robots)
    found = survey(HOME, site, LIMITS)
    assert isinstance(found, Survey)
    return found, site


WAYS = [
    ("the feed it names", {"": home(named("own")), "own": feed(range(9))}, ["own"]),
    ("a usual place", {"": home(), "rss.xml": feed(range(9))}, ["rss.xml"]),
    (
        "no feed of comments, and none that says the same",
        {
            "": home(named("own", "same", "comments/feed", "more")),
            "own": feed(range(9)),
            "same": feed(range(5)),
            "comments/feed": feed(range(20)),
            "more": feed([7, 8, 9, 10, 11]),
        },
        ["own", "more"],
    ),
    (
        "a news sitemap that lists more of the last days",
        {"": home(named("own")), "own": feed([1, 2]), "sitemap-news.xml": news_map(range(12))},
        ["own", "sitemap-news.xml"],
    ),
    (
        "a news sitemap that lists no more is left",
        {"": home(named("own")), "own": feed(range(9)), "sitemap-news.xml": news_map(range(9))},
        ["own"],
    ),
    ("its own page, where nothing else says", {"": home("", LINKS)}, [""]),
    (
        "sections that lead to others",
        {
            "": home("", f"<nav><a href='/sea'>Sea</a><a href='/bare'>B</a></nav>{LINKS}"),
            "sea": home("", LINKS.replace("number-", "with-number-")),
            "bare": home("", LINKS),
        },
        ["", "sea"],
    ),
]


@pytest.mark.parametrize(("why", "answers", "entrances"), WAYS, ids=[row[0] for row in WAYS])
def test_what_announces_its_articles_is_found(
    why: str, answers: dict[str, str], entrances: list[str]
) -> None:
    found, site = found_at(answers)

    assert [one.url.removeprefix(HOME) for one in found.entrances] == entrances
    assert site.asked.count(HOME) == 1


def test_a_feed_given_for_a_home_page_is_taken_for_one() -> None:
    site = Site({**PAGES, "own": feed(range(9))})

    found = survey(f"{HOME}own", site, LIMITS)

    assert isinstance(found, Survey)
    assert (found.front.url, [one.url for one in found.entrances]) == (HOME, [f"{HOME}own"])


def test_an_article_given_for_a_home_page_leads_to_it() -> None:
    answers = {"": home(named("own")), "own": feed(range(9))}

    found = survey(link(3), Site({**PAGES, **answers}), LIMITS)

    assert isinstance(found, Survey)
    assert (found.front.url, [one.url for one in found.entrances]) == (HOME, [f"{HOME}own"])


def test_a_home_page_that_cannot_be_had_is_said() -> None:
    assert isinstance(survey(HOME, Site({}), LIMITS), Failed)


def test_the_newest_articles_are_read_and_what_ails_a_named_feed_is_told() -> None:
    found, _ = found_at({"": home(named("own", "gone")), "own": feed(range(9))}, "Crawl-delay: 7")

    assert [entry.url for entry, _ in found.pages] == [link(0), link(1), link(2)]
    assert [(one.url, one.trouble) for one in found.failed] == [(f"{HOME}gone", Trouble.NOT_FOUND)]


def proposed(found: Survey, said: Said = Said(), *sources: Source) -> dict[str, object]:  # noqa: B008
    made = proposal(found, Catalogue(sources), said, date(2026, 11, 2))
    Source.model_validate(dict(made.entry))
    return {**made.entry, "region": made.region, "doubts": list(made.doubts)}


def test_an_entry_is_made_of_what_was_found() -> None:
    found, _ = found_at({"": home(named("own")), "own": feed(range(9))})

    assert proposed(found) == {
        "id": "herald",
        "name": "Herald",
        "homepage": HOME,
        "country": "GB",
        "language": "en-GB",
        "timezone": "Europe/London",
        "feeds": [f"{HOME}own"],
        "verified": date(2026, 11, 2),
        "region": "unsorted",
        "doubts": [],
    }


def test_what_a_person_says_goes_before_what_is_guessed() -> None:
    found, _ = found_at({"": home(named("own")), "own": feed(range(9))})
    other = Source(
        id="herald", name="X", homepage="https://x.example/", region="north", country="KZ",
        feeds=(f"{HOME}own",),
    )  # fmt: skip

    made = proposed(found, Said(name="The Herald of Quay", country="KZ"), other)

    assert (made["id"], made["country"], made["timezone"]) == (
        "the-herald-of-quay", "KZ", "Asia/Almaty",
    )  # fmt: skip
    assert made["region"] == "north"
    assert made["doubts"] == [f"{HOME}own is visited for herald already"]


def test_a_paper_of_which_no_article_can_be_read_is_not_verified() -> None:
    site = Site({"": home(named("own")), "own": feed(range(3))})

    found = survey(HOME, site, LIMITS)

    assert isinstance(found, Survey)
    made = proposed(found)
    assert made["verified"] is None
    assert made["doubts"] == [
        "no article could be read; if its text comes by script, add `javascript: true`"
    ]
