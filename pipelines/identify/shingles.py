"""A text as the set of its short runs of words: what two texts share of them is a part of both."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipelines.extract.manuscript import DENSE, INVISIBLE, JOINERS

Shingles = NDArray[np.uint64]
"""Hashes in ascending order, each once."""

WORDS = 4  # swept from 3 to 6: decision 0014
CHARACTERS = 8  # of scripts that are written without spaces
TIMES = np.uint64(0x9E3779B97F4A7C15)  # odd, its bits well mixed: Fibonacci hashing
_WORD = re.compile(rf"{DENSE.pattern}|[^\W_{DENSE.pattern[1:-1]}]+")
# how a word is set, not what it says
_SET = re.compile(f"{INVISIBLE.pattern}|{JOINERS.pattern}")
_NUMBER = re.compile(r"\d+(?:[.,:'’]\d+)*")
_PARTING = re.compile(r"\D")
_NONE = np.empty(0, dtype=np.uint64)


def words(text: str) -> list[str]:
    """Return the words of a text in their order, case, punctuation and typography left out.

    A character of Chinese, Japanese, Korean, Thai, Lao, Burmese or Khmer is a word.
    """
    return _WORD.findall(_SET.sub("", unicodedata.normalize("NFKC", text)).casefold())


def shingles(text: str) -> Shingles:
    """Return the hashes of all runs of WORDS words, or CHARACTERS characters; none of no word.

    A text shorter than one run is one. The same on every machine and in every version.
    """
    found = words(text)
    length = CHARACTERS if is_dense(found) else WORDS
    return np.unique(rolled(found, length))


def numbers(text: str) -> Shingles:
    """Return the hashes of the numbers of a text, however their digits are parted."""
    found = {_PARTING.sub("", one) for one in _NUMBER.findall(unicodedata.normalize("NFKC", text))}
    return np.unique(np.fromiter(map(number, found), dtype=np.uint64, count=len(found)))


def is_dense(found: Sequence[str]) -> bool:
    """Return whether most words are characters of a script that is written without spaces."""
    return sum(len(word) == 1 and not word.isascii() for word in found) > len(found) / 2


def rolled(found: Sequence[str], length: int) -> Shingles:
    """Return a hash of each run of so many words, in their order; of fewer words all are one."""
    if not found:
        return _NONE
    hashes = np.fromiter(map(number, found), dtype=np.uint64, count=len(found))
    length = min(length, len(found))
    runs = len(found) - length + 1
    made = np.zeros(runs, dtype=np.uint64)
    for at in range(length):
        made = made * TIMES + hashes[at : at + runs]
    return made


@lru_cache(maxsize=1 << 16)
def number(word: str) -> int:
    """Return 64 bits of a word: the same on every machine."""
    digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")
