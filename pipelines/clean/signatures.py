"""The author's name as last line, or stressed as first: papers without bylines sign so."""

import re
from collections.abc import Sequence
from functools import lru_cache

from config import phrasebook
from pipelines.clean.edges import tail
from pipelines.extract.manuscript import Line, Manuscript
from pipelines.letters import DENSE

RULE = "signature"
NAME_WORDS = range(2, 4)
CALLING_CHARS = 60
DENSE_NAME = 5  # letters of Chinese, Japanese or Korean
PARTING = re.compile(r"\s*/\s*|\s*,\s+")
LETTERS = re.compile(rf"[^\W\d_](?:[^\W\d_]|[ \u200c\u200d{phrasebook.MARKS}])*")
LABELS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "dt"})
# capital first letters, initials and double names; a script without capitals signs otherwise
NAME = re.compile(r"(?:[^\W\d_]\.|[^\W\d_][^\W\d_'’]+(?:-[^\W\d_]+)*)")


def apply(manuscript: Manuscript) -> Manuscript:
    """Take it where it follows a sentence, or stands above the first with its paper's name."""
    lines = manuscript.lines
    first = [line for line in lines[:1] if line.tag not in LABELS]
    signed = _with_calling(tail(lines, 2))
    last = [line for line in tail(lines, 1) if line.tag not in LABELS]
    taken = [line for line in first if _is_first(line)]
    taken += [line for line in last if _is_name(line.text) or _is_caseless(line.text)]
    return manuscript.without(dict.fromkeys([*taken, *signed]), RULE)


def _with_calling(last: Sequence[Line]) -> Sequence[Line]:
    """Return two lines that are a name and what it does: "Ana Bell", "Warden of the quay"."""
    if len(last) < 2 or LABELS.intersection(line.tag for line in last):
        return ()
    calling = last[1].text
    is_calling = len(calling) <= CALLING_CHARS and not re.search(r"[\d:.?!]", calling)
    return last if is_calling and _is_name(last[0].text) else ()


def _is_first(line: Line) -> bool:
    """Return whether a line is a stressed name, or one with a paper: "Ana Bell / Quill News"."""
    name, *paper = PARTING.split(line.text)
    if len(paper) > 1 or not _is_name(name):
        return False
    has_paper = bool(paper) and len(paper[0].split()) in NAME_WORDS and _is_capital(paper[0])
    return has_paper or (not paper and "stressed" in line.marks)


def _is_capital(text: str) -> bool:
    return all(word[0].isupper() for word in text.split())


def _is_caseless(text: str) -> bool:
    """Return whether a line is a few words of a script without capitals, and no sentence."""
    if text.title() != text.lower() or not LETTERS.fullmatch(text):  # Georgian has no titles
        return False
    words = text.split()
    if DENSE.search(text):
        return len(words) <= 2 and 2 <= len("".join(words)) <= DENSE_NAME
    return len(words) in NAME_WORDS


def _is_name(text: str) -> bool:
    words = text.split()
    if len(words) not in NAME_WORDS:
        return False
    labels = _label_words()
    return all(
        NAME.fullmatch(word)
        and word[0].isupper()
        and (word[1:] == "." or phrasebook.fold(word) not in labels)
        for word in words
    )


@lru_cache(maxsize=1)
def _label_words() -> frozenset[str]:
    """Return the words that labels are made of: English writes "Our Services" as it does names."""
    book = phrasebook.load()
    groups = (book.sections, book.tools, book.related, book.notices, book.comments, book.footers)
    return frozenset(word for group in groups for phrase in group.whole for word in phrase.split())
