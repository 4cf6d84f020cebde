"""An address in; the form that all addresses of one article share, and what is made of it, out.

A canonical form is a name, not a way: https and the bare host may not even answer.
"""

import hashlib
import re
from functools import lru_cache

from pipelines.identify.parts import Parts, be_writable, parse
from pipelines.identify.rules import RULES

LONG = 1000  # letters: longer addresses are few, and would keep memory
KEY_BYTES = 16  # 32 hex characters

_LEDGER = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.S)
_USUAL_PORTS = {"http": "80", "https": "443"}


def canonical(url: str) -> str:
    """Return the form that the addresses of one page share; its own canonical form is itself.

    Raises ValueError for what is no address with http or https.
    """
    return str(settled(url))


def settled(url: str) -> Parts:
    """Return the canonical form in parts. Raises ValueError as ``canonical`` does."""
    return _remembered(url) if len(url) < LONG else _settled(url)


def _settled(url: str) -> Parts:
    parts = parse(url)
    for _ in range(len(url)):  # a rule may open the way for another; each makes the address shorter
        before = parts
        for rule in RULES:
            parts = rule.apply(parts)
        if parts == before:
            break
    return parts


_remembered = lru_cache(maxsize=1024)(_settled)  # a page's addresses are asked for several times


def name_of(url: str) -> str:
    """Return the canonical form of an address; the address as it is where it has none."""
    try:
        return canonical(url)
    except ValueError:
        return url


def article_id(canonical_url: str) -> str:
    """Return the `_id` of the article that is first stored under this canonical form."""
    return hashlib.blake2b(
        canonical_url.encode(), digest_size=KEY_BYTES, person=b"article"
    ).hexdigest()


def ledger_key(url: str) -> str:
    """Return the `_id` in the ledger of an address as announced.

    Scheme and host in lower case, no usual port, no fragment, `/` for an empty path. Frozen: this
    never changes, whatever is learned of addresses, or every entry would be new again.
    Raises ValueError for what has no scheme and host, or is not in UTF-8.
    """
    be_writable(url)
    found = _LEDGER.fullmatch(url)
    if not found or not found[2]:
        raise ValueError(f"not an absolute address: {url[:200]!r}")
    scheme = found[1].lower()
    user, at, place = found[2].rpartition("@")
    host, colon, port = place.lower().rpartition(":")
    if not colon or not (port.isdecimal() or not port):
        host, port = place.lower(), ""
    port = "" if port in {"", _USUAL_PORTS.get(scheme)} else f":{port}"
    form = f"{scheme}://{user}{at}{host}{port}{found[3] or '/'}{found[4] or ''}"
    return hashlib.blake2b(form.encode(), digest_size=KEY_BYTES, person=b"ledger").hexdigest()
