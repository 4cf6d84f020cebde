"""Trafilatura's answer as lines. The only file that imports trafilatura."""

import itertools
import logging
import re
import unicodedata
from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import trafilatura
from lxml.html import HtmlElement
from trafilatura.meta import reset_caches

from pipelines.extract.manuscript import Line, squeezed

NAME = f"trafilatura {trafilatura.__version__}"
RESET_EVERY = 200  # pages; its caches grow without end otherwise (htmldate, issue 56)
MARKER = re.compile(r"^\s*(?:[-*•]|\d{1,3}\.)\s+(?=\S)")
ROW = re.compile(r"^\|\s*(.*?)\s*\|?$")
FRAME_SHARE = 0.35  # a box around a third of the text is the article, whatever it is called
# it warns about every page it finds nothing in: that is news of ours, not a failure
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
_calls = itertools.count(1)


def answer(tree: HtmlElement, url: str | None) -> list[str]:
    """Return the lines of the article, as found; the tree is not changed."""
    if next(_calls) % RESET_EVERY == 0:
        reset_caches()
    # never `deduplicate`: its memory makes the same page give another text at the fourth call
    found = trafilatura.bare_extraction(tree, url=url, include_comments=False)
    text = getattr(found, "text", None) or ""
    lines = (_plain(line) for line in unicodedata.normalize("NFC", text).split("\n"))
    return [line for line in lines if line]


def _plain(line: str) -> str:
    if "|" in line and (ROW.match(line) or line.rstrip().endswith(" |")):
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        line = " | ".join(cell for cell in cells if cell.strip("-| \\"))
    return " ".join(line.split())


def located(answer: Sequence[str], page: Sequence[Line]) -> tuple[Line, ...]:
    """Return the answer's lines, each with tag, marks and links of its place in the page.

    A line that stands in the page once tells where its neighbours are; of several places of
    another the one nearest to a known neighbour counts. What is not found keeps no marks.
    """
    places: defaultdict[str, list[int]] = defaultdict(list)
    for line in page:
        places[squeezed(line.text)].append(line.at)
    spots = [_spots(text, places) for text in answer]
    after = _next_known(spots, len(page))
    made: list[Line] = []
    before = -1
    for at, text in enumerate(answer):
        spot = _nearest(spots[at], before, after[at])
        before = before if spot is None else spot
        made.append(
            Line(text, at) if spot is None else replace(page[spot], text=text, at=at, spot=spot)
        )
    return _unframed(made)


def _spots(text: str, places: Mapping[str, list[int]]) -> list[int]:
    cell = text.split(" | ")[0]
    for form in (text, MARKER.sub("", text), cell):
        if found := places.get(squeezed(form)):
            return found
    return []


def _next_known(spots: Sequence[list[int]], end: int) -> list[int]:
    """Return, for each line, the place of the first line from it onwards that stands but once."""
    after, known = [0] * len(spots), end
    for at in range(len(spots) - 1, -1, -1):
        known = spots[at][0] if len(spots[at]) == 1 else known
        after[at] = known
    return after


def _nearest(spots: list[int], before: int, after: int) -> int | None:
    if len(spots) < 2:
        return spots[0] if spots else None
    # only the two around each neighbour can be nearest: a page may repeat a line ten thousand times
    ways = [bisect(spots, place) for place in (before, after)]
    close = [spot for at in ways for spot in spots[max(0, at - 1) : at + 1]]
    return min(close, key=lambda spot: min(abs(after - spot), abs(spot - before)))


def _unframed(lines: list[Line]) -> tuple[Line, ...]:
    """Return the lines less each mark that holds for much of the text: it names its frame."""
    total = sum(len(line.text) for line in lines)
    weight: Counter[str] = Counter()
    for line in lines:
        for mark in line.marks:
            weight[mark] += len(line.text)
    frame = {mark for mark, size in weight.items() if size > FRAME_SHARE * total}
    if not frame:
        return tuple(lines)
    return tuple(replace(line, marks=line.marks - frame) for line in lines)
