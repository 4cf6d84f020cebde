"""An id for a paper, of its name or its host: it stays for good, so nothing is transliterated."""

import re
import unicodedata
from collections.abc import Collection
from itertools import count

LONGEST = 40  # letters of an id, and of a region
_NO_ID = re.compile(r"[^a-z0-9]+")


def id_for(name: str, host: str, taken: Collection[str]) -> str:
    """Return an id of the name, or of the host where the name has no Latin letters to give one."""
    of_name, of_host = slug(name.removeprefix("www.")), slug(host)
    first = of_name if 3 <= len(of_name) <= LONGEST else of_host or of_name or "paper"
    if first not in taken:
        return first
    return next(one for number in count(2) if (one := f"{first}-{number}") not in taken)


def slug(said: str) -> str:
    """Return what of some words an id can hold; "" where that is nothing."""
    plain = unicodedata.normalize("NFKD", said).encode("ascii", "ignore").decode().lower()
    return _NO_ID.sub("-", plain).strip("-")
