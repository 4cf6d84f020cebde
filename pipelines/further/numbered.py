"""Addresses of the pages of one article: the first one's with a page number added. Pure.

What the form alone says is not enough: `/storm-2.html` may be another storm. See ``paging``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from pipelines.identify.canonical import settled
from pipelines.identify.parts import Parts

MOST = 99  # no article has more pages; a longer number is a year or an article's own
_WORD = (
    r"(?:page_?(?:no|num|number)?|pages|paged|pg|p|pn|pag|p[aá]gina|pagine|seite|strona|str|stranica"
    r"|strana|stranka|sayfa|halaman|hal|trang|side|sida|sivu|oldal|puslapis|lapa|lk|npack|pagen_1)"
)
_NUMBER = r"(?P<number>[1-9]\d?)"
_ENDING = r"(?P<ending>\.(?:[sx]?html?|php\d?|aspx?|jsp|cfm|ece|do))"
_PARAMETER = re.compile(rf"{_WORD}={_NUMBER}", re.I)
_BELOW = re.compile(rf"(?:{_WORD}[-_/=]?)?{_NUMBER}(?:\.html?)?", re.I)
_BEFORE_ENDING = re.compile(
    rf"(?:[-_,.](?P<word>{_WORD}[-_,.]?)?|(?P<path>/)(?:{_WORD}[-_]?)?){_NUMBER}", re.I
)
_BEHIND = re.compile(rf"[-_,]{_WORD}[-_,.]?{_NUMBER}", re.I)
_STEM = re.compile(rf"(?P<stem>.+?){_ENDING}?", re.I)
# the same forms, from the other end
_OF_PATH = (
    re.compile(rf"(?P<first>/.+?)/(?:{_WORD}[-_/=]?)?{_NUMBER}(?P<rest>/?)", re.I),
    re.compile(rf"(?P<first>/.*?[^/])[-_,.](?:{_WORD}[-_,.]?)?{_NUMBER}(?P<rest>{_ENDING})", re.I),
    re.compile(rf"(?P<first>/.*[^/])[-_,]{_WORD}[-_,.]?{_NUMBER}(?P<rest>/?)", re.I),
)


@dataclass(frozen=True, slots=True)
class Numbered:
    """What an address is to the first page of an article."""

    number: int
    """From 1; the first page itself is 1."""
    is_telling: bool = True
    """False where the form is also that of another article with the same name."""


def numbered(url: str, first: str) -> Numbered | None:
    """Return which page of the article at ``first`` an address is; None: none of it."""
    try:
        page, start = settled(url), settled(first)
    except ValueError:
        return None
    if (page.host, page.port) != (start.host, start.port) or page.fragment:
        return None
    if page.path == start.path:
        return _by_query(page, start)
    return _by_path(page.path, start.path) if page.query == start.query else None


def _by_query(page: Parts, start: Parts) -> Numbered | None:
    if page.query == start.query:
        return Numbered(1)
    added = [one for one in page.query if one not in start.query]
    found = _PARAMETER.fullmatch(added[0]) if len(added) == 1 else None
    is_whole = len(page.query) == len(start.query) + 1
    return Numbered(int(found["number"])) if found and is_whole else None


def _by_path(path: str, start: str) -> Numbered | None:
    if path.startswith(start + "/"):
        found = _BELOW.fullmatch(path[len(start) + 1 :])
        return Numbered(int(found["number"])) if found else None
    name = _STEM.fullmatch(start)
    if name and name["ending"] and path.endswith(name["ending"]) and path.startswith(name["stem"]):
        return _before_ending(path[len(name["stem"]) : -len(name["ending"])])
    found = _BEHIND.fullmatch(path[len(start) :]) if path.startswith(start) else None
    return Numbered(int(found["number"])) if found else None


def _before_ending(middle: str) -> Numbered | None:
    found = _BEFORE_ENDING.fullmatch(middle)
    if not found:
        return None
    number = int(found["number"])
    # "storm-2.html" is as often the second storm
    return Numbered(number, is_telling=bool(found["word"] or found["path"] or middle[0] in "_,"))


def firsts(url: str) -> Iterator[str]:
    """Yield the addresses that the first page may have, where this is one behind it.

    By the form alone: any article whose number has two digits has such an address.
    """
    try:
        parts = urlsplit(url)
    except ValueError:  # "http://[x": a recorded page may be called anything
        return
    given = parts.query.split("&") if parts.query else []
    for at, one in enumerate(given):
        found = _PARAMETER.fullmatch(one)
        if found and int(found["number"]) > 1:
            yield urlunsplit(parts._replace(query="&".join(given[:at] + given[at + 1 :])))
    for form in _OF_PATH:
        found = form.fullmatch(parts.path)
        if found and int(found["number"]) > 1:
            yield urlunsplit(parts._replace(path=found["first"] + found["rest"]))
