"""What a look at one thing says."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    """It works, and will not for ever, or not as well as it could."""
    BAD = "bad"
    """It does not work, or data or secrets are at risk."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One line."""

    level: Level
    what: str
    """What was looked at, in a word or two."""
    words: str
    """What is so."""
    where: str = ""
    """A path, `file:line`, a host; "" where the words say it."""
    to_do: str = ""
    """"" where there is nothing to do."""


def fine(what: str, words: str, where: str = "") -> Finding:
    """Return a line about what is as it should be."""
    return Finding(level=Level.OK, what=what, words=words, where=where)


def warn(what: str, words: str, to_do: str, where: str = "") -> Finding:
    """Return a line about what is to be seen to some time."""
    return Finding(level=Level.WARN, what=what, words=words, where=where, to_do=to_do)


def bad(what: str, words: str, to_do: str, where: str = "") -> Finding:
    """Return a line about what is to be seen to now."""
    return Finding(level=Level.BAD, what=what, words=words, where=where, to_do=to_do)
