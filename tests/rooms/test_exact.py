"""The exact text as an identity."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.identify.exact import FLOOR, is_telling, text_hash


@pytest.mark.parametrize(
    ("why", "one", "other", "is_same"),
    [
        ("white space is levelled", "The tide\n\ncame in.", " The  tide came\tin. ", True),
        ("a hard space is a space", "The\u00a0tide", "The tide", True),
        ("a letter and its mark in one or two", "Gaspé", "Gaspe\u0301", True),
        ("wide forms are the same letters", "ＡＢＣ", "ABC", True),
        ("case tells", "The Tide", "the tide", False),
        ("a word tells", "The tide came in.", "The tide came in again.", False),
        ("a full stop tells", "The tide came in", "The tide came in.", False),
    ],
)
def test_which_texts_are_the_same(why: str, one: str, other: str, is_same: bool) -> None:
    assert (text_hash(one) == text_hash(other)) is is_same, why


@pytest.mark.parametrize(
    ("why", "text", "is_enough"),
    [
        ("a notice is too short", "This page has moved.", False),
        ("nothing is too short", "", False),
        ("just under the floor", "a" * (FLOOR - 1), False),
        ("just at the floor", "a" * FLOOR, True),
        ("Chinese says the same in a third", "桥" * 67, True),
        ("and less is too short", "桥" * 66, False),
        ("kana too", "かな" * 34, True),
        ("Cyrillic counts as letters", "мост" * 49, False),
    ],
)
def test_which_texts_tell(why: str, text: str, is_enough: bool) -> None:
    assert is_telling(text) is is_enough, why


@given(st.text())
def test_every_text_has_a_hash_that_white_space_around_does_not_change(text: str) -> None:
    found = text_hash(text)

    assert len(found) == 32
    assert text_hash(f"\n {text}\t") == found


def test_half_a_letter_has_a_hash_too() -> None:
    assert len(text_hash("half \ud83d")) == 32
