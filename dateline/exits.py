"""The exit codes of `dateline`, and the errors that carry one to a person."""

from enum import IntEnum

from config.errors import ConfigError


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


def code_of(error: BaseException) -> Code:
    """Return the code with which an error ends a command."""
    if isinstance(error, Exit):
        return error.code
    if isinstance(error, ConfigError):
        return Code.BAD_CONFIG
    if isinstance(error, KeyboardInterrupt):
        return Code.INTERRUPTED
    if isinstance(error, SystemExit) and error.code == Code.TERMINATED:
        return Code.TERMINATED
    if is_told(error, "HomeError"):
        return Code.BAD_CONFIG
    return Code.NO_DATABASE if is_told(error, "StoreError") else Code.LOOK


def is_told(error: BaseException, *names: str) -> bool:
    """Return whether an error is the store's, with words for a person.

    By name: `--help` must not import pymongo.
    """
    wanted = names or ("StoreError", "NoRoomError")
    return any(kind.__name__ in wanted for kind in type(error).__mro__)
