"""Trafilatura's answer as lines. The only file that imports trafilatura."""

import itertools
import logging
import re
import unicodedata

import trafilatura
from lxml.html import HtmlElement
from trafilatura.meta import reset_caches

NAME = f"trafilatura {trafilatura.__version__}"
RESET_EVERY = 1_000  # pages; its caches grow without end otherwise (htmldate, issue 56)
ROW = re.compile(r"^\|\s*(.*?)\s*\|?$")
# it warns about every page it finds nothing in: that is news of ours, not a failure
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
_calls = itertools.count(1)


def answer(tree: HtmlElement, url: str | None) -> list[str]:
    """Return the lines of the article, as found; the tree is not changed.

    Its most generous mode, and without its comparison with other extractors: what it takes too
    much is seen by where it stands. That mode costs half of the default one, and gives the
    better text once ``mended`` has been over it.
    """
    if next(_calls) % RESET_EVERY == 0:
        reset_caches()
    # never `deduplicate`: its memory makes the same page give another text at the fourth call
    found = trafilatura.bare_extraction(
        tree, url=url, include_comments=False, fast=True, favor_recall=True
    )
    text = getattr(found, "text", None) or ""
    lines = (_plain(line) for line in unicodedata.normalize("NFC", text).split("\n"))
    return [line for line in lines if line]


def _plain(line: str) -> str:
    if "|" in line and (ROW.match(line) or line.rstrip().endswith(" |")):
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        line = " | ".join(cell for cell in cells if cell.strip("-| \\"))
    return " ".join(line.split())
