"""`dateline dedupe`: a file of documents in, a row a document out."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from dateline.commands.dedupe import command
from dateline.exits import Exit
from tests.crawl.server import paragraphs

STORY = "\n\n".join(paragraphs("the pier of Ostley", 6))
OTHER = "\n\n".join(paragraphs("the bell of Quenby", 6))
SHORT = "This page has moved."


def row(name: str, text: str = STORY, site: str = "gull", day: str | None = "02") -> dict[str, Any]:
    return {
        "id": name, "url": f"https://{site}.example/{name}", "site": f"{site}.example",
        "published": f"2026-11-{day}T08:00:00Z" if day else None, "title": name, "text": text,
    }  # fmt: skip


def judged(file: Path, content: bytes) -> tuple[list[Any], str]:
    """Return the rows and the error."""
    file.write_bytes(content)
    shown = CliRunner().invoke(command, [str(file)])
    assert shown.exception is None or isinstance(shown.exception, Exit), shown.exception
    return [json.loads(line) for line in shown.stdout.splitlines()], str(shown.exception or "")


def of(*documents: dict[str, Any]) -> bytes:
    return "\n".join(map(json.dumps, documents)).encode()


@pytest.mark.parametrize(
    ("why", "documents", "expected"),
    [
        (
            "the earliest is the story's, wherever it stands in the file",
            [row("b", site="tern", day="03"), row("a")],
            [("b", "a", "a", "copy"), ("a", "a", None, None)],
        ),
        (
            "of one moment the first of the file",
            [row("a"), row("b", site="tern")],
            [("a", "a", None, None), ("b", "a", "a", "copy")],
        ),
        (
            "a document without a day comes after those with one",
            [row("b", day=None), row("a", day="28")],
            [("b", "a", "a", "copy"), ("a", "a", None, None)],
        ),
        (
            "two without a day, near each other in the file",
            [row("a", day=None), row("b", STORY + " It rained.", day=None)],
            [("a", "a", None, None), ("b", "a", "a", "revision")],
        ),
        (
            "another story",
            [row("a"), row("b", OTHER)],
            [("a", "a", None, None), ("b", "b", None, None)],
        ),
        (
            "a short notice at many addresses",
            [row("a", SHORT), row("b", SHORT, day="03")],
            [("a", "a", None, None), ("b", "b", None, None)],
        ),
        (
            "an id that is a number, a site that is not given",
            [row("a") | {"id": 1}, row("b", STORY + " It rained.") | {"id": 2, "site": None}],
            [(1, 1, None, None), (2, 1, 1, "revision")],
        ),
        (
            "as they are exported",
            [
                {
                    "_id": name,
                    "source": name,
                    "text": STORY,
                    "published_at": f"2026-11-{day}",
                    "published": {"raw": day, "from": "meta"},
                }
                for name, day in (("b", "03"), ("a", "02"))
            ],
            [("b", "a", "a", "copy"), ("a", "a", None, None)],
        ),
        (
            "days as mail and as clocks write them",
            [
                row("a") | {"published": "Mon, 02 Nov 2026 08:00:00 GMT"},
                row("b", STORY + " It rained.", "tern") | {"published": 1793692800},
            ],
            [("a", "a", None, None), ("b", "a", "a", "copy")],
        ),
        ("a day that is none", [row("a", day="99")], [("a", "a", None, None)]),
        ("nothing", [], []),
    ],
)
def test_each_document_has_its_story(
    why: str, documents: list[dict[str, Any]], expected: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    rows, error = judged(tmp_path / "in.jsonl", of(*documents))

    names = ("id", "story", "duplicate_of", "relation")
    assert (rows, error) == ([dict(zip(names, one, strict=True)) for one in expected], ""), why


def test_a_packed_file_with_lines_that_hold_no_document_is_judged_without_them(
    tmp_path: Path,
) -> None:
    bad = [b"[1]", b'{"id": "x"}', b'{"id": null, "text": "x"}', b'{"id": true, "text": "x"}']
    lines = [b"%PDF-1.7", of(row("a")), *bad, b""]

    rows, error = judged(tmp_path / "in.jsonl.gz", gzip.compress(b"\n".join(lines)))

    no_object = "JSON, but no object with id and text"
    assert [one.get("error") for one in rows] == ["not JSON", None, *[no_object] * 4]
    assert [one.get("line") for one in rows] == [1, None, 3, 4, 5, 6]
    assert rows[1]["story"] == "a"
    assert error == f"{tmp_path / 'in.jsonl.gz'}: lines that hold no document: 5"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (gzip.compress(of(row("a")))[:40], "a gzip file that is damaged or breaks off"),
        (None, "No such file or directory"),
    ],
)
def test_a_file_that_cannot_be_read_is_bad_data(
    content: bytes | None, words: str, tmp_path: Path
) -> None:
    file = tmp_path / "in.jsonl.gz"
    if content:
        file.write_bytes(content)

    shown = CliRunner().invoke(command, [str(file)])

    assert isinstance(shown.exception, Exit)
    assert shown.exception.code == 65
    assert f"{file}: cannot be read: {words}" in str(shown.exception)
    assert shown.stdout == ""
