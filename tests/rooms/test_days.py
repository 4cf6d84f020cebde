"""The day of an article is read where a page shows it, and other days are not."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from pipelines.enrich import clues, dates
from pipelines.enrich.published import Frame
from pipelines.enrich.tongue import Tongue, country_of
from pipelines.extract import Evidence, Line, Manuscript
from pipelines.records import Entry, Page, Stripped

TABLE = Path(__file__).parent.parent / "cases" / "enrich" / "days.yaml"
FETCHED = datetime(2026, 3, 19, 12, tzinfo=UTC)
URL = "https://gull.example/pier"


def rows() -> list[Any]:
    """Return the rows of the table."""
    table = YAML(typ="safe", pure=True).load(TABLE.read_text(encoding="utf-8"))
    return [pytest.param(row, id=row["why"]) for row in table["cases"]]


def a_page(url: str) -> Page:
    """Return a page that nobody announced a day of."""
    entry = Entry(url=url)
    return Page(
        url=url, announced_url=url, body=b"", fetched_at=FETCHED, entry=entry, source="gull"
    )


def a_manuscript(row: dict[str, Any]) -> Manuscript:
    """Return the manuscript that a row of the table describes."""
    lines = []
    for at, (text, signs) in enumerate(row["page"]):
        tag, *marks = signs.split()
        lines.append(Line(text, at, tag, frozenset(marks), spots=(at,)))
    meta = {"date": (row["published"],)} if "published" in row else {}
    titles = ("Pier opens again",)
    taken = [Stripped(text=text, rule="byline", at=0) for text in row.get("taken", ())]
    times = tuple((written, said) for written, said in row.get("times", ()))
    evidence = Evidence(titles=titles, meta=meta, things=tuple(row.get("ld", ())), times=times)
    begun = lines[row["text"] :] if "text" in row else []
    return Manuscript(
        lines=tuple(begun), evidence=evidence, page=tuple(lines), stripped=tuple(taken)
    )


@pytest.mark.parametrize("row", rows())
def test_the_day_is_the_one_that_the_page_gives_the_article(row: dict[str, Any]) -> None:
    page = a_page(row.get("url", URL))
    tongue = Tongue(row.get("language", "en"), country_of(page.url.split("/")[2]))

    found = clues.published(page, a_manuscript(row), Frame(FETCHED, tongue=tongue))

    assert (found.day if found else None) == (str(row["day"]) if row["day"] else None)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/2026/03/14/pier", "2026-03-14"),
        ("/2026/3/4/pier", "2026-03-04"),
        ("/news/14-03-2026", "2026-03-14"),
        ("/news/2026/03/260314-pier", "2026-03-14"),
        pytest.param("/news/03-04-2026", None, id="two small numbers"),
        pytest.param("/news/2026/03/260114-pier", None, id="another month"),
        pytest.param("/a-1140320261", None, id="a number"),
        pytest.param("/news/2026/03/", None, id="a month"),
    ],
)
def test_a_path_says_the_day_where_it_has_one(path: str, expected: str | None) -> None:
    assert dates.url_day(f"https://gull.example{path}?day=2020-01-01") == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [("gull.example.ie", "IE"), ("gull.co.uk", "GB"), ("gull.tv", None), ("gull.example", None)],
)
def test_a_host_tells_the_country_whose_domain_it_has(host: str, expected: str | None) -> None:
    assert country_of(host) == expected


def test_what_a_feed_says_outweighs_the_page() -> None:
    page = a_page(URL)
    fed = replace(page, entry=replace(page.entry, published=datetime(2026, 3, 15, tzinfo=UTC)))
    row = {"page": [["Pier opens again", "h1"], ["14 March 2026", "p"]]}

    found = clues.published(fed, a_manuscript(row), Frame(FETCHED, tongue=Tongue("en")))

    assert found
    assert found.source == "feed"
    assert date.fromisoformat(found.day or "") == date(2026, 3, 14), "as shown, by zone"
