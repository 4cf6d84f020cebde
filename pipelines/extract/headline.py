"""Titles told from the site's name around them, and titles told to be the same."""

import itertools
import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

from config.phrasebook import fold
from pipelines.extract.manuscript import Evidence

PARTING = re.compile(
    r"\s+[|–—»›·•:/\\-]+\s+|\s*[|｜]\s*|(?<=\S)\s*—\s*(?=\S)|_(?=\S)"
    r"|(?<=[\u2e80-\u9fff]) ?- ?(?=[\u2e80-\u9fff])"  # Chinese and Japanese papers write no spaces
)
LABELLED = re.compile(r"(?<=\S)[:：]\s*(?=\S)")  # "Storm over the bay: Ferry stays in"
SAME = 0.9  # of difflib's ratio: a title retyped with another quote, dash or last word
LEAST_WORDS = 3  # a shorter part of <title> may be the site or the section
MOST_PARTS = 12
MOST_CHARS = 400  # nothing longer is a title, and comparing costs its square


def stems(title: str) -> list[str]:
    """Return the title and what remains of it less one, two, … parts at its end or its start."""
    cuts = list(itertools.islice(PARTING.finditer(title), MOST_PARTS))
    ends = [title[: cut.start()] for cut in reversed(cuts)]
    starts = [title[cut.end() :] for cut in cuts]
    return [part.strip() for part in [title, *ends, *starts] if part.strip()]


def runs(title: str) -> list[str]:
    """Return the title and every run of its parts, the longest first: "site - title - section"."""
    cuts = list(itertools.islice(PARTING.finditer(title), MOST_PARTS))
    starts, ends = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(title)]
    found = (title[start:end].strip() for start in starts for end in ends if start < end)
    return sorted(filter(None, found), key=len, reverse=True)


def proofs(evidence: Evidence) -> frozenset[str]:
    """Return every form, folded, in which the page's head, JSON-LD and h1 give the title."""
    said = [*evidence.titles, *evidence.headings]
    forms = {fold(title) for title in said}
    for title in [*evidence.titles, evidence.title_tag or ""]:
        forms |= {fold(part) for part in stems(title) if _is_telling(part)}
    return frozenset(form for form in forms if form)


def labelled(evidence: Evidence) -> frozenset[str]:
    """Return both sides of each title's first colon, folded: a page may print each by itself."""
    sides = (part for title in evidence.titles for part in LABELLED.split(title, maxsplit=1))
    return frozenset(fold(part) for part in sides if _is_telling(part))


def is_title(line: str, forms: Iterable[str]) -> bool:
    """Return whether a line says one of the titles, near enough."""
    if len(line) > MOST_CHARS:
        return False
    folded = fold(line)
    return bool(folded) and any(folded == form or alike(folded, form) for form in forms)


@lru_cache(maxsize=4096)
def alike(one: str, other: str) -> bool:
    """Return whether two folded titles differ by a few characters only."""
    shorter, longer = sorted((len(one), len(other)))
    if shorter < 12 or shorter < 0.8 * longer or longer > MOST_CHARS:
        return False
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() >= SAME and matcher.ratio() >= SAME


def _is_telling(part: str) -> bool:
    # a script without spaces writes a sentence as one word
    return len(fold(part).split()) >= LEAST_WORDS or len(part) >= 12
