"""Feeds: `dateline read` over packs of feed files, and the figures of the scorer beside them.

python -m bench.feeds --corpus FOLDER

FOLDER is a pack (expected.jsonl and the files that it names) or holds several. A row of
expected.jsonl names its file, and the Content-Type and address it was served with, if known.
`score_feeds.py`, in FOLDER or beside it, prints the table; without it only the time is told.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

FILES_AT_ONCE = 2_000  # a command line has room for 128 kB on the narrowest system


def main() -> None:
    """Score every pack under the folder that was given."""
    parser = argparse.ArgumentParser(prog="python -m bench.feeds", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, metavar="FOLDER")
    corpus = parser.parse_args().corpus.resolve()
    packs = [path for path in (corpus, *sorted(corpus.iterdir())) if is_pack(path)]
    for pack in packs:
        measure(pack)
    if not packs:
        sys.exit(f"{corpus}: no expected.jsonl of feeds in it or under it")


def is_pack(folder: Path) -> bool:
    """Return whether the folder holds feeds and what is expected of them."""
    expected = folder / "expected.jsonl"
    if not expected.is_file():
        return False
    with expected.open(encoding="utf-8") as lines:
        return "expected_entries" in json.loads(lines.readline() or "{}")


def measure(pack: Path) -> None:
    """Read the pack's files with the command and print what the scorer says of it."""
    with tempfile.TemporaryDirectory() as scratch:
        predictions = Path(scratch) / "predictions.jsonl"
        began = time.perf_counter()
        rows = predict(pack, predictions)
        seconds = time.perf_counter() - began
        print(
            f"{pack.name}: {rows} files in {seconds:.1f} s, {1000 * seconds / rows:.1f} ms a file"
        )
        for folder in (pack, pack.parent):
            scorer = folder / "score_feeds.py"
            if scorer.is_file():
                subprocess.run([sys.executable, scorer, pack, predictions], check=True)
                return
    print("no score_feeds.py beside it: no table")


def predict(pack: Path, predictions: Path) -> int:
    """Write the command's row for each file of the pack; return how many there are."""
    groups: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
    with (pack / "expected.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            groups[options(row)].append(row["file"])
    command = [str(Path(sys.executable).with_name("dateline")), "read", "--json"]
    with predictions.open("wb") as out:
        for given, files in groups.items():
            for start in range(0, len(files), FILES_AT_ONCE):
                batch = files[start : start + FILES_AT_ONCE]
                subprocess.run(
                    [*command, *given, "--", *batch],
                    cwd=pack,
                    stdout=out,
                    stderr=subprocess.DEVNULL,  # what is no feed is in its row too
                    check=False,
                )
    return sum(map(len, groups.values()))


def options(row: dict[str, str]) -> tuple[str, ...]:
    """Return how the row's file was served, as options of the command."""
    served = [("--content-type", row.get("content_type")), ("--base", row.get("content_location"))]
    return tuple(part for name, value in served if value for part in (name, value))


if __name__ == "__main__":
    main()
