"""SIGINT and SIGTERM of a command: both end it by way of what it has to close."""

import signal

from dateline.exits import Code
from pipelines.signals import BOTH


def heed() -> None:
    """Have SIGTERM raise as SIGINT does; by default it would leave locks and servers behind."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _end)


def _end(*_: object) -> None:
    raise SystemExit(Code.TERMINATED)


def leave() -> None:
    """Have a signal end the process at once: the command is done, libraries are tidying up."""
    for number in BOTH:
        signal.signal(number, signal.SIG_DFL)
