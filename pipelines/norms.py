"""What the pages of a source read like, and whether they have got worse all at once. Decides only.

A redesign that our rules don't understand shows in what is read: a text of a few lines, no author
where there always was one, extractor and layout at odds. One such page is an odd page; most of the
last ones are a changed layout, and what is new is withheld until a person has looked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import IntEnum
from math import log2
from typing import Any

from pipelines.records import Draft

# swept in bench/health.py: decision 0020
LEAST = 8
"""Pages from which on a source is known."""
MEMORY = 40.0
"""Pages that count; of older ones always less."""
OFTEN = 0.85
"""What so many pages have, a page lacks."""
SHORT, VERY_SHORT = 2.0, 3.0
"""In powers of two: a text of a quarter, and of an eighth, of the usual."""
SPREADS, VERY_SPREADS = 2.5, 4.0
"""Or further from the usual than by so many times what is between its texts."""
UNSURE = 0.3
"""Confidence less than usual."""
LAST, POOR_OF_LAST = 5, 4
"""Of the last pages so many are poor and none is as ever: or those at the end all are poor."""
FIELDS = ("is_titled", "is_dated", "is_signed", "is_pictured", "is_placed")
OWN_CLUES = frozenset({"json-ld", "meta", "page"})


@dataclass(frozen=True, slots=True)
class Look:
    """What one page read like; each number is 0 or 1 but for the first and the last."""

    letters: float
    """Of its text, as a power of two."""
    is_titled: float
    is_dated: float
    """By itself: a feed's date says nothing of the page."""
    is_signed: float
    is_pictured: float
    is_placed: float
    """In a section."""
    confidence: float | None
    """None where nobody judged: a page that its template read alone."""


class Grade(IntEnum):
    """How a page reads beside the others of its source."""

    AS_EVER = 0
    ODD = 1
    """It is short, or unsure, or lacks what nearly all have."""
    POOR = 2
    """Far worse than they do."""


@dataclass(frozen=True, slots=True)
class Norm:
    """What the pages of a source read like, on average, and how the last ones did."""

    pages: float = 0.0
    usual: Look = Look(0, 0, 0, 0, 0, 0, 0)
    spread: float = 0.0
    """Of the letters: how far the pages are from the usual, on average."""
    last: tuple[Grade, ...] = ()
    """Of the last pages, how each read; the newest last."""

    @property
    def is_changed(self) -> bool:
        """Return whether most of the last pages were poor, and none since them as ever."""
        run = self.last if Grade.AS_EVER not in self.last else self.last[-POOR_OF_LAST:]
        return run.count(Grade.POOR) >= POOR_OF_LAST


def look(draft: Draft) -> Look:
    """Return what a page reads like."""
    published = draft.published
    return Look(
        letters=log2(len(draft.text) + 1),
        is_titled=float(bool(draft.title)),
        is_dated=float(published is not None and published.source in OWN_CLUES),
        is_signed=float(bool(draft.authors)),
        is_pictured=float(bool(draft.image)),
        is_placed=float(bool(draft.section)),
        confidence=draft.confidence,
    )


def is_poor(norm: Norm, seen: Look) -> bool:
    """Return whether a page reads far worse than its source's do."""
    return grade(norm, seen) is Grade.POOR


def grade(norm: Norm, seen: Look) -> Grade:
    """Return how a page reads; of a source that is hardly known, as ever.

    Poor: it is very short; or short or unsure, and two of these: short, unsure, without what nearly
    all have, which counts for each field; or it lacks three fields.
    """
    if norm.pages < LEAST:
        return Grade.AS_EVER
    usual = norm.usual
    lacked = sum(getattr(usual, name) >= OFTEN and not getattr(seen, name) for name in FIELDS)
    fallen = usual.letters - seen.letters
    is_short = fallen > max(SHORT, SPREADS * norm.spread)
    sure, usually = seen.confidence, usual.confidence or 0.0
    of_text = is_short + (sure is not None and sure < usually - UNSURE)
    is_very_short = fallen > max(VERY_SHORT, VERY_SPREADS * norm.spread)
    if is_very_short or (of_text > 0 and of_text + lacked >= 2) or lacked >= 3:
        return Grade.POOR
    return Grade.ODD if of_text or lacked else Grade.AS_EVER


def after(norm: Norm, seen: Look) -> Norm:
    """Return the norm after one more page; a poor page changes nothing of what is usual."""
    now = grade(norm, seen)
    last = (*norm.last, now)[-LAST:]
    if now is Grade.POOR:
        return replace(norm, last=last)
    pages = min(norm.pages + 1, MEMORY)
    usual = Look(
        *(
            before if shown is None else before + (shown - before) / pages
            for before, shown in zip(_numbers(norm.usual), _numbers(seen), strict=True)
        )
    )
    off = abs(seen.letters - norm.usual.letters) if norm.pages else 0.0
    return Norm(pages, usual, norm.spread + (off - norm.spread) / pages, last)


def _numbers(one: Look) -> list[Any]:
    return [getattr(one, field.name) for field in fields(Look)]


def to_document(norm: Norm) -> dict[str, Any]:
    """Return the norm as MongoDB keeps it."""
    usual = {field.name: round(getattr(norm.usual, field.name), 4) for field in fields(Look)}
    spread = round(norm.spread, 4)
    return {
        "pages": norm.pages,
        "usual": usual,
        "spread": spread,
        "last": list(map(int, norm.last)),
    }


def of_document(document: Mapping[str, Any] | None) -> Norm:
    """Return the norm of a document; of None, one that knows nothing."""
    if not document:
        return Norm()
    # an older Dateline kept whether each was poor
    last = tuple(Grade.POOR if one is True else Grade(one) for one in document["last"])
    return Norm(document["pages"], Look(**document["usual"]), document["spread"], last)
