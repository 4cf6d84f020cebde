"""From a fetched page to a draft: the whole way through the pure rooms."""

import pickle
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.line import prepare
from pipelines.records import LEFT_OUT, Draft, Dropped, Entry, Exclusion, Page

PAGES = Path(__file__).parent.parent / "cases" / "pages"
TITLE = "Ferry to Port Ambry returns after nine years"
FURNITURE = {f"Home » {TITLE}", "Global News", TITLE, "Translate"}
VARIANTS = [f"origin-{number}.html" for number in range(1, 6)]
PAGE = Page(
    url="https://gazette.example/2026/ferry?utm_source=feed",
    announced_url="https://gazette.example/2026/ferry?utm_source=feed",
    body=b"",
    fetched_at=datetime(2026, 3, 20, tzinfo=UTC),
    entry=Entry(url="https://gazette.example/2026/ferry?utm_source=feed"),
    source="gazette",
)


def prepared(body: bytes) -> Draft:
    """Return the draft of a page with this body, all that was left out beside it."""
    draft = prepare(replace(PAGE, body=body), with_beside=True)
    assert isinstance(draft, Draft)
    return draft


@pytest.mark.parametrize("name", VARIANTS)
def test_the_page_this_project_began_from_is_its_twelve_paragraphs(name: str) -> None:
    paragraphs = (PAGES / "origin.txt").read_text(encoding="utf-8").splitlines()

    draft = prepared((PAGES / name).read_bytes())

    assert draft.text.split("\n\n") == paragraphs
    assert draft.title == TITLE
    assert (draft.language or "").startswith("en")


@pytest.mark.parametrize("name", VARIANTS)
def test_each_line_around_it_is_recorded_with_its_rule_or_was_never_taken(name: str) -> None:
    rules = {"breadcrumbs", "section-label", "repeated-title", "tools", "outside-article"}

    draft = prepared((PAGES / name).read_bytes())

    assert {one.text for one in draft.stripped} <= FURNITURE
    assert {one.rule for one in draft.stripped} <= rules
    assert [one.at for one in draft.stripped] == sorted(one.at for one in draft.stripped)


def test_what_the_extractor_takes_in_our_rules_take_out() -> None:
    stripped = prepared((PAGES / "origin-2.html").read_bytes()).stripped

    assert [(one.text, one.rule, one.at) for one in stripped] == [
        (f"Home » {TITLE}", "breadcrumbs", 0),
        ("Global News", "section-label", 1),
        (TITLE, "repeated-title", 2),
        ("Translate", "tools", 15),
    ]


@pytest.mark.parametrize("name", ["origin-3.html", "origin-4.html"])
def test_what_stands_outside_of_the_articles_box_is_recorded_as_that(name: str) -> None:
    draft = prepared((PAGES / name).read_bytes())

    assert {(one.text, one.rule) for one in draft.stripped} == {
        (f"Home » {TITLE}", "outside-article"),
        ("Global News", "outside-article"),
        (TITLE, "repeated-title"),
        ("Translate", "outside-article"),
    }
    assert [one.at for one in draft.stripped] == [0, 1, 2, 15]
    assert draft.extracted_by.endswith(", mended")
    assert draft.confidence == 1


def test_what_the_extractor_left_out_is_listed_beside() -> None:
    draft = prepared((PAGES / "origin-1.html").read_bytes())

    rules = {line.text: line.rule for line in draft.beside}
    assert rules["Translate"] == rules["Printed in Lower Quill"] == LEFT_OUT
    kept = [line.text for line in draft.beside if line.rule is None]
    assert kept == draft.text.split("\n\n")


def test_the_address_is_canonical_and_the_others_are_kept() -> None:
    draft = prepared((PAGES / "origin-1.html").read_bytes())

    assert "utm_source" not in draft.url
    assert draft.urls[0] == draft.url


def test_a_draft_travels_between_processes() -> None:
    draft = prepared((PAGES / "origin-2.html").read_bytes())

    assert pickle.loads(pickle.dumps(draft)) == draft  # noqa: S301 our own bytes


def test_a_page_without_text_holds_no_article() -> None:
    body = b"<html><body><nav><a href='/'>Home</a></nav><p>Share</p></body></html>"

    found = prepare(replace(PAGE, body=body))

    assert isinstance(found, Dropped)
    assert found.reason == Exclusion.NO_ARTICLE
    assert found.detail.endswith(".")


TORN = rb"""
<p> </p> <table> <td> <h1> <a~href=x> <!-- <script> text.~ <title> 2026-13-45 </div> \xff
<script~type='application/ld+json'>{ <meta~property=og:title~content=x> <time~datetime=9999999999>
"""
PIECES = [piece.replace(b"~", b" ").replace(rb"\xff", b"\xff") for piece in TORN.split()]
MARKUP = st.text(alphabet="<>/ahp=\"'&;#! \x00é中", max_size=200).map(str.encode)
SOUP = st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join)


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.binary(max_size=300), MARKUP, SOUP))
def test_no_bytes_make_it_raise(body: bytes) -> None:
    assert isinstance(prepare(replace(PAGE, body=body)), Draft | Dropped)
