"""An operator's YAML: as version 1.2 has it, and told with its line where it is none."""

from pathlib import Path
from typing import Any

import pytest

from config import files
from config.errors import ConfigError

READ = [
    ("a: [no, on, 2026-03-31, 010]", {"a": ["no", "on", "2026-03-31", "010"]}),
    ("a: [12, -3, 1.5, 1e3, true, ~]\nb:", {"a": [12, -3, 1.5, 1000.0, True, None], "b": None}),
    ("a: ['12', \"~\", 12:30:45]", {"a": ["12", "~", "12:30:45"]}),
    ("\ufeffa: one", {"a": "one"}),
]
REFUSED = [
    ("a: 1\nb: 2\na: 3\n", ":1: found a key that stands twice; expected YAML"),
    ("a: one\nb: [\n", ":3: found "),
    ("a: !!python/object:os.system x", ":1: found could not determine a constructor"),
    ("a:\n  b: !!float x", ":2: found a value that is no float; expected YAML"),
    ("- !!int ang", ":1: found a value that is no int; expected YAML"),
    ("a: \x01", ": found control characters are not allowed"),
]


@pytest.mark.parametrize(("written", "found"), READ)
def test_what_is_written_is_read(written: str, found: Any, tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text(written, encoding="utf-8")

    assert files.yaml(file) == found


@pytest.mark.parametrize(("written", "said"), REFUSED)
def test_what_is_none_is_told_with_its_line(written: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text(written, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        files.yaml(file)

    assert f"words.yaml{said}" in str(caught.value.faults[0])
