"""`dateline extract`: what a person sees, and what another program reads."""

import gzip
import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from rich.console import Console

from dateline.commands.extract import command, side_by_side
from dateline.exits import Code, Exit
from dateline.inputs import lines
from pipelines.records import LEFT_OUT, Beside, Draft

pytestmark = pytest.mark.slow
URL = "https://quay.example/1"

PAGES = Path(__file__).parent.parent / "cases" / "pages"
PAGE = PAGES / "origin-2.html"
PACKED = gzip.compress(PAGE.read_bytes())


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
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 9, "The body is a PNG picture."),
        (bytes(range(256)) * 9, "The body is binary data, not a page."),
        (b'{"id": 1, "html": "<p>"}\n', "a file of pages, not a page: give it with --pages"),
        (b'{"id": 1}', "The body is JSON."),
        (PACKED[:60], "cannot be read: a gzip file that is damaged or breaks off"),
        (PACKED[:-9] + b"\xff" * 9, "cannot be read: a gzip file that is damaged or breaks off"),
        (b"\x1f\x8bno gzip", "cannot be read: a gzip file that is damaged or breaks off"),
        (gzip.compress(bytes(9_000_000), 1), "cannot be read: it has more than 8000000 bytes"),
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


@pytest.mark.parametrize("codec", ["utf-8", "utf-16", "iso2022_jp", "koi8-r", "gb18030"])
def test_a_page_in_an_encoding_is_no_noise(codec: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html.gz"
    text = PAGE.read_text(encoding="utf-8").replace("utf-8", codec)
    file.write_bytes(gzip.compress(text.encode(codec, "xmlcharrefreplace")))

    assert CliRunner().invoke(command, [str(file)]).exit_code == 0


@pytest.mark.parametrize("option", ["", "--pages"])
def test_what_is_no_file_is_not_waited_for(option: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    told = [
        CliRunner().invoke(command, [*option.split(), str(name)])
        for name in (pipe, tmp_path, "/dev/zero")
    ]

    said = [shown.stderr or f"dateline: {shown.exception}\n" for shown in told]
    assert said == [
        f"dateline: {pipe}: cannot be read: a pipe, not a file; `-` reads stdin\n",
        f"dateline: {tmp_path}: cannot be read: Is a directory\n",
        "dateline: /dev/zero: cannot be read: a device, not a file; `-` reads stdin\n",
    ]


def test_what_a_page_says_cannot_steer_the_terminal(tmp_path: Path) -> None:
    page = PAGE.read_text(encoding="utf-8").replace("Port Ambry", "Port \u202e\x9bAmbry שלום")
    file = tmp_path / "caf\udce9\udc9b\n.html"
    file.write_text(page, encoding="utf-8")

    shown, row = (CliRunner().invoke(command, [str(file), *json_]) for json_ in ([], ["--json"]))

    for harmful in "\x1b\x9b\u202e":
        assert harmful not in shown.stdout + row.stdout
    assert "שלום" in shown.stdout
    assert json.loads(row.stdout_bytes)["input"] == str(file)


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


def _pages(file: Path, content: bytes) -> tuple[list[Any], str]:
    """Return the rows and the error of a file of pages."""
    file.write_bytes(content)
    shown = CliRunner().invoke(command, ["--pages", str(file), "--workers", "1"])
    assert shown.exception is None or isinstance(shown.exception, Exit)
    return [json.loads(line) for line in shown.stdout.splitlines()], str(shown.exception or "")


def test_what_stands_before_the_break_of_a_file_of_pages_is_written(tmp_path: Path) -> None:
    file = tmp_path / "pages.jsonl.gz"
    page = b'{"id": "1", "url": "https://gazette.example/1", "html": "%PDF-1.7"}\n'
    noise = b"".join(sha256(bytes([at])).hexdigest().encode() for at in range(99))
    packed = gzip.compress(page) + gzip.compress(page * 99 + noise)[:-20]

    rows, error = _pages(file, packed)

    assert [row["id"] for row in rows] == ["1"] * 100
    assert error == f"{file}: cannot be read: a gzip file that is damaged or breaks off"


def test_lines_that_hold_no_page_are_named_and_bad_data(tmp_path: Path) -> None:
    file = tmp_path / "pages.jsonl"
    odd = rb'{"id": "\ud800\u009b", "url": "https://gazette.example/\udc9b", "html": "%PDF-1.7"}'

    rows, error = _pages(file, b"\n".join([b"{", b"[1]", b"\xff", b"[" * 100_000, b"", odd]))

    assert [row.get("line") for row in rows] == [1, 2, 3, 4, None]
    assert rows[-1]["id"] == "\ud800\x9b"
    assert error == f"{file}: lines that hold no page: 4"


def test_a_line_without_end_costs_no_memory(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"x" * 35 + b"\nshort\n" + b"y" * 10 + b"\n" + b"z" * 9)

    found = list(lines(str(tmp_path / "long"), 10))

    assert found == [b"x" * 10, b"short\n", b"y" * 10, b"z" * 9]


def test_a_file_of_pages_that_cannot_be_read(tmp_path: Path) -> None:
    shown = CliRunner().invoke(command, ["--pages", str(tmp_path / "none.jsonl.gz")])

    assert isinstance(shown.exception, Exit)
    assert shown.exception.code == Code.BAD_DATA


def test_pages_and_names_together_are_a_usage_error() -> None:
    assert CliRunner().invoke(command, []).exit_code == 2
    assert CliRunner().invoke(command, ["a.html", "--pages", "b"]).exit_code == 2


def test_kept_and_dropped_stand_side_by_side_as_on_the_page() -> None:
    seen = (Beside("Home", "breadcrumbs"), Beside("It rained.", None), Beside("Chat", LEFT_OUT))
    draft = Draft(url=URL, own_url=URL, urls=(), text="", title=None, beside=seen)
    console = Console(width=100, color_system=None)

    with console.capture() as shown:
        console.print(side_by_side(draft))

    lines = [line.rstrip() for line in shown.get().splitlines() if line.strip()]
    assert [line.split() for line in lines[1:]] == [
        ["breadcrumbs", "Home"],
        ["It", "rained."],
        ["left-out", "Chat"],
    ]
    assert lines[1].index("breadcrumbs") == lines[3].index("left-out") > 50


def test_lines_that_hold_no_page_are_said_to(tmp_path: Path) -> None:
    rows, error = _pages(tmp_path / "pages.jsonl", b"%PDF-1.7\n[1]\n\xff\n")

    no_object = "JSON, but no object with id, url and html"
    told = ["not JSON", no_object, "not JSON"]
    assert rows == [{"line": at, "error": words} for at, words in enumerate(told, 1)]
    assert "lines that hold no page: 3" in error


def test_pages_from_stdin_are_read_as_those_of_a_file() -> None:
    page = (PAGES / "origin-1.html").read_text(encoding="utf-8")
    line = json.dumps({"id": "1", "url": "https://gazette.example/1", "html": page})

    shown = CliRunner().invoke(command, ["--pages", "-", "--workers", "1"], input=line)

    assert [json.loads(one)["id"] for one in shown.stdout.splitlines()] == ["1"]
