"""What a draft is to what is already kept."""

from dataclasses import replace

import pytest

from pipelines.identify.exact import text_hash
from pipelines.identify.judge import judge
from pipelines.records import Candidates, Known, Verdict
from tests.samples import TEXT, a_draft

OWN, OTHER, FIRST = "a" * 32, "b" * 32, "c" * 32
DRAFT = a_draft()
SAME = Known(
    id=OTHER,
    revision=3,
    text_hash=text_hash(TEXT),
    title=DRAFT.title,
    story=FIRST,
    duplicate_of=None,
    urls=(),
)
CHANGED = replace(SAME, text_hash="0" * 32)
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
    return verdict.story == (OWN if verdict.ruling == "new" else FIRST)


def test_a_copy_says_how_it_copies() -> None:
    assert judge(DRAFT, OWN, Candidates(by_text=SAME)).relation == "copy"
    assert judge(DRAFT, OWN, Candidates()).relation is None
