"""The exact text as an identity: what is hashed, and which texts are too short for one."""

import hashlib
import unicodedata
from functools import lru_cache

RULES_VERSION = 1
# a notice, a consent wall or a "page moved" at many addresses of a site is shorter than news
FLOOR = 200
WIDE = 3  # one character of these scripts says about as much as three letters


@lru_cache(maxsize=256)  # of one page it is asked for three times
def text_hash(text: str) -> str:
    """Return 32 hex digits of the text, white space and Unicode form levelled, case kept."""
    level = " ".join(unicodedata.normalize("NFKC", text).split())
    return hashlib.blake2b(level.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def is_telling(text: str) -> bool:
    """Return whether exactly this text at two addresses is a copy rather than a short notice."""
    if len(text) >= FLOOR:
        return True
    return sum(WIDE if "\u2e80" <= letter <= "\ufaff" else 1 for letter in text) >= FLOOR
