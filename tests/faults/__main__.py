"""The table of faults: `python -m tests.faults --seeds 5 --only "MongoDB killed" --json`."""

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from pipelines.failpoints import POINTS
from tests.faults.faults import FAULTS, Played, play
from tests.faults.servers import SERVERS, is_to_be_had
from tests.faults.stage import Stage, a_stage

HEADS = ("runs", "hit", "lost", "doubled", "stuck", "other", "audit")


def main() -> None:
    """Play all that is asked for; exit with 1 where something is not well."""
    asked = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    asked.add_argument("--seeds", type=int, default=5)
    asked.add_argument("--only", action="append", choices=list(FAULTS), default=[])
    asked.add_argument("--moment", action="append", choices=POINTS, default=[])
    asked.add_argument("--seed", type=int, action="append", help="only these, in place of --seeds")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    names = options.only or list(FAULTS)
    played = []
    seeds = options.seed or range(options.seeds)
    for one in every(names, options.moment or POINTS, seeds):
        played.append(one)
        if options.json:
            sys.stdout.write(json.dumps({**asdict(one), "is_well": one.is_well}) + "\n")
        elif not one.is_well or not one.is_hit:
            sys.stdout.write(f"{one}\n")
        sys.stdout.flush()
    if not options.json:
        sys.stdout.write(table(played))
    sys.exit(0 if all(one.is_well for one in played) else 1)


def every(names: Sequence[str], moments: Collection[str], seeds: Iterable[int]) -> Iterator[Played]:
    """Play faults at those of their moments, with each seed."""
    with tempfile.TemporaryDirectory(prefix="faults") as folder, ExitStack() as stack:
        path = Path(folder)
        stages: dict[str, Stage] = {}
        for name in names:
            kind = FAULTS[name].server
            if not is_to_be_had(kind):
                sys.stderr.write(f"{name}: left out, this machine has no {kind}\n")
                continue
            if kind not in stages:
                mongo = stack.enter_context(SERVERS[kind](path / kind.replace(" ", "-")))
                stages[kind] = stack.enter_context(a_stage(path / f"home of {kind}", mongo))
            for moment in FAULTS[name].moments:
                for seed in seeds if moment in moments else ():
                    yield play(stages[kind], name, moment, seed)


def table(played: list[Played]) -> str:
    """Return a row for each fault and moment, and their sums."""
    groups: dict[tuple[str, str], list[Played]] = defaultdict(list)
    for one in played:
        groups[one.fault, one.moment].append(one)
    rows = [(*key, *_sums(group)) for key, group in groups.items()]
    rows.append(("all", "", *_sums(played)))
    lines = [("fault", "moment", *HEADS), *rows]
    widths = [max(len(str(line[n])) for line in lines) for n in range(len(lines[0]))]
    return "".join(
        "  ".join(str(cell).ljust(width) for cell, width in zip(line, widths, strict=True)) + "\n"
        for line in lines
    )


def _sums(group: list[Played]) -> tuple[int, ...]:
    found = [one.difference for one in group]
    return (
        len(group),
        sum(one.is_hit for one in group),
        sum(len(one.lost) for one in found),
        sum(len(one.doubled) for one in found),
        sum(len(one.stuck) for one in found),
        sum(len(one.other) for one in found),
        sum(not one.is_clean or one.codes[-1] != 0 for one in group),
    )


if __name__ == "__main__":
    main()
