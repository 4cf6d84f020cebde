"""A text in, the terms out by which it is found; what a person asks for in, what to look for out.

Pure, and of no language: a term is a word without case and accents. Scripts that put no spaces
between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) are cut into pairs of letters, so that
every word of two letters and more is found, wherever it begins.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

DENSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3005-\u30ff\u3400-\u9fff\uf900-\ufaff"
)
# the signs of Indian scripts are part of their words; their full stops are not
SIGNS = "\u0900-\u0963\u0966-\u0dff\u0f71-\u0fbc"
RUN = re.compile(rf"[{DENSE}]+|(?:(?![{DENSE}])[^\W_]|[{SIGNS}])+")
SPACELESS = re.compile(rf"[{DENSE}]")
# accents of Latin, Greek, Cyrillic; vowel signs of Arabic and Hebrew, which are seldom written.
# Marks of other scripts are letters: without them words of India and Thailand are others
MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]")
APART = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
ASKED = re.compile(r'"([^"]*)"?|(\S+)')
MOST = 4_000  # of a text: what a book has; more say no more of it
LONGEST = 32  # letters of a term; longer ones are found by these


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a text must have, all of it."""

    terms: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    """With which a term begins."""
    phrases: tuple[str, ...] = ()
    """Folded; that the text has one behind the other."""


def terms(*texts: str | None) -> list[str]:
    """Return the terms of texts, each once, in their order, at most 4,000."""
    found: dict[str, None] = {}
    for text in texts:
        for term in _cut(folded(text or "")):
            found[term] = None
            if len(found) >= MOST:
                return list(found)
    return list(found)


def wanted(words: str) -> Wanted:
    """Return what is asked for: words, `bridg*` for what begins so, "a new bridge" for a phrase.

    Empty where nothing of it is a letter or a digit.
    """
    found: dict[str, None] = {}
    beginnings: dict[str, None] = {}
    phrases: dict[str, None] = {}
    for quoted, plain in ASKED.findall(words):
        asked = folded(quoted or plain)
        runs = RUN.findall(asked)
        if plain.endswith("*") and runs and not SPACELESS.match(runs[-1]):
            beginnings[runs.pop()[:LONGEST]] = None
        for run in runs:
            if SPACELESS.match(run) and len(run) == 1:
                beginnings[run] = None  # of a pair, or it stands alone
            else:
                found |= dict.fromkeys(_asked(run))
        if len(runs) > 1 or any(SPACELESS.match(run) and len(run) > 2 for run in runs):
            phrases[" ".join(runs)] = None  # one behind the other, as in covid-19
    return Wanted(terms=tuple(found), beginnings=tuple(beginnings), phrases=tuple(phrases))


def folded(text: str) -> str:
    """Return a text without case, accents and what is not seen."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKC", APART.sub("", text)).casefold()
    return unicodedata.normalize("NFC", MARKS.sub("", unicodedata.normalize("NFD", plain)))


def spaced(folded_text: str) -> str:
    """Return a folded text as its words alone, a space between them: so phrases are sought."""
    return " ".join(RUN.findall(folded_text))


def has_phrases(want: Wanted, *texts: str | None) -> bool:
    """Return whether one of the texts has each phrase."""
    if not want.phrases:
        return True
    said = [f" {spaced(folded(text))} " for text in texts if text]
    return all(any(_has(text, phrase) for text in said) for phrase in want.phrases)


def _has(text: str, phrase: str) -> bool:
    # words of a spaceless script begin and end anywhere
    begin = "" if SPACELESS.match(phrase[0]) else " "
    end = "" if SPACELESS.match(phrase[-1]) else " "
    return f"{begin}{phrase}{end}" in text


def _asked(run: str) -> list[str]:
    """Return the terms of a run, without the last letter of those that are cut into pairs."""
    cut = list(_cut(run))
    return cut[:-1] if SPACELESS.match(run) else cut


def _cut(folded_text: str) -> Iterator[str]:
    for run in RUN.findall(folded_text):
        if not SPACELESS.match(run):
            yield run[:LONGEST]
        elif len(run) == 1:
            yield run
        else:  # the last letter alone, too: it begins no pair
            yield from (one + other for one, other in pairwise(run))
            yield run[-1]
