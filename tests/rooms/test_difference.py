"""What became of a text, by word or character; and that nothing of either text is lost."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline.difference import difference, folded
from dateline.revisions import drawn, with_changes

LONG = " ".join(f"word{number}" for number in range(60))


def marked(before: str, after: str, *, is_folded: bool = False) -> str:
    """Return the pieces between marks."""
    pieces = difference(before, after)
    marks = {"kept": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    shown = folded(pieces) if is_folded else pieces
    return "".join(marks[piece.kind].format(piece.text) for piece in shown)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("", "", ""),
        ("The ferry left.", "The ferry left.", "The ferry left."),
        (
            "The ferry left at dawn with 30 people.",
            "The ferry left at dawn with 40 people.",
            "The ferry left at dawn with [-30 -]{+40 +}people.",
        ),
        ("One.\n\nTwo.", "One.\n\nNew.\n\nTwo.", "One.\n\n{+New.\n\n+}Two."),
        ("One.\n\nTwo.\n\nThree.", "One.\n\nThree.", "One.\n\n[-Two.\n\n-]Three."),
        ("渡轮早上八点离开码头", "渡轮早上九点离开码头", "渡轮早上[-八-]{+九+}点离开码头"),
        ("The ferry left.", "A bell rang today.", "[-The ferry left.-]{+A bell rang today.+}"),
        ("One  two.\n\nThree.", "One two.\n\nThree.", "One two.\n\nThree."),
        ("", "All new.", "{+All new.+}"),
    ],
)  # fmt: skip
def test_what_became_of_a_text(before: str, after: str, shown: str) -> None:
    assert marked(before, after) == shown


@pytest.mark.parametrize(
    ("before", "after", "hidden"),
    [
        (f"{LONG} old", f"{LONG} new", 48),
        (f"old {LONG}", f"new {LONG}", 48),
        (f"old {LONG} old", f"new {LONG} new", 36),
        (LONG, LONG, 60),
    ],
)
def test_what_stands_far_from_a_change_is_folded(before: str, after: str, hidden: int) -> None:
    assert f"[… {hidden} words …]" in marked(before, after, is_folded=True)


def test_a_text_without_end_is_not_compared_by_word() -> None:
    before, after = ("word " * 5_000 + end for end in ("old", "new"))

    assert [piece.kind for piece in difference(before, after)] == ["removed", "added"]


words = st.text(alphabet="ab 港轮\n", max_size=40)


@given(words, words)
def test_the_pieces_are_both_texts(before: str, after: str) -> None:
    pieces = difference(before, after)

    for text, kind in ((before, "removed"), (after, "added")):
        told = "".join(piece.text for piece in pieces if piece.kind in {"kept", kind})
        assert "".join(told.split()) == "".join(text.split())


def test_a_revision_is_drawn_between_marks_or_in_colours() -> None:
    moment = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
    before = {"revision": 1, "title": "A ferry", "text": "It left at 8."}
    [shown] = with_changes(
        [{**before, "fetched_at": moment, "replaced_at": moment}],
        {"title": "A ferry", "text": "It left at 9.\n\nIt is back."},
    )

    plain, coloured = (drawn(shown, is_coloured=is_coloured) for is_coloured in (False, True))

    assert plain.plain.splitlines()[3:] == ["It left at [-8.-]{+9.", "", "It is back.+}"]
    assert coloured.plain.splitlines()[3:] == ["It left at 8.9.", "", "It is back."]
    assert {"red strike", "green"} <= {str(span.style) for span in coloured.spans}
    assert shown["changes"]["title"] == [{"kind": "kept", "text": "A ferry"}]
