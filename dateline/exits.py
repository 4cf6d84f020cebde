"""The exit codes of `dateline`, and the errors that carry one to a person."""

from enum import IntEnum


class Code(IntEnum):
    """What cron and other programs are told."""

    DONE = 0
    LOOK = 1
    """Done, and a person must look."""
    USAGE = 2
    BAD_DATA = 65
    NO_DATABASE = 69
    BUSY = 75
    BAD_CONFIG = 78
    INTERRUPTED = 130
    TERMINATED = 143


class Exit(Exception):
    """Ends the command with ``code``; the message, one or two lines, goes to stderr."""

    def __init__(self, code: Code, message: str = "") -> None:
        self.code = code
        super().__init__(message)
