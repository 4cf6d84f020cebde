"""A page read, in; what it shows of its site's template, out: no word of the article."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from pipelines.extract.manuscript import Box, Line, Manuscript, squeezed
from pipelines.extract.prose import LINK
from pipelines.letters import size
from pipelines.records import Path, Seen, Sighting

SHOWN = 80  # letters of a line that is not the article's: enough to know it again
MOST_LINES = 3_000  # a page with more is a list of links for its most part


def sight(manuscript: Manuscript, cleaned: Manuscript, url: str, now: datetime) -> Sighting:
    """Return what a page shows; kept is what extractor and rules left of it, without a template."""
    kept = spots(cleaned)
    struck = spots(manuscript) - kept
    page = manuscript.page[:MOST_LINES]
    paths = paths_of(page)
    lines = tuple(
        seen(line, paths[id(line.path)], is_kept=line.at in kept, is_struck=line.at in struck)
        for line in page
    )
    return Sighting(url=url, seen_at=now, lines=lines)


def spots(manuscript: Manuscript) -> set[int]:
    """Return which lines of the page the manuscript's lines are."""
    return {spot for line in manuscript.lines for spot in line.spots}


def path_of(boxes: Iterable[Box]) -> Path:
    """Return the blocks that a line stands in as a template names them."""
    return tuple([box.step for box in boxes])


def paths_of(lines: Iterable[Line]) -> dict[int, Path]:
    """Return the paths of lines by the id of theirs: the lines of one block share it."""
    ways = {id(line.path): line.path for line in lines}
    return {key: path_of(boxes) for key, boxes in ways.items()}


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


def seen(line: Line, path: Path, *, is_kept: bool, is_struck: bool = False) -> Seen:
    """Return a line as far as it says something of the site's template."""
    return Seen(
        path=path,
        text=text_key(line.text),
        size=size(line.text),
        is_kept=is_kept,
        is_link=line.links >= LINK,
        is_struck=is_struck,
        words="" if is_kept else line.text[:SHOWN],
    )
