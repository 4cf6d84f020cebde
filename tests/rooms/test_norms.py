"""Pages that read far worse than their source's do are told from odd ones."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import norms
from pipelines.norms import Look, Norm
from pipelines.records import Draft, Published

GOOD = Look(11.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.9)
ODD = replace(GOOD, is_signed=0.0)
WRECKED = replace(GOOD, letters=8.5, is_signed=0.0, confidence=0.4)


def known(pages: int = 20, usual: Look = GOOD) -> Norm:
    """Return the norm of so many pages that read alike, but for their lengths."""
    norm = Norm()
    for number in range(pages):
        norm = norms.after(norm, replace(usual, letters=usual.letters + (number % 3 - 1) * 0.6))
    return norm


@pytest.mark.parametrize(
    ("why", "seen", "is_poor"),
    [
        ("as ever", GOOD, False),
        ("a brief", replace(GOOD, letters=8.7), False),
        ("without its author", replace(GOOD, is_signed=0.0), False),
        ("a brief without its author", replace(GOOD, letters=8.7, is_signed=0.0), True),
        ("author and picture gone", replace(GOOD, is_signed=0.0, is_pictured=0.0), False),
        (
            "author, picture and section gone",
            replace(GOOD, is_signed=0.0, is_pictured=0.0, is_placed=0.0),
            True,
        ),
        ("unsure alone", replace(GOOD, confidence=0.3), False),
        ("a brief, and unsure", replace(GOOD, letters=8.7, confidence=0.3), True),
        ("two lines", replace(GOOD, letters=6.0), True),
        ("longer than ever", replace(GOOD, letters=15.0), False),
    ],
)
def test_a_page_is_poor_by_two_signs(why: str, seen: Look, is_poor: bool) -> None:
    assert norms.is_poor(known(), seen) == is_poor, why


def test_of_a_new_source_nothing_is_poor() -> None:
    assert not norms.is_poor(known(norms.LEAST - 1), WRECKED)


def test_what_half_of_its_pages_lack_is_not_missed() -> None:
    norm = Norm()
    for number in range(30):
        norm = norms.after(norm, replace(GOOD, is_signed=number % 2, is_pictured=number % 2))

    assert not norms.is_poor(norm, replace(GOOD, is_signed=0.0, is_pictured=0.0))


@pytest.mark.parametrize(
    ("pages", "is_changed"),
    [
        ("P", False),
        ("PPP", False),
        ("PPPP", True),
        ("GPPPP", True),
        ("PPoPP", True),
        ("PPGPP", False),
        ("PPPGPP", False),
        ("PoPoPo", False),
    ],
)
def test_a_layout_has_changed_by_four_pages_with_none_as_ever_between(
    pages: str, is_changed: bool
) -> None:
    norm = known()
    for one in pages:
        norm = norms.after(norm, {"P": WRECKED, "G": GOOD, "o": ODD}[one])

    assert norm.is_changed == is_changed
    assert norms.of_document(norms.to_document(norm)).is_changed == is_changed


def test_what_an_older_version_kept_counts() -> None:
    document = norms.to_document(known())

    norm = norms.of_document({**document, "last": [False, True, True, True]})

    assert norms.after(norm, WRECKED).is_changed


def test_poor_pages_never_become_usual() -> None:
    norm = known()
    for _ in range(50):
        norm = norms.after(norm, WRECKED)

    assert norm.usual == known().usual
    assert not norms.after(norms.after(norm, GOOD), GOOD).is_changed


def test_a_draft_is_looked_at() -> None:
    dated = Published(at=None, raw="x", source="feed", precision="day", day=None, offset=None)
    draft = Draft(
        url="u", own_url="u", urls=("u",), text="x" * 1023, title="T", published=dated, image="i"
    )

    assert norms.look(draft) == Look(10.0, 1.0, 0.0, 0.0, 1.0, 0.0, None)


def test_pages_that_nobody_judged_leave_the_usual_confidence_as_it_is() -> None:
    """Their template read them alone: beside them one that was judged is not unsure."""
    before = known()
    norm = before
    for _ in range(40):
        norm = norms.after(norm, replace(GOOD, confidence=None))

    assert norm.usual.confidence == before.usual.confidence
    assert norms.grade(norm, replace(GOOD, confidence=0.7)) is norms.Grade.AS_EVER
    assert norms.grade(norm, replace(GOOD, confidence=0.3)) is norms.Grade.ODD


numbers = st.floats(0, 1)
looks = st.builds(Look, st.floats(0, 21), *([numbers] * 6))


@given(st.lists(looks, max_size=30))
def test_what_is_kept_is_what_was_known(seen: list[Look]) -> None:
    norm = Norm()
    for one in seen:
        norm = norms.after(norm, one)

    kept = norms.of_document(norms.to_document(norm))

    assert (kept.last, kept.pages) == (norm.last, norm.pages)
    assert kept.usual.letters == pytest.approx(norm.usual.letters, abs=1e-3)
    assert norms.of_document(None) == Norm()
