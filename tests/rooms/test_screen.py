"""What leaves for a terminal: it can neither steer it nor look like a line of ours."""

import io
import json
import logging
import re
from pathlib import Path

import pytest
from rich.table import Table

from config.settings import ROOT
from dateline.screen import _Facts, as_json, one_line, plain, say
from dateline.screen import out as a_console

ESC, CSI = "\x1b", "\x9b"
HARMLESS = [
    ("right-to-left letters", "مرحبا بالعالم"),
    ("marks and joiners of languages", "\u200e5\u200f نمی\u200cخواهم क्\u200dष"),
    ("wide letters, emoji, a joined family", "汉字 \U0001f468\u200d\U0001f469\u200d\U0001f467"),
    ("spaces of typography", "10\u00a0000\u202fkm\u3000全"),
    ("a soft hyphen, a combining mark", "Don\u00addampf e\u0301"),
]


@pytest.mark.parametrize(
    ("why", "words", "expected"),
    [
        ("a colour", f"{ESC}[31mred{ESC}[0m", "[31mred[0m"),
        ("a title of the window", f"{ESC}]0;owned\x07words", "]0;ownedwords"),
        ("the same in one character of C1", f"{CSI}31mred \x9d0;owned\x9c", "31mred 0;owned"),
        ("back over what stands there", "ok\b\b\x7fno", "okno"),
        ("back to the start of the line", "fine\rFAIL", "fine FAIL"),
        ("turned around by an override", "a\u202egpj.exe\u202c", "agpj.exe"),
        ("turned around by an isolate", "\u2066a\u2067b\u2068c\u2069\u202a\u202b\u202d", "abc"),
        ("other breaks of a line", "a\u2028b\u2029c\x85d\x0be\x0cf", "a b c d e f"),
        ("half a surrogate pair", "caf\udce9 \ud800", "caf\ufffd \ufffd"),
        ("lines and tabs of a text", "one\n\ttwo\n\nthree", "one\n\ttwo\n\nthree"),
        *((why, words, words) for why, words in HARMLESS),
    ],
)
def test_a_text_is_shown_and_does_nothing(why: str, words: str, expected: str) -> None:
    assert plain(words) == expected


@pytest.mark.parametrize(
    ("why", "words", "expected"),
    [
        ("a second line", "lost\ndateline: all is well", "lost dateline: all is well"),
        ("a tab", "a\tb", "a b"),
        ("what plain takes", f"{ESC}[2J\u202ea\u2028b", "[2Ja b"),
        *((why, words, words) for why, words in HARMLESS),
    ],
)
def test_a_field_stays_in_its_line(why: str, words: str, expected: str) -> None:
    assert one_line(words) == expected


@pytest.mark.parametrize(
    ("why", "value", "written"),
    [
        ("C0, as JSON has it", "\x1b\n", r'"\u001b\n"'),
        ("C1 and delete", "\x9b\x7f\x85", r'"\u009b\u007f\u0085"'),
        ("overrides and isolates", "\u202e\u2066", r'"\u202e\u2066"'),
        ("separators", "\u2028\u2029", r'"\u2028\u2029"'),
        ("a byte of a file's name", "\udce9", r'"\udce9"'),
        ("keys too", {"\x9b": 1}, r'{"\u009b": 1}'),
        *((why, words, f'"{words}"') for why, words in HARMLESS),
    ],
)
def test_json_is_the_same_value_in_harmless_letters(why: str, value: object, written: str) -> None:
    assert as_json(value) == written
    assert json.loads(as_json(value)) == value


def test_json_keeps_its_own_lines_and_can_be_ascii() -> None:
    assert as_json(["é\x9b"], indent=1) == '[\n "é\\u009b"\n]'
    assert as_json("é\x9b", is_ascii=True) == r'"\u00e9\u009b"'


def test_a_console_shows_words_as_words(capsys: pytest.CaptureFixture[str]) -> None:
    table = Table("title", box=None)
    table.add_row(f"[/b] :smile: {ESC}[31mred\u202e")

    a_console().print(table)
    a_console().print(f"[red]{CSI}2J first\nsecond", style="bold")

    lines = [line.rstrip() for line in capsys.readouterr().out.splitlines()]
    assert lines[1:] == [" [/b] :smile: [31mred", "[red]2J first", "second"]


def test_a_console_draws_its_own_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    console = a_console()
    console.file = io.StringIO()

    console.print(f"words{ESC}[2J", style="bold")

    assert console.file.getvalue() == "\x1b[1mwords[2J\x1b[0m\n"


def test_an_event_is_one_line_whatever_a_site_sends() -> None:
    record = logging.makeLogRecord({"msg": "page.failed\n%s", "args": (f"{ESC}[2J",)})
    record.why, record.url = "a\u2028b\nERROR page.failed", f"http://a.example/{CSI}31m"

    line = _Facts("%(levelname)s %(message)s").format(record)

    assert line == ("Level None page.failed [2J why=a b ERROR page.failed url=http://a.example/31m")


def test_a_remark_has_two_lines_at_the_most(capsys: pytest.CaptureFixture[str]) -> None:
    say(f"what{ESC}\nwhere\nwhat to do\n")

    assert capsys.readouterr().err == "dateline: what\nwhere what to do\n"


def test_everything_leaves_by_the_one_door() -> None:
    own = re.compile(
        r"click\.(secho|echo)\(|\bConsole\(|(?<![\w.])print\(|sys\.std(out|err)\.write"
    )
    doors = {Path("dateline/screen.py"), Path("dateline/main.py")}
    files = [file for file in ROOT.glob("dateline/**/*.py") if file.relative_to(ROOT) not in doors]

    assert [file.name for file in files if own.search(file.read_text(encoding="utf-8"))] == []
