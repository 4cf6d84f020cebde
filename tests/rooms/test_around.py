"""What a picture or a form says about the lines beside it."""

from pathlib import Path
from typing import Any

import pytest
from lxml import html
from ruamel.yaml import YAML

from pipelines.extract import places
from pipelines.extract.around import marked

CASES = Path(__file__).parent.parent / "cases" / "extract" / "around.yaml"
SENTENCE = (
    "The ferry between the two harbours sails again from the first week of May on, and its warden"
    " says that the timetable will be kept."
)
TOLD = {"pictured", "asking"}
Row = dict[str, Any]


def rows() -> list[Row]:
    """Return the cases of the table."""
    return list(YAML(typ="safe").load(CASES)["cases"])


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["why"])
def test_lines_are_marked_by_what_stands_beside_them(row: Row) -> None:
    tree = html.document_fromstring(row["page"].replace("<p>S</p>", f"<p>{SENTENCE}</p>"))

    found = {line.text: sorted(line.marks & TOLD) for line in places.lines(tree)}

    assert {text: marks for text, marks in found.items() if marks} == row["marks"]


def test_a_page_without_a_line_has_no_marks() -> None:
    assert marked([], [(0, ())], [(0, ())]) == ()
