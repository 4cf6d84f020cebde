"""A page and its site's template in; the page's article as the template reads it, out."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from pipelines.extract.manuscript import Line, Manuscript, squeezed
from pipelines.extract.prose import SENTENCE
from pipelines.letters import size
from pipelines.records import Path, Seen, Sighting, Template
from pipelines.template.sight import text_key

RULE, RECURRING = "template", "recurring"
# swept .3-.6: as good within .2 of F1 from .3 to .6, fewest texts lost at .35
KEPT = 0.35
# a line that is a link stays only in a block that is nearly all text (.6-.95: the same)
LINKED = 0.8
# a block that articles now and then use: where the extractor kept a line amid the text, it stays
DOUBT = 0.1
ALWAYS = 0.8  # of the pages: on so many not even a line amid an article is the article's
# A sentence among the paragraphs that fewer pages have is a story told twice or the opening of a
# series, not furniture: of 6 such blocks on recorded sites none stood on less than 3 of 4 pages
MOST = 0.5
LEAST = 120  # letters: a shorter rest is no article, the page is of another kind


class _Block(NamedTuple):
    """What a template knows of a path."""

    share: float | None
    """Of its text, that was the article's; None: nothing was learned of it."""
    is_root: bool
    is_barren: bool
    """Nothing was learned of it, and no page kept anything there."""


def choose(template: Template | None, seen: Sequence[Seen]) -> tuple[bool, ...]:
    """Return which lines of a page are the article's.

    Where nothing was learned they are those that extractor and rules kept. What a rule struck at
    an end of the article stays struck: a template brings back what the extractor missed.
    """
    if template is None or not template.votes:
        return tuple(line.is_kept for line in seen)
    return tuple(_chosen(template, seen))


def shares(template: Template | None, sighting: Sighting) -> tuple[bool, bool]:
    """Return whether so many pages of the site say the title as which a page was read, and its day.

    The title that it was read with is the first that it says.
    """
    if template is None:
        return False, False
    has_title = not template.titles.isdisjoint(sighting.titles[:1])
    return has_title, sighting.day in template.days


def choice(template: Template | None, sighting: Sighting, chosen: Sequence[bool]) -> int:
    """Return 63 bits of a hash of a choice: the same lines and title, the same article."""
    shares_title, _ = shares(template, sighting)
    digest = hashlib.blake2b(bytes([*chosen, *[2] * shares_title]), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def fit(template: Template, manuscript: Manuscript, chosen: Sequence[bool]) -> Manuscript | None:
    """Return the manuscript with the lines that the template chose for the article's.

    What the extractor had and the template has not is stripped: what recurs under ``recurring``
    with the number of pages, the rest under ``template``. None where the page does not fit: too
    little would be left.
    """
    if len(chosen) < len(manuscript.page):
        return None
    lines = tuple(_lines(manuscript, chosen))
    if sum(size(line.text) for line in lines) < LEAST:
        return None
    kept = {line.at for line in lines}
    gone = [line for line in manuscript.lines if line.at not in kept]
    here = {squeezed(line.text) for line in lines}
    made = replace(
        manuscript,
        lines=(*lines, *gone),
        # what the extractor's choice left outside may be the article's after all
        stripped=tuple(one for one in manuscript.stripped if squeezed(one.text) not in here),
        template=template.version,
    )
    for line in gone:
        pages = template.recurring.get(text_key(line.text))
        made = made.without([line], RECURRING if pages else RULE, pages)
    return made


def _chosen(template: Template, seen: Sequence[Seen]) -> list[bool]:
    """Return which lines of the page are the article's."""
    paths = {id(line.path): line.path for line in seen}  # the lines of a block share it
    root = root_of(template, set(paths.values()))
    blocks = {key: _block(template, path, root) for key, path in paths.items()}
    said = [_says(template, line, blocks[id(line.path)]) for line in seen]
    sure = [at for at, is_in in enumerate(said) if is_in and not seen[at].is_struck]
    first, last = (sure[0], sure[-1]) if sure else (0, -1)
    # a text that recurs at an end of the article is furniture, amid it a paragraph of a series;
    # what a rule struck at an end it would strike again
    return [
        first < at < last if is_in is None or (is_in and seen[at].is_struck) else is_in
        for at, is_in in enumerate(said)
    ]


def root_of(template: Template, paths: Collection[Path]) -> Path:
    """Return the box that holds the article of a page with these paths; () where none does."""
    held = (root for root in template.roots if any(p[: len(root)] == root for p in paths))
    return next(held, ())


def is_in_barren(template: Template, path: Path) -> bool:
    """Return whether a path is, or is in, a box of which no page kept anything."""
    return any(path[:end] in template.barren for end in range(1, len(path) + 1))


def _block(template: Template, path: Path, root: Path) -> _Block:
    share = template.votes.get(path)
    is_barren = share is None and (path[: len(root)] != root or is_in_barren(template, path))
    return _Block(share, path == root, is_barren)


def _says(template: Template, line: Seen, block: _Block) -> bool | None:
    """Return whether a line is the article's; None: if it stands amid it."""
    share = block.share
    if share is not None and line.is_link and share < LINKED:
        return False
    pages = template.recurring.get(line.text)
    if pages:
        is_text = share is not None and share >= KEPT
        is_sentence = line.is_kept and line.size >= SENTENCE
        if is_text and is_sentence and pages < MOST * template.pages:
            return True
        return None if is_text and pages < ALWAYS * template.pages else False
    if share is not None:
        # text that stands in the article's own box and in none within it: a subheading at times
        is_loose = block.is_root or share >= DOUBT
        return None if share < KEPT and is_loose and line.is_kept else share >= KEPT
    return line.is_kept and not block.is_barren


def _lines(manuscript: Manuscript, chosen: Sequence[bool]) -> Iterator[Line]:
    """Yield the chosen lines in page order, as the extractor wrote them where it did.

    One that it made of several lines of the page stands where the first that is chosen stood.
    """
    written: dict[int, list[Line]] = {}
    for line in manuscript.lines:
        for spot in line.spots:
            written.setdefault(spot, []).append(line)
    frame = _frame(manuscript)
    loose = _loose(manuscript)
    given: set[int] = set()
    taken = [*(line.at for line in manuscript.lines), *(one.at for one in manuscript.stripped)]
    after = 1 + max(taken, default=-1)
    for line in manuscript.page[: len(chosen)]:
        if not chosen[line.at]:
            continue
        if line.at not in written:
            yield replace(line, at=after + line.at, marks=line.marks - frame)
        for ours in written.get(line.at, ()):
            if ours.at not in given:
                given.add(ours.at)
                yield ours
                yield from loose.get(ours.at, ())


def _loose(manuscript: Manuscript) -> dict[int, list[Line]]:
    """Return the lines that were not found again in the page, by the line that they follow."""
    found: dict[int, list[Line]] = {}
    before = None
    for line in manuscript.lines:
        if line.spots:
            before = line.at
        elif before is not None:
            found.setdefault(before, []).append(line)
    return found


def _frame(manuscript: Manuscript) -> frozenset[str]:
    """Return the marks that name the frame of the text: the extractor's lines have lost them."""
    lost: frozenset[str] = frozenset()
    for line in manuscript.lines:
        for spot in line.spots[:1]:
            lost |= manuscript.page[spot].marks - line.marks
    return lost
