"""Inputs by number through a target, in processes of their own: findings, times, memory.

A process has limits as a worker of a crawl has, and ends itself over an input that uses up its
time; then the next one goes on behind it.
"""

import multiprocessing
import os
import resource
import signal
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from tests.fuzz.mutate import Mutator
from tests.fuzz.targets import TARGETS

MEMORY_MB = 1_024
FRAMES, WIDE = 16, 160  # lines of a trace that are shown, and letters of one
PAGE = resource.getpagesize()


class Finding(NamedTuple):
    """An input over which something was raised, or a limit passed."""

    number: int
    what: str


@dataclass(slots=True)
class Trial:
    """What came of a target's inputs."""

    target: str
    ran: int = 0
    findings: list[Finding] = field(default_factory=list)
    slowest: tuple[float, int] = (0.0, -1)
    """Seconds of processor time, and the input's number."""
    peak_mb: int = 0


def input_of(target: str, seed: int, number: int, made_of: Sequence[bytes] = ()) -> bytes:
    """Return an input; ``made_of``: in place of the target's own."""
    one = TARGETS[target]
    return Mutator(made_of or one.seeds, one.tokens, one.most).make(seed, number)


def trial(target: str, seed: int, numbers: range, made_of: Sequence[bytes] = ()) -> Trial:
    """Return what came of the inputs of these numbers."""
    context = multiprocessing.get_context("fork")
    told, at = Trial(target), numbers
    while at:
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=_work, args=(theirs, target, seed, at, made_of))
        process.start()
        theirs.close()
        last = _gathered(ours, told, at.start - at.step)
        process.join()
        if process.exitcode == 0:
            return told
        lost = last + at.step  # it died over the one that it had not told of
        told.findings.append(Finding(lost, _death(process.exitcode)))
        told.ran += 1
        at = range(lost + at.step, at.stop, at.step)
    return told


def _gathered(ours: Connection, told: Trial, last: int) -> int:
    while True:
        try:
            number, seconds, peak, what = ours.recv()
        except EOFError:
            return last
        last = number
        told.ran += 1
        told.peak_mb = max(told.peak_mb, peak)
        told.slowest = max(told.slowest, (seconds, number))
        if what:
            told.findings.append(Finding(number, what))


def _death(code: int | None) -> str:
    return "over its time" if code == -signal.SIGPROF else f"the process died ({code})"


def _work(
    says: Connection, target: str, seed: int, numbers: range, made_of: Sequence[bytes]
) -> None:
    one = TARGETS[target]
    mutator = Mutator(made_of or one.seeds, one.tokens, one.most)
    one.tries(one.seeds[0])  # what is loaded once is no input's fault
    _limit_memory()
    for number in numbers:
        made = mutator.make(seed, number)
        began = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, one.seconds)  # its end is ours: no C code survives it
        what = _tried(target, made)
        signal.setitimer(signal.ITIMER_PROF, 0)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        says.send((number, time.process_time() - began, peak, what))
    os._exit(0)  # threads that stayed behind at the fork cannot be waited for


def _tried(target: str, made: bytes) -> str:
    try:
        TARGETS[target].tries(made)
    except MemoryError:
        return "over its memory"
    except BaseException:  # noqa: BLE001 whatever is raised is what is looked for
        return "\n".join(line[:WIDE] for line in traceback.format_exc().splitlines()[-FRAMES:])
    return ""


def _limit_memory() -> None:
    used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * PAGE
    limit = used + MEMORY_MB * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
