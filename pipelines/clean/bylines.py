"""Lines with only a date, an author or a reading time: they are fields, not text."""

import re
from collections.abc import Iterable
from functools import lru_cache

from config import phrasebook
from pipelines.clean.edges import edges
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.extract.prose import SENTENCE_END, is_prose
from pipelines.letters import DENSE

RULE = "byline"
FAR = 8
LINE_CHARS = 120
NAME_WORDS = 6
DATED_WORDS = 6
DATED_NAMES = 4
OTHER_WORDS = 2  # beside date, time and names: "GMT", "Astana"
HEAD_LINES = 3
FULL_CHARS = 200
MOST_NAMES = 10
SMALL = 3  # letters: "at", "GMT", "of"
ZONE = 5  # letters: "Uhr", "(MSK)"
ADDRESS = re.compile(r"\b(?:https?://|www\.)\S+")
HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
MARKS = frozenset({"time", "byline", "meta", "author"})
TIME = re.compile(r"\d{1,2}\s?[:.h]\s?\d{2}(?:[:.]\d{2})?\s?(?:[ap]\.?m\.?\b)?", re.I)
NUMBERS = re.compile(
    r"\d{1,4}([./-])\d{1,2}\1\d{1,4}|\d{4}\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]?"
)
YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
MINUTES = re.compile(
    r"^\D{0,20}\d{1,3}\s?(?:min(?:ute)?s?\.?|мин\w*|dk|分钟|分鐘)\b\D{0,20}$", re.I
)


def apply(manuscript: Manuscript) -> Manuscript:
    """Take them at both ends; within the text only where the page itself marks a date."""
    known = {phrasebook.fold(name) for name in manuscript.evidence.authors}
    near = edges(manuscript.lines, FAR)
    taken = [line for line in near if _is_byline(line, known)]
    taken += [line for line in manuscript.lines[:HEAD_LINES] if _is_dated_byline(line.text)]
    marked = (line for line in manuscript.lines if _is_marked(line, known))
    return manuscript.without(dict.fromkeys([*taken, *marked]), RULE)


def _is_dated_byline(text: str) -> bool:
    """Return whether a line is a day, a label and names: "By Ana Bell. Updated: 3 May 2026"."""
    rest = ADDRESS.sub(" ", text)
    bare = _dateless(rest)
    if len(text) > FULL_CHARS or bare == rest:
        return False
    book = phrasebook.load()
    words = [word for word in re.findall(r"\w+", bare) if not word.isdigit()]
    names = [word for word in words if not _is_calendar(phrasebook.fold(word), book)]
    labels = [word for word in words if phrasebook.fold(word) in _opening_words()]
    is_named = DENSE.search(text) or all(is_name(word) or len(word) <= SMALL for word in names)
    return bool(labels or rest != text) and len(names) <= MOST_NAMES and bool(is_named)


def _dateless(text: str) -> str:
    for pattern in (NUMBERS, TIME, YEAR):
        text = pattern.sub(" ", text)
    return text


def _is_marked(line: Line, known: Iterable[str]) -> bool:
    if "meta" in line.marks and line.tag not in HEADS:
        return len(line.text) <= LINE_CHARS and not is_prose(line)
    return "time" in line.marks and is_date(line.text, known)


def _is_byline(line: Line, known: Iterable[str]) -> bool:
    if len(line.text) > LINE_CHARS or is_prose(line):
        return False
    if line.marks & MARKS or MINUTES.match(line.text) or is_date(line.text, known):
        return True
    if _is_time(line.text):
        return True
    if NUMBERS.search(line.text) and _is_capital(_dateless(line.text)):
        return True
    return _is_names(line.text, known) or _is_dated(line.text)


def _is_time(text: str) -> bool:
    """Return whether a line is a time of day, and its zone: "14:05", "6.30 pm", "18:28 GMT"."""
    rest, times = TIME.subn(" ", text)
    words = rest.split()
    return times == 1 and len(words) <= 1 and all(len(word) <= ZONE for word in words)


def _is_dated(text: str) -> bool:
    """Return whether a line is a label and a time: "Updated: 2 hours ago"."""
    folded = phrasebook.fold(text)
    opening = phrasebook.load().dated.opening(folded)
    rest = folded[len(opening) :] if opening else ""
    return bool(re.match(r"\D{0,8}\d", rest)) and len(rest.split()) <= DATED_WORDS


def _is_names(text: str, known: Iterable[str]) -> bool:
    book = phrasebook.load()
    folded = phrasebook.fold(text)
    if folded in known:
        return True
    if not (book.bylines.opens(folded) or book.dated.opens(folded)):
        return False
    names = re.findall(r"[^\W\d]\w*", _dateless(text))[1:]
    # "By Monday, Bell was home." is a sentence: a full stop stands behind names only
    enough = all if SENTENCE_END.search(text) else any
    return 0 < len(names) <= NAME_WORDS and enough(is_name(word) for word in names)


def _is_capital(text: str) -> bool:
    words = re.findall(r"\w+", text)
    return 0 < len(words) <= DATED_NAMES and all(map(is_name, words))


def is_name(word: str) -> bool:
    """Return whether a word is written as names are; where there are no capitals, any is."""
    # a script without capitals has no other title case; Georgian calls its letters lower
    return word[0].isupper() or (not word.isascii() and word[0] == word[0].title())


def is_date(text: str, known: Iterable[str]) -> bool:
    """Return whether a text says a day, and beside names that are known hardly anything else."""
    rest, numbers = NUMBERS.subn(" ", text)
    rest, _ = TIME.subn(" ", rest)
    rest, years = YEAR.subn(" ", rest)
    folded = phrasebook.fold(rest)
    for name in known:
        folded = folded.replace(name, " ") if len(name) > 3 else folded
    book = phrasebook.load()
    months = [word for word in folded.split() if word in book.months.whole]
    if not (numbers or (months and (years or re.search(r"\d", rest)))):
        return False
    words = [word for word in folded.split() if not _is_calendar(word, book)]
    return len(words) <= OTHER_WORDS


def _is_calendar(word: str, book: phrasebook.Phrasebook) -> bool:
    return (
        re.fullmatch(r"\d+(?:st|nd|rd|th|г|г\.|й)?", word) is not None
        or word in book.months.whole
        or word in book.days.whole
        or word in _opening_words()
    )


@lru_cache(maxsize=1)
def _opening_words() -> frozenset[str]:
    book = phrasebook.load()
    return frozenset(
        word
        for phrase in book.dated.whole | book.bylines.whole | book.sources.whole
        for word in phrase.split()
    )
