"""The benchmarks: `python -m bench [--corpus FOLDER]` runs all, `python -m bench NAME …` one.

Without FOLDER, those are left out that have nothing to do without recorded pages or feeds.
What stands behind NAME is handed to it: `python -m bench crawl --rounds 5 --json`.
"""

import argparse
import importlib
import subprocess
import sys
from pathlib import Path

WITHOUT_CORPUS = {
    "arrival": False,
    "articles": False,
    "copies": True,
    "cost": True,
    "crawl": True,
    "endurance": False,
    "feeds": False,
    "fleet": False,
    "million": False,
    "polls": True,
    "race": True,
    "rivals": False,
    "store": False,
    "stories": False,
    "text": False,
}
"""The benches, and whether each has something to do without a corpus."""


def main() -> None:
    """List what there is, then run what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", nargs="?", choices=WITHOUT_CORPUS)
    parser.add_argument("--corpus", type=Path, metavar="FOLDER")
    given, rest = parser.parse_known_args()
    if given.name:
        sys.exit(run(given.name, given.corpus, rest))
    if rest:
        parser.error(f"{rest[0]}: options of a bench stand behind its name")
    sys.exit(max(run_all(given.corpus)))


def run_all(corpus: Path | None) -> list[int]:
    """Run every bench that has something to do; return their exit codes."""
    codes = [0]
    for name, is_able in WITHOUT_CORPUS.items():
        about = (importlib.import_module(f"bench.{name}").__doc__ or "").partition("\n")[0]
        print(f"\n{name}  {about}", flush=True)
        if corpus or is_able:
            codes.append(run(name, corpus, []))
        else:
            print("left out: it needs --corpus")
    return codes


def run(name: str, corpus: Path | None, options: list[str]) -> int:
    """Run one bench in a process of its own, over the corpus or its folder of the bench's name."""
    if corpus:
        inner = corpus / name
        packs = inner if any(inner.glob("*.jsonl.gz")) else corpus
        options = ["--corpus", str(packs), *options]
    return subprocess.run([sys.executable, "-m", f"bench.{name}", *options], check=False).returncode


if __name__ == "__main__":
    main()
