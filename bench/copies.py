"""Copies: documents through the store as a crawl keeps them, the scorer's figures, and the cost.

python -m bench.copies [--corpus FOLDER] [--batch N] [--sizes N …]

FOLDER, or one of its folders, holds ``*.jsonl.gz`` of {id, url, site, published, title, text} and
``score_duplicates.py``: each pack is kept in order of publication, --batch documents at a time,
and judged after each batch.
--sizes: so many invented articles are kept, then PROBES more of which one in ten copies another;
shown is how many of these are judged a second, and what an article takes in the index.
"""

import argparse
import gzip
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bson import Int64
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from bench.stories import packs_of
from crawler.readers import dates
from pipelines.identify.canonical import article_id, canonical, ledger_key
from pipelines.identify.judge import judge
from pipelines.identify.regroup import week_of
from pipelines.identify.shingles import spelled
from pipelines.identify.sketch import keys, sketch
from pipelines.records import (
    Arrival,
    Candidates,
    Draft,
    Due,
    Entry,
    Lease,
    Page,
    Published,
    Standing,
    State,
)
from pipelines.store import documents, layout, server
from pipelines.store.articles import Articles, Offer
from pipelines.store.claims import text_claim
from pipelines.store.stories import Stories

Document = dict[str, Any]
PROBES = 2_000
FILLED = 1_000  # at a time
BATCH = 64
A_DAY = 10_000  # articles of the invented collection
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
WORDS, SITES, LENGTH = 20_000, 300, 300


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m bench.copies", description=__doc__)
    parser.add_argument("--corpus", type=Path, metavar="FOLDER")
    parser.add_argument("--batch", type=int, default=BATCH)
    parser.add_argument("--sizes", type=int, nargs="*", default=[])
    given = parser.parse_args()
    for pack, scorer in packs_of(given.corpus) if given.corpus else []:
        with served() as uri, opened(uri) as db:
            score(db, pack, scorer, given.batch)
    if given.sizes or not given.corpus:
        with served() as uri, opened(uri) as db:
            cost(db, sorted(given.sizes) or [10_000])


@contextmanager
def served() -> Iterator[str]:
    """Give the address of a server of its own, for as long as it is needed."""
    home = Path(tempfile.mkdtemp(prefix="dateline-bench-"))
    try:
        uri = server.ensure(home).uri
        with opened(uri) as db:
            layout.apply(db)
        yield uri
    finally:
        server.stop(home)
        shutil.rmtree(home)


@contextmanager
def opened(uri: str) -> Iterator[Database[Document]]:
    """Give the database there."""
    with MongoClient[Document](uri, w="majority", journal=True, tz_aware=True) as client:
        yield client["bench"]


def score(db: Database[Document], pack: Path, scorer: Path, batch: int) -> None:
    """Keep a pack, and print what the scorer says of the stories."""
    with gzip.open(pack, "rt", encoding="utf-8") as lines:
        rows = sorted(map(json.loads, lines), key=lambda row: str(row["published"]))
    articles, stories = Articles(db, "bench", judge), Stories(db, "bench")
    ids: dict[str, str] = {}
    began = time.perf_counter()
    for at in range(0, len(rows), batch):
        # its address alone names a document: what a site calls it is not to be measured here
        offers = [offer(f"https://{row['id']}.example/", row) for row in rows[at : at + batch]]
        articles.keep(offers, articles.clock())
        stories.settle()
        ids |= {
            one.own_id: row["id"] for one, row in zip(offers, rows[at : at + batch], strict=True)
        }
    seconds = time.perf_counter() - began
    print(f"\nthrough the store: {len(rows) / seconds:.0f} documents a second", flush=True)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as told:
        for row in db["articles"].find({}, {"story": 1}):
            told.write(json.dumps({"id": ids[row["_id"]], "cluster": row["story"]}) + "\n")
        told.flush()
        subprocess.run([sys.executable, scorer, pack, told.name], check=True)


def offer(url: str, row: Document) -> Offer:
    """Return a document as a page that a crawl has read."""
    published = dates.parse(str(row["published"]))
    seen = published or BEGAN
    name = canonical(url)
    entry = Entry(url=url, title=row["title"])
    draft = Draft(
        url=name,
        own_url=name,
        urls=(name,),
        text=row["text"],
        title=row["title"],
        published=Published(
            at=published, raw=str(row["published"]), source="page", precision="second", day=None,
            offset=None,
        ),
    )  # fmt: skip
    page = Page(
        url=url,
        announced_url=url,
        body=b"",
        content_type=None,
        fetched_at=seen,
        entry=entry,
        source=row["site"],
    )
    due = Due(
        lease=Lease(id=ledger_key(url), by="bench", epoch=1),
        url=url,
        host=row["site"],
        source=row["site"],
        standing=Standing(state=State.PENDING, next_at=seen),
        priority=0,
        entry=entry,
        first_seen_at=seen,
    )
    return Offer(
        arrival=Arrival(due=due, page=page), draft=draft, own_id=article_id(name), body=b""
    )


def cost(db: Database[Document], sizes: Sequence[int]) -> None:
    """Print how fast articles are judged beside so many others."""
    articles, stories = Articles(db, "bench", judge), Stories(db, "bench")
    made = invented()
    kept = 0
    for size in sizes:
        kept += _fill(db, made, size - kept)
        probes = [next(made) for _ in range(PROBES)]
        seconds, spent = 0.0, 0.0
        for at in range(0, PROBES, BATCH):
            articles.keep(probes[at : at + BATCH], articles.clock())
            began, worked = time.perf_counter(), time.process_time()
            stories.settle()
            seconds += time.perf_counter() - began
            spent += time.process_time() - worked
        kept += PROBES
        sketches = db.command("collStats", "articles")["indexSizes"]["by_sketch"]
        told = f"{PROBES / seconds:.0f} judged a second ({1000 * spent / PROBES:.1f} ms of our own)"
        print(f"{size:9,} articles: {told}, {sketches / kept:.0f} bytes of index each", flush=True)


def _fill(db: Database[Document], made: Iterator[Offer], count: int) -> int:
    """Store articles as they are once they were judged and found alone."""
    for at in range(0, count, FILLED):
        offers = [next(made) for _ in range(min(FILLED, count - at))]
        db["articles"].insert_many([judged(one) for one in offers], ordered=False)
        claims = [
            {"_id": text_claim(one.draft.text), "article": one.own_id, "rules_version": 1,
             "lease": None, "schema_version": 1}
            for one in offers
        ]  # fmt: skip
        with suppress(BulkWriteError):  # of a text that there is twice
            db["claims"].insert_many(claims, ordered=False)
    return count


def judged(one: Offer) -> Document:
    """Return the document of an article that was found alone."""
    verdict = judge(one.draft, one.own_id, Candidates())
    article = documents.article(one.arrival, one.draft, verdict)
    taken = keys(sketch(spelled(one.draft.text)), week_of(documents.told_at(article)))
    prints = {"text": article["fingerprints"]["text"], "sketch": [Int64(key) for key in taken]}
    return {**article, "fingerprints": prints, "changed_at": BEGAN}


def invented_words(chance: random.Random) -> list[str]:
    """Return words that nobody wrote."""
    return ["".join(chance.choices("aeioulnrst", k=chance.randint(2, 9))) for _ in range(WORDS)]


def invented(began: datetime = BEGAN, length: int = LENGTH) -> Iterator[Offer]:
    """Yield articles, A_DAY a day; one in ten is one of the last hundred, edited."""
    chance = random.Random(1)  # noqa: S311 no secret, but the same each time
    words = invented_words(chance)
    weights = [1 / (rank + 5) for rank in range(WORDS)]
    last: list[str] = []
    at = 0
    while True:
        if last and not chance.randrange(10):
            told = chance.choice(last).split()
            text = " ".join([*chance.choices(words, k=20), *told[: chance.randint(80, len(told))]])
        else:
            text = " ".join(chance.choices(words, weights, k=length))
        last = [*last[-99:], text]
        row = {
            "site": f"paper-{chance.randrange(SITES)}",
            "published": (began + timedelta(days=at / A_DAY)).isoformat(),
            "title": None,
            "text": text,
        }
        yield offer(f"https://{row['site']}.example/{at}", row)
        at += 1


if __name__ == "__main__":
    main()
