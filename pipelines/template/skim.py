"""A page of a site whose template is sure, read straight from it: no extractor is asked.

The template's blocks say which lines are the article's. Where they do not know enough of a page, or
where what is read does not bear out what the page says of itself, there is no answer, and the page
is read in full; so is one page in EVERY, to see in time that a site changes.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import NamedTuple

from pipelines.extract import Opened
from pipelines.extract.located import unframed
from pipelines.extract.manuscript import Box, Line, Manuscript
from pipelines.extract.prose import SENTENCE, is_prose
from pipelines.extract.view import FOREIGN
from pipelines.letters import size
from pipelines.records import Path, Seen, Sighting, Stripped, Template
from pipelines.template.fit import (
    ALWAYS,
    DOUBT,
    KEPT,
    LEAST,
    LINKED,
    MOST,
    RECURRING,
    RULE,
    choose,
    is_in_barren,
    root_of,
)
from pipelines.template.sight import paths_of, seen

NAME = "template"
PAGES = 5  # that taught: of fewer, a block seen on two may be of one kind of article alone
EVERY = 32  # a page is read in full: 3 in 100, so that nine of ten can be read so
UNSURE = 0.1  # of the text that is read may stand in blocks of which nothing was learned
ALIKE = 0.95  # of the text of a page that taught is chosen with and without the extractor's word
ALIKE_PAGES = 0.8
ITEM = "- "
STATED = 2.0  # times longer than what is read: then the page shows but a part
# elements of a text: where they have no name of their own they are as good as the block around them
_PLAIN = "p ul ol li blockquote h2 h3 h4 h5 h6 table tbody tr td th thead dl dt dd pre"
PLAIN = frozenset(_PLAIN.split())


class Says(Enum):
    """What a template says of a line without the extractor."""

    IN = auto()
    OUT = auto()
    AMID = auto()
    """The article's where it stands amid it."""
    GUESSED = auto()
    """The article's, by its looks: nothing was learned of its block."""
    PERHAPS = auto()
    """The same of a few words: where they stand amid the article."""
    UNKNOWN = auto()
    """Not the article's, by its place: nothing was learned of its block."""


class Block(NamedTuple):
    """What a template knows of a path."""

    path: Path
    share: float | None
    """Of its text, that was the article's; None: nothing was learned of it."""
    is_inside: bool
    """It stands in the box that holds the site's articles."""
    is_plain: bool
    """Between it and that box are only elements of a text."""
    is_out: bool
    """No line of it is the article's, whatever it says."""


@dataclass(frozen=True, slots=True)
class Skimmed:
    """A page as its site's template reads it."""

    manuscript: Manuscript
    sighting: Sighting
    """Has no say in which blocks are the article's: a template cannot confirm itself."""


def is_sure(template: Template, pages: Sequence[Sighting]) -> bool:
    """Return whether a template chooses of the pages that taught it what it does with labels."""
    if len(pages) < PAGES or not template.votes:
        return False
    alike = [_is_alike(template, page.lines) for page in pages]
    return sum(alike) >= ALIKE_PAGES * len(alike)


def skim(template: Template | None, page: Opened) -> Skimmed | None:
    """Return a page as the template reads it; None where it should be read in full."""
    if template is None or not template.is_sure or is_sampled(page.page.announced_url):
        return None
    rows = _rows(template, page.lines)
    chosen = _chosen(template, [(row, block) for _, row, block in rows])
    if chosen is None:
        return None
    read = [line for (line, _, _), is_in in zip(rows, chosen, strict=True) if is_in]
    if not _bears_out(read, page):
        return None
    lines = tuple(
        row._replace(is_kept=is_in, is_struck=False, words="" if is_in else row.words)
        for (_, row, _), is_in in zip(rows, chosen, strict=True)
    )
    manuscript = Manuscript(
        lines=unframed(_with_marks(read)),
        evidence=page.evidence,
        page=page.lines,
        tree=page.tree,
        stripped=tuple(_left_out(template, rows, chosen)),
        extracted_by=NAME,
        template=template.version,
    )
    sighting = Sighting(
        url=page.page.announced_url, seen_at=page.page.fetched_at, lines=lines, is_skimmed=True
    )
    return Skimmed(manuscript, sighting)


def _with_marks(read: Sequence[Line]) -> list[Line]:
    """Return the lines, the first of each list item marked as the extractor marks it."""
    made: list[Line] = []
    before: Box | None = None
    for line in read:
        item = next((box for box in reversed(line.path) if box.tag == "li"), None)
        is_first = item is not None and item is not before
        made.append(replace(line, text=ITEM + line.text) if is_first else line)
        before = item
    return made


def is_sampled(url: str) -> bool:
    """Return whether a page is one of those that are read in full: by its address alone."""
    return hashlib.blake2b(url.encode("utf-8", "replace"), digest_size=8).digest()[0] % EVERY == 0


def _rows(template: Template, lines: Sequence[Line]) -> list[tuple[Line, Seen, Block]]:
    """Return the lines that may be the article's, with what the template knows of their blocks."""
    paths = paths_of(lines)
    root = root_of(template, set(paths.values()))
    blocks = {key: _block(template, path, root) for key, path in paths.items()}
    near = [(line, blocks[id(line.path)]) for line in lines]
    return [
        (line, _looks(line, block.path), block)
        for line, block in near
        if not block.is_out or block.is_plain
    ]


def _looks(line: Line, path: Path) -> Seen:
    """Return a line by its looks: kept is a sentence, struck what stands in a foreign box."""
    is_foreign = not FOREIGN.isdisjoint(line.marks)
    return seen(line, path, is_kept=is_prose(line) and not is_foreign, is_struck=is_foreign)


def _block(template: Template, path: Path, root: Path) -> Block:
    share = template.votes.get(path)
    is_inside = bool(root) and path[: len(root)] == root
    is_plain = is_inside and PLAIN.issuperset(path[len(root) :])
    is_low = share is not None and share < DOUBT and path != root
    is_out = is_low or (share is None and is_in_barren(template, path))
    return Block(path, share, is_inside, is_plain, is_out)


def _chosen(template: Template, rows: Sequence[tuple[Seen, Block]]) -> list[bool] | None:
    """Return which lines are the article's; None where it is not known of enough of them."""
    said = [_says(template, row, block) for row, block in rows]
    sure = [at for at, says in enumerate(said) if says in {Says.IN, Says.GUESSED}]
    first, last = (sure[0], sure[-1]) if sure else (0, -1)
    chosen = [
        says in {Says.IN, Says.GUESSED} or (says in {Says.AMID, Says.PERHAPS} and first < at < last)
        for at, says in enumerate(said)
    ]
    total = sum(row.size for (row, _), is_in in zip(rows, chosen, strict=True) if is_in)
    unknown = {Says.GUESSED, Says.PERHAPS, Says.UNKNOWN}
    unsure = sum(row.size for (row, _), says in zip(rows, said, strict=True) if says in unknown)
    return None if total < LEAST or unsure > UNSURE * total else chosen


def _says(template: Template, row: Seen, block: Block) -> Says:
    """Return what the template says of a line by its block and its looks."""
    if block.is_out:
        return Says.OUT
    pages = template.recurring.get(row.text)
    if block.share is None:
        return _unlearned(row, block, is_recurring=bool(pages))
    if row.is_link and block.share < LINKED:
        return Says.OUT
    if block.share < KEPT:
        return Says.AMID if not (pages or row.is_struck or row.is_link) else Says.OUT
    if not pages:
        return Says.IN
    if row.size >= SENTENCE and pages < MOST * template.pages:
        return Says.IN
    return Says.AMID if pages < ALWAYS * template.pages else Says.OUT


def _unlearned(row: Seen, block: Block, *, is_recurring: bool) -> Says:
    if is_recurring or row.is_link:
        return Says.OUT
    if block.is_plain:
        return Says.IN
    if not block.is_inside:
        return Says.UNKNOWN if row.is_kept else Says.OUT
    if row.is_struck:
        return Says.OUT
    return Says.GUESSED if row.is_kept else Says.PERHAPS


def _is_alike(template: Template, lines: Sequence[Seen]) -> bool:
    """Return whether a page is read alike with labels and without; where it is not read, it is."""
    root = root_of(template, {line.path for line in lines})
    blocks = {line.path: _block(template, line.path, root) for line in lines}
    rows = [
        (at, _labelless(line), blocks[line.path])
        for at, line in enumerate(lines)
        if not blocks[line.path].is_out
    ]
    chosen = _chosen(template, [(row, block) for _, row, block in rows])
    if chosen is None:
        return True
    alone = {at for (at, _, _), is_in in zip(rows, chosen, strict=True) if is_in}
    both = {at for at, is_in in enumerate(choose(template, lines)) if is_in}
    # what a rule struck it will strike again
    others = [
        line.size for at, line in enumerate(lines) if at in alone ^ both and not line.is_struck
    ]
    return sum(others) <= (1 - ALIKE) * sum(lines[at].size for at in alone | both)


def _labelless(line: Seen) -> Seen:
    return line._replace(is_kept=line.size >= SENTENCE and not line.is_link, is_struck=False)


def _left_out(
    template: Template, rows: Sequence[tuple[Line, Seen, Block]], chosen: Sequence[bool]
) -> Iterator[Stripped]:
    """Yield the lines that stand where the article's do and are furniture."""
    for (line, row, block), is_in in zip(rows, chosen, strict=True):
        share = block.share if block.share is not None else float(block.is_inside)
        if not is_in and not row.is_link and (share >= DOUBT or block.is_plain):
            pages = template.recurring.get(row.text)
            yield Stripped(
                text=line.text, rule=RECURRING if pages else RULE, at=line.at, pages=pages
            )


def _bears_out(read: Sequence[Line], page: Opened) -> bool:
    """Return whether the text is as long, and has the words, that the page says of it."""
    has = sum(size(line.text) for line in read)
    return all(size(text) <= STATED * has for text in page.evidence.stated.values())
