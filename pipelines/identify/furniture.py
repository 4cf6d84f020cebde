"""How many stories of one site have a run of words: what many have is the site's, no story's."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pipelines.identify.shingles import TIMES, Shingles

_BITS: Final = (20, 28)  # of the table: 2 and 512 MB
_ANY_SITE: Final = np.uint64(0)
_MOST: Final = 255


class Furniture:
    """Counts in a table of a fixed size; where two runs share a cell they count together."""

    def __init__(self, runs: int) -> None:
        """Make a table for about so many runs of words of all texts together."""
        bits = min(max(max(runs, 1).bit_length(), _BITS[0]), _BITS[1])
        self._shift = np.uint64(64 - bits)
        self._of_site = np.zeros(1 << bits, dtype=np.uint8)
        self._most = np.zeros(1 << bits, dtype=np.uint8)

    def add(self, site: int, runs: Shingles) -> None:
        """Take in one text of a site, which is any number of 64 bits."""
        cells = self._cells(runs, np.uint64(site))
        counts = self._of_site[cells]
        counts += counts < _MOST
        self._of_site[cells] = counts
        anywhere = self._cells(runs, _ANY_SITE)
        self._most[anywhere] = np.maximum(self._most[anywhere], counts)

    def texts(self, runs: Shingles) -> NDArray[np.uint8]:
        """Return, for each run, how many texts have it on the site where most have; 0 to 255."""
        most: NDArray[np.uint8] = self._most[self._cells(runs, _ANY_SITE)]
        return most

    def _cells(self, runs: Shingles, salt: np.uint64) -> NDArray[np.uint64]:
        return ((runs ^ salt) * TIMES) >> self._shift
