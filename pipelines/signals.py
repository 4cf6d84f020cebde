"""SIGINT and SIGTERM kept waiting while something is put away."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

BOTH: Final = (signal.SIGINT, signal.SIGTERM)
OUTCOMES: Final = {signal.SIGINT: "interrupted", signal.SIGTERM: "terminated"}
"""What the outcome of a run is called that one of them ended."""


@contextmanager
def given_back() -> Iterator[None]:
    """Have both as they were, once it is over: a loop that listens to them gives them to nobody."""
    before = {number: signal.getsignal(number) for number in BOTH}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


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
