"""What a visit to a stored address says of its article, and which raw page stays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipelines import settled
from pipelines.records import (
    Arrival,
    Before,
    Draft,
    Dropped,
    Exclusion,
    Failed,
    Gone,
    Kept,
    Outcome,
    Priority,
    Ruling,
    Standing,
    State,
    Trouble,
    Verdict,
)
from pipelines.settled import Job, Settled
from tests.samples import NOW, a_draft, an_arrival, url_of

KEPT = Standing(state=State.STORED, article="a1")
AWAY = replace(KEPT, reason=Trouble.NOT_FOUND, attempts=2)


def visited(at: str = "news/ferry", led_to: str | None = None) -> Arrival:
    """Return a re-check of a page that was met at its own address before."""
    first = an_arrival(at, article="a1")
    due = replace(first.due, before=Before(url=url_of(at)), priority=Priority.RECHECK)
    return Arrival(due=due, page=replace(first.page, url=url_of(led_to or at)))


def after(word: str, standing: Standing = KEPT) -> Settled:
    arrival = visited(led_to="tide" if word == Ruling.MOVED else None)
    return Settled(Job(arrival.due, None, arrival=arrival, body=b"zstd"), standing, word)


@pytest.mark.parametrize(
    ("why", "word", "standing", "seen", "is_new"),
    [
        ("read and the same", "same", KEPT, ("live", None), False),
        ("corrected", "revised", KEPT, ("live", None), True),
        ("behind a wall", "walled", KEPT, ("live", None), False),
        ("it leads elsewhere", "moved", KEPT, ("moved", url_of("tide")), True),
        ("gone for long", "404", AWAY, ("withdrawn", None), True),
        ("gone once", "404", replace(AWAY, attempts=1), None, None),
        ("its site is down", "timeout", KEPT, None, None),
        ("no article was found", "no-article", KEPT, None, None),
    ],
)
def test_what_a_visit_says_of_an_article(
    why: str,
    word: str,
    standing: Standing,
    seen: tuple[str, str | None] | None,
    is_new: bool | None,
) -> None:
    one = after(word, standing)

    found = settled.seen(one)
    assert (found and (found.state, found.moved_to)) == seen, why
    assert settled.showed([one]) == ([] if is_new is None else [("lantern", is_new)])


@pytest.mark.parametrize(
    ("word", "is_replaced"),
    [("same", True), ("revised", True), ("grown", True), ("walled", False), ("moved", False),
     ("no-article", False), ("page-time", False)],
)  # fmt: skip
def test_the_page_of_a_stored_article_stays_until_there_is_another(
    word: str, is_replaced: bool
) -> None:
    assert bool(settled.pages([after(word)], NOW + timedelta(days=1))) == is_replaced


@pytest.mark.parametrize(
    ("why", "reason", "led_to", "found"),
    [
        ("a page without article", Exclusion.NO_ARTICLE, None, Dropped),
        ("a list elsewhere", Exclusion.LIST, "all", Gone),
        ("no article elsewhere", Exclusion.NO_ARTICLE, "all", Gone),
        ("the same address in another form", Exclusion.LIST, "news/ferry?utm_source=feed", Dropped),
        ("a door that is shut", Exclusion.LOGIN, "login", Dropped),
        ("a check for robots", Exclusion.BLOCKED, "check", Failed),
    ],
)
def test_what_a_page_without_article_settles(
    why: str, reason: Exclusion, led_to: str | None, found: type
) -> None:
    outcome = settled.outcome(Dropped(reason=reason), visited(led_to=led_to))

    assert isinstance(outcome, found), why


@pytest.mark.parametrize(
    ("led_to", "ruling", "found"),
    [
        ("news/", Ruling.MOVED, Gone),
        ("news", Ruling.MOVED, Gone),
        ("new", Ruling.MOVED, Kept),
        ("news?id=7", Ruling.MOVED, Kept),
        ("news/tide", Ruling.MOVED, Kept),
        ("news", Ruling.SAME, Kept),
    ],
)
def test_a_section_above_an_article_is_no_other_article(
    led_to: str, ruling: Ruling, found: type
) -> None:
    verdict = Verdict(ruling=ruling, article="a1", story="a1")

    assert isinstance(settled.ruled(verdict, visited(led_to=led_to)), found)


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (Kept(article="a1"), "same"),
        (Gone(status=410), "410"),
        (Gone(status=None), "redirects"),
        (Dropped(reason=Exclusion.LIST), "list"),
        (Failed(trouble=Trouble.DNS), "dns"),
    ],
)
def test_as_what_an_outcome_is_counted(outcome: Outcome, word: str) -> None:
    assert settled.word(outcome) == word


ONE = a_draft(text="The ferry leaves berth 4 at dawn, and nobody has seen the lighthouse dark.")
OTHER = a_draft(text="The ferry leaves berth 5 at dawn, and nobody has seen the lighthouse dark.")


@pytest.mark.parametrize(
    ("why", "again", "made", "expected"),
    [
        ("the page before says the same by now", ONE, ONE, "rules"),
        ("another figure", ONE, OTHER, "page"),
        ("another title", ONE, replace(ONE, title="The ferry stays"), "page"),
        ("the page before holds no article", Dropped(reason=Exclusion.NO_ARTICLE), ONE, "page"),
    ],
)
def test_who_changed_an_article(
    why: str, again: Draft | Dropped, made: Draft, expected: str
) -> None:
    assert settled.cause(again, made) == expected, why
