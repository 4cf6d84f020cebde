"""A text as the set of its short runs of words: what two texts share of them is a part of both."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipelines.extract.manuscript import INVISIBLE, JOINERS
from pipelines.letters import DENSE

Shingles = NDArray[np.uint64]
"""Hashes in ascending order, each once."""


@dataclass(frozen=True, slots=True)
class Spelled:
    """A text as the numbers of its words, in their order."""

    words: NDArray[np.uint64] = field(repr=False)
    is_dense: bool
    """Most words are characters of a script that is written without spaces."""

    def runs(self, words: int, characters: int) -> Shingles:
        """Return a hash of each run of so many words, in order; of fewer words all are one."""
        count = len(self.words)
        length = min(characters if self.is_dense else words, count)
        starts = count - length + 1 if count else 0
        made = np.zeros(starts, dtype=np.uint64)
        for at in range(length):
            made = made * TIMES + self.words[at : at + starts]
        return made


WORDS = 4  # swept from 3 to 6: decision 0014
CHARACTERS = 8  # of scripts that are written without spaces
TIMES = np.uint64(0x9E3779B97F4A7C15)  # odd, its bits well mixed: Fibonacci hashing
_WORD = re.compile(rf"{DENSE.pattern}|[^\W_{DENSE.pattern[1:-1]}]+")
# how a word is set, not what it says
_SET = re.compile(f"{INVISIBLE.pattern}|{JOINERS.pattern}")
_NUMBER = re.compile(r"\d+(?:[.,:'’]\d+)*")
_PARTING = re.compile(r"\D")


def words(text: str) -> list[str]:
    """Return the words of a text in their order, case, punctuation and typography left out.

    A character of Chinese, Japanese, Korean, Thai, Lao, Burmese or Khmer is a word.
    """
    return _WORD.findall(_SET.sub("", unicodedata.normalize("NFKC", text)).casefold())


def spelled(text: str) -> Spelled:
    """Return a text as numbers; of no word, none."""
    found = words(text)
    dense = sum(len(word) == 1 and not word.isascii() for word in found)
    hashes = np.fromiter(map(number, found), dtype=np.uint64, count=len(found))
    return Spelled(hashes, is_dense=dense > len(found) / 2)


def shingles(text: str) -> Shingles:
    """Return the hashes of all runs of WORDS words, or CHARACTERS characters; none of no word.

    A text shorter than one run is one. The same on every machine and in every version.
    """
    return all_runs(spelled(text))


def all_runs(text: Spelled) -> Shingles:
    """Return the shingles of a text whose words are numbers already."""
    return np.unique(text.runs(WORDS, CHARACTERS))


def numbers(text: str) -> Shingles:
    """Return the hashes of the numbers of a text, however their digits are parted."""
    found = {_PARTING.sub("", one) for one in _NUMBER.findall(unicodedata.normalize("NFKC", text))}
    return np.unique(np.fromiter(map(number, found), dtype=np.uint64, count=len(found)))


@lru_cache(maxsize=1 << 16)
def number(word: str) -> int:
    """Return 64 bits of a word: the same on every machine."""
    digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")
