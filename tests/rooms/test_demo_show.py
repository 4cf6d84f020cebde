"""The demo's screen, from invented articles."""

from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from dateline.demo import show


def an_article(article_id: str, **changed: Any) -> dict[str, Any]:
    return {
        "_id": article_id,
        "url": f"http://gazette.example/{article_id}",
        "urls": [f"http://gazette.example/{article_id}"],
        "source": "gazette",
        "title": "Bridge [red]closed[/red]",
        "text": "One.\n\nTwo.\n\nThree.\n\nFour.",
        "authors": ["Ada Quill"],
        "section": None,
        "language": "en",
        "published_at": datetime(2026, 3, 1, 8, 5, tzinfo=UTC),
        "duplicate_of": None,
        "stripped": [],
        "stripped_more": 0,
        **changed,
    }


TRAIL = {"text": "Home » Bridge closed", "rule": "breadcrumbs", "at": 0}
TRANSLATE = {"text": "Translate " * 30, "rule": "labels", "at": 9}


def printed(articles: list[dict[str, Any]]) -> str:
    console = Console(width=120, record=True, file=None, quiet=False, force_terminal=False)
    with console.capture() as capture:
        console.print(show.screen(show.summarise(articles, "dateline_demo", "here")))
    return capture.get()


def test_the_screen_shows_counts_article_stripped_lines_copies_and_how_to_go_on() -> None:
    articles = [
        an_article("a"),
        an_article(
            "b", stripped=[TRAIL, TRANSLATE], urls=["http://x.example/1", "http://x.example/2"]
        ),
        an_article("c", source="herald", language="fr", duplicate_of="b", stripped=[TRAIL]),
    ]

    shown = printed(articles)

    assert "2 papers" in shown
    assert "Bridge [red]closed[/red]" in shown
    assert "2026-03-01 08:05 UTC · Ada Quill · en" in shown
    assert "http://gazette.example/b" in shown
    assert "… and 2 paragraphs more" in shown
    assert "breadcrumbs" in shown
    assert "Home » Bridge closed" in shown
    assert "of gazette is copied by herald" in shown
    assert "1 met at several addresses" in shown
    assert "MONGODB_DATABASE=dateline_demo dateline articles find" in shown


def test_counts_tell_originals_from_copies() -> None:
    copy = an_article("b", duplicate_of="a", stripped=[TRAIL], stripped_more=2, language=None)

    summary = show.summarise([an_article("a"), copy], "d", "here")

    assert summary.counts == (
        show.SourceCount(
            source="gazette", languages=("en", "?"), originals=1, copies=1, stripped=3
        ),
    )
    assert summary.copies == (
        show.Copies(title="Bridge [red]closed[/red]", source="gazette", copied_by=("gazette",)),
    )


def test_the_article_shown_is_the_original_with_the_most_rules() -> None:
    one_rule = an_article("a", stripped=[TRAIL, TRAIL, TRAIL])
    two_rules = an_article("b", stripped=[TRAIL, TRANSLATE])
    copy = an_article("c", duplicate_of="a", stripped=[TRAIL, TRANSLATE, TRAIL])
    foreign = an_article("d", language="fr", stripped=[TRAIL, TRANSLATE, TRAIL])

    assert show.choose([one_rule, two_rules, copy, foreign]) == two_rules
    assert show.choose([foreign, copy]) == foreign
    assert show.choose([copy]) is None


def test_nothing_kept_is_said_without_an_article() -> None:
    assert "0 papers" in printed([])


def test_a_bare_article_is_shown_all_the_same() -> None:
    bare = an_article("a", title=None, published_at=None, authors=[], language=None, text="One.")

    shown = printed([bare])

    assert "(no title)" in shown
    assert "no date" in shown
    assert "Nothing was stripped" in shown
