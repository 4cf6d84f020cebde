"""When a feed has an article whole, and the page that is made of it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract.announced import is_whole, page
from pipelines.line import observed
from pipelines.records import Draft, Entry
from tests.crawl.server import paragraphs

NOW = datetime(2026, 11, 2, tzinfo=UTC)
URL = "https://quay.example/ferry"
LINES = paragraphs("ferry", 5)
HTML = "".join(f"<p>{line}</p>" for line in LINES)


@pytest.mark.parametrize(
    ("why", "content", "summary", "whole"),
    [
        ("a whole text", HTML, None, True),
        ("with a short summary", HTML, "The ferry sails.", True),
        ("with itself for a summary", HTML, " ".join(LINES), True),
        ("none", None, "The ferry sails.", False),
        ("a picture", '<img src="/a.jpg" alt="The ferry"><p>The ferry.</p>', None, False),
        ("markup is no text", f'<p class="{"x" * 900}">The ferry sails.</p>', None, False),
        ("much shorter than the summary", HTML, " ".join(LINES * 3), False),
        ("as long as what is kept: it was cut", HTML + " " * 60_000, None, False),
    ],
)
def test_a_feed_has_an_article_whole(
    why: str, content: str | None, summary: str | None, *, whole: bool
) -> None:
    entry = Entry(url=URL, content=content and content[:60_000], summary=summary)

    assert is_whole(entry, 60_000) is whole, why


def test_the_page_of_an_entry_is_read_as_any_other_but_teaches_nothing_of_its_site() -> None:
    entry = Entry(
        url=URL, title="Ferry <b>& quay</b>", content=HTML + "</article><h1>Other</h1>",
        published=NOW, authors=("Ada Quill",), tags=("Coast",), language="en",
    )  # fmt: skip

    made, sighting = observed(page(entry, URL, "quay", NOW))

    assert isinstance(made, Draft)
    assert made.text.split("\n\n")[:5] == LINES
    assert made.title == "Ferry <b>& quay</b>"
    assert (made.authors, made.tags) == (("Ada Quill",), ("Coast",))
    assert made.published
    assert made.published.at == NOW
    assert made.extracted_by.endswith("the feed's entry")
    assert sighting is None


@given(st.text(), st.text(), st.text())
def test_any_entry_is_told_and_made_a_page(title: str, content: str, language: str) -> None:
    entry = Entry(url=URL, title=title, content=content, language=language)

    is_whole(entry, 60_000)
    assert page(entry, URL, "quay", NOW).is_of_feed
