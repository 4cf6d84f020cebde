"""What the extractor is given of a page."""

from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html
from ruamel.yaml import YAML

from pipelines.extract import places
from pipelines.extract.menus import without_menus

CASES = Path(__file__).parent.parent / "cases" / "extract" / "menus.yaml"
SENTENCE = "The ferry between the two harbours sails again from the first week of May on."
Row = dict[str, Any]


def rows() -> list[Row]:
    """Return the cases of the table."""
    return list(YAML(typ="safe").load(CASES)["cases"])


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["why"])
def test_menus_are_taken_out_of_a_copy(row: Row) -> None:
    tree = html.document_fromstring(row["page"].replace("<p>S</p>", f"<p>{SENTENCE}</p>"))
    before = etree.tostring(tree)

    made = without_menus(tree, *places.read(tree))

    found = [line.text for line in places.lines(made)]
    assert [("S" if text == SENTENCE else text) for text in found] == row["left"]
    assert etree.tostring(tree) == before


def test_a_page_without_a_box_stays_as_it_is() -> None:
    tree = html.document_fromstring("<p>x")

    assert etree.tostring(without_menus(tree, (), [])) == etree.tostring(tree)
