"""The extractor's lines found again in the page, and written as the page has them."""

from pathlib import Path
from typing import Any

import pytest
from lxml import html
from ruamel.yaml import YAML

from pipelines.extract import places
from pipelines.extract.located import located

CASES = Path(__file__).parent.parent / "cases" / "extract" / "located.yaml"
Row = dict[str, Any]


def rows() -> list[Row]:
    """Return the cases of the table."""
    return list(YAML(typ="safe").load(CASES)["cases"])


def spelled(text: str) -> str:
    """Return a text with its joiners."""
    return text.replace("ZWNJ", "\u200c")


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["why"])
def test_a_line_of_the_answer_is_lines_of_the_page(row: Row) -> None:
    page = places.lines(html.document_fromstring(spelled(row["page"])))

    found = located(row["answer"], page)

    assert [line.text for line in found] == [spelled(text) for text in row["found"]]
    assert [line.at for line in found] == list(range(len(found)))
    if "spots" in row:
        assert [list(line.spots) for line in found] == row["spots"]
