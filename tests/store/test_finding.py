"""Articles found: by what is said of them, in order, a page at a time, by their words."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.store.finding import Finding
from pipelines.store.search import Cursor, CursorError, Order, Search, cursor
from pipelines.store.words import Words
from tests.samples import DAWN, NOW, a_draft, an_offer, the_articles

Document = dict[str, Any]
PATHS = ("ferry", "copy", "tide")


@pytest.fixture
def finding(db: Database[Document]) -> Finding:
    """Three articles: an original, its copy, and one without a date."""
    undated = a_draft(
        "tide", text="The tide. " * 40 + "北京市长说。", title="Tide (a.m.)", published=None,
        section="Weather", authors=("Anna Mole", "Bert Pier"),
    )  # fmt: skip
    articles = the_articles(db)
    articles.keep([an_offer("ferry"), an_offer("copy"), an_offer("tide", undated)], NOW)
    Words(db).fill()
    return Finding(db)


def paths_of(found: list[Document]) -> list[str]:
    """Return the paths that articles were made of."""
    wanted = {an_offer(path).own_id: path for path in PATHS}
    return [wanted[article["_id"]] for article in found]


@pytest.mark.parametrize(
    ("why", "search", "paths"),
    [
        ("all, newest first, those without a date last", Search(), ["copy", "ferry", "tide"]),
        ("oldest first, those without a date last", Search(order=Order.OLDEST), list(PATHS)),
        ("originals", Search(is_unique=True), ["ferry", "tide"]),
        ("a part of a title, case ignored", Search(title="TIDE"), ["tide"]),
        ("a title is no expression", Search(title="(a.m.)"), ["tide"]),
        ("a title that would match as an expression", Search(title="T.de"), []),
        ("since", Search(since=DAWN), ["copy", "ferry"]),
        ("since later", Search(since=DAWN + timedelta(seconds=1)), []),
        ("until", Search(until=DAWN), []),
        ("until later", Search(until=DAWN + timedelta(seconds=1)), ["copy", "ferry"]),
        ("of a source", Search(source="lantern", limit=1), ["copy"]),
        ("of another", Search(source="quay"), []),
        ("by an earlier id", Search(source="quay", earlier=("lantern",), limit=1), ["copy"]),
        ("of region and language", Search(region="coast", language="EN"), list(PATHS)),
        ("of a language that only begins so", Search(language="e"), []),
        ("of a section, case ignored", Search(section="weather"), ["tide"]),
        ("of a part of a section", Search(section="weath"), []),
        ("by a part of a name", Search(author="pier"), ["tide"]),
        ("of a story", Search(story=an_offer("ferry").own_id), ["copy", "ferry"]),
        ("with a word of the text", Search(words="tide"), ["tide"]),
        ("with a word's beginning", Search(words="ti*"), ["tide"]),
        ("with a part of a word", Search(words="ti"), []),
        ("with words that are apart", Search(words="tide mayor"), []),
        ("with a phrase", Search(words='"the tide the"'), ["tide"]),
        ("with its words in another order", Search(words='"tide the the"'), []),
        ("with a word of a script without spaces", Search(words="市长"), ["tide"]),
        ("with letters of it that stand apart", Search(words="北长"), []),
        ("with words of which none is a letter", Search(words="***"), []),
        ("with a word, of another region", Search(words="tide", region="inland"), []),
        ("with a word, originals", Search(words="tide", is_unique=True), ["tide"]),
    ],
)
def test_articles(finding: Finding, why: str, search: Search, paths: list[str]) -> None:
    found = paths_of(list(finding.articles(search)))

    assert sorted(found) == sorted(paths), why
    assert found[-1:] == ["tide"] or "tide" not in found
    if search.limit is None and search.words is None:
        assert finding.count(search) == len(paths)


@pytest.mark.parametrize("order", list(Order))
@pytest.mark.parametrize("words", [None, "t* "])
def test_page_by_page_each_article_comes_once(
    finding: Finding, order: Order, words: str | None
) -> None:
    every = [row["_id"] for row in finding.articles(Search(order=order, words=words))]
    found: list[str] = []
    place: Cursor | None = None

    while page := list(finding.articles(Search(order=order, words=words, after=place, limit=1))):
        found += [row["_id"] for row in page]
        place = cursor(str(order.behind(page[-1])))

    assert found == every
    assert len(every) == len(PATHS)


def test_a_cursor_of_another_order_is_refused(finding: Finding) -> None:
    place = Cursor(order=Order.NEWEST, at=None, article="a")

    with pytest.raises(CursorError, match="of --sort newest"):
        list(finding.articles(Search(order=Order.OLDEST, after=place)))


@pytest.mark.parametrize("words", ["", "x", "e30", "WyJuZXdlc3QiXQ", "WyJhIiwgbnVsbCwgIngiXQ", "é"])
def test_what_is_no_cursor_is_told(words: str) -> None:
    with pytest.raises(CursorError, match="is no cursor"):
        cursor(words)


def test_a_cursor_is_read_as_it_was_written() -> None:
    place = Cursor(order=Order.CHANGED, at=datetime(2026, 11, 2, 9, tzinfo=UTC), article="a")

    assert cursor(str(place)) == place


def test_words_follow_what_changes(db: Database[Document], finding: Finding) -> None:
    words, key = Words(db), an_offer("tide").own_id
    db["articles"].update_one(
        {"_id": key},
        [{"$set": {"title": "The mayor", "text": "A new roof.", "changed_at": "$$NOW"}}],
    )

    behind, entered, again = words.behind(), words.fill(), words.fill()

    assert (behind, entered, again) == (1, 1, 0)
    assert paths_of(list(finding.articles(Search(words="roof mayor")))) == ["tide"]
    assert not list(finding.articles(Search(words="tide")))


def test_words_of_a_removed_article_are_gone(db: Database[Document], finding: Finding) -> None:
    key = an_offer("tide").own_id
    db["articles"].update_one(
        {"_id": key},
        [{"$set": {"state": "removed", "title": None, "text": "", "changed_at": "$$NOW"}}],
    )

    Words(db).fill()

    row = db["search"].find_one({"_id": key}) or {}
    assert row["terms"] == []


def test_words_are_made_anew_where_they_were_dropped(
    db: Database[Document], finding: Finding
) -> None:
    words = Words(db)
    words.forget()

    assert not list(finding.articles(Search(words="tide")))
    assert words.fill() == len(PATHS)
    assert paths_of(list(finding.articles(Search(words="tide")))) == ["tide"]
