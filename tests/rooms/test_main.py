"""The front door: streams that are closed, full or gone, and options that are wrong."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
MAIN = [sys.executable, "-c", "from dateline.main import main; main()"]
COAST = """\
region: coast
sources:
  - {id: lantern, name: L, homepage: "https://lantern.example/", feeds: [https://lantern.example/]}
"""


@pytest.fixture
def coast(tmp_path: Path) -> str:
    (tmp_path / "coast.yaml").write_text(COAST, encoding="utf-8")
    return str(tmp_path / "coast.yaml")


def _run(shell: str, *arguments: str, **environ: str) -> "subprocess.CompletedProcess[bytes]":
    """Run `dateline` with its streams as the shell's words put them."""
    line = ["sh", "-c", f'exec "$@" {shell}', "sh", *MAIN, *arguments]
    return subprocess.run(
        line, env=os.environ | environ, capture_output=True, timeout=60, check=False
    )


CLOSED = [
    (["sources", "list", "--sources"], ">&-", 0, b""),
    (["sources", "list", "--json", "--sources"], ">&- 2>&- <&-", 0, b""),
    (["sources", "show", "lantren", "--sources"], "2>&-", 2, b""),
    (["sources", "show", "lantren", "--sources"], "2>/dev/full", 2, b""),
    (["sources", "list", "--sources"], ">/dev/full", 1, b"No space left on device"),
    (["sources", "list", "--json", "--sources"], ">/dev/full", 1, b"No space left on device"),
    (["--help"], ">/dev/full", 1, b"No space left on device"),
    (["sources", "list", "--sources"], "", 0, b""),
]


@pytest.fixture(params=["", "1"], ids=["buffered", "unbuffered"])
def _buffering(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left in a stream that takes nothing is tried once more as Python ends."""
    monkeypatch.setenv("PYTHONUNBUFFERED", request.param)


@pytest.mark.usefixtures("_buffering")
@pytest.mark.parametrize(("arguments", "shell", "code", "word"), CLOSED)
def test_a_stream_that_takes_nothing(
    coast: str, arguments: list[str], shell: str, code: int, word: bytes
) -> None:
    done = _run(shell, *arguments, *([coast] if "--sources" in arguments else []))

    assert done.returncode == code
    assert word in done.stderr
    assert len(done.stderr.splitlines()) == bool(word)


@pytest.mark.parametrize("environ", [{}, {"PYTHONUNBUFFERED": "1"}])
@pytest.mark.parametrize(
    "arguments", [["--help"], ["sources", "check", "--offline"], ["sources", "--help"]]
)
def test_a_reader_that_has_seen_enough_is_no_error(
    arguments: list[str], environ: dict[str, str], coast: str, tmp_path: Path
) -> None:
    read, write = os.pipe()
    os.close(read)

    done = subprocess.run(
        [*MAIN, *arguments],
        # none of this checkout
        env=os.environ | environ | {"DATELINE_HOME": str(tmp_path), "DATELINE_SOURCES": coast},
        stdout=write,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(write)

    assert (done.returncode, done.stderr) == (0, b"")


def test_a_stdin_that_is_closed_is_empty() -> None:
    assert _run("<&-", "canonical", "-").returncode == 0
    assert _run("<&-", "extract", "-").stderr == b"dateline: -: The body is an empty page.\n"


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_a_letter_that_the_locale_lacks_is_written_otherwise(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "coast.yaml"
    file.write_text(COAST.replace("name: L", "name: Фонарь"), encoding="utf-8")
    arguments = ["sources", "list", "--sources", str(file)]

    plain = _run("", *arguments, PYTHONIOENCODING=encoding)
    as_json = _run("", *arguments, "--json", PYTHONIOENCODING=encoding)

    assert (plain.returncode, as_json.returncode) == (0, 0)
    written = "Фонарь" if encoding == "utf-8" else r"\u0424\u043e"
    assert written in plain.stdout.decode()
    assert written in as_json.stdout.decode()


@pytest.mark.parametrize("words", [b"http://a/\xff", b"\xff\xfe\x1b[31m"])
def test_input_that_is_not_utf8_is_bad_data(words: bytes) -> None:
    done = subprocess.run(
        [*MAIN, "canonical", "-"],
        input=words,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 65
    assert done.stderr.startswith(b"dateline: not an address")
    assert done.stderr.count(b"\n") == 1
    assert b"\x1b" not in done.stderr
