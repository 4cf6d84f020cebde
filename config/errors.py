"""What is wrong with a file that an operator edits, in one or two lines."""

import os
import shlex
from dataclasses import dataclass

UNKNOWN = "an unknown key"
KEY_LETTERS = 120  # of a key that is shown; our own have fewer, and the message is for one line


@dataclass(frozen=True, slots=True)
class Fault:
    """One mistake and its place."""

    file: str
    line: int | None
    """From 1; None where the file as a whole is meant."""
    key: str | None
    """Dotted, `sources[3].country`."""
    found: str
    expected: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        key = f"{_short(self.key)}: " if self.key else ""
        words = f"{place}: {key}found {self.found}; expected {self.expected}"
        return " ".join(words.splitlines())  # a key, too, may hold line breaks


def _short(key: str) -> str:
    return key if len(key) <= KEY_LETTERS else f"{key[:KEY_LETTERS]}…"


class ConfigError(Exception):
    """A configuration that cannot be used. Never worth a retry; ``faults`` has at least one."""

    def __init__(self, faults: list[Fault]) -> None:
        # a key that is written wrongly comes before the one that is then missing
        self.faults = sorted(
            faults, key=lambda one: (one.file, one.found != UNKNOWN, one.line or 0)
        )
        others = len(faults) - 1
        more = f"\n(and {others} more fault{'' if others == 1 else 's'})" if others else ""
        if more and all(fault.file.endswith(".yaml") for fault in faults):
            path = shlex.quote(os.path.commonpath([fault.file for fault in faults]))
            more = f"{more}; `dateline sources check --sources {path}` lists them"
        super().__init__(f"{self.faults[0]}{more}")
