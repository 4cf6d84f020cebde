"""Pages that lead to articles: which of their links are articles, and what shapes tell."""

from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from crawler.readers import NotAFeed, read_section, shapes
from crawler.readers.shapes import Known
from pipelines.records import FeedKind

BASE = "https://herald.example/news"
ROWS = YAML(typ="safe").load(Path(__file__).parents[1] / "cases" / "readers" / "sections.yaml")


def absolute(paths: list[str]) -> list[str]:
    return [urljoin(BASE, path) for path in paths]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["why"])
def test_the_articles_of_a_page_are_taken_and_nothing_else(row: dict[str, Any]) -> None:
    known = Known.of(absolute(row.get("kept", [])), absolute(row.get("refused", [])))

    found = read_section(row["page"].encode(), BASE, "text/html; charset=utf-8", known)

    assert found.kind is FeedKind.SECTION
    assert [entry.url for entry in found.entries] == absolute(row["articles"])
    if "titles" in row:
        assert [entry.title for entry in found.entries] == row["titles"]
    if "published" in row:
        said = [entry.published and entry.published.isoformat() for entry in found.entries]
        assert said == row["published"]
    assert bool(found.warnings) == (not row["articles"])


@pytest.mark.parametrize("body", [b"", b"%PDF-1.7", b"<p>words without a link", b"<html></html>"])
def test_what_is_no_page_with_links_is_said(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        read_section(body, BASE)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_it_stumble(body: bytes) -> None:
    try:
        found = read_section(b"<a href='/x'>x</a>" + body, BASE)
    except NotAFeed:
        return
    assert all(entry.url for entry in found.entries)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_address_can_be_linked_to(path: str) -> None:
    page = f'<h2><a href="{path}">A headline of some words that is long enough</a></h2>'

    try:
        found = read_section(page.encode("utf-8", "replace"), BASE)
    except NotAFeed:
        return

    assert all((entry.url or "").startswith("http") for entry in found.entries)


ALIKE = [
    ("/news/2026/05/quay-opens-again-tonight", "/news/2025/11/bridge-is-closed-for-good"),
    ("/town/quay-opens-again-tonight-4711.html", "/town/bridge-is-closed-for-good-4712.html"),
    ("/index.php?id=7", "/index.php?id=812"),
    ("/a/12345", "/a/98"),
]
UNLIKE = [
    ("/news/quay-opens-again-tonight", "/sport/quay-opens-again-tonight"),
    ("/index.php?id=7", "/print.php?id=7"),
    ("/index.php?id=7", "/index.php?tag=7"),
    ("/news/quay-opens-again-tonight", "/news/quay"),
    ("/news/quay-opens-again.html", "/news/quay-opens-again.php"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_addresses_of_one_kind_have_one_shape(one: str, other: str) -> None:
    assert shapes.shape(urljoin(BASE, one)) == shapes.shape(urljoin(BASE, other))


@pytest.mark.parametrize(("one", "other"), UNLIKE)
def test_addresses_of_two_kinds_have_two_shapes(one: str, other: str) -> None:
    assert shapes.shape(urljoin(BASE, one)) != shapes.shape(urljoin(BASE, other))


def test_what_is_known_of_a_shape_is_what_most_of_its_addresses_were() -> None:
    kept = [f"https://herald.example/n/{letter}" for letter in "ab"]
    refused = [f"https://herald.example/n/{letter}" for letter in "cde"]

    assert Known.of(kept, []).says(f"{BASE[:-4]}n/x") is True
    assert Known.of(kept, refused[:1]).says(f"{BASE[:-4]}n/x") is True
    assert Known.of(kept, refused).says(f"{BASE[:-4]}n/x") is False
    assert Known.of([], refused[:1]).says(f"{BASE[:-4]}n/x") is None
    assert Known.of(kept, []).says(f"{BASE[:-4]}m/x") is None


def test_a_base_that_is_no_address_is_none_and_one_that_is_counts() -> None:
    story = "<a href='news/the-ferry-runs-again-1234'>The ferry runs again after the long storm</a>"
    page = "<html><base href='{}'><body>" + story

    for base, url in (
        ("http://[x", "http://h.example/news/the-ferry-runs-again-1234"),
        ("/sea/", "http://h.example/sea/news/the-ferry-runs-again-1234"),
        ("javascript:x", "http://h.example/news/the-ferry-runs-again-1234"),
    ):
        (entry,) = read_section(page.format(base).encode(), "http://h.example/").entries
        assert entry.url == url
