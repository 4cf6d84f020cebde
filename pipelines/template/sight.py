"""A page read, in; what it shows of its site's template, out: no word of the article."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from pipelines.extract.manuscript import DIGITS, Line, Manuscript, squeezed
from pipelines.extract.prose import LINK
from pipelines.letters import size
from pipelines.records import Seen, Sighting

SHOWN = 80  # letters of a line that is not the article's: enough to know it again
NAMES = 6  # of a block: a page made with utility classes has dozens
MOST_LINES = 3_000  # a page with more is a list of links for its most part


def sight(manuscript: Manuscript, cleaned: Manuscript, url: str, now: datetime) -> Sighting:
    """Return what a page shows; kept is what extractor and rules left of it, without a template."""
    kept = spots(cleaned)
    struck = spots(manuscript) - kept
    lines = tuple(
        _seen(line, line.at in kept, line.at in struck) for line in manuscript.page[:MOST_LINES]
    )
    return Sighting(url=url, seen_at=now, lines=lines)


def spots(manuscript: Manuscript) -> set[int]:
    """Return which lines of the page the manuscript's lines are."""
    return {spot for line in manuscript.lines for spot in line.spots}


def text_key(text: str) -> int:
    """Return 63 bits of a text, spaces left out."""
    digest = hashlib.blake2b(squeezed(text).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def title_key(title: str) -> int:
    """Return 63 bits of a title, spaces and case left out."""
    return text_key(title.casefold())


def with_fields(sighting: Sighting, titles: Iterable[str | None], day: str | None) -> Sighting:
    """Return the sighting with what the page alone says of title and day."""
    said = dict.fromkeys(title_key(title) for title in titles if title)
    return replace(sighting, titles=tuple(said), day=day)


def _seen(line: Line, is_kept: bool, is_struck: bool) -> Seen:
    return Seen(
        path=tuple(_step(box.tag, box.name) for box in line.path),
        text=text_key(line.text),
        size=size(line.text),
        is_kept=is_kept,
        is_link=line.links >= LINK,
        is_struck=is_struck,
        words="" if is_kept else line.text[:SHOWN],
    )


@lru_cache(maxsize=8192)
def _step(tag: str, name: str) -> str:
    """Return a block as a template names it: its tag, and its class and id without numbers.

    Numbers in names are the page's own; a class may change its place among the others.
    """
    names = sorted({DIGITS.sub("0", one) for one in name.split()})
    return ".".join([tag, *names[:NAMES]])
