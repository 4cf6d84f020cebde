"""A phrase takes the lines that its stars say, and a paragraph only where it says so."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from config import phrasebook
from config.phrasebook import Phrases, fold, label
from pipelines.clean import clean
from pipelines.extract import Evidence, Line, Manuscript

WRITTEN = """notices:
  - Ring the bell
  - Follow the quay *
  - We sell tickets **
  - The ferry * was first seen *
  - 渡轮声明**
  - "* kept the light"
  - From * to the quay
"""


@pytest.fixture(scope="module")
def notices(tmp_path_factory: pytest.TempPathFactory) -> Phrases:
    """The phrases written above."""
    folder = tmp_path_factory.mktemp("phrases")
    (folder / "en.yaml").write_text(WRITTEN, encoding="utf-8")
    return phrasebook.load(Path(folder)).notices


@pytest.mark.parametrize(
    ("line", "as_line", "as_paragraph"),
    [
        ("Ring the bell!", True, True),
        ("Ring the bell twice", False, False),
        ("Follow the quay to the end", True, False),
        ("Follow the quays", False, False),
        ("We sell tickets, and ice", True, True),
        ("We sell ticketsellers", False, False),
        ("The ferry to Port Ambry was first seen at noon", True, True),
        ("The ferry was first seen at noon", True, True),
        ("The ferry to Port Ambry is late", False, False),
        ("The ferryman was first seen at noon", False, False),
        ("渡轮声明本页仅供参考", True, True),
        ("Ana Bell of Port Ambry kept the light", True, True),
        ("Ana Bell kept the light burning", False, False),
        ("From Port Ambry to the quay", True, True),
        ("From Port Ambry to the quayside", False, False),
    ],
)
def test_a_phrase_takes_what_its_stars_say(
    notices: Phrases, line: str, as_line: bool, as_paragraph: bool
) -> None:
    folded = fold(line)

    found = (notices.match(folded), notices.match(folded, is_paragraph=True))

    assert found == (as_line, as_paragraph)


@pytest.mark.parametrize(
    ("line", "said"),
    [("Source: The Gazette", "source"), ("来源：港报", "来源"), ("No colon", "no colon")],
)
def test_a_label_stands_before_the_first_colon(line: str, said: str) -> None:
    assert label(line) == said


FILES = sorted(phrasebook.FOLDER.glob("*.yaml"))
YAML_FILE = YAML(typ="safe", pure=True)
PROSE = YAML_FILE.load(
    (Path(__file__).parent.parent / "cases" / "prose.yaml").read_text(encoding="utf-8")
)


def sentences() -> list[Any]:
    """Return each ordinary sentence under its language."""
    return [
        pytest.param(language, one, id=f"{language}: {one[:30]}")
        for language, written in PROSE.items()
        for one in written
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_language_fills_every_group_with_phrases_each_once(file: Path) -> None:
    written = YAML_FILE.load(file.read_text(encoding="utf-8"))

    assert set(written) == set(phrasebook.GROUPS)
    assert len(written["months"]) == 12
    # the weekdays; then, where written, today and yesterday
    assert len(written["days"]) in {7, 8}
    for group, phrases in written.items():
        assert len(phrases) == len(set(phrases)), group


def test_every_language_with_phrases_has_prose_that_must_survive() -> None:
    assert {file.stem for file in FILES} == PROSE.keys()


@pytest.mark.parametrize(("language", "sentence"), sentences())
def test_no_phrase_of_any_language_takes_prose(language: str, sentence: str) -> None:
    others = [one for one in PROSE[language] if one != sentence]
    for texts in ([sentence, *others], [*others, sentence], [sentence]):
        lines = tuple(Line(text, at, "p") for at, text in enumerate(texts))

        cleaned = clean(Manuscript(lines=lines, evidence=Evidence()))

        assert cleaned.lines == lines


def test_a_month_that_is_two_months_is_no_number() -> None:
    numbers = phrasebook.load().month_numbers or {}

    assert set(numbers.values()) == set(range(1, 13))
    assert numbers["mars"] == 3
