"""What a draft is to what is already kept."""

from dataclasses import replace

import pytest

from pipelines.identify.canonical import article_id
from pipelines.identify.exact import text_hash
from pipelines.identify.judge import judge
from pipelines.records import Candidates, Known, Verdict
from tests.samples import TEXT, a_draft

OWN, OTHER, FIRST = "a" * 32, "b" * 32, "c" * 32
# to today's rules two spellings of one address
SPELLED = "https://lantern.example/ferry?utm_source=a"
DRAFT = a_draft(met_url=f"{SPELLED}&utm_term=1")
SAME = Known(
    id=OTHER,
    revision=3,
    text_hash=text_hash(TEXT),
    text=TEXT,
    title=DRAFT.title,
    story=FIRST,
    duplicate_of=None,
    urls=("https://lantern.example/ferry",),
)
CORRECTED = TEXT.replace("berth two", "berth seven")
CHANGED = replace(SAME, text_hash=text_hash(CORRECTED), text=CORRECTED)
CLOCK = replace(SAME, text_hash="2" * 32, text=f"{TEXT}\n\nUpdated 3 hours ago")
LIVE = replace(SAME, revision=5, text_hash="3" * 32, text=TEXT.partition("\n\n")[2])
ANOTHER = replace(
    SAME,
    text_hash="1" * 32,
    text="A bell older than the town was found under the market hall on Friday. " * 5,
    title="Bell found",
    urls=("https://lantern.example/bell",),
)
TEMPLATE = TEXT.replace("the lighthouse dark", "a sky like this one")
COPY = replace(SAME, duplicate_of=FIRST)


@pytest.mark.parametrize(
    ("why", "found", "expected"),
    [
        ("nothing is known", Candidates(), ("new", OWN, 1, None)),
        ("its address is known", Candidates(by_url=SAME), ("same", OTHER, 3, None)),
        (
            "another address of it, with a little other text",
            Candidates(by_url=CHANGED),
            ("same", OTHER, 3, None),
        ),
        (
            "read again, its text has changed",
            Candidates(by_url=CHANGED, is_recheck=True),
            ("revised", OTHER, 4, None),
        ),
        (
            "read again, its title has changed",
            Candidates(by_url=replace(SAME, title="Another"), is_recheck=True),
            ("revised", OTHER, 4, None),
        ),
        (
            "read again, nothing has changed",
            Candidates(by_url=SAME, is_recheck=True),
            ("same", OTHER, 3, None),
        ),
        (
            "read again, white space has changed",
            Candidates(by_url=replace(SAME, text_hash=text_hash(f" {TEXT}\n")), is_recheck=True),
            ("same", OTHER, 3, None),
        ),
        (
            "another article, met here before: the address names it",
            Candidates(by_url=replace(ANOTHER, urls=(DRAFT.met_url,))),
            ("same", OTHER, 3, None),
        ),
        (
            "another article, that the page only claims to be",
            Candidates(by_url=ANOTHER),
            ("misnamed", article_id(DRAFT.own_url), 1, None),
        ),
        (
            "another article that has this very id and was never met here",
            Candidates(by_url=replace(ANOTHER, id=article_id(DRAFT.own_url))),
            ("misnamed", article_id(f"{DRAFT.own_url}#own"), 1, None),
        ),
        (
            "another article, at an address of the same form that was never met",
            Candidates(by_url=replace(ANOTHER, urls=(f"{SPELLED}&utm_term=2",))),
            ("misnamed", article_id(f"{SPELLED}&utm_term=1"), 1, None),
        ),
        (
            "a little other text at an address of the same form",
            Candidates(by_url=replace(CHANGED, urls=(f"{SPELLED}&utm_term=2",))),
            ("same", OTHER, 3, None),
        ),
        (
            "another text under the same title, at an address of the same form",
            Candidates(by_url=replace(ANOTHER, title=DRAFT.title, urls=(f"{SPELLED}&utm_term=2",))),
            ("same", OTHER, 3, None),
        ),
        (
            "another article under the same title",
            Candidates(by_url=replace(ANOTHER, title=DRAFT.title)),
            ("misnamed", article_id(DRAFT.own_url), 1, None),
        ),
        (
            "a notice too short to tell, under the same title",
            Candidates(by_url=replace(ANOTHER, title=DRAFT.title, text="The hall is shut.")),
            ("same", OTHER, 3, None),
        ),
        (
            "read again, it has become another text",
            Candidates(by_url=replace(ANOTHER, urls=SAME.urls), is_recheck=True),
            ("revised", OTHER, 4, None),
        ),
        (
            "read again, a clock has changed",
            Candidates(by_url=CLOCK, is_recheck=True),
            ("same", OTHER, 3, None),
        ),
        (
            "the same by our rules, that are to take the clock",
            Candidates(by_url=CLOCK, is_recheck=True, is_reread=True),
            ("revised", OTHER, 4, None),
        ),
        (
            "read again, the address leads to what has another text",
            Candidates(by_url=ANOTHER, is_recheck=True),
            ("moved", OTHER, 3, None),
        ),
        (
            "read again, the address leads to a copy that is known",
            Candidates(by_url=SAME, elsewhere=replace(SAME, id=FIRST), is_recheck=True),
            ("moved", OTHER, 3, None),
        ),
        (
            "read again, the address leads to the same text, met nowhere",
            Candidates(by_url=replace(CHANGED, urls=ANOTHER.urls), is_recheck=True),
            ("revised", OTHER, 4, None),
        ),
        (
            "a live blog has one entry more, within the hour",
            Candidates(by_url=LIVE, is_recheck=True, earlier=TEXT[:90]),
            ("grown", OTHER, 5, None),
        ),
        (
            "the same in the next hour",
            Candidates(by_url=LIVE, is_recheck=True),
            ("revised", OTHER, 6, None),
        ),
        (
            "what changed less often is no live blog",
            Candidates(by_url=replace(LIVE, revision=4), is_recheck=True, earlier=TEXT[:90]),
            ("revised", OTHER, 5, None),
        ),
        (
            "a live blog lost an entry that no revision keeps",
            Candidates(
                by_url=replace(LIVE, text=f"{TEXT}\n\nThe tide turned."),
                is_recheck=True,
                earlier="Two bells.",
            ),
            ("revised", OTHER, 6, None),
        ),
        (
            "a live blog lost an entry that the revision before keeps",
            Candidates(
                by_url=replace(LIVE, text=f"{TEXT}\n\nTwo bells."),
                is_recheck=True,
                earlier="Two bells.",
            ),
            ("grown", OTHER, 5, None),
        ),
        (
            "told by the same template, of another day",
            Candidates(by_url=replace(ANOTHER, text=TEMPLATE)),
            ("misnamed", article_id(DRAFT.own_url), 1, None),
        ),
        (
            "told by the same template under the same title: two versions of one",
            Candidates(by_url=replace(ANOTHER, text=TEMPLATE, title=DRAFT.title)),
            ("same", OTHER, 3, None),
        ),
        (
            "half of the article, at another address of it",
            Candidates(by_url=replace(CHANGED, text=TEXT[: len(TEXT) // 2], urls=ANOTHER.urls)),
            ("same", OTHER, 3, None),
        ),
        ("its text is an original's", Candidates(by_text=SAME), ("copy", OWN, 1, OTHER)),
        ("its text is a copy's", Candidates(by_text=COPY), ("copy", OWN, 1, FIRST)),
        ("its text is its own", Candidates(by_text=replace(SAME, id=OWN)), ("new", OWN, 1, None)),
        (
            "its address counts more than its text",
            Candidates(by_url=SAME, by_text=COPY),
            ("same", OTHER, 3, None),
        ),
        ("a copy that is met again stays one", Candidates(by_url=COPY), ("same", OTHER, 3, FIRST)),
    ],
)
def test_judge(why: str, found: Candidates, expected: tuple[str, str, int, str | None]) -> None:
    verdict = judge(DRAFT, OWN, found)

    told = (verdict.ruling, verdict.article, verdict.revision, verdict.duplicate_of)
    assert told == expected, why
    assert story_is_right(verdict), why


def story_is_right(verdict: Verdict) -> bool:
    """A new article is its own story; every other is of the story it was found in."""
    if verdict.ruling == "misnamed":
        return verdict.story == verdict.article
    return verdict.story == (OWN if verdict.ruling == "new" else FIRST)


@pytest.mark.parametrize(
    ("access", "text", "ruling"),
    [
        ("truncated", TEXT[:200], "walled"),
        ("paywalled", TEXT[:200], "walled"),
        ("open", TEXT[:200], "revised"),
        ("truncated", f"{TEXT}\n\nThe tide turned.", "revised"),
    ],
)
def test_a_wall_takes_no_text_that_is_kept(access: str, text: str, ruling: str) -> None:
    draft = a_draft(text=text, access=access)

    assert judge(draft, OWN, Candidates(by_url=SAME, is_recheck=True)).ruling == ruling


def test_a_copy_says_how_it_copies() -> None:
    assert judge(DRAFT, OWN, Candidates(by_text=SAME)).relation == "copy"
    assert judge(DRAFT, OWN, Candidates()).relation is None
