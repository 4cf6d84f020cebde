"""Where a report came from: the agencies that it names, and the place of its dateline. Pure.

An agency counts where one is named: by a byline, in a dateline ("OSLO, Nov. 2 (Reuters) – …"), in
a credit behind the last sentence; never in the midst of a text, which may be about it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from config import agencies as table
from pipelines.clean import agencies, bylines, signatures, sources
from pipelines.enrich import dates, names
from pipelines.records import Stripped

MOST = 5
HEAD = 120  # characters of the first line in which a dateline ends
TAIL = 60  # characters of the last line in which a credit stands
PLACE_CHARS, PLACE_WORDS = 40, 4
CREDITS = frozenset({agencies.RULE, bylines.RULE, signatures.RULE, sources.RULE})
PARTS = re.compile(r"\s*[/|,;:()\[\]&·•،、（）【】]\s*|\s+[-–—]+\s+")
DASH = r"\s*(?:[-–—=:]|\.\s?[-–—])"
# a name between the strokes or brackets that stand before the dash of a dateline
SLOT = re.compile(
    rf"[(\[（【]\s*(?P<name>[^()\[\]（）【】]{{2,40}}?)\s*[)\]）】]{DASH}"
    rf"|/\s*(?P<stroked>[^()/]{{2,30}}?)\s*/(?:{DASH}|\.\s)"
)
OPENING = re.compile(rf"(?P<name>[^\s–—:=(][^–—:=()]{{1,28}}?){DASH}\s")
BEHIND = re.compile(
    r"(?P<place>[^–—:=()]{3,60}?)\s*[-–—]+\s*(?P<name>[^\s–—:=()][^–—:=()]{1,28}?)\.\s"
)
KOREAN = re.compile(r"[(（](?P<place>[^\W\d_]{2,8})=(?P<name>[^\W\d_]{2,8})[)）]")
CHINESE = re.compile(
    r"[（(]?(?P<name>新华社|新華社|中新社|中新网|中央社)(?P<place>[^\W\d_]{2,6}?)\d{1,2}[月日]"
)
AFTER = re.compile(r"\s*(?P<place>[^\W\d_][^–—:=()]{2,60}?)\s*[-–—.]+\s")
CLOSING = re.compile(r"[(/\[（【]\s*(?P<name>[^()\[\]（）【】]{2,40})\s*[)/\]）】]\W*$")
BARRED = re.compile(r"[\d\"“”„«»!?;:]")


class Credit(NamedTuple):
    """Who supplied an article, and from where."""

    agencies: tuple[str, ...]
    """By the names of the table; () where none is credited."""
    place: str | None
    """In capitals where the paper writes it so. A place without an agency beside it is none:
    "ANALYSIS – …" is written as "OSLO – …" is."""


def credit(said: Iterable[str], lines: Sequence[str], stripped: Iterable[Stripped]) -> Credit:
    """Return what bylines, dateline and closing credit say.

    ``said`` are the authors that page and feed declare, ``lines`` the article's own.
    """
    credits = [*said, *(one.text for one in stripped if one.rule in CREDITS)]
    datelines = list(_datelines(lines[0][:HEAD])) if lines else []
    found = [name for text in credits for name in _named(text)]
    found += [name for name, _ in datelines]
    found += _closing(lines[-1]) if lines else []
    place = next((place for _, place in datelines if place), None)
    return Credit(tuple(dict.fromkeys(found))[:MOST], place)


def _datelines(head: str) -> Iterator[tuple[str, str | None]]:
    """Yield each agency of the dateline that a text begins with, and the place beside it."""
    for form in (KOREAN, CHINESE):
        if (found := form.match(head)) and (known := _named(found["name"])):
            yield known[0], found["place"]
    if found := SLOT.search(head):
        yield from _slotted(head, found)
    elif found := OPENING.match(head):
        yield from ((name, None) for name in _named(found["name"])[:1])
    if found := BEHIND.match(head):
        yield from ((name, _place(found["place"])) for name in _whole(found["name"]))


def _slotted(head: str, found: re.Match[str]) -> Iterator[tuple[str, str | None]]:
    """Yield the agencies between brackets or strokes; the place is before them, or behind."""
    before, after = head[: found.start()].strip(), AFTER.match(head, found.end())
    place = _place(before) if before else _capitals(after["place"] if after else "")
    if place or not before:
        yield from ((name, place) for name in _named(found["name"] or found["stroked"]))


def _closing(last: str) -> list[str]:
    """Return the agencies in brackets behind the last sentence, if nothing else is in them."""
    found = CLOSING.search(last[-TAIL:])
    return _named(found["name"]) if found else []


def _named(text: str) -> list[str]:
    """Return the agencies among the parts of a credit."""
    parts = PARTS.split(names.without_by(dates.without(text)))
    return [name for part in parts for name in _whole(part.strip(" .*|"))]


def _whole(part: str) -> list[str]:
    """Return the agency that a part of a credit is, or the two of "AFP-JIJI"."""
    known = table.load()
    said = [part] if part in known else part.split("-")
    return [known[one] for one in said if one in known]


def _capitals(text: str) -> str | None:
    place = _place(text)
    return place if place and place.isupper() else None


def _place(text: str) -> str | None:
    """Return the place before the first comma or day of a dateline's words."""
    bare = dates.without(text).partition("|")[0]
    place = re.split(r"\s*[,،(]|\.\s|\s+\d", bare)[0].strip(" .,–—-/*")
    words = place.split()
    is_name = bool(words) and words[0][0].isalpha() and not words[0][0].islower()
    fits = (len(words) <= PLACE_WORDS and 2 < len(place) <= PLACE_CHARS) or _is_dense(place)
    return place if is_name and fits and not BARRED.search(place) else None


def _is_dense(place: str) -> bool:
    return len(place) == 2 and not place.isascii()
