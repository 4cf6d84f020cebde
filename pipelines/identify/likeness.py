"""How much of one text is in another. Pure; needs no words, so that every script is read alike."""

import unicodedata

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
    return len(ours & theirs) / fewest if fewest else 0.0


def _runs(text: str) -> set[str]:
    folded = unicodedata.normalize("NFKC", text).casefold()
    letters = "".join(filter(str.isalnum, folded))
    return {letters[at : at + RUN] for at in range(len(letters) - RUN + 1)}
