"""Sites whose pages arrive one after another, as a crawl meets them: what learning gives, and when.

    python -m bench.arrival --corpus FOLDER [--out FOLDER]

FOLDER holds packs ``*.jsonl.gz`` of {id, url, site, html} beside the scorer
``../score_articles.py``; of each site with three pages and more every page is read by what the
pages before it taught. Shown apart: pages 1 and 2 of a site, 3 to 5, 6 onward; then all of them
again, the first ones read once more when the last is there.
"""

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dateline.batch import read_line
from pipelines.sites import Lessons, site_of

LEAST = 3  # pages of a site: with fewer there is nothing to see
PARTS = {"pages 1-2": (1, 2), "pages 3-5": (3, 5), "pages 6-": (6, sys.maxsize)}
Row = dict[str, Any]


def main() -> None:
    """Read the sites, print the scorer's table of each part."""
    parser = argparse.ArgumentParser(prog="python -m bench.arrival", description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--scorer", type=Path)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    out = given.out or Path(tempfile.mkdtemp(prefix="dateline-bench-"))
    out.mkdir(parents=True, exist_ok=True)
    made: defaultdict[str, list[tuple[Row, Row]]] = defaultdict(list)
    for pages in _sites(given.corpus):
        _read_site(pages, made)
    scorer = given.scorer or given.corpus.parent / "score_articles.py"
    for name, rows in made.items():
        _score(name, rows, out / name.replace(" ", "-"), scorer)


def _sites(corpus: Path) -> Iterator[list[Row]]:
    sites: defaultdict[str, list[Row]] = defaultdict(list)
    for pack in sorted(corpus.glob("*.jsonl.gz")) if corpus.is_dir() else [corpus]:
        with gzip.open(pack, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                sites[site_of(row["url"])].append(row)
    yield from (pages for pages in sites.values() if len(pages) >= LEAST)


def _read_site(pages: list[Row], made: defaultdict[str, list[tuple[Row, Row]]]) -> None:
    lessons = Lessons()
    site = site_of(pages[0]["url"])
    first: list[tuple[Row, Row]] = []
    for number, page in enumerate(pages, 1):
        read = read_line(json.dumps(page).encode(), lessons.learned(site))
        if read.sighting:
            lessons.add(read.sighting)
        first.append((page, read.row))
        part = next(name for name, (low, high) in PARTS.items() if low <= number <= high)
        made[part].append((page, read.row))
    template = lessons.learned(site)
    again = [(page, read_line(json.dumps(page).encode(), template).row) for page, _ in first[:5]]
    made["all, read again"] += [*again, *first[5:]]


def _score(name: str, rows: list[tuple[Row, Row]], out: Path, scorer: Path) -> None:
    pack, predictions = out.with_suffix(".pack.jsonl"), out.with_suffix(".jsonl")
    with pack.open("w", encoding="utf-8") as pages, predictions.open("w", encoding="utf-8") as said:
        for page, row in rows:
            pages.write(json.dumps(page) + "\n")
            said.write(json.dumps(row) + "\n")
    print(f"\n{name} ({len(rows)} pages)", flush=True)
    subprocess.run([sys.executable, str(scorer), str(predictions), str(pack)], check=True)


if __name__ == "__main__":
    main()
