"""Which pages are one article: addresses, links, and the text of all."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from pipelines import further
from pipelines.further import Turn
from pipelines.further.numbered import MOST, firsts, numbered
from pipelines.line import prepare
from pipelines.records import Draft, Entry, Page, Sheet
from tests.crawl.server import paragraphs

CASES = Path(__file__).parent.parent / "cases" / "further"
URL = "https://a.example/2026/storm-7"
Row = dict[str, Any]


def rows(name: str) -> list[Any]:
    """Return the rows of a table, each named by its why."""
    table = YAML(typ="safe", pure=True).load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(row, id=row["why"]) for row in table]


def html(
    text: str, head: str = "", title: str = "Storm over the bay", kind: str = "article"
) -> bytes:
    """Return a page that declares an article."""
    return (
        f'<html lang=en><head><title>{title}</title><meta property="og:type" content="{kind}">'
        f"{head}</head><body><article><h1>{title}</h1>{text}</article></body></html>"
    ).encode()


def a_page(body: bytes, url: str = URL) -> Page:
    """Return a page as it was fetched."""
    return Page(
        url=url,
        announced_url=url,
        body=body,
        content_type="text/html; charset=utf-8",
        fetched_at=datetime(2026, 3, 20, tzinfo=UTC),
        entry=Entry(url=url, title="Storm over the bay"),
        source="a",
    )


def prose(seed: str, count: int = 4) -> str:
    """Return invented paragraphs."""
    return "".join(f"<p>{line}</p>" for line in paragraphs(seed, count))


@pytest.mark.parametrize("row", rows("addresses"))
def test_an_address_says_which_page_it_is(row: Row) -> None:
    found = numbered(row["url"], row["first"])

    assert (found and found.number) == row["page"]
    assert found is None or found.is_telling is not row.get("weak", False)


@pytest.mark.parametrize("row", rows("links"))
def test_a_page_goes_on_where_its_own_pagination_leads(row: Row) -> None:
    url = row.get("url", URL)
    body = html(
        prose("storm") + row.get("body", ""), row.get("head", ""), kind=row.get("kind", "article")
    )

    found = further.following(a_page(body, url))

    assert found == row["goes_on"]
    assert found is None or further.may_go_on(body, url, 2)


@pytest.mark.parametrize("row", rows("behind"))
def test_a_page_behind_leads_to_the_first(row: Row) -> None:
    body = html(prose("storm") + row.get("body", ""), row.get("head", ""))

    found = further.beginning(a_page(body, row["url"]))

    assert found == row["begins"]
    assert found is None or further.may_be_behind(body, row["url"])


def test_a_page_without_pagination_is_told_by_its_bytes() -> None:
    assert not further.may_go_on(html(prose("storm")), URL, 2)
    assert not further.may_be_behind(html(prose("storm")), URL)


STEPS = st.text("abcdefghij-", min_size=3, max_size=30).map(lambda step: f"a{step}z")
FORMS = ("{0}?page={1}", "{0}/{1}", "{0}/{1}/", "{0}/page/{1}", "{0}/seite-{1}", "{0}-page-{1}")


@given(STEPS, st.integers(2, MOST), st.sampled_from(FORMS))
def test_the_first_page_is_found_from_each_that_has_a_number(
    step: str, number: int, form: str
) -> None:
    first = f"https://a.example/2026/{step}"
    url = form.format(first, number)

    found = numbered(url, first)

    assert found is not None
    assert found.number == number
    assert first in {one.rstrip("/") for one in firsts(url)}


@given(st.text(max_size=80), st.text(max_size=80), st.integers(2, MOST), st.binary(max_size=400))
def test_no_address_and_no_bytes_upset_it(one: str, other: str, number: int, body: bytes) -> None:
    url = f"https://a.example/{one}"

    numbered(url, f"https://a.example/{other}")
    numbered(one, other)
    further.may_go_on(body, url, number)

    assert all(isinstance(first, str) for first in firsts(url))
    assert all(isinstance(first, str) for first in firsts(f"http://[{other}"))
    further.following(a_page(body, URL + one))
    further.beginning(a_page(body, URL + one))


FIRST = a_page(html(prose("one")))
TURNS = [
    ("it goes on", html(prose("two")), Turn(is_of=True)),
    ("it names the one behind it", html(prose("two"), '<link rel="next" href="/2026/storm-7/3">'),
     Turn(is_of=True, following=f"{URL}/3")),
    ("its title counts", html(prose("two"), title="Storm over the bay (2/3)"), Turn(is_of=True)),
    ("its canonical is the first", html(prose("two"), f'<link rel="canonical" href="{URL}">'),
     Turn(is_of=True)),
    ("its canonical is its own", html(prose("two"), f'<link rel="canonical" href="{URL}/2">'),
     Turn(is_of=True)),
    ("its canonical is the whole on one page",
     html(prose("two"), f'<link rel="canonical" href="{URL}/all">'), Turn(is_of=True)),
    ("its canonical is another", html(prose("two"), '<link rel="canonical" href="/2026/calm-8">'),
     Turn(is_of=False)),
    ("its title is another", html(prose("two"), title="Calm in the valley"), Turn(is_of=False)),
    ("it repeats the first", html(prose("one")), Turn(is_of=False)),
    ("it adds a list", html(prose("one") + "<ul><li><a href=/x>More</a></ul>"), Turn(is_of=False)),
    ("its text comes by script", html("<div id=app></div>"),
     Turn(is_of=False, closed="There is no text on the page.")),
    ("it is no page", b"%PDF-1.7", Turn(is_of=False, closed="The body is a PDF.")),
    ("it asks for a login", b"<html><title>Log in</title><form><input type=password></form></html>",
     Turn(is_of=False, closed="The page asks for a login and shows nothing else.")),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [t[1:] for t in TURNS], ids=[t[0] for t in TURNS])
def test_a_page_that_was_named_is_of_the_article_or_not(body: bytes, expected: Turn) -> None:
    sheet = Sheet(url=f"{URL}/2", body=body, content_type="text/html; charset=utf-8")

    assert further.turned(FIRST, sheet) == expected


def test_the_texts_are_joined_without_what_repeats() -> None:
    lead = "<p>The first lines tell what the storm has done to the quay of the harbour.</p>"
    more = tuple(
        Sheet(url=f"{URL}/{number}", body=html(lead + prose(str(number))), content_type="text/html")
        for number in (2, 3)
    )

    draft = prepare(replace(a_page(html(lead + prose("1"))), more=more))

    assert isinstance(draft, Draft)
    expected = [line for seed in "123" for line in paragraphs(seed, 4)]
    assert draft.text.split("\n\n")[1:] == expected
    assert [one.text for one in draft.stripped if one.rule == further.REPEATED] == [lead[3:-4]] * 2
    assert (draft.url, draft.access) == (URL, "open")


def test_an_article_that_lacks_a_page_is_truncated() -> None:
    draft = prepare(replace(FIRST, lacks="page 2: the server answered 500"))

    assert isinstance(draft, Draft)
    assert draft.access == "truncated"
