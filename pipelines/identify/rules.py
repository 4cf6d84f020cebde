"""The rules that make one address of many, in their order, each with its reason.

Of two mistakes, joining two articles is the worse: a rule acts only where the form of the address
alone tells, and a kind of address that could be either is left as it is.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from config.domains import is_address, registrable
from pipelines.identify.parameters import says_nothing
from pipelines.identify.parts import Parts
from pipelines.identify.wrappers import unwrap

VERSION = 1  # counts up when an address gets another form: claims are then added, none is changed

DRESSES = {"www", "m", "mobile", "mobi", "wap", "amp"}
_INDEX = re.compile(
    r"/(index\.(html?|xhtml|shtml|php\d?|aspx?|jsp|cfm|cgi|pl)|default\.(html?|aspx?|php))$", re.I
)
_SESSION = re.compile(r";(jsessionid|phpsessid|sid)=[^/;]*", re.I)
_AMP_ENDING = re.compile(r"\.amp(\.html?)?$", re.I)
_AMP_HEAD = re.compile(r"/amp(/.+)", re.I)
_DRESS_TAIL = re.compile(r"(/.+)/(amp|print|printable)/?", re.I)
# what is called after "amp" or "print" below one of these is a subject, not a dress
_SUBJECTS = re.compile(r"/(tags?|topics?|themes?|categor(y|ies)|search|labels?|keywords?)/", re.I)


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which two addresses of one article differ."""

    name: str
    why: str
    apply: Callable[[Parts], Parts]


def _https(parts: Parts) -> Parts:
    return replace(parts, scheme="https")


def _plain_host(parts: Parts) -> Parts:
    """Never below what was registered: `m.example` may be a paper."""
    if is_address(parts.host):
        return parts
    host, owned = parts.host, registrable(parts.host)
    while host != owned and host.partition(".")[0] in DRESSES:
        host = host.partition(".")[2]
    return replace(parts, host=host)


def _dots(parts: Parts) -> Parts:
    kept: list[str] = []
    for step in parts.path.split("/")[1:]:
        if step == "..":
            del kept[-1:]
        elif step != ".":
            kept.append(step)
    at_folder = parts.path.endswith(("/.", "/.."))
    return replace(parts, path="/" + "/".join(kept) + ("/" if at_folder and kept else ""))


def _slashes(parts: Parts) -> Parts:
    path = re.sub(r"(?<!:)/{2,}", "/", parts.path)  # "https://" in an archive's path stays readable
    return replace(parts, path=path.rstrip("/") or "/")


def _no_session(parts: Parts) -> Parts:
    return replace(parts, path=_SESSION.sub("", parts.path))


def _no_index(parts: Parts) -> Parts:
    return replace(parts, path=_INDEX.sub("/", parts.path))


def _no_dress(parts: Parts) -> Parts:
    path = _AMP_ENDING.sub(lambda found: found[1] or "", parts.path)
    head = _AMP_HEAD.fullmatch(path)
    if head and names_article(head[1]):
        path = head[1]
    tail = _DRESS_TAIL.fullmatch(path)
    if tail and re.search(r"[\d_%-]", _last(tail[1])) and not _SUBJECTS.search(path):
        path = tail[1]
    return replace(parts, path=path if path.startswith("/") else "/" + path)


def _no_chatter(parts: Parts) -> Parts:
    unescaped = (re.sub(r"^(amp;)+", "", parameter) for parameter in parts.query)
    kept = (p for p in unescaped if p and not says_nothing(p, parts.path))
    return replace(parts, query=tuple(kept))


def _sorted_query(parts: Parts) -> Parts:
    """By name only: of two values of one name, the order may matter."""
    return replace(parts, query=tuple(sorted(parts.query, key=lambda p: p.partition("=")[0])))


def _routing_fragment(parts: Parts) -> Parts:
    is_route = re.match(r"[!/].*[^!/]", parts.fragment)
    return parts if is_route else replace(parts, fragment="")


def names_article(path: str) -> bool:
    """Return whether a path looks like one article's: a number in it, or a headline at its end."""
    return bool(re.search(r"\d", path)) or _last(path).count("-") > 1


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


RULES = (
    Rule("wrapper", "a redirector or a cache is a way to the article, not the article", unwrap),
    Rule("https", "a paper doesn't print two things under http and https", _https),
    Rule("host", "www, m and amp are dresses of one site; other names are sites", _plain_host),
    Rule("dots", "RFC 3986, 5.2.4", _dots),
    Rule("session", "a visit's number in the path names the visit", _no_session),
    Rule("index", "the file a server shows for a folder", _no_index),
    Rule("dress", "the same article for telephones or paper", _no_dress),
    Rule("slashes", "servers answer with and without the last one, and with two for one", _slashes),
    Rule("parameters", "how the page was reached or is shown, not which it is", _no_chatter),
    Rule("order", "servers read parameters by name", _sorted_query),
    Rule("fragment", "a place in the page, but for routes of pages that are programs",
         _routing_fragment),
)  # fmt: skip
