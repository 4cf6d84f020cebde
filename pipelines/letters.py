"""How much letters say: one of Chinese as much as three of an alphabet."""

import re

DENSE = re.compile(
    r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff66-\uff9f\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"
)


def size(text: str) -> int:
    """Return a text's length in letters of an alphabet."""
    return len(text) + 2 * len(DENSE.findall(text))
