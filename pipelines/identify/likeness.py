"""How much of one text is in another. Pure; needs no words, so that every script is read alike."""

import unicodedata
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipelines.identify.shingles import TIMES

RUN = (
    12  # letters: longer than what two texts of one subject share by chance, shorter than a clause
)


def likeness(one: str, other: str) -> float:
    """Return how much of the shorter text is in the longer one, from 0 (nothing) to 1 (all).

    Both are split into every run of RUN letters and digits, case and all else left out; order
    between runs is ignored. A text shorter than one run is like nothing: 0. Containment after
    Broder (1997).
    """
    ours, theirs = _runs(one), _runs(other)
    fewest = min(len(ours), len(theirs))
    return len(np.intersect1d(ours, theirs, assume_unique=True)) / fewest if fewest else 0.0


@lru_cache(maxsize=256)  # 8 MB: an article is held against many where a site gives all one address
def _runs(text: str) -> NDArray[np.uint64]:
    """Return 64 bits of each run, each once."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    written = "".join(filter(str.isalnum, folded)).encode("utf-32-le", "surrogatepass")
    letters = np.frombuffer(written, dtype=np.uint32).astype(np.uint64)
    starts = max(0, len(letters) - RUN + 1)
    made = np.zeros(starts, dtype=np.uint64)
    for at in range(RUN):
        made = made * TIMES + letters[at : at + starts]
    return np.unique(made)
