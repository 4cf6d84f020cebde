"""What a site's pages teach, and what a page gains by it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.extract import Manuscript, extract
from pipelines.line import observed, prepare
from pipelines.records import Draft, Entry, Page, Path, Seen, Sighting, Stripped, Template
from pipelines.template import LEAST_PAGES, choose, fit, learn
from pipelines.template.pack import pack, unpack
from pipelines.template.sight import text_key
from tests.crawl.server import paragraphs

NOW = datetime(2026, 11, 2, tzinfo=UTC)
SITE = "lantern.example"
SIDE = "This week the lamp museum shows two hundred lanterns of the old harbour, all of them lit."
ENDING = (
    "Our newsroom keeps to a code of its own, and every reader may ask for a copy of that code."
)


def a_page(number: int, body: str = "story") -> Page:
    """The page of an article, as one template writes it: teasers differ, the column is the same."""
    text = "".join(f"<p>{line}</p>" for line in paragraphs(f"article {number}", 5))
    teasers = "".join(
        f'<div class="item"><a href="/{n}">{paragraphs(f"teaser {number} {n}", 1)[0]}</a></div>'
        for n in range(4)
    )
    html = (
        f"<html><head><title>Story {number} of the harbour town</title></head><body>"
        f'<div class="top"><ul><li><a href="/">Home</a></li></ul></div><div id="main-{number}">'
        f'<div class="{body}"><h1>Story {number} of the harbour town</h1>{text}'
        f'<p>{ENDING}</p></div><div class="column"><p>{SIDE}</p>{teasers}</div></div>'
        "</body></html>"
    )
    url = f"https://{SITE}/{number}"
    return Page(
        url=url, announced_url=url, body=html.encode(), content_type="text/html; charset=utf-8",
        fetched_at=NOW + timedelta(minutes=number), entry=Entry(url=url), source="lantern",
    )  # fmt: skip


def seen(*numbers: int) -> list[Sighting]:
    found = [observed(a_page(number))[1] for number in numbers]
    return [one for one in found if one]


def drafted(page: Page, template: Template | None = None) -> Draft:
    made = prepare(page, template)
    assert isinstance(made, Draft)
    return made


@cache
def learned() -> Template:
    return learn(SITE, seen(1, 2, 3, 4, 5))


def test_what_stands_on_every_page_is_stripped_and_says_on_how_many() -> None:
    before, after = drafted(a_page(9)), drafted(a_page(9), learned())

    assert ENDING in before.text
    assert after.text == "\n\n".join(paragraphs("article 9", 5))
    assert after.template == learned().version
    taken = {line.text: (line.rule, line.pages) for line in after.stripped}
    assert taken[ENDING] == ("recurring", 5)


@pytest.mark.parametrize(("pages", "is_kept"), [(2, True), (3, False)])
def test_a_last_sentence_that_few_pages_have_is_a_story_told_twice(
    pages: int, *, is_kept: bool
) -> None:
    last = paragraphs("article 9", 5)[-1]
    manuscript = extract(a_page(9))
    assert isinstance(manuscript, Manuscript)
    key = next(text_key(line.text) for line in manuscript.lines if line.text == last)

    made = drafted(a_page(9), replace(learned(), recurring={**learned().recurring, key: pages}))

    assert (last in made.text) == is_kept
    assert (last in [line.text for line in made.stripped]) != is_kept


def test_a_page_of_another_kind_is_read_as_if_nothing_were_known() -> None:
    page = a_page(9)
    other = replace(
        page, body=page.body.replace(b"<div", b"<section").replace(b"</div", b"</section")
    )

    made = drafted(other, replace(learned(), recurring={}))

    assert made.text == drafted(other).text


def reviewed(number: int, times: int) -> Page:
    """A page that weighs several things, each under the same two headings."""
    page = a_page(number)
    parts = "".join(
        f"<h3>In favour</h3><p>{paragraphs(f'for {number} {n}', 1)[0]}</p>" for n in range(times)
    )
    marker = f"<p>{ENDING}</p>".encode()
    return replace(page, body=page.body.replace(marker, parts.encode() + marker))


@pytest.mark.parametrize(("times", "recurs"), [(2, False), (1, True)])
def test_a_heading_that_each_article_has_several_times_is_a_part_of_it(
    times: int, *, recurs: bool
) -> None:
    pages = [observed(reviewed(number, times))[1] for number in range(1, 6)]

    template = learn(SITE, [one for one in pages if one])
    made = drafted(reviewed(9, times), template)

    stripped = [line.text for line in made.stripped if line.rule == "recurring"]
    assert ("In favour" in stripped) == recurs
    assert made.text.count("In favour") == (0 if recurs else times)


def test_too_few_pages_teach_nothing() -> None:
    little = learn(SITE, seen(*range(1, LEAST_PAGES)))

    assert (little.votes, little.recurring, little.roots) == ({}, {}, ())
    assert drafted(a_page(9), little) == drafted(a_page(9))


def test_the_order_of_the_pages_and_a_page_seen_twice_change_nothing() -> None:
    pages = seen(1, 2, 3, 4)

    assert learn(SITE, [*reversed(pages), pages[0]]) == learn(SITE, pages)


def test_numbers_in_names_are_the_pages_own() -> None:
    paths = [path for path in learned().votes if "div.story" in path]

    assert paths
    assert all("div.main-0" in path for path in paths)


def test_a_sighting_holds_no_word_of_the_article() -> None:
    [sighting] = seen(1)
    words = " ".join(line.words for line in sighting.lines)

    assert "Home" in words
    assert not any(sentence[:20] in words for sentence in paragraphs("article 1", 5))


def test_two_lines_of_the_extractor_that_are_one_of_the_page_both_stay() -> None:
    manuscript = extract(a_page(9))
    assert isinstance(manuscript, Manuscript)
    whole = next(line for line in manuscript.lines if line.tag == "p")
    others = [line for line in manuscript.lines if line is not whole]
    parts = (replace(whole, text=whole.text[:20]), replace(whole, text=whole.text[20:], at=99))

    fitted = fit(
        learned(), replace(manuscript, lines=(*parts, *others)), choose(learned(), seen(9)[0].lines)
    )

    assert fitted
    assert "".join(line.text for line in fitted.lines[:2]) == whole.text


def test_what_the_template_puts_back_is_not_stripped_and_is_told_apart() -> None:
    page = a_page(9)
    manuscript = extract(page)
    assert isinstance(manuscript, Manuscript)
    first, second, *rest = (line for line in manuscript.lines if line.tag == "p")
    lost = [Stripped(text=one.text, rule="outside-article", at=one.at) for one in (first, second)]
    poorer = replace(manuscript, lines=tuple(rest), stripped=tuple(lost))
    [sighting] = seen(9)

    fitted = fit(learned(), poorer, choose(learned(), sighting.lines))

    assert fitted
    assert [line.text for line in fitted.lines] == paragraphs("article 9", 5)
    assert {first.text, second.text}.isdisjoint(one.text for one in fitted.stripped)
    places = [*(line.at for line in fitted.lines), *(one.at for one in fitted.stripped)]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize(
    ("why", "page", "share"),
    [
        ("a name above the text", "head text text", 0.0),
        ("a credit below it", "text text head", 0.0),
        ("a short line amid it", "text head text", 1.0),
        ("above the text, and again amid it", "head text head text", 1.0),
        ("a sentence above it", "lead text text", 1.0),
        ("a page without a sentence", "head head", 1.0),
    ],
)
def test_a_block_with_a_few_words_beside_the_sentences_only_is_no_article(
    why: str, page: str, share: float
) -> None:
    sizes = {"head": 20, "text": 200, "lead": 90}

    template = learn(SITE, [of_blocks(page, sizes, number) for number in range(3)])

    assert template.votes["body", page.replace("text", "").split()[0]] == share, why


def of_blocks(page: str, sizes: dict[str, int], number: int) -> Sighting:
    """Return a page's sighting: of each block one kept line, of a text of its own."""
    found = [
        Seen(path=("body", block), text=100 * number + at + 1, size=sizes[block], is_kept=True)
        for at, block in enumerate(page.split())
    ]
    return Sighting(url=str(number), seen_at=NOW, lines=tuple(found))


paths: st.SearchStrategy[Path] = st.lists(st.text("abc.#", min_size=1, max_size=4), max_size=5).map(
    tuple
)
lines = st.builds(
    Seen,
    path=paths,
    text=st.integers(0, 2**63 - 1),
    size=st.integers(0, 10_000),
    is_kept=st.booleans(),
    is_link=st.booleans(),
    is_struck=st.booleans(),
    words=st.text(max_size=80),
)


@given(st.lists(lines, max_size=20))
def test_a_packed_sighting_is_the_same_again(found: Sequence[Seen]) -> None:
    sighting = Sighting(url="https://lantern.example/1", seen_at=NOW, lines=tuple(found))

    assert unpack(pack(sighting, SITE)) == sighting


@given(st.lists(st.lists(lines, max_size=12), min_size=LEAST_PAGES, max_size=5))
def test_whatever_was_seen_votes_lie_between_nothing_and_all(pages: list[list[Seen]]) -> None:
    sightings = [
        Sighting(url=str(number), seen_at=NOW, lines=tuple(found))
        for number, found in enumerate(pages)
    ]

    template = learn(SITE, sightings)

    assert all(0 <= share <= 1 for share in template.votes.values())
    assert all(number >= 2 for number in template.recurring.values())


def test_an_article_at_two_addresses_is_one_page() -> None:
    pages = seen(1, 2, 3)
    elsewhere = replace(pages[0], url=f"https://{SITE}/z/1")

    assert learn(SITE, [*pages, elsewhere]) == learn(SITE, pages)


def test_pages_with_the_same_furniture_are_two() -> None:
    assert learn(SITE, seen(1, 2)).pages == 2
