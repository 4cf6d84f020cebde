"""An address in; the form that all addresses of one article share, and what is made of it, out.

A canonical form is a name, not a way: https and the bare host may not even answer.
"""

import hashlib
import re
from urllib.parse import urljoin

from config.domains import is_address, registrable
from pipelines.identify.parts import Parts, be_writable, parse
from pipelines.identify.rules import RULES, names_article

KEY_BYTES = 16  # 32 hex characters

_LEDGER = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?", re.S)
_USUAL_PORTS = {"http": "80", "https": "443"}
_LANGUAGE_HOME = re.compile(r"/([a-z]{2}([-_][A-Za-z]{2})?|home)?")
_SCRIPT = re.compile(r"(/|\.(php\d?|aspx?|jsp|cfm|cgi|pl|do))$", re.I)


def canonical(url: str) -> str:
    """Return the form that the addresses of one page share; its own canonical form is itself.

    Raises ValueError for what is no address with http or https.
    """
    return str(_settled(url))


def name_of(url: str) -> str:
    """Return the canonical form of an address; the address as it is where it has none."""
    try:
        return canonical(url)
    except ValueError:
        return url


def agreed(url: str, rel_canonical: str | None = None, og_url: str | None = None) -> str:
    """Return the canonical form of what the page says its address is, where that makes sense.

    ``rel_canonical`` is asked before ``og_url``; both may be relative. A claim makes no sense that
    is on another registrable domain, is the home page or a section above ``url``, or drops the
    query of a script that needs it. Raises ValueError for what ``canonical`` refuses in ``url``.
    """
    own = _settled(url)
    for claim in (rel_canonical, og_url):
        claimed = _claimed(url, claim) if claim else None
        if claimed and _makes_sense(claimed, own):
            return str(claimed)
    return str(own)


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


def _settled(url: str) -> Parts:
    parts = parse(url)
    for _ in range(len(url)):  # a rule may open the way for another; each makes the address shorter
        before = parts
        for rule in RULES:
            parts = rule.apply(parts)
        if parts == before:
            break
    return parts


def _claimed(url: str, claim: str) -> Parts | None:
    try:
        return _settled(urljoin(url, claim.strip()))
    except ValueError:
        return None


def _makes_sense(claimed: Parts, own: Parts) -> bool:
    if _site(claimed) != _site(own):
        return False
    is_bare = not claimed.query and not claimed.fragment
    if is_bare and _LANGUAGE_HOME.fullmatch(claimed.path):
        return False
    is_above = own.path.startswith(claimed.path + "/") and not names_article(claimed.path)
    loses_query = is_bare and own.query and claimed.path == own.path and _SCRIPT.search(own.path)
    return not is_above and not loses_query


def _site(parts: Parts) -> str:
    if is_address(parts.host) or "." not in parts.host:
        return f"{parts.host}:{parts.port}"  # several sites may share it, each with its port
    return registrable(parts.host)
