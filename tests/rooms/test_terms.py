"""The terms by which a text is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.terms import LONGEST, MOST, Wanted, has_phrases, terms, wanted


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A New Bridge, a bridge", ["a", "new", "bridge"]),
        ("Ålesund's naïve café", ["alesund", "s", "naive", "cafe"]),
        ("Ёлка №5", ["елка", "no5"]),
        ("İstanbul straße", ["istanbul", "strasse"]),
        ("دِجْلَة", ["دجلة"]),
        ("दिल्ली में।", ["दिल्ली", "में"]),
        ("北京市长", ["北京", "京市", "市长", "长"]),
        ("桥 ab桥cd", ["桥", "ab", "cd"]),
        ("ข่าวดี", ["ข่", "่า", "าว", "วด", "ดี", "ี"]),
        ("soft\u00adhyphen zero\u200bwidth", ["softhyphen", "zerowidth"]),
        ("— … !", []),
        ("x" * 99, ["x" * LONGEST]),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    assert terms(text) == found


def test_terms_are_bounded() -> None:
    assert len(terms(" ".join(f"w{number}" for number in range(MOST + 9)))) == MOST


@pytest.mark.parametrize(
    ("words", "want"),
    [
        ("New bridge", Wanted(terms=("new", "bridge"))),
        ("bridg*", Wanted(beginnings=("bridg",))),
        ('"the new" bridge', Wanted(terms=("the", "new", "bridge"), phrases=("the new",))),
        ("covid-19", Wanted(terms=("covid", "19"), phrases=("covid 19",))),
        ("市长", Wanted(terms=("市长",))),
        ("北京市", Wanted(terms=("北京", "京市"), phrases=("北京市",))),
        ("京", Wanted(beginnings=("京",))),
        ('*** " "', Wanted()),
    ],
)
def test_what_is_asked_for(words: str, want: Wanted) -> None:
    assert wanted(words) == want


@pytest.mark.parametrize(
    ("words", "text", "is_there"),
    [
        ('"new bridge"', "A NEW, bridge.", True),
        ('"new bridge"', "A new old bridge", False),
        ('"new bridge"', "renew bridges", False),
        ("北京市", "在北京市。", True),
        ("北京市", "北京城市", False),
        ("iPhone手机", "新iPhone手机很好", True),
        ("iPhone手机", "iPhones 手机", False),
    ],
)
def test_phrases(words: str, text: str, *, is_there: bool) -> None:
    assert has_phrases(wanted(words), None, text) is is_there


@given(st.text(max_size=200))
def test_a_text_is_found_by_each_of_its_terms(text: str) -> None:
    found = terms(text)

    for term in found:
        want = wanted(term)
        assert set(want.terms) <= set(found)
        assert all(any(one.startswith(begin) for one in found) for begin in want.beginnings)
