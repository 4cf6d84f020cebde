"""Our line and trafilatura as people run it, on the same recorded pages, side by side.

    python -m bench.articles --corpus FOLDER [--every 10] [--out FOLDER]

FOLDER holds packs ``*.jsonl.gz`` of {id, url, html} beside the scorer ``../score_articles.py``.
Both extract each page one after the other in one process, so that their times compare.
"""

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO, Any

from bench import peers
from pipelines.line import prepare
from pipelines.records import Dropped

WARMING = 5  # pages that load models and lists: once a process, not once a page
Row = dict[str, Any]
Extractor = Callable[[Row], Row]


def main() -> None:
    """Extract, write the predictions, print the scorer's tables and the CPU time a page."""
    arguments = _arguments()
    out = arguments.out or Path(tempfile.mkdtemp(prefix="dateline-bench-"))
    out.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore")  # dateutil's, about zones: theirs, one a page
    spent = _extract(arguments.corpus, out, arguments.every)
    scorer = arguments.corpus.parent / "score_articles.py"
    for name in EXTRACTORS:
        print(f"\n{name}: {spent[name]:.1f} ms CPU a page")
        predictions = str(out / f"{name}.jsonl")
        pack = str(out / "pack.jsonl") if arguments.every > 1 else str(arguments.corpus)
        subprocess.run([sys.executable, str(scorer), predictions, pack], check=True)
    print(
        f"\nours / trafilatura: {spent['ours'] / spent['trafilatura']:.2f} of the CPU time; {out}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--every", type=int, default=1, help="take each n-th page only")
    parser.add_argument("--out", type=Path)
    return parser.parse_args()


def _extract(corpus: Path, out: Path, every: int) -> dict[str, float]:
    """Return the mean CPU milliseconds a page of each extractor; what they found is in ``out``."""
    spent = dict.fromkeys(EXTRACTORS, 0.0)
    count = 0
    with ExitStack() as stack:
        files = {
            name: stack.enter_context((out / f"{name}.jsonl").open("w", encoding="utf-8"))
            for name in ("pack", *EXTRACTORS)
        }
        for count, page in enumerate(_pages(corpus, every), 1):
            if every > 1:
                _write(files["pack"], page)
            for name, extractor in EXTRACTORS.items():
                started = time.process_time()
                found = extractor(page)
                used = time.process_time() - started
                spent[name] += used if count > WARMING else 0
                _write(files[name], {"id": page["id"], "cpu": used, **found})
    return {name: 1000 * used / max(1, count - WARMING) for name, used in spent.items()}


def _pages(corpus: Path, every: int) -> Iterator[Row]:
    packs = sorted(corpus.glob("*.jsonl.gz"))
    lines = (line for pack in packs for line in _lines(pack))
    yield from (json.loads(line) for at, line in enumerate(lines) if at % every == 0)


def _lines(pack: Path) -> Iterator[str]:
    with gzip.open(pack, "rt", encoding="utf-8") as lines:
        yield from lines


def _write(file: IO[str], row: Row) -> None:
    file.write(json.dumps(row, ensure_ascii=False) + "\n")


def ours(row: Row) -> Row:
    """Return what the line makes of a page."""
    found = prepare(peers.recorded(row))
    if isinstance(found, Dropped):
        return {"text": "", "dropped": found.reason, "detail": found.detail}
    return {
        "text": found.text,
        "title": found.title,
        "authors": list(found.authors),
        "date": found.published.day if found.published else None,
        "language": found.language,
    }


EXTRACTORS: dict[str, Extractor] = {"ours": ours, "trafilatura": peers.default}


if __name__ == "__main__":
    main()
