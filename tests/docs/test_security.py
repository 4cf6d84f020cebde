"""What SECURITY.md promises is there: each test it names, and the rules that a search can see."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
ROWS = [line.strip("|").split(" | ") for line in TEXT.splitlines() if line.startswith("| ")][1:]
CODE = [
    p
    for room in ("config", "crawler", "pipelines", "dateline")
    for p in (ROOT / room).rglob("*.py")
]
ACTING = re.compile(
    r"\b(pickle|marshal|shelve|dill)\b|\byaml\.(load|unsafe_load)\(|\b(eval|exec)\("
)


@pytest.mark.parametrize("row", ROWS, ids=[row[0].strip()[:50] for row in ROWS])
def test_each_threat_has_its_guard_and_its_test(row: list[str]) -> None:
    _, guard, tests = row

    named = re.findall(r"`([^`]+\.py)`", tests)
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []
    assert [n for n in re.findall(r"`([^`]+\.py)`", guard) if not (ROOT / n).is_file()] == []


def test_nothing_is_read_that_could_act() -> None:
    assert len(CODE) > 200
    assert [str(f) for f in CODE if ACTING.search(f.read_text(encoding="utf-8"))] == []


def test_nothing_is_installed_without_its_hash() -> None:
    for lock in ("requirements.lock", "requirements-dev.lock"):
        blocks = re.split(r"\n(?=[A-Za-z0-9])", (ROOT / lock).read_text(encoding="utf-8"))
        named = [block for block in blocks if re.match(r"[A-Za-z0-9][^ ]*==", block)]
        assert len(named) > 20
        assert [block.split()[0] for block in named if "--hash=sha256:" not in block] == []
    assert "--require-hashes" in (ROOT / ".ci" / "install.py").read_text(encoding="utf-8")
