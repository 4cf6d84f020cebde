"""Addresses that hold another: redirectors and AMP's caches, told by their form alone."""

import re
from urllib.parse import unquote

from pipelines.identify.parts import Parts, parse

# where a redirector keeps its target
TARGETS = {
    *("url", "u", "q", "to", "z", "dest", "destination", "target", "goto", "go"),
    *("redirect", "redirect_url", "redirect_to", "redir", "link", "href", "out"),
}
# no page that is not a redirector has a parameter of such a name
TELLING = {"uddg", "murl", "ued", "st.link"}
# how a redirector calls itself: last in its path, without an ending, or first in its host
PATHS = {
    *("url", "l", "away", "out", "outbound", "exit", "leave", "go", "goto", "click", "apiclick"),
    *("redirect", "redirector", "redir", "rd", "link", "linkfilter", "jump", "external", "track"),
    *("iv", "ck", "adclick", "interstitial"),
}
HOSTS = {"out", "away", "l", "lm", "click", "clicks", "redirect", "exit", "go"}
# below these a page about an address, or for whoever comes back to it, ends in the same names
_NO_REDIRECTORS = re.compile(
    r"/(share|sharer|intent|api|embed|oembed|comments?|log-?in|sign-?in|auth|oauth2?|sso|account)/",
    re.I,
)
_IN_PATH = re.compile(r"/RU=(https?(?:%3A|:)[^/]+)/", re.I)
_CACHE = re.compile(r"/(?:c|v|i|ad)/(s/)?([^/]+\.[^/]+)(/.*)?")
_ANY_CACHE = re.compile(r"cdn\.[^.]*amp")
_VIEWER = re.compile(r"/amp/(s)/((?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+)(/.+)", re.I)
_PAGE_ENDINGS = re.compile(r"\.(html?|php|aspx?|jsp|shtml)$", re.I)


def unwrap(parts: Parts) -> Parts:
    """Return the address that ``parts`` leads to, or ``parts`` where it is none of these forms."""
    target = _redirected(parts) or _in_path(parts) or _cached(parts) or _viewed(parts)
    try:
        return parse(target) if target else parts
    except ValueError:
        return parts


def _redirected(parts: Parts) -> str | None:
    names = TELLING | TARGETS if _is_redirector(parts) else TELLING
    for parameter in parts.query:
        name, _, value = parameter.partition("=")
        # a target written without encoding would lose what follows its own first "&"
        is_cut = "?" in value and len(parts.query) > 1
        target = unquote(value)
        if name.lower() in names and re.match(r"https?://[^/]+\.", target) and not is_cut:
            return target
    return None


def _is_redirector(parts: Parts) -> bool:
    called = parts.path.rstrip("/").rpartition("/")[2].partition(".")[0].lower()
    is_called_so = called in PATHS and not _NO_REDIRECTORS.search(parts.path)
    return is_called_so or parts.host.partition(".")[0] in HOSTS or ".safelinks." in parts.host


def _in_path(parts: Parts) -> str | None:
    found = _IN_PATH.search(parts.path)
    return unquote(found[1]) if found else None


def _cached(parts: Parts) -> str | None:
    """AMP's caches name the paper's host in the path and, with hyphens for dots, in front.

    Where the cache is asked without the paper's own name, it is called by what it holds.
    """
    found = _CACHE.fullmatch(parts.path)
    if not found:
        return None
    host = found[2].lower()
    named = host.replace("-", "--").replace(".", "-")
    if parts.host.partition(".")[0] != named and not _ANY_CACHE.match(parts.host):
        return None
    return _at(host, found[3] or "/", parts)


def _viewed(parts: Parts) -> str | None:
    found = _VIEWER.fullmatch(parts.path)
    if not found or _PAGE_ENDINGS.search(found[2]):
        return None
    return _at(found[2].lower(), found[3], parts)


def _at(host: str, path: str, parts: Parts) -> str:
    query = "?" + "&".join(parts.query) if parts.query else ""
    return f"https://{host}{path}{query}"
