"""SIGINT and SIGTERM of a command: both end it by way of what it has to close."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

from dateline.exits import Code

BOTH = (signal.SIGINT, signal.SIGTERM)


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


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let no signal break off a closing of some seconds; one that came is raised at its end."""
    late: list[int] = []
    held = {number: signal.signal(number, lambda number, _: late.append(number)) for number in BOTH}
    try:
        yield
    finally:
        for number, handler in held.items():
            signal.signal(number, handler)
        for missed in late[:1]:
            signal.raise_signal(missed)
