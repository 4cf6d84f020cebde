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

VERSION = 2  # counts up when an address gets another form: claims are then added, none is changed

STEPS = 40  # of a path: no paper's has as many

_DRESSES = re.compile(r"www\d?|m|mobile?|mobi|movil|wap|touch|pda|3g|amp")
_INDEX_NAME = (
    r"/(index\.(html?|xhtml|shtml|php\d?|aspx?|jsp|cfm|cgi|pl)|default\.(html?|aspx?|php))"
)
# of an address that is made of them they go at once, not one a round of all rules
_INDEX = re.compile(f"(({_INDEX_NAME}){{20,}}|{_INDEX_NAME})$", re.I)
_SESSION = re.compile(
    r";(jsessionid|phpsessid|sid)=[^/;]*|/(jsessionid|phpsessid|sid)[/=][0-9a-f]{32}(?=/|$)"
    r"|/\(([A-Z]\([\w-]+\))+\)(?=/)",
    re.I,
)
_DRESS_ENDING = re.compile(
    r"(([.,](amp|print)){20,}|[.,](amp|print)|(?<=\d{5})-(amp|print))(?P<rest>\.html?)?$", re.I
)
_DRESS_HEAD = re.compile(
    r"/(amp|amphtml)(?P<any>/.+)"
    # an edition on paper is not the article for paper
    r"|/(m|mobile?|wap|print|printable)(?P<deep>/(?!edition|issue|archive)[^/]+/.+)",
    re.I,
)
_AMP_WITHIN = re.compile(r"(/.+)/(amp|amphtml)(/[^/]*[-_.][^/]*)", re.I)
_DRESS_TAIL = re.compile(
    r"(/.+)/(amp|amphtml|print(able|page)?|print-?(version|view)|printer-?friendly|drucken"
    r"|druckversion|imprimir|imprimer)(\.html?|\.php|\.aspx?)?/?",
    re.I,
)
_FIRST_PAGE = re.compile(r"(/page/1|/comment-page-\d+)+/?$", re.I)
_BLANKS = re.compile(r"(%20|%0[9AD]|%C2%A0|%E2%80%8[B-F]|%EF%BB%BF)+$")
_OPENS_QUERY = re.compile(r"(&|%3F)")
_PARTS_QUERY = re.compile(r"([?;])")
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
    owned = registrable(parts.host)
    names = parts.host.removesuffix(owned).split(".")
    return replace(parts, host=".".join([n for n in names if not _DRESSES.fullmatch(n)]) + owned)


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
    path = _DRESS_ENDING.sub(lambda found: found["rest"] or "", parts.path) or "/"
    if not _SUBJECTS.search(path):
        path = _without_tail(_without_steps(path))
    return replace(parts, path=path)


def _without_steps(path: str) -> str:
    """One a round of all rules; all at once where an address is made of them, to take time."""
    shorter = _without_step(path)
    while shorter.count("/") > STEPS and shorter != path:
        path, shorter = shorter, _without_step(shorter)
    return shorter


def _without_step(path: str) -> str:
    head = _DRESS_HEAD.fullmatch(path)
    article = (head["any"] or head["deep"]) if head else ""
    if names_article(article):
        return article
    within = _AMP_WITHIN.fullmatch(path)
    return within[1] + within[3] if within and names_article(within[3]) else path


def _without_tail(path: str) -> str:
    tail = _DRESS_TAIL.fullmatch(path)
    return tail[1] if tail and re.search(r"[\d_%-]", _last(tail[1])) else path


def _first_page(parts: Parts) -> Parts:
    return replace(parts, path=_FIRST_PAGE.sub("", parts.path) or "/")


def _no_slips(parts: Parts) -> Parts:
    path = _BLANKS.sub("", parts.path)
    return replace(parts, path=_without_chatter(path, _OPENS_QUERY, path))


def _no_chatter(parts: Parts) -> Parts:
    unescaped = (re.sub(r"^(amp;)+", "", parameter) for parameter in parts.query)
    alone = (_without_chatter(p, _PARTS_QUERY, parts.path) for p in unescaped)
    said = (re.sub(r"^([^=]*)=$", r"\1", p) for p in alone if not says_nothing(p, parts.path))
    return replace(parts, query=tuple(filter(None, said)))


def _without_chatter(text: str, marks: re.Pattern[str], path: str) -> str:
    """Return ``text`` without the parameters that say nothing behind the last of the marks."""
    pieces = marks.split(text)
    while len(pieces) > 1 and "=" in pieces[-1] and says_nothing(pieces[-1], path):
        del pieces[-2:]
    return "".join(pieces)


def _sorted_query(parts: Parts) -> Parts:
    """By name only: of two values of one name, the order may matter."""
    once = dict.fromkeys(parts.query)
    return replace(parts, query=tuple(sorted(once, key=lambda p: p.partition("=")[0])))


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
    Rule("slips", "blanks copied along, and measuring added before there is a query", _no_slips),
    Rule("dress", "the same article for telephones or paper", _no_dress),
    Rule("first", "the first page, or comments below it, show the article itself", _first_page),
    Rule("slashes", "servers answer with and without the last one, and with two for one", _slashes),
    Rule("parameters", "how the page was reached or is shown, not which it is", _no_chatter),
    Rule("order", "servers read parameters by name, and the same one once", _sorted_query),
    Rule("fragment", "a place in the page, but for routes of pages that are programs",
         _routing_fragment),
)  # fmt: skip
