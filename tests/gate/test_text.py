"""The quality of text, title and day over every invented page, held to ``floors.toml``."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dateline import cases
from dateline.demo import pages
from dateline.demo.newsroom import Newsroom
from pipelines.line import prepare
from pipelines.records import Draft, Entry, Page
from tests import case

FLOORS = tomllib.loads(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))
PAGES = FLOORS.pop("pages")
MEASURES = {"exact", "recall", "own", "titles", "days"}
ORIGINS = sorted(case.CASES.glob("origin-*.html"))
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Sample:
    """One page and what is right for it; None: not part of the case."""

    page: Page
    text: list[str]
    title: str | None = None
    day: str | None = None


@dataclass(frozen=True)
class Result:
    """One page's share of each measure."""

    url: str
    is_exact: bool
    expected: int
    kept: int
    stored: int
    foreign: int
    has_title: bool
    has_day: bool


@pytest.fixture(scope="module")
def results() -> list[Result]:
    """What the line makes of every page."""
    return [_result(sample) for sample in (*_newsroom(), *_cases(), *_origins())]


def test_no_measure_and_no_page_leaves_the_gate_unnoticed(results: list[Result]) -> None:
    assert set(FLOORS) == MEASURES
    assert len(results) == PAGES, "a page more or fewer: mend the number in tests/gate/floors.toml"


@pytest.mark.parametrize("measure", FLOORS)
def test_quality_stays_above_its_floor(results: list[Result], measure: str) -> None:
    share, worst = _share(results, measure)
    floor = FLOORS[measure]["least"]

    assert share >= floor, (
        f"{measure} fell to {share:.4f}; its floor is {floor}. Pages: {', '.join(worst[:5])}. "
        "Mend the rule that changed; if the loss is worth it, lower the floor in "
        "tests/gate/floors.toml in a commit of its own that says why."
    )


@pytest.mark.parametrize("measure", FLOORS)
def test_a_floor_follows_what_was_reached(results: list[Result], measure: str) -> None:
    share, _ = _share(results, measure)
    floor = FLOORS[measure]["least"]

    assert share - floor < FLOORS[measure]["slack"], (
        f"{measure} rose to {share:.4f} and its floor is still {floor}: "
        "raise it in tests/gate/floors.toml, so that it cannot slide back."
    )


def _share(results: list[Result], measure: str) -> tuple[float, list[str]]:
    """Return a measure over all pages, and the pages that are wrong by it."""
    every: dict[str, list[tuple[int, int]]] = {
        "exact": [(one.is_exact, 1) for one in results],
        "recall": [(one.kept, one.expected) for one in results],
        "own": [(one.stored - one.foreign, one.stored) for one in results],
        "titles": [(one.has_title, 1) for one in results],
        "days": [(one.has_day, 1) for one in results],
    }
    counts = every[measure]
    pairs = zip(results, counts, strict=True)
    worst = [one.url for one, (right, all_) in pairs if right < all_]
    return sum(right for right, _ in counts) / sum(all_ for _, all_ in counts), worst


def _result(sample: Sample) -> Result:
    made = prepare(sample.page)
    draft = made if isinstance(made, Draft) else None
    stored = draft.text.split("\n\n") if draft else []
    day = draft.published.day if draft and draft.published else None
    return Result(
        url=sample.page.url,
        is_exact=stored == sample.text,
        expected=len(sample.text),
        kept=sum(line in stored for line in sample.text),
        stored=len(stored),
        foreign=sum(line not in sample.text for line in stored),
        has_title=sample.title is None or (draft is not None and draft.title == sample.title),
        has_day=sample.day is None or day == sample.day,
    )


def _newsroom() -> Iterator[Sample]:
    newsroom = Newsroom()
    for paper in newsroom.papers:
        for article in paper.articles:
            url = pages.url(paper, article)
            document = newsroom.document(url)
            assert document is not None
            page = Page(
                url=url,
                announced_url=url,
                body=document.body,
                content_type=document.type,
                fetched_at=NOW,
                entry=Entry(url=url),
                source=paper.id,
                source_name=paper.name,
                language=paper.language,
                timezone=paper.timezone,
            )
            day = f"{article.published_at:%Y-%m-%d}"
            yield Sample(page, newsroom.expected(url), article.title, day)


def _cases() -> Iterator[Sample]:
    for place in sorted(path.parent for path in case.CASES.glob("*/case.yaml")):
        expected = cases.read(place / cases.EXPECTED)
        if "text" in expected:
            yield Sample(cases.page_of(place), expected["text"], expected["title"])


def _origins() -> Iterator[Sample]:
    text = (case.CASES / "origin.txt").read_text(encoding="utf-8").splitlines()
    for file in ORIGINS:
        url = f"https://gazette.example/{file.stem}"
        page = Page(
            url=url,
            announced_url=url,
            body=file.read_bytes(),
            fetched_at=NOW,
            entry=Entry(url=url),
            source="gazette",
        )
        yield Sample(page, text)
