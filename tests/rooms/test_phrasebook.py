"""A phrase takes the lines that its stars say, and a paragraph only where it says so."""

from pathlib import Path

import pytest

from config import phrasebook
from config.phrasebook import Phrases, fold, label

WRITTEN = """notices:
  - Ring the bell
  - Follow the quay *
  - We sell tickets **
  - The ferry * was first seen *
  - 渡轮声明**
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
