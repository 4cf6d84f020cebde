"""How much letters say: one of Chinese as much as three of an alphabet."""

import re
from functools import lru_cache

LONG = 1000  # letters: longer texts are few, and would keep memory
DENSE = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
)


def size(text: str) -> int:
    """Return a text's length in letters of an alphabet."""
    if text.isascii():
        return len(text)
    return _size(text) if len(text) < LONG else _counted(text)


def _counted(text: str) -> int:
    return len(text) + 2 * len(DENSE.findall(text))


_size = lru_cache(maxsize=2048)(_counted)  # a line is weighed by rule after rule
