"""Two texts of one article in, whether the paper changed what it says. Pure, no clock.

What a page makes anew at each visit is not said by the paper: a clock, "3 hours ago", a counter,
the weather beside the text. Nor is how a text is set: spaces, quotes, dashes, case, line breaks.
All else is: a figure, a name, a "not", a paragraph more or less, in every script.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from config import phrasebook
from config.phrasebook import MARKS, fold
from pipelines.enrich import dates
from pipelines.enrich.tongue import ANY, Tongue, relative
from pipelines.extract.manuscript import INVISIBLE, JOINERS, Line
from pipelines.extract.prose import SENTENCE_END, is_prose
from pipelines.letters import DENSE, size

# Swept on tests/rooms/test_change.py: decision 0015
LINE = 60  # letters: what ticks stands in a line of its own
QUOTES = 2  # a line with fewer prices or shares may be the paper's own
LABEL_WORDS = 4  # "min de lectura", "last updated on"
SMALL = 3  # letters: "at", "GMT", "Uhr"
_SET = re.compile(f"{INVISIBLE.pattern}|{JOINERS.pattern}|ـ")  # the last stretches Arabic lines
# figures with their signs; words; signs that say as much as a word does
_SAID = re.compile(
    rf"(?:(?<!\w)-)?\d+(?:[.,:/]\d+)*|(?:[^\W\d_]|[{MARKS}])+|[%‰°$£¥€₤₦₩₪₫₭₮₱₴₸₹₺₽₼₾฿]"
)
_DASHES = str.maketrans("−‐‑‒–—", "------")
_TICK = re.compile(r"\d\s?°|°\s?\d|[▲▼↑↓△▽]")
_QUOTE = re.compile(
    r"\b[A-Z]{3}(?:\s?/\s?[A-Z]{3})?\s?[:=]?\s?[-+−]?\d|[$£¥€₴₸₹₺₽]\s?\d|\d\s?[%$£¥€₴₸₹₺₽]"
)
_NAME = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"\d+(?:[.,:/]\d+)*[kKmM]?")


def is_significant(before: str, after: str, language: str | None = None) -> bool:
    """Return whether a text says anything else than before; ``language``: BCP 47."""
    tongue = Tongue(language) if language else ANY
    return _all(before, tongue) != _all(after, tongue)


def is_kept(before: str, places: Sequence[str]) -> bool:
    """Return whether each line of a text stands in one of some others: so nothing of it is lost."""
    kept = {said(line) for text in places for line in text.splitlines()}
    return all(said(line) in kept for line in before.splitlines() if said(line))


def said(text: str) -> str:
    """Return what a text says in one form, however it is set: letters, figures and their signs."""
    level = unicodedata.normalize("NFKC", _SET.sub("", text)).casefold().translate(_DASHES)
    return "".join(f" {part} " if part[-1].isdigit() else part for part in _SAID.findall(level))


def _all(text: str, tongue: Tongue) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    prose = [at for at, line in enumerate(lines) if is_prose(Line(line, at))]
    body = range(prose[0], prose[-1]) if prose else range(len(lines))
    kept = (line for at, line in enumerate(lines) if not _ticks(line, at not in body, tongue))
    return said(" ".join(kept))


def _ticks(line: str, is_edge: bool, tongue: Tongue) -> bool:
    """Return whether a line is one that a page makes anew at each visit.

    ``is_edge``: outside the first and the last sentence. A time or number alone counts there only.
    """
    if size(line) > LINE or is_prose(Line(line, 0)):
        return False
    if is_edge and _is_ticker(line):
        return True
    ageless, ages = relative(tongue.base).subn(" | ", line.casefold())
    timeless = dates.without(ageless, tongue)
    has_time = timeless != line.casefold()
    words = fold(_NUMBER.sub(" ", timeless)).split()
    labels, others = _parted([word for word in words if word not in _calendar()])
    is_small = all(len(word) <= SMALL and not DENSE.match(word) for word in others)
    if not is_small or (others and SENTENCE_END.search(line)):
        return False
    if ages or (labels and (has_time or _NUMBER.search(line))):
        return True
    return is_edge and (has_time or not others)


def _is_ticker(line: str) -> bool:
    """Return whether a line is of weather or markets: signs and figures, and hardly a word."""
    rest, quotes = _QUOTE.subn(" ", line)
    words = _NAME.findall(rest)
    return bool(_TICK.search(line)) or (quotes >= QUOTES and len(words) <= quotes + 1)


def _parted(words: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the labels among the words of a line, the longest that there are; and the others."""
    labels: list[str] = []
    others: list[str] = []
    at = 0
    while at < len(words):
        ends = range(min(len(words), at + LABEL_WORDS), at, -1)
        end = next((end for end in ends if " ".join(words[at:end]) in _labels()), None)
        (labels if end else others).append(" ".join(words[at : end or at + 1]))
        at = end or at + 1
    return labels, others


@lru_cache(maxsize=1)
def _labels() -> frozenset[str]:
    """What stands beside a time or a count."""
    book = phrasebook.load()
    groups = (book.dated, book.counters, book.comments)
    return frozenset(phrase for group in groups for phrase in group.whole | group.starts)


@lru_cache(maxsize=1)
def _calendar() -> frozenset[str]:
    book = phrasebook.load()
    return book.months.whole | book.days.whole
