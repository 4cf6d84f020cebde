"""`dateline read`: what the readers see, for a person and for a program."""

import gzip
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dateline.commands.read import command
from dateline.exits import Code, Exit

RSS = """<rss version="2.0"><channel><title>Tide \x1b[31mTable</title>
<item><title>[bold]Boat[/bold] &amp; tide</title><link>/boat</link><guid>b-1</guid>
<pubDate>Tue, 03 Mar 2026 09:05:00 +0500</pubDate></item></channel></rss>"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, arguments)


def test_json_gives_a_row_an_input_and_goes_on_after_a_bad_one(tmp_path: Path) -> None:
    good, page, absent = tmp_path / "good.xml", tmp_path / "page.html", tmp_path / "absent.xml"
    good.write_text(RSS, encoding="utf-8")
    page.write_text("<html><title>Hello</title></html>", encoding="utf-8")

    result = run("--json", "--base", "https://p.example/", str(page), str(absent), str(good))

    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert rows == [
        {"file": str(page), "error": 'an HTML page ("Hello"), not a feed'},
        {"file": str(absent), "error": "cannot be opened: No such file or directory"},
        {
            "file": str(good),
            "kind": "rss",
            "entries": [
                {
                    "id": "b-1",
                    "url": "https://p.example/boat",
                    "title": "[bold]Boat[/bold] & tide",
                    "published": "2026-03-03T04:05:00+00:00",
                    "updated": None,
                }
            ],
            "warnings": [],
        },
    ]
    assert result.stderr.splitlines() == [
        f"dateline: {page}: {rows[0]['error']}",
        f"dateline: {absent}: {rows[1]['error']}",
    ]
    assert isinstance(result.exception, Exit)
    assert result.exception.code == Code.BAD_DATA
    assert str(result.exception) == "2 of 3 inputs cannot be read as a feed"


def test_one_bad_input_is_one_line(tmp_path: Path) -> None:
    result = run(str(tmp_path))

    assert result.stderr == f"dateline: {tmp_path}: cannot be opened: Is a directory\n"
    assert isinstance(result.exception, Exit)
    assert (result.exception.code, str(result.exception)) == (Code.BAD_DATA, "")


def test_plain_shows_a_table_without_markup_or_colour(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_text(RSS.replace("09:05", "lunch"), encoding="utf-8")

    result = run(str(feed))

    assert result.exit_code == 0
    assert "\x1b" not in result.stdout
    assert "[bold]Boat[/bold] & tide" in " ".join(result.stdout.split())
    assert "warning: no readable date in 1 entry" in result.stdout


def test_content_type_gives_the_charset(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    feed.write_bytes(RSS.replace("Boat", "Żar").encode("iso8859-2"))

    result = run("--json", "--content-type", "text/xml; charset=iso-8859-2", str(feed))

    assert "Żar" in json.loads(result.stdout)["entries"][0]["title"]


def test_name_that_is_not_utf8_comes_back_as_it_was(tmp_path: Path) -> None:
    name = str(tmp_path / "caf\udce9.xml")
    try:
        Path(name).write_text(RSS, encoding="utf-8")
    except OSError:
        pytest.skip("this file system takes UTF-8 only")

    result = run("--json", name)

    assert json.loads(result.stdout_bytes)["file"] == name
    assert b"caf\\udce9.xml" in result.stdout_bytes


def test_what_a_feed_says_cannot_steer_the_terminal(tmp_path: Path) -> None:
    feed = tmp_path / "feed.xml"
    title = "&#x9b;31m&#x202e;Boat&#x2028;red שלום&#x200f;"
    feed.write_text(RSS.replace("\x1b", "").replace("[bold]Boat[/bold]", title), encoding="utf-8")

    shown, row = run(str(feed)), run("--json", str(feed))

    for harmful in "\x1b\x9b\u202e\u2028":
        assert harmful not in shown.stdout + row.stdout
    assert "שלום\u200f" in shown.stdout
    assert "Boat" in json.loads(row.stdout)["entries"][0]["title"]


def test_a_pipe_is_not_waited_for_and_a_bomb_not_unpacked(tmp_path: Path) -> None:
    pipe, bomb = tmp_path / "pipe", tmp_path / "bomb.gz"
    os.mkfifo(pipe)
    bomb.write_bytes(gzip.compress(bytes(40_000_000)))

    assert (
        run(str(pipe)).stderr
        == f"dateline: {pipe}: cannot be opened: a pipe, not a file; `-` reads stdin\n"
    )
    assert "more than 15 MB when unpacked" in run(str(bomb)).stderr


class _Paper(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/feed" else 404)
        self.send_header("Content-Type", "text/html; charset=iso-8859-2")
        self.end_headers()
        self.wfile.write(RSS.replace("Boat", "Żar").encode("iso8859-2"))

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def paper() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), _Paper) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.slow
def test_addresses_and_files_are_answered_in_the_order_given(paper: str, tmp_path: Path) -> None:
    absent = str(tmp_path / "absent.xml")
    dateline = Path(sys.executable).with_name("dateline")
    settings = {"DATELINE_ALLOW_PRIVATE_ADDRESSES": "true", "DATELINE_HOST_DELAY": "0"}

    done = subprocess.run(
        [dateline, "read", "--json", f"{paper}/feed", absent, f"{paper}/gone"],
        env=os.environ | settings,
        capture_output=True,
        timeout=60,
        check=False,
    )

    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["file"] for row in rows] == [f"{paper}/feed", absent, f"{paper}/gone"]
    assert rows[0]["entries"][0]["title"] == "[bold]Żar[/bold] & tide"
    assert rows[0]["entries"][0]["url"] == f"{paper}/boat"
    assert "404" in rows[2]["error"]
    assert done.returncode == Code.BAD_DATA


def test_help_shows_an_example() -> None:
    assert "Example: dateline read https://" in " ".join(run("--help").output.split())
