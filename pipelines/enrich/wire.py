"""Where a report came from: the agencies that it names, and the place of its dateline. Pure.

An agency counts where one is named: by a byline, in a dateline ("OSLO, Nov. 2 (Reuters) – …"), in
a credit behind the last sentence; never in the midst of a text, which may be about it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

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


def agencies_of(
    said: Iterable[str], lines: Sequence[str], stripped: Iterable[Stripped]
) -> tuple[str, ...]:
    """Return the names of the agencies that an article is credited to; () where to none.

    ``said`` are the authors that page and feed declare, ``lines`` the article's own.
    """
    credits = [*said, *(one.text for one in stripped if one.rule in CREDITS)]
    found = [name for text in credits for name in _named(text)]
    found += [name for name, _ in _datelines(lines[:1])]
    found += [name for line in lines[-1:] for name in _closing(line)]
    return tuple(dict.fromkeys(found))[:MOST]


def place_of(lines: Sequence[str]) -> str | None:
    """Return where a dateline says that the report was written; None without such a dateline.

    In capitals where the paper writes it so. A place without an agency beside it is none:
    "ANALYSIS – …" is written as "OSLO – …" is.
    """
    return next((place for _, place in _datelines(lines[:1]) if place), None)


def _datelines(first: Iterable[str]) -> Iterator[tuple[str, str | None]]:
    """Yield each agency of a dateline with the place beside it."""
    for line in first:
        head = line[:HEAD]
        for form in (KOREAN, CHINESE):
            if (found := form.match(head)) and (known := _named(found["name"])):
                yield known[0], found["place"]
        if found := SLOT.search(head):
            before, after = head[: found.start()], AFTER.match(head, found.end())
            place = _place(before) if before.strip() else _capitals(after["place"] if after else "")
            said = found["name"] or found["stroked"]
            for name in _named(said) if place or not before.strip() else ():
                yield name, place
        elif found := OPENING.match(head):
            yield from ((name, None) for name in _named(found["name"])[:1])
        if found := BEHIND.match(head):
            yield from ((name, _place(found["place"])) for name in _whole(found["name"]))


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
