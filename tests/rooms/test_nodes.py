"""What the quick parser reads it reads as ruamel.yaml does; what it is not sure of it leaves."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode

from config import entries, nodes
from tests.rooms.test_catalogue import FULL, LANTERN

SHIPPED = sorted(Path("config/sources").rglob("*.yaml"))
PIECES = (
    *("a", "0", "-", "- ", ": ", ":", "? ", "[", "]", "{", "}", ", ", "\n", "\n  ", "\n    ", " "),
    *("'", '"', " # c", "~", "true", "no", "2026-01-01", "0x1f", "1e3", "|", ">", "&x", "*x", "!t"),
    *("<<", "%", "é", "---", "...", "\r\n", "\t", "''", '"a":1', "\\u00e9", "\u2028", "\ufeff"),
)


def flat(node: Node) -> Any:
    """Return what tells one reading from another: values, tags, and where each begins."""
    line, tag = node.start_mark.line, str(node.tag)
    if isinstance(node, ScalarNode):
        return line, tag, node.value
    if isinstance(node, MappingNode):
        return line, tag, [(flat(key), flat(value)) for key, value in node.value]
    return line, tag, [flat(part) for part in node.value]


def slowly(text: str) -> Any:
    try:
        return flat(entries.reader().compose(text))
    except (YAMLError, *entries.OF_THE_PARSER) as error:
        return error


@pytest.mark.parametrize("file", SHIPPED, ids=[file.stem for file in SHIPPED])
def test_the_catalogue_is_read_quickly(file: Path) -> None:
    text = file.read_text(encoding="utf-8")

    found = nodes.compose(text)

    assert found is not None
    assert flat(found) == slowly(text)


def test_what_a_program_writes_is_read_quickly() -> None:
    text = json.dumps({"region": "coast", "sources": [{"id": "24", "every": None, "budget": 5}]})

    found = nodes.compose(text)

    assert found is not None
    assert flat(found) == slowly(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a: b\n---\na: c\n",
        "%YAML 1.1\n---\na: no\n",
        "a: &b c\nd: *b\n",
        "a: !t b\n",
        "a: |\n  b\n",
        "a: b\n  c\n",
        "a:\n",
        "a:\tb\n",
        "a: b\u2028c\n",
        '["a":1]',
        "[" * 50 + "]" * 50,
        "[" * 100_000,
        'a: "\\UFFFFFFFF"',
    ],
    ids=lambda text: repr(text[:20]),
)  # fmt: skip
def test_what_may_be_read_otherwise_is_left(text: str) -> None:
    found = nodes.compose(text)

    assert found is None or flat(found) == slowly(text)
    assert found is None or text == "a"


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_written_both_read_it_alike(seed: int) -> None:
    random, known = Random(seed), 0  # noqa: S311 no secret
    for _ in range(400):
        text = "".join(random.choices(PIECES, k=random.randint(1, 10)))
        if random.random() < 0.5:
            whole = random.choice([FULL, LANTERN])
            at = random.randrange(len(whole))
            text = whole[:at] + text[:3] + whole[at + random.randint(0, 2) :]
        found = nodes.compose(text)
        if found is not None:
            known += 1
            assert flat(found) == slowly(text), text

    assert known > 50
