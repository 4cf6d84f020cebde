"""The author's name as last line, or stressed as first: papers without bylines sign so."""

import re
from functools import lru_cache

from config import phrasebook
from pipelines.clean.edges import tail
from pipelines.extract.manuscript import Line, Manuscript

RULE = "signature"
NAME_WORDS = range(2, 4)
LABELS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "th", "dt"})
# capital first letters, initials and double names; a script without capitals signs otherwise
NAME = re.compile(r"(?:[^\W\d_]\.|[^\W\d_][^\W\d_'’]+(?:-[^\W\d_]+)*)")


def apply(manuscript: Manuscript) -> Manuscript:
    """Take it where it follows a sentence."""
    first = [line for line in manuscript.lines[:1] if "stressed" in line.marks]
    last = [line for line in tail(manuscript.lines, 1) if line.tag not in LABELS]
    return manuscript.without((line for line in first + last if _is_name(line)), RULE)


def _is_name(line: Line) -> bool:
    words = line.text.split()
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
