"""Every setting, code, reason, command and event has its words in a document, and the reverse."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

import click
import pytest

from config.settings import ROOT, Settings
from dateline.exits import Code
from dateline.main import dateline
from pipelines.records import Exclusion, State, Trouble
from tests.docs import generate
from tests.docs.texts import CODE, EVENTS, OPERATE, PACKAGES, TEXTS, section

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def test_every_setting_is_in_the_file_with_words() -> None:
    written = generate.written_settings()

    assert written.keys() == Settings.model_fields.keys()
    assert [key for key, words in written.items() if not re.sub(r"\(\w+\)", "", words)] == []


def test_every_exit_code_state_and_reason_is_explained() -> None:
    codes = re.findall(r"\d+", " ".join(re.findall(r"^\| ([\d, ]+) \|", OPERATE, re.MULTILINE)))
    reasons = section(OPERATE, "Where an address stands")
    said = Counter(word for row in re.findall(r"^\| (`.*?) \|", reasons, re.MULTILINE)
                   for word in CODE.findall(row))  # fmt: skip

    assert sorted(map(int, codes)) == sorted(Code)
    assert said == Counter(map(str, [*State, *Exclusion, *Trouble]))


@pytest.mark.parametrize(
    ("file", "line"),
    [
        (str(name), line)
        for name, text in TEXTS.items()
        for line in dict.fromkeys(
            word for word in CODE.findall(text) if re.match(r"dateline [a-z]+\b", word)
        )
        if "COMMAND" not in line
    ],
)
def test_every_command_line_of_a_document_is_understood(file: str, line: str) -> None:
    command: click.Command = dateline
    words = line.split()[1:]
    while isinstance(command, click.Group) and words:
        found = command.get_command(click.Context(command), words[0])
        assert found, f"{file}: {line}"
        command, words = found, words[1:]
    known = {name for param in command.params for name in param.opts} | {"--help"}

    assert [word for word in words if word.startswith("--") and word not in known] == []


def test_every_make_verb_of_a_document_is_one() -> None:
    verbs = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    said = [verb for text in TEXTS.values() for verb in re.findall(r"[`\n]make ([a-z]+)\b", text)]

    assert [verb for verb in said if verb not in verbs] == []


def test_every_event_is_listed_and_every_listed_event_happens() -> None:
    rows = re.findall(r"^\| `(.+?)` \| (\w+) \| (.*?)\| ", EVENTS, re.M)
    listed = {(event, level, tuple(CODE.findall(facts))) for event, level, facts in rows}

    assert listed == set(events())


def events() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield event, level and names of the facts of every call that logs."""
    for package in PACKAGES:
        for path in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                match node:
                    case ast.Call(
                        func=ast.Attribute(attr=level),
                        args=[ast.Constant(value=str(event)), *_],
                        keywords=keywords,
                    ) if level in LEVELS and re.fullmatch(r"[a-z_]+\.[a-z_]+", event):
                        # what an exception is logged with, its trace, is no level
                        yield event, "error" if level == "exception" else level, facts_of(keywords)


def facts_of(keywords: list[ast.keyword]) -> tuple[str, ...]:
    """Return the names in ``extra={...}``."""
    found = [word.value for word in keywords if word.arg == "extra"]
    keys = found[0].keys if found and isinstance(found[0], ast.Dict) else []
    return tuple(str(key.value) for key in keys if isinstance(key, ast.Constant))


def test_help_has_an_example_and_loads_nothing_heavy() -> None:
    program = (
        "import sys, click\n"
        "from tests.docs.commands import every_command\n"
        "for name, command in every_command():\n"
        "    text = ' '.join(command.get_help(click.Context(command)).split())\n"
        "    assert name in text.partition('Example: ')[2], name\n"
        "heavy = {'scrapy', 'twisted', 'trafilatura', 'pymongo', 'feedparser', 'lxml'}\n"
        "print(sorted(heavy & sys.modules.keys()))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert (done.stderr, done.stdout.strip()) == ("", "[]")
