"""A page's lines weighed once: which are sentences, where the title stands, what is kept.

What the other files of the second opinion look at; nothing is decided here.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from config.phrasebook import fold
from pipelines.extract.headline import proofs
from pipelines.extract.manuscript import Evidence, Line
from pipelines.extract.prose import LINK, is_prose
from pipelines.letters import DENSE, size

# marks of boxes that are never the article, unless all of it stands in one
_FOREIGN = "aside bio caption comments crumb footer hidden nav newsletter related share tool"
FOREIGN = frozenset(_FOREIGN.split())
WHOLE = 0.95  # share of the page's sentences: a mark of nearly all names the frame of the page
# no row of buttons holds so much of it: `print` in a class says on what a box is shown
BUTTONS, WIDE = frozenset({"tool"}), 0.35
TITLE_CHARS = 200
STEM = 5  # letters
HEADS = frozenset({"h1", "h2"})
WORD = re.compile(rf"{DENSE.pattern}|[^\W_]+")
Pairs = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The lines of a page with what the choice of the article needs to know of each."""

    page: Sequence[Line]
    sizes: tuple[int, ...]
    """In letters of an alphabet: see manuscript.size."""
    prose: tuple[bool, ...]
    """Whether the line is a sentence or a paragraph that may be the article's."""
    foreign: tuple[bool, ...]
    """Whether it stands in a box that is never the article: comments, navigation."""
    kept: frozenset[int]
    """Places of the lines that the extractor kept."""
    title: int | None
    """Place of the headline; None where the page shows none."""

    def weight(self, places: Iterable[int]) -> int:
        """Return how much prose there is in these lines, what is foreign left out."""
        return sum(self.sizes[at] for at in places if self.prose[at] and not self.foreign[at])


def look(page: Sequence[Line], kept: frozenset[int], evidence: Evidence) -> View:
    """Return the page's lines weighed."""
    sizes = tuple(size(line.text) for line in page)
    prose = tuple(map(is_prose, page))
    title = _title(page, proofs(evidence))
    frame = _frame(page, sizes, prose)
    if title is not None:
        frame |= page[title].marks - {"hidden", "caption"}
    never = FOREIGN - frame
    foreign = tuple(not never.isdisjoint(line.marks) for line in page)
    return View(page=page, sizes=sizes, prose=prose, foreign=foreign, kept=kept, title=title)


def pairs(text: str) -> Pairs:
    """Return the neighbouring words of a text; a letter of Chinese is a word."""
    words = WORD.findall(text.casefold())
    return frozenset(pairwise(words))


def shares_words(texts: Iterable[str], said: str, least: float) -> bool:
    """Return whether another text says so many of the long words of one of the texts.

    By their beginnings, as languages change the ends. True where there is no long word to compare.
    """
    known = _stems(said)
    stems = [found for text in texts if (found := _stems(text))]
    return not stems or any(len(one & known) >= least * len(one) for one in stems)


def _stems(text: str) -> frozenset[str]:
    words = WORD.findall(text.casefold())
    return frozenset(word[:STEM] for word in words if len(word) >= STEM or DENSE.match(word))


def _frame(page: Sequence[Line], sizes: Sequence[int], prose: Sequence[bool]) -> frozenset[str]:
    """Return the marks that hold for nearly all sentences of the page."""
    total, weight = 0, dict.fromkeys(FOREIGN, 0)
    for at, line in enumerate(page):
        if prose[at]:
            total += sizes[at]
            for mark in line.marks & FOREIGN:
                weight[mark] += sizes[at]
    least = {mark: WIDE if mark in BUTTONS else WHOLE for mark in FOREIGN}
    named = {mark for mark, found in weight.items() if found > least[mark] * total}
    return frozenset(named - {"hidden", "caption"})


def _title(page: Sequence[Line], forms: frozenset[str]) -> int | None:
    """Return the place of the first h1 that says the title, else a heading, else any h1 or line.

    A line that is a link comes last: a list of the latest news says the title too.
    """
    near = [line for line in page if line.tag == "h1" or len(line.text) < TITLE_CHARS]
    said = [line for line in near if fold(line.text) in forms]
    first = [line for line in near if line.tag == "h1"]
    heads = [line for line in said if line.tag in HEADS]
    plain = [line for line in said if line.links < LINK]
    best = [line for line in heads if line.tag == "h1"] or heads or first or plain or said
    return best[0].at if best else None
