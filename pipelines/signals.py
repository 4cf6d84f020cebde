"""SIGINT and SIGTERM kept waiting while something is put away."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

BOTH: Final = (signal.SIGINT, signal.SIGTERM)


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
