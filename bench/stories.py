"""Stories: `dateline dedupe` over a pack of documents, the scorer's figures, and other methods.

python -m bench.stories --corpus FOLDER

FOLDER, or one of its folders, holds ``*.jsonl.gz`` of {id, url, site, published, title, text} and
``score_duplicates.py``, in it or beside it. datasketch and rensa run too where they are installed:
MinHash over runs of five words, joined from .5 and .7 on.
"""

import argparse
import gzip
import importlib
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipelines.identify.shingles import words

Row = dict[str, Any]
Method = Callable[[list[Row]], Iterable[Row]]
RUN, HASHES = 5, 128


def main() -> None:
    """Score every pack under the folder that was given."""
    parser = argparse.ArgumentParser(prog="python -m bench.stories", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True, metavar="FOLDER")
    for pack, scorer in packs_of(parser.parse_args().corpus):
        measure(pack, scorer)


def packs_of(corpus: Path) -> list[tuple[Path, Path]]:
    """Return the packs of documents of a folder or its folders, each with its scorer."""
    corpus = corpus.resolve()
    packs = [pack for folder in (corpus, *sorted(corpus.iterdir())) for pack in _packs(folder)]
    if not packs:
        sys.exit(f"{corpus}: no documents beside a score_duplicates.py in it or under it")
    return packs


def _packs(folder: Path) -> Iterator[tuple[Path, Path]]:
    for pack in sorted(folder.glob("*.jsonl.gz")) if folder.is_dir() else []:
        for near in (folder, folder.parent):
            with gzip.open(pack, "rt", encoding="utf-8") as lines:
                is_ours = "cluster" in json.loads(lines.readline() or "{}")
            if is_ours and (near / "score_duplicates.py").is_file():
                yield pack, near / "score_duplicates.py"
                break


def measure(pack: Path, scorer: Path) -> None:
    """Print what the scorer says of the command, and of each method that is there."""
    with gzip.open(pack, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    with tempfile.TemporaryDirectory() as scratch:
        told = Path(scratch) / "stories.jsonl"
        began = time.perf_counter()
        with told.open("wb") as file:
            command = ["-c", "from dateline.main import main; main()", "dedupe", str(pack)]
            subprocess.run([sys.executable, *command], stdout=file, check=True)
        _show("dateline dedupe", len(rows), time.perf_counter() - began)
        subprocess.run([sys.executable, scorer, pack, told], check=True)
        for name, method in _methods():
            began = time.perf_counter()
            found = list(method(rows))
            _show(name, len(rows), time.perf_counter() - began)
            told.write_text("\n".join(map(json.dumps, found)), encoding="utf-8")
            subprocess.run([sys.executable, scorer, pack, told], check=True)


def _show(name: str, documents: int, seconds: float) -> None:
    print(f"\n{name}: {seconds:.2f} s, {documents / seconds:.0f} documents a second", flush=True)


def _methods() -> Iterator[tuple[str, Method]]:
    for least in (0.5, 0.7):
        if find_spec("datasketch"):
            yield f"datasketch, {least}", partial(_datasketch, least=least)
        if find_spec("rensa"):
            yield f"rensa, {least}", partial(_rensa, least=least)


def _runs(row: Row) -> list[str]:
    found = words(row["text"])
    return [" ".join(found[at : at + RUN]) for at in range(max(1, len(found) - RUN + 1))]


def _datasketch(rows: list[Row], least: float) -> Iterator[Row]:
    tool = importlib.import_module("datasketch")
    index = tool.MinHashLSH(threshold=least, num_perm=HASHES)
    clusters: dict[str, str] = {}
    for row in rows:
        sketch = tool.MinHash(num_perm=HASHES)
        sketch.update_batch([run.encode() for run in _runs(row)])
        yield _joined(row, sorted(index.query(sketch)), clusters)
        index.insert(row["id"], sketch)


def _rensa(rows: list[Row], least: float) -> Iterator[Row]:
    tool = importlib.import_module("rensa")
    index = tool.RMinHashLSH(threshold=least, num_perm=HASHES, num_bands=32)
    clusters: dict[str, str] = {}
    sketches: list[Any] = []
    for at, row in enumerate(rows):
        sketch = tool.RMinHash(num_perm=HASHES, seed=1)
        sketch.update(_runs(row))
        near = [one for one in index.query(sketch) if sketch.jaccard(sketches[one]) >= least]
        yield _joined(row, [rows[one]["id"] for one in sorted(near)], clusters)
        index.insert(at, sketch)
        sketches.append(sketch)


def _joined(row: Row, near: list[str], clusters: dict[str, str]) -> Row:
    """Return a document in the cluster of the first that is like it."""
    clusters[row["id"]] = clusters[near[0]] if near else row["id"]
    return {"id": row["id"], "cluster": clusters[row["id"]]}


if __name__ == "__main__":
    main()
