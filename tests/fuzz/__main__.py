"""Fuzzing by hand: python -m tests.fuzz [--seed S] [--count N] [--corpus FOLDER] TARGET...

An input is made of an invented one (with --corpus: of files of a folder) by a few random changes,
the same for the same seed and number. What raises, or takes more time or memory than an input may,
is shown with its number; `--show NUMBER` writes that input to stdout.
"""

import argparse
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.fuzz import seeds
from tests.fuzz.targets import TARGETS
from tests.fuzz.trial import MEMORY_MB, Trial, input_of, trial

SHOWN = 40


def main() -> None:
    """Try what is asked for; exit with 1 where something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument(
        "targets", nargs="+", choices=TARGETS, metavar="TARGET", help=", ".join(TARGETS)
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1_000, help="inputs of each target")
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--corpus", type=Path, metavar="FOLDER", help="damage its files instead")
    parser.add_argument("--show", type=int, metavar="NUMBER", help="write that input to stdout")
    given = parser.parse_args()
    found = 0
    for target in given.targets:
        made_of = seeds.of_folder(given.corpus, TARGETS[target].corpus) if given.corpus else []
        if given.show is not None:
            sys.stdout.buffer.write(input_of(target, given.seed, given.show, made_of))
            continue
        began = time.monotonic()
        told = _shared(target, given, made_of)
        found += len(told.findings)
        _tell(told, time.monotonic() - began)
    sys.exit(bool(found))


def _shared(target: str, given: argparse.Namespace, made_of: list[bytes]) -> Trial:
    last = given.first + given.count
    shares = [range(given.first + job, last, given.jobs) for job in range(given.jobs)]
    with ThreadPoolExecutor(given.jobs) as threads:
        parts = list(threads.map(lambda share: trial(target, given.seed, share, made_of), shares))
    return Trial(
        target,
        sum(part.ran for part in parts),
        sorted(one for part in parts for one in part.findings),
        max(part.slowest for part in parts),
        max(part.peak_mb for part in parts),
    )


def _tell(told: Trial, seconds: float) -> None:
    for one in told.findings[:SHOWN]:
        print(f"--- {told.target} {one.number}\n{one.what}", flush=True)
    limit = TARGETS[told.target].seconds
    print(
        f"{told.target}: {told.ran:,} inputs, {len(told.findings)} findings in {seconds:.0f} s; "
        f"the slowest took {told.slowest[0]:.2f} of {limit:g} s (number {told.slowest[1]}); "
        f"at most {told.peak_mb} MB, {MEMORY_MB} more than at the start are allowed",
        flush=True,
    )


if __name__ == "__main__":
    main()
