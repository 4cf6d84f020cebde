"""Each rule takes what its table says and nothing else; together they only ever take."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipelines.clean import RULES, clean
from pipelines.extract import Evidence, Line, Manuscript
from pipelines.extract.manuscript import Box

CASES = Path(__file__).parent.parent / "cases" / "clean"
Table = dict[str, Any]


def tables() -> dict[str, Table]:
    """Return the tables by the rule they are about."""
    texts = (file.read_text(encoding="utf-8") for file in sorted(CASES.glob("*.yaml")))
    read = (yaml.load(text, yaml.CSafeLoader) for text in texts)
    return {table["rule"]: table for table in read}


def rows() -> Iterator[Any]:
    """Yield each row of each table under the name of what it proves."""
    for rule, table in tables().items():
        for row in table["cases"]:
            yield pytest.param(table, row, id=f"{rule}: {row['why']}")


def a_line(given: Any, at: int, boxes: dict[str, Box] | None = None) -> Line:
    """Return a line as a table writes it: its text, or a mapping where its place matters.

    One with the key ``taken`` was taken before, by another rule. In ``path`` a box is written
    ``tag.class``; ``#2`` behind it tells another box of that name from the first.
    """
    if isinstance(given, str):
        return Line(given, at, "p")
    marks = frozenset(given.get("marks", ()))
    path = a_path(given.get("path", ""), {} if boxes is None else boxes)
    tag = path[-1].tag if path else given.get("tag", "p")
    return Line(given["text"], at, tag, marks, given.get("links", 0.0), path)


def a_path(written: str, boxes: dict[str, Box]) -> tuple[Box, ...]:
    """Return the boxes of a path; what is written the same up to a box is the same box."""
    steps = written.split()
    ways = [" ".join(steps[: end + 1]) for end in range(len(steps))]
    for way, step in zip(ways, steps, strict=True):
        tag, _, name = step.partition("#")[0].partition(".")
        boxes.setdefault(way, Box(tag, name))
    return tuple(boxes[way] for way in ways)


def a_manuscript(lines: list[Any], **evidence: Any) -> Manuscript:
    """Return a manuscript of these lines."""
    boxes: dict[str, Box] = {}
    made = tuple(a_line(line, at, boxes) for at, line in enumerate(lines))
    gone = [one for one, line in zip(made, lines, strict=True) if "taken" in line]
    shown = Manuscript(lines=made, page=made, evidence=Evidence(**evidence))
    return shown.without(gone, "notice")


def texts(lines: list[Any]) -> list[str]:
    """Return the texts of lines as a table writes them."""
    return [a_line(line, 0).text for line in lines]


@pytest.mark.parametrize(("table", "row"), list(rows()))
def test_a_rule_leaves_exactly_the_expected_lines(table: Table, row: Table) -> None:
    known = {
        name: tuple(table[name])
        for name in ("titles", "headings", "sections", "authors", "sites")
        if name in table
    }
    stated = {"feed": row["stated"]} if "stated" in row else {}
    manuscript = a_manuscript(
        row["before"], title_tag=table.get("title_tag"), stated=stated, **known
    )

    cleaned = RULES[table["rule"]](manuscript)

    assert [line.text for line in cleaned.lines] == texts(row["after"])
    assert len(cleaned.stripped) == len(row["before"]) - len(row["after"])


def test_every_rule_has_a_table_with_a_case_where_it_acts_and_one_where_it_must_not() -> None:
    found = tables()

    assert found.keys() == RULES.keys()
    for table in found.values():
        acts = {texts(row["before"]) != texts(row["after"]) for row in table["cases"]}
        assert acts == {True, False}, table["rule"]


def test_a_line_is_recorded_with_its_text_rule_and_place() -> None:
    manuscript = a_manuscript(["The ferry sails again from the first week of May on.", "Translate"])

    cleaned = clean(manuscript)

    assert [(one.text, one.rule, one.at) for one in cleaned.stripped] == [("Translate", "tools", 1)]


def test_a_rule_can_be_switched_off() -> None:
    manuscript = a_manuscript(["By Ana Bell", "The ferry sails again from the first week of May."])

    cleaned = clean(manuscript, without=frozenset({"byline"}))

    assert cleaned == manuscript


MARKS = st.sampled_from(
    ["time", "tags", "related", "nav", "bio", "hidden", "footer", "stressed", "newsletter"]
)
_WORDS = """
Home » News Translate By Ana 2026 March 14 Related . - the ferry sails © Comments 翻译 Фото:
| Read more:
"""
WORDS = st.sampled_from([*_WORDS.split(), "x" * 150])
LINES = st.lists(
    st.builds(
        lambda words, links, mark, tag: {
            "text": " ".join(words), "links": links, "marks": mark, "tag": tag
        },
        st.lists(WORDS, min_size=1, max_size=8),
        st.sampled_from([0.0, 0.6, 1.0]),
        st.lists(MARKS, max_size=2),
        st.sampled_from(["p", "li", "h1", "h2", "td", "figcaption"]),
    ),
    max_size=12,
)  # fmt: skip


@given(LINES, st.lists(WORDS, max_size=3).map(" ".join))
def test_cleaning_never_adds_changes_or_reorders_a_line(lines: list[Table], title: str) -> None:
    manuscript = a_manuscript(lines, titles=(title,), authors=("Ana Bell",))

    cleaned = clean(manuscript)

    kept, taken = [line.at for line in cleaned.lines], [one.at for one in cleaned.stripped]
    assert kept == sorted(kept)
    assert sorted(kept + taken) == list(range(len(lines)))
    assert all(manuscript.lines[one.at].text == one.text for one in cleaned.stripped)
    assert all(manuscript.lines[line.at] == line for line in cleaned.lines)
