"""A text as the few runs of words by which a store finds the others that share some of it.

Of every SPAN neighbouring runs the least is taken (winnowing, after Schleimer, Wilkerson and Aiken,
2003): whatever two texts share of WORDS + SPAN - 1 words, they share a run that was taken.
"""

from collections.abc import Iterator

import numpy as np

from pipelines.identify.shingles import TIMES, Shingles, Spelled

# Swept: decision 0017. So long a run is no phrase: of 1,900 unrelated articles none share one
WORDS, CHARACTERS = 8, 16
SPAN = 16
MOST = 4096  # of one text; of a longer one the least
_HALF = np.uint64(32)
_WEEK, _RUN = 48, np.uint64(16)  # a key is 15 bits of the week and 48 of the run
_LAST_WEEK = (1 << 15) - 1


def sketch(text: Spelled) -> Shingles:
    """Return the runs taken, ascending, each once; about one for nine words, none of no word."""
    runs = text.runs(WORDS, CHARACTERS)
    # the last word of a run would order them; any of its words shall
    mixed = (runs ^ (runs >> _HALF)) * TIMES
    if len(mixed) <= SPAN:
        return np.sort(mixed)[:1]
    least = np.lib.stride_tricks.sliding_window_view(mixed, SPAN).min(axis=1)
    return np.unique(least)[:MOST]


def keys(taken: Shingles, week: int) -> list[int]:
    """Return what the runs are called in a week since 1970; a positive number of 63 bits each."""
    prefix = min(max(week, 0), _LAST_WEEK) << _WEEK
    return [prefix | run for run in (taken >> _RUN).tolist()]


def beside(key: int) -> Iterator[int]:
    """Yield the key, and what its run is called in the weeks before and after."""
    yield key
    week = key >> _WEEK
    if week:
        yield key - (1 << _WEEK)
    if week < _LAST_WEEK:
        yield key + (1 << _WEEK)


def run_of(key: int) -> int:
    """Return the run that a key is of, whatever the week."""
    return key & ((1 << _WEEK) - 1)
