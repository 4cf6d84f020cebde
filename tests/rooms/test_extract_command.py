"""`dateline extract`: what a person sees, and what another program reads."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from dateline.commands.extract import command
from dateline.exits import Code, Exit

PAGES = Path(__file__).parent.parent / "cases" / "pages"
PAGE = PAGES / "origin-2.html"


def test_a_page_is_shown_with_what_was_taken() -> None:
    shown = CliRunner().invoke(command, [str(PAGE), "--url", "https://gazette.example/ferry"])

    assert shown.exit_code == 0
    assert "https://gazette.example/ferry" in shown.output
    assert "breadcrumbs  Home » Ferry" in shown.output
    assert "tools  Translate" in shown.output


def test_json_gives_one_object_a_page() -> None:
    shown = CliRunner().invoke(command, [str(PAGE), "--json"])

    row = json.loads(shown.stdout)
    assert row["published_at"] == "2026-03-17T18:40:00+02:00"
    assert row["published"]["from"] == "json-ld"
    assert row["stripped"][0]["rule"] == "breadcrumbs"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"%PDF-1.7", "The body is a PDF."),
        (b"", "The body is an empty page."),
        (b"<html><body><p>Share</p></body></html>", "The page holds no article"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_what_gives_no_article_is_said_in_one_line(
    body: bytes | None, why: str, tmp_path: Path
) -> None:
    file = tmp_path / "page.html"
    if body is not None:
        file.write_bytes(body)

    shown = CliRunner().invoke(command, [str(file)])

    assert isinstance(shown.exception, Exit)
    assert shown.exception.code == Code.BAD_DATA
    assert shown.stderr.startswith(f"dateline: {file}: {why}")
    assert shown.stderr.count("\n") == 1


def test_a_file_of_pages_gives_a_line_a_page_in_its_order(tmp_path: Path) -> None:
    file = tmp_path / "pages.jsonl.gz"
    pages = {at: (PAGES / f"origin-{at}.html").read_text(encoding="utf-8") for at in (1, 2)}
    rows = [
        {"id": str(at), "url": f"https://gazette.example/{at}", "html": page}
        for at, page in pages.items()
    ]
    rows.append({"id": "3", "url": "https://gazette.example/3", "html": "%PDF-1.7"})
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))

    shown = CliRunner().invoke(command, ["--pages", str(file), "--workers", "1"])

    found = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [row["id"] for row in found] == ["1", "2", "3"]
    assert [len(row["text"].split("\n\n")) for row in found[:2]] == [12, 12]
    assert (found[2]["text"], found[2]["excluded"]) == ("", "not-a-page")


def test_a_file_of_pages_that_cannot_be_read(tmp_path: Path) -> None:
    shown = CliRunner().invoke(command, ["--pages", str(tmp_path / "none.jsonl.gz")])

    assert isinstance(shown.exception, Exit)
    assert shown.exception.code == Code.BAD_DATA


def test_pages_and_names_together_are_a_usage_error() -> None:
    assert CliRunner().invoke(command, []).exit_code == 2
    assert CliRunner().invoke(command, ["a.html", "--pages", "b"]).exit_code == 2
