"""Invented sites of many builds and languages: the stored text is the article's lines, no other.

Each is read twice: its four pages alone, and its first page with what the other three have taught.
What is not exact today is in ``tests/cases/templates/floor.yaml`` under its cause: one that becomes
exact has to be taken off that list, so that it cannot be lost again.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from pipelines.extract import Manuscript, extract
from pipelines.line import observed, prepare
from pipelines.records import Draft, Dropped, Entry, Page
from pipelines.template import learn
from tests.gate import templates
from tests.gate.templates import Sheet

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FLOOR = templates.read("floor.yaml")
COMBINATIONS = list(templates.combinations())
WAYS = ("alone", "learned")


@dataclass(frozen=True)
class Made:
    """What the line makes of a page."""

    sheet: Sheet
    answer: tuple[str, ...]
    """The extractor's lines, before any rule."""
    draft: Draft | Dropped


def cases() -> Iterator[Any]:
    """Yield each site with each way to read it; what is on the list is expected to fail."""
    for skeleton, language in COMBINATIONS:
        for way in WAYS:
            why = causes(way).get(f"{skeleton} {language}")
            marks = [pytest.mark.xfail(reason=why, strict=True)] if why else []
            name = f"{skeleton} {language} {way}"
            yield pytest.param(skeleton, language, way, marks=marks, id=name)


def causes(way: str) -> dict[str, str]:
    """Return why each site on the list is not exact."""
    return {site: why for why, sites in FLOOR[way].items() for site in sites}


@pytest.mark.parametrize(("skeleton", "language", "way"), list(cases()))
def test_the_text_is_the_articles_lines_and_no_other(
    skeleton: str, language: str, way: str
) -> None:
    for made in read(skeleton, language)[way]:
        assert isinstance(made.draft, Draft)
        assert made.draft.text.split("\n\n") == list(made.sheet.text)


@pytest.mark.parametrize(("skeleton", "language"), COMBINATIONS)
def test_what_the_extractor_had_is_stored_or_stripped_by_a_rule(
    skeleton: str, language: str
) -> None:
    for made in [made for way in WAYS for made in read(skeleton, language)[way]]:
        assert isinstance(made.draft, Draft)
        kept = Counter(made.draft.text.split("\n\n"))
        stripped = Counter(line.text for line in made.draft.stripped if line.rule)

        assert Counter(made.answer) - kept - stripped == Counter()


def test_every_skeleton_and_language_is_used() -> None:
    used = Counter(language for _, language in COMBINATIONS)

    assert {skeleton for skeleton, _ in COMBINATIONS} == set(templates.names("pages"))
    assert set(used) == set(templates.names("languages"))
    assert min(used.values()) >= 2
    assert len(templates.names("pages")) >= 60
    assert len(used) >= 24


@pytest.mark.parametrize("way", WAYS)
def test_the_list_of_what_fails_names_each_site_once_and_none_that_is_gone(way: str) -> None:
    listed = Counter(site for sites in FLOOR[way].values() for site in sites)

    assert [site for site, times in listed.items() if times > 1] == []
    assert set(listed) - {" ".join(combination) for combination in COMBINATIONS} == set()


@cache
def read(skeleton: str, language: str) -> dict[str, list[Made]]:
    """Return what is made of a site's pages alone, and of the first with what the others teach."""
    sheets = templates.site(skeleton, language)
    pages = [page_of(sheet, minutes) for minutes, sheet in enumerate(sheets)]
    answers = [answer(page) for page in pages]
    seen = [observed(page) for page in pages]
    template = learn(sheets[0].url, [sighting for _, sighting in seen[1:] if sighting])
    drafts = [draft for draft, _ in seen]
    return {
        "alone": [Made(*made) for made in zip(sheets, answers, drafts, strict=True)],
        "learned": [Made(sheets[0], answers[0], prepare(pages[0], template))],
    }


def answer(page: Page) -> tuple[str, ...]:
    """Return the lines of a page that the rules are given."""
    manuscript = extract(page)
    assert isinstance(manuscript, Manuscript)
    return tuple(line.text for line in manuscript.lines)


def page_of(sheet: Sheet, minutes: int) -> Page:
    """Return the page as the spider hands it to the line."""
    return Page(
        url=sheet.url,
        announced_url=sheet.url,
        body=sheet.html.encode(),
        content_type="text/html; charset=utf-8",
        fetched_at=NOW + timedelta(minutes=minutes),
        entry=Entry(url=sheet.url),
        source="invented",
    )
