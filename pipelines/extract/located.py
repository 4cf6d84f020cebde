"""Where the extractor's answer stands in the page: its lines found again among the page's."""

import re
from bisect import bisect, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate, groupby, pairwise

from pipelines.extract.manuscript import JOINERS, Line, squeezed
from pipelines.extract.prose import SENTENCE_END, is_prose

MARKER = re.compile(r"^\s*(?:[-*•]|\d{1,3}\.)\s+(?=\S)")
FRAME_SHARE = 0.35  # a box around a third of the text is the article, whatever it is called
LEAST = 4  # letters; fewer stand in every page by chance
OPENING, NEAR = 10, 40  # letters of a line that an answer's line begins with; lines looked at
END = 24  # letters that tell where a line begins and ends whose middle the extractor left out
MOST_MISSES = 200  # each costs a look through the whole page; a page of articles has about two
SLACK = 1.5  # so many times its own length a line may span in the page, for what was left out


Spots = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """One line of the answer with the lines of the page that it was made of."""

    text: str
    spots: Spots = ()
    """Places among the page's lines; empty where it was not found again."""
    at: int = 0
    """Its place among the lines of the answer."""


def located(answer: Sequence[str], page: Sequence[Line]) -> tuple[Found, ...]:
    """Return the answer's lines, each with its places in the page.

    A line that stands in the page once tells where its neighbours are; of several places of
    another the one nearest to a known neighbour counts. The extractor joins the cells of a row
    and the paragraphs of a list item: a row has several places, the others are parted again.
    """
    index = _Index(page)
    spots = [index.spots(text) for text in answer]
    after = _next_known(spots, len(page))
    found: list[Found] = []
    before = 0
    for at, text in enumerate(answer):
        spot = _nearest(spots[at], before, after[at])
        alone: Spots = () if spot is None else (spot,)
        # only the first cell of a row may have been found as a line of its own
        places = alone if alone and " | " not in text else index.span(text, before) or alone
        places = places or index.opening(text, before, after[at])
        before = places[-1] if places else before
        found += _parted(text, places, page)
    ordered = _in_page_order(_placed(found, page))
    return tuple(replace(line, at=at) for at, line in enumerate(_mended(ordered, page)))


def _in_page_order(found: Sequence[Found]) -> list[Found]:
    """Return the lines as the page has them; one without place stays behind its neighbour.

    The extractor puts what it takes from boxes of different kinds into an order of its own.
    """
    firsts = accumulate(found, lambda last, line: line.spots[0] if line.spots else last, initial=-1)
    places = list(firsts)[1:]
    return [found[at] for at in sorted(range(len(found)), key=places.__getitem__)]


def _placed(found: Sequence[Found], page: Sequence[Line]) -> list[Found]:
    """Return the lines, a word too short to be found again with the line that begins with it."""
    made = list(found)
    for at, (line, after) in enumerate(pairwise(found)):
        if not line.spots and len(after.spots) == 1:
            both = squeezed(line.text + after.text)
            is_start = squeezed(page[after.spots[0]].text).startswith(both)
            made[at] = replace(line, spots=after.spots) if is_start else line
    return made


def _mended(found: Sequence[Found], page: Sequence[Line]) -> Iterator[Found]:
    """Yield the lines; those that are together one line of the page, letter by letter, as that."""
    for spots, run in groupby(found, key=lambda line: line.spots):
        parts = list(run)
        whole = page[spots[0]].text if len(parts) > 1 and len(spots) == 1 else ""
        said = "".join(line.text for line in parts)
        yield from [Found(whole, spots)] if whole and squeezed(said) == squeezed(whole) else parts


def _parted(text: str, places: Spots, page: Sequence[Line]) -> list[Found]:
    """Return an answer's line as the lines of the page that it says whole, letter by letter."""
    marker = MARKER.match(text)
    start = marker[0] if marker else ""
    glue = " | " if " | " in text else " "
    said = glue.join(page[spot].text for spot in places)
    if not places or squeezed(text[len(start) :]) != squeezed(said):
        return [Found(text, places)]
    if "list" not in page[places[0]].marks:  # it marks definitions as it does items
        text, start = text[len(start) :], ""
    if glue != " " or len(places) < 2:
        return [Found(start + said if JOINERS.search(said) else text, places)]
    ends = [at for at in range(1, len(places)) if _is_end(page[places[at - 1]], page[places[at]])]
    runs = [places[first:last] for first, last in pairwise([0, *ends, len(places)])]
    texts = [" ".join(page[spot].text for spot in run) for run in runs]
    return [
        Found(start * (run[0] == places[0]) + one, run)
        for one, run in zip(texts, runs, strict=True)
    ]


def _is_end(line: Line, following: Line) -> bool:
    """Return whether a paragraph ends with a line; what was only wrapped goes on in its block."""
    return line.path != following.path or bool(SENTENCE_END.search(line.text))


def marked(found: Sequence[Found], page: Sequence[Line]) -> tuple[Line, ...]:
    """Return the lines with tag, marks, links and path of their places; the unfound have none."""
    return unframed([_marked(line, page) for line in found])


def _marked(line: Found, page: Sequence[Line]) -> Line:
    """Return a line with what holds for all of its places; its block is the first one's."""
    if not line.spots:
        return Line(line.text, line.at)
    places = [page[spot] for spot in line.spots]
    total = sum(len(place.text) for place in places)
    linked = sum(place.links * len(place.text) for place in places)
    return replace(
        places[0],
        text=line.text,
        at=line.at,
        marks=frozenset.intersection(*(place.marks for place in places)),
        links=linked / max(1, total),
        spots=line.spots,
    )


class _Index:
    """The page's lines by their text without spaces, singly and as one run of letters."""

    def __init__(self, page: Sequence[Line]) -> None:
        self.texts = [squeezed(line.text) for line in page]
        self.places: defaultdict[str, list[int]] = defaultdict(list)
        for at, text in enumerate(self.texts):
            self.places[text].append(at)
        self.items = frozenset(at for at, line in enumerate(page) if "list" in line.marks)
        self.misses = 0

    @cached_property
    def starts(self) -> list[int]:
        return [0, *accumulate(map(len, self.texts))]

    @cached_property
    def run(self) -> str:
        return "".join(self.texts)

    def spots(self, text: str) -> list[int]:
        for form in (text, MARKER.sub("", text), text.split(" | ")[0]):
            if found := self.places.get(squeezed(form)):
                return found if len(found) == 1 else self.alike(found, is_item=form != text)
        return []

    def alike(self, spots: list[int], *, is_item: bool) -> list[int]:
        """Return those that are list items or those that are not; all where none is as wanted."""
        return [at for at in spots if (at in self.items) == is_item] or spots

    def span(self, text: str, start: int) -> tuple[int, ...]:
        """Return the lines that the text runs over, looked for from a line onwards first."""
        letters = squeezed(MARKER.sub("", text).replace(" | ", ""))
        if len(letters) < LEAST or self.misses >= MOST_MISSES:
            return ()
        first = self._find(letters, start)
        end = first + len(letters)
        if first < 0 and len(letters) >= 2 * END:
            first = self._find(letters[:END], start)
            end = self.run.find(letters[-END:], max(0, first)) + END
        if first < 0 or not first < end <= first + SLACK * len(letters) + END:
            self.misses += 1
            return ()
        at = bisect_right(self.starts, first) - 1
        return tuple(range(at, bisect_right(self.starts, end - 1)))

    def opening(self, text: str, start: int, end: int) -> tuple[int, ...]:
        """Return the line between two places that the text begins with, whatever was left out."""
        letters = squeezed(MARKER.sub("", text))
        near = range(start, min(end, start + NEAR))
        found = (at for at in near if len(self.texts[at]) >= OPENING)
        return next(((at,) for at in found if letters.startswith(self.texts[at])), ())

    def _find(self, letters: str, start: int) -> int:
        at = self.run.find(letters, self.starts[start])
        return at if at >= 0 else self.run.find(letters)


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
    # as near on both sides: the line before has been read, this one comes behind it
    return min(close, key=lambda spot: (min(abs(after - spot), abs(spot - before)), spot <= before))


def unframed(lines: list[Line]) -> tuple[Line, ...]:
    """Return the lines less each mark that holds for much of the text: it names its frame.

    Readers write more than the paper at times: comments are a frame only where the text begins so.
    """
    total = sum(len(line.text) for line in lines)
    weight: Counter[str] = Counter()
    for line in lines:
        for mark in line.marks:
            weight[mark] += len(line.text)
    frame = {mark for mark, size in weight.items() if size > FRAME_SHARE * total}
    first: frozenset[str] = next((line.marks for line in lines if is_prose(line)), frozenset())
    frame -= {"comments"} - first
    if not frame:
        return tuple(lines)
    return tuple(replace(line, marks=line.marks - frame) for line in lines)
