"""Pages that their site's template reads alone, and those that it leaves to the extractor."""

from dataclasses import replace
from functools import cache

import pytest

from pipelines.line import observed, prepare
from pipelines.records import Draft, Page, Sighting, Template
from pipelines.sites import Lessons
from pipelines.template import learn
from pipelines.template.pack import pack, unpack
from pipelines.template.skim import NAME, PAGES, is_sampled
from tests.crawl.server import paragraphs
from tests.rooms.test_template import ENDING, SITE, a_page, drafted, seen


@cache
def learned(pages: int = PAGES) -> Template:
    return learn(SITE, seen(*range(1, pages + 1)))


def plain(start: int) -> int:
    """Return the first number from there of a page that is not read in full by its address."""
    return next(n for n in range(start, start + 100) if not is_sampled(a_page(n).announced_url))


def changed(page: Page, *changes: tuple[str, str]) -> Page:
    body = page.body.decode()
    for old, new in changes:
        assert old in body
        body = body.replace(old, new)
    return replace(page, body=body.encode())


NINE = plain(9)
TEXT = "\n\n".join(paragraphs(f"article {NINE}", 5))


def test_a_sure_template_reads_what_the_extractor_and_it_read_together() -> None:
    alone = drafted(a_page(NINE), learned())
    both = drafted(a_page(NINE), replace(learned(), is_sure=False))

    assert learned().is_sure
    assert (alone.extracted_by, both.extracted_by.split()[0]) == (NAME, "trafilatura")
    assert alone.text == both.text == TEXT
    assert (alone.title, alone.language) == (both.title, both.language)
    assert ENDING in [line.text for line in alone.stripped if line.rule == "recurring"]


def sampled() -> Page:
    return next(a_page(n) for n in range(99) if is_sampled(a_page(n).announced_url))


def boxed() -> tuple[str, str]:
    """Put paragraphs into a block of a name that no page before has had."""
    box = f'<div class="box"><p>{" ".join(paragraphs("box", 3))}</p></div>'
    return f"<p>{ENDING}", f"{box}<p>{ENDING}"


def stating() -> tuple[str, str]:
    """Have the page's data say the text of a longer article."""
    words = " ".join(paragraphs("whole", 20))
    said = f'{{"@type": "NewsArticle", "headline": "Story", "articleBody": "{words}"}}'
    return "</head>", f'<script type="application/ld+json">{said}</script></head>'


LEFT = {
    "a page of a template of few": (a_page(NINE), learned(PAGES - 1)),
    "one page in sixteen": (sampled(), learned()),
    "blocks with other names": (changed(a_page(NINE), ('"story"', '"fresh"')), learned()),
    "much in a block that nobody knows": (changed(a_page(NINE), boxed()), learned()),
    "data that states far more": (changed(a_page(NINE), stating()), learned()),
    "hardly any text": (
        changed(a_page(NINE), *((f"<p>{one}</p>", "") for one in TEXT.split("\n\n"))),
        learned(),
    ),
}


@pytest.mark.parametrize("what", LEFT)
def test_what_is_left_to_the_extractor(what: str) -> None:
    page, template = LEFT[what]

    made = prepare(page, template)

    assert not isinstance(made, Draft) or made.extracted_by != NAME


def test_what_stands_in_a_menu_is_neither_text_nor_date() -> None:
    """A box of nothing but links is passed by, once it was seen on several pages."""
    top = '<ul><li><a href="/">Home</a></li></ul>'
    dated = changed(a_page(NINE), (top, '<ul><li><a href="/">Issue of 5 May 2020</a></li></ul>'))

    made = drafted(dated, learned())

    assert (made.extracted_by, made.text, made.published) == (NAME, TEXT, None)


def test_a_skimmed_page_teaches_nothing() -> None:
    _, sighting = observed(a_page(NINE), learned())
    assert sighting is not None
    assert sighting.is_skimmed
    assert unpack(pack(sighting, SITE)) == sighting


def test_a_template_that_would_choose_otherwise_without_the_extractor_is_not_sure() -> None:
    """Each page ends with a few words that were kept, in a block of its own name."""

    def with_own_block(page: Sighting, name: str) -> Sighting:
        kept = [at for at, line in enumerate(page.lines) if line.is_kept]
        lines = [line._replace(size=650 // len(kept)) for line in page.lines]
        own = lines[kept[-2]]  # the last one recurs
        lines[kept[-2]] = own._replace(path=(*own.path[:-1], f"div.{name}", "p"), size=40)
        return replace(page, lines=tuple(lines))

    pages = seen(1, 2, 3, 4, 5)
    others = [with_own_block(page, name) for page, name in zip(pages, "abcde", strict=True)]

    assert learn(SITE, pages).is_sure
    assert not learn(SITE, others).is_sure


def test_a_site_made_anew_is_read_in_full_until_its_new_template_is_known() -> None:
    lessons = Lessons()
    for one in seen(*range(1, PAGES + 1)):
        lessons.add(pack(one, SITE))
    ways = []
    for number in range(20, 40):
        page = a_page(number, body="fresh")
        made, sighting = observed(page, lessons.learned(SITE))
        assert isinstance(made, Draft)
        assert made.text.startswith("\n\n".join(paragraphs(f"article {number}", 5)))
        ways.append(made.extracted_by == NAME)
        if sighting and not sighting.is_skimmed:
            lessons.add(pack(sighting, SITE))

    assert not any(ways[:2])
    assert sum(ways[10:]) >= 8
