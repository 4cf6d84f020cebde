"""A run of its own that keeps one page with a given text: two of them at once tell who is first.

Run as ``python -m tests.store.at_once URI DATABASE NAME``; for each line on stdin, a word, it keeps
the page ``<word>/<NAME>`` and prints what became of it.
"""

import sys
from datetime import UTC, datetime
from typing import Any

from pymongo import MongoClient

from pipelines.store.articles import Articles, Later
from tests.samples import a_draft, an_offer, the_articles


def keep(articles: Articles, word: str, name: str) -> str:
    """Keep one page of the text that belongs to ``word``; wait where another is about to."""
    draft = a_draft(f"{word}/{name}", text=f"{word} and its text, the same in both papers. " * 9)
    for _ in range(100):
        [verdict] = articles.keep([an_offer(f"{word}/{name}", draft)], datetime.now(UTC))
        if not isinstance(verdict, Later):
            return str(verdict.ruling)
    return "later"


def main(uri: str, database: str, name: str) -> None:
    """Say ready, then keep a page for each line."""
    with MongoClient[dict[str, Any]](uri, w="majority", journal=True, tz_aware=True) as client:
        articles = the_articles(client[database], by=f"machine/{name}")
        print("ready", flush=True)  # noqa: T201 that is what it is for
        for line in sys.stdin:
            print(keep(articles, line.strip(), name), flush=True)  # noqa: T201 as above


if __name__ == "__main__":
    main(*sys.argv[1:])
