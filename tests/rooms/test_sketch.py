"""By what a text is found: what two texts share, and what two weeks have to do with it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.identify.shingles import spelled
from pipelines.identify.sketch import SPAN, WORDS, beside, keys, run_of, sketch

word = st.text("abcdefgh", min_size=1, max_size=4)
some = st.lists(word, max_size=60)
shared = st.lists(word, min_size=WORDS + SPAN - 1, max_size=60)


def taken(words: list[str]) -> list[int]:
    found: list[int] = sketch(spelled(" ".join(words))).tolist()
    return found


@given(some, some, shared, some, some)
def test_two_texts_that_share_so_many_words_share_a_run(
    before: list[str], other: list[str], both: list[str], after: list[str], end: list[str]
) -> None:
    one, two = taken([*before, *both, *after]), taken([*other, *both, *end])

    assert set(one) & set(two)


@given(st.text())
def test_every_text_with_a_word_is_found_by_something(text: str) -> None:
    found = spelled(text)

    assert bool(sketch(found).tolist()) == bool(len(found.words))
    assert sketch(found).tolist() == sorted(set(sketch(found).tolist()))


def test_scripts_without_spaces_are_found_by_characters() -> None:
    text = "昨日下午三时旧港口的灯塔重新点亮镇上的居民在码头举行了庆祝活动镇长感谢了修复工人"

    assert set(taken([text])) & set(taken(["本报讯", text, "本报记者"]))


@given(st.integers(0, 2**64 - 1), st.integers(-5, 40_000))
def test_a_key_is_a_positive_number_that_knows_its_run_and_its_neighbours(
    run: int, week: int
) -> None:
    [key] = keys(np.array([run], dtype=np.uint64), week)

    assert 0 <= key < 2**63
    assert {run_of(other) for other in beside(key)} == {run_of(key)}
    assert key in beside(key)
    if 0 < week < 32_767:
        assert set(beside(key)) == {
            *keys(np.array([run], dtype=np.uint64), week - 1),
            key,
            *keys(np.array([run], dtype=np.uint64), week + 1),
        }
