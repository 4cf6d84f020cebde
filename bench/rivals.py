"""Rivals: pages a second, fetched to stored, of our crawl beside other collectors' on one replay.

python -m bench.rivals [--corpus PACK_OR_FOLDER] [--limit N] [--slow N] [--rounds N]
                       [--only NAME …] [--peers FOLDER] [--json]

All fetch the same pages over the same HTTP and store into the same MongoDB, by turns, their start
included: ours and a plain spider (bench/plain.py) from the papers' feeds; trafilatura, newspaper4k
and news-please with threads (bench/rival.py) from a list of the addresses. Beside it the processor
time a page, MongoDB's included. The last two get --slow of the pages, evenly chosen; they are no
dependencies of ours: each has an environment of its own in FOLDER, which is made from PyPI where
there is none yet. fundus is left out: it reads the papers that it has a parser for, and no others.
"""

import argparse
import ctypes
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bench import rival
from bench.cost import BECOME_SUBREAPER, Cost, cost, crawled, spidered, write
from bench.crawl import dateline, environment, packs_of
from bench.replay import Recorded, recorded, serving

OURS, PLAIN, HERE = "dateline crawl", "plain spider", "trafilatura"
SLOW = {"newspaper4k": "newspaper", "news-please": "newsplease"}
"""As PyPI calls them, and Python."""
BESIDE = ("lxml_html_clean", "pymongo", "urllib3")
PIP_QUIET = "--disable-pip-version-check"  # its last line is what is told


Pythons = Mapping[str, Path | str]
"""Of each rival its Python, or why there is none."""


def main() -> None:
    """Print how fast each was."""
    parser = argparse.ArgumentParser(prog="python -m bench.rivals", description=__doc__)
    parser.add_argument("--corpus", type=Path, metavar="PACK_OR_FOLDER")
    parser.add_argument("--limit", type=int, default=1_000, help="pages at the most")
    parser.add_argument("--slow", type=int, default=200, help="of these, for the slow ones")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=rival.READERS, metavar="NAME")
    parser.add_argument("--peers", type=Path, metavar="FOLDER")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    packs = packs_of(given.corpus)
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        home = Path(folder)
        pythons = pythons_of(given.only or [*rival.READERS], given.peers or home / "peers")
        pages = recorded(packs, given.limit)
        write(home, pages)
        write_addresses(home, pages, given.slow)
        with serving(packs, given.limit) as proxy:
            found = measured(home, proxy, pythons, given.rounds)
    lacking = {name: why for name, why in pythons.items() if isinstance(why, str)}
    if given.json:
        rows = {name: [asdict(one) for one in rounds] for name, rounds in found.items()}
        print(json.dumps({"rounds": rows, "lacking": lacking, "ratio": ratio(found)}))
    else:
        Console().print(table(found, lacking))


def pythons_of(names: Collection[str], folder: Path) -> Pythons:
    """Return the Python of each rival, or why it has none."""
    return {name: python_of(name, folder) if name in SLOW else Path(sys.executable)
            for name in names}  # fmt: skip


def python_of(name: str, folder: Path) -> Path | str:
    """Return the Python of a rival's own environment, which is made where it is not there."""
    python = folder / name / "bin" / "python"
    made = folder / f"{name}.made"
    if made.exists():
        return python
    steps: tuple[list[str | Path], ...] = (
        [sys.executable, "-m", "venv", folder / name],
        [python, "-m", "pip", "install", "--quiet", PIP_QUIET, name, *BESIDE],
        [python, "-W", "ignore", "-c", f"import {SLOW[name]}"],
    )
    for step in steps:
        done = subprocess.run(step, stderr=subprocess.PIPE, text=True, check=False)
        if done.returncode:
            said: list[str] = done.stderr.strip().splitlines()
            return said[-1] if said else "it could not be installed"
    made.touch()
    return python


def write_addresses(home: Path, pages: Sequence[Recorded], slow: int) -> None:
    """Write which pages each rival is to collect."""
    urls = [page.url for page in pages]
    few = urls[:: max(1, len(urls) // slow)][:slow]
    for name in rival.READERS:
        wanted = few if name in SLOW else urls
        (home / f"{name}.txt").write_text("\n".join(wanted), encoding="utf-8")


def measured(home: Path, proxy: str, pythons: Pythons, rounds: int) -> dict[str, list[Cost]]:
    """Return what each collector did, round by round."""
    ctypes.CDLL(None).prctl(BECOME_SUBREAPER, 1, 0, 0, 0)
    try:
        dateline(home, proxy, "db", "start")
        uri = dateline(home, proxy, "db", "url").strip()
        collect: dict[str, Callable[[int], int]] = {
            OURS: partial(crawled, home, proxy),
            PLAIN: partial(spidered, home, proxy, uri),
        }
        for name, python in pythons.items():
            if isinstance(python, Path):
                collect[name] = partial(rivalled, (python, name), home, proxy, uri)
        found: dict[str, list[Cost]] = {name: [] for name in collect}
        for number in range(rounds):
            for name, one in collect.items():
                found[name].append(cost(home, partial(one, number)))
    finally:
        dateline(home, "", "db", "stop")
    return found


def rivalled(who: tuple[Path, str], home: Path, proxy: str, uri: str, number: int) -> int:
    """Return how many pages a rival stored; ``who``: its Python and its name."""
    python, name = who
    # what it asks for beside the pages, pictures and lists of its own, is not there either
    world = environment(home, proxy) | {"https_proxy": proxy}
    done = subprocess.run(
        [python, rival.__file__, name, home / f"{name}.txt", uri, f"{name}_{number}"],
        env=world, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
    )  # fmt: skip
    return int(done.stdout.split()[-1])


def ratio(found: Mapping[str, list[Cost]]) -> float:
    """Return how many times as fast as the best of the others ours was."""
    speeds = {name: speed(rounds) for name, rounds in found.items()}
    return speeds.pop(OURS) / max(speeds.values())


def speed(rounds: Sequence[Cost]) -> float:
    """Return the pages a second of the median round."""
    return median(one.stored / one.seconds for one in rounds)


def table(found: Mapping[str, list[Cost]], lacking: Mapping[str, str]) -> Table:
    """Return the figures for a person."""
    shown = Table(title="pages a second, medians of the rounds", title_justify="left")
    for name in ("", "pages stored", "ms of the processor", "pages a second", "ours to it"):
        shown.add_column(name, justify="right" if name else "left")
    ours = speed(found[OURS])
    for name, rounds in found.items():
        its = speed(rounds)
        ms = median(one.ms for one in rounds)
        row = (f"{ms:.1f}", f"{its:.1f}", f"{ours / its:.2f}")
        shown.add_row(name, str(rounds[-1].stored), *row)
    for name, why in lacking.items():
        shown.add_row(f"{name}: {why}")
    shown.add_row("the best of the others", "", "", "", f"{ratio(found):.2f}", style="bold")
    return shown


if __name__ == "__main__":
    main()
