"""When a page's AMP form is wanted, and when it is the better one."""

from dataclasses import replace

import pytest

from pipelines import amp
from pipelines.records import Draft, Dropped, Exclusion, Sheet
from tests.rooms.test_further import URL, a_page, html, prose
from tests.samples import a_draft

NAMED = '<link rel="amphtml" href="/amp/storm-7">'
LOCKED = (
    '<script type="application/ld+json">'
    '{"@type": "NewsArticle", "isAccessibleForFree": "False"}</script>'
)
THERE = "https://a.example/amp/storm-7"
NONE = Dropped(reason=Exclusion.NO_ARTICLE)
CASES = [
    ("a check for robots", NAMED, Dropped(reason=Exclusion.BLOCKED), THERE),
    ("a consent form", NAMED, Dropped(reason=Exclusion.CONSENT), THERE),
    ("a login", NAMED, Dropped(reason=Exclusion.LOGIN), THERE),
    ("no article", NAMED, NONE, THERE),
    ("less than it says", NAMED, a_draft(is_thin=True), THERE),
    ("a good page", NAMED, a_draft(), None),
    ("an error page", NAMED, Dropped(reason=Exclusion.ERROR_PAGE), None),
    ("a list", NAMED, Dropped(reason=Exclusion.LIST), None),
    ("a page that is not free to read", NAMED + LOCKED, NONE, None),
    ("none is named", "", NONE, None),
    ("it is only spoken of", "<!-- amphtml -->", NONE, None),
    ("the page itself is named", f'<link rel="amphtml" href="{URL}">', NONE, None),
    ("what is named is no address", '<link rel="amphtml" href="http://[">', NONE, None),
]


@pytest.mark.parametrize(
    ("head", "made", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_the_amp_form_is_wanted_where_a_page_shows_no_article(
    head: str, made: Draft | Dropped, expected: str | None
) -> None:
    assert amp.address(a_page(html(prose("storm"), head)), made) == expected


def test_no_amp_form_is_wanted_of_an_article_in_several_pages() -> None:
    page = a_page(html(prose("storm"), NAMED))
    several = replace(page, more=(Sheet(url=f"{URL}/2", body=b""),))

    assert amp.address(page, NONE) == THERE
    assert amp.address(several, NONE) is None


LONG, SHORT = a_draft(text="a" * 300), a_draft(text="a" * 200)


@pytest.mark.parametrize(
    ("why", "made", "ordinary", "is_better"),
    [
        ("an article where there was none", SHORT, NONE, True),
        ("half as much again", LONG, SHORT, True),
        ("hardly more", SHORT, replace(SHORT, text="a" * 180), False),
        ("none where there was one", NONE, SHORT, False),
        ("none at all", NONE, NONE, False),
    ],
)
def test_the_better_of_both_is_read(
    why: str, made: Draft | Dropped, ordinary: Draft | Dropped, is_better: bool
) -> None:
    assert amp.is_better(made, ordinary) is is_better, why
