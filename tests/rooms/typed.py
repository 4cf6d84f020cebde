"""`dateline` as it is typed, in this process."""

import io
import sys
from collections.abc import Callable

import pytest

from dateline.main import main

Run = Callable[..., tuple[int, str, str]]


def typed(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *arguments: str,
    stdin: str = "",
) -> tuple[int, str, str]:
    """Return exit code, stdout and stderr of `dateline` with arguments."""
    monkeypatch.setattr(sys, "argv", ["dateline", *arguments])
    monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr()
    assert isinstance(ended.value.code, int)
    return ended.value.code, said.out, said.err
