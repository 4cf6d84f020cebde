"""Regular expressions that an operator writes, searched in addresses. Matches in linear time.

RE2 in the place of Python's own: no pattern and no address, however they are made, cost more than
their length. It knows neither look-around nor back-references: both are refused as a file is read.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import re2

LETTERS = 500  # of a pattern
LOOKED_AT = 2_000  # letters of an address: the ledger takes no longer one


def checked(pattern: str) -> str:
    """Return the pattern; raises ValueError, with what is wrong, where it is none."""
    if len(pattern) > LETTERS:
        raise ValueError(f"not a regular expression: longer than {LETTERS} letters")
    try:
        _compiled(pattern)
    except (re2.error, UnicodeError) as error:
        raise ValueError(f"not a regular expression: {_words(error)}") from error
    return pattern


def matching(patterns: Iterable[str], address: str) -> str | None:
    """Return the first of the patterns that is found in the address, None where none is."""
    # half a letter is no letter: RE2 reads UTF-8
    plain = address[:LOOKED_AT].encode("utf-8", "replace").decode()
    return next((one for one in patterns if _compiled(one).search(plain)), None)


@lru_cache(maxsize=4_096)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.log_errors = False  # it would write to stderr what it raises
    return re2.compile(pattern, options)


def _words(error: Exception) -> str:
    said = error.args[0] if error.args else ""
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(error)
