"""Which agencies a report is credited to, and from where: said by datelines and credits alone."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from config import agencies
from config.errors import ConfigError
from pipelines.enrich import wire
from pipelines.records import Stripped

FILE = Path(__file__).parent.parent / "cases" / "enrich" / "wires.yaml"
CASES = YAML(typ="safe", pure=True).load(FILE.read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("row", [pytest.param(row, id=row["why"]) for row in CASES])
def test_a_report_says_where_it_came_from(row: dict[str, Any]) -> None:
    taken = [Stripped(text=text, rule=rule, at=0) for rule, text in row.get("stripped", [])]

    found = wire.credit(row.get("said", []), row["text"], taken)

    assert (list(found.agencies), found.place) == (row["agencies"], row["place"])


@given(st.lists(st.text(max_size=200), max_size=3))
def test_any_text_is_read(lines: list[str]) -> None:
    assert len(wire.credit(lines, lines, []).agencies) <= wire.MOST


def test_every_name_is_known_as_it_is_written() -> None:
    known = agencies.load()

    assert all(known[name] == name for name in known.values())


@pytest.mark.parametrize(
    ("written", "words"),
    [
        pytest.param("A: [x]\nB: [x]\n", "x of A and of B", id="one spelling of two"),
        pytest.param("A: x\n", "found 'x'", id="no list"),
        pytest.param("- A\n", "a table", id="no table"),
        pytest.param("A: [x\n", ":2", id="no YAML"),
        pytest.param("A: [1]\n", "found [1]", id="no text"),
    ],
)
def test_a_wrong_table_is_told(tmp_path: Path, written: str, words: str) -> None:
    file = tmp_path / "agencies.yaml"
    file.write_text(written, encoding="utf-8")

    with pytest.raises(ConfigError) as told:
        agencies.load(file)

    assert words in str(told.value)
