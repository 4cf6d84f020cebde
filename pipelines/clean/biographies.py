"""The box about the author under an article."""

from collections.abc import Iterator

from config import phrasebook
from pipelines.extract.manuscript import Line, Manuscript

RULE = "author-box"
TAIL_LINES = 3
LINE_CHARS = 500
NAME_CHARS = 5
BYLINE_CHARS = 60
NAME_WORDS = range(2, 5)


def apply(manuscript: Manuscript) -> Manuscript:
    """Take what the page marks as one, and among the last lines what an author's name opens."""
    known = [*map(phrasebook.fold, manuscript.evidence.authors), *_signed(manuscript)]
    names = tuple(name + " " for name in known if len(name) >= NAME_CHARS and " " in name)
    taken = [line for line in manuscript.lines if "bio" in line.marks]
    taken += [line for line in manuscript.lines[1:][-TAIL_LINES:] if _opens(line, names)]
    return manuscript.without(dict.fromkeys(taken), RULE)


def _signed(manuscript: Manuscript) -> Iterator[str]:
    """Yield the names, folded, that the page shows in bylines."""
    bylines = phrasebook.load().bylines
    for line in manuscript.page:
        if "byline" in line.marks and len(line.text) <= BYLINE_CHARS:
            folded = phrasebook.fold(line.text)
            opening = bylines.opening(folded) or ""
            name = folded[len(opening) :].strip()
            if len(name.split()) in NAME_WORDS:
                yield name


def _opens(line: Line, names: tuple[str, ...]) -> bool:
    folded = phrasebook.fold(line.text[:120]) + " "
    # "Ana Bell: The quay was ours" is her answer in an interview
    is_answer = ":" in line.text and phrasebook.label(line.text) + " " in names
    return len(line.text) <= LINE_CHARS and folded.startswith(names) and not is_answer
