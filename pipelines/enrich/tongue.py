"""How a language writes a day: its months' names, and whether the month comes first."""

import importlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from config import phrasebook
from config.phrasebook import DENSE, fold

_MONTHS = """
    january february march april may june july august september october november december
"""
MONTHS = _MONTHS.split()
UNITS = ("second", "minute", "hour", "day", "week", "month", "year")
MONTH_FIRST = frozenset({"US"})  # where 3/4/2026 is the 4th of March
BOTH_WAYS = frozenset({"CA", "PH", None})  # where it is that and the 3rd of April, in English
REGION = re.compile(r"[A-Z]{2}")
DOMAINS = {"UK": "GB"}
# domains of countries that stand for something else: a company, television, a union
WORLDWIDE = frozenset(
    {"AI", "AM", "CC", "CO", "EU", "FM", "GG", "IO", "LY", "ME", "TO", "TV", "WS"}
)
STEM, ENDING = 4, 2  # letters
TAG = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Tongue:
    """What is known of the language and country of a page."""

    language: str | None = None
    """BCP 47; None where nobody can tell."""
    country: str | None = None
    """ISO 3166, as the catalogue says; a page's own en-US is the default of its system as often."""

    def month(self, name: str) -> int | None:
        """Return the number of the month of that name, None where it is none."""
        folded = fold(name)
        own = _months(self.base)
        found = own.get(folded) or (phrasebook.load().month_numbers or {}).get(folded)
        return found or _inflected(own, folded)

    @property
    def base(self) -> str:
        """The language without script and region; empty where it is unknown."""
        return (self.language or "").split("-")[0]

    @property
    def region(self) -> str | None:
        """The country that the language's tag names, less those that are many systems' default."""
        last = (self.language or "").rpartition("-")[2]
        return last if REGION.fullmatch(last) and last not in MONTH_FIRST else None

    @property
    def is_month_first(self) -> bool | None:
        """Whether 3/4/2026 is in March; None where that cannot be told."""
        country = self.country or self.region
        if country in MONTH_FIRST:
            return True
        is_unsure = self.base in {"", "en"} and country in BOTH_WAYS
        return None if is_unsure else False


def country_of(host: str | None) -> str | None:
    """Return the country whose domain a host is under; None for one that the world uses."""
    last = (host or "").rpartition(".")[2].upper()
    return DOMAINS.get(last, last) if REGION.fullmatch(last) and last not in WORLDWIDE else None


ANY = Tongue()


def _inflected(months: Mapping[str, int], word: str) -> int | None:
    """Return the month whose name the word is in another case: "martā" for "marts"."""
    stems = ((name[: max(STEM, len(name) - ENDING)], number) for name, number in months.items())
    found = {number for stem, number in stems if len(stem) >= STEM and word.startswith(stem)}
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=64)
def _months(base: str) -> Mapping[str, int]:
    """Return the months' names in a language, folded: CLDR's, as dateparser brings them along."""
    info = _data(base)
    named = ((fold(name), number) for number, month in enumerate(MONTHS, 1)
             for name in info.get(month, ()))  # fmt: skip
    return {name: number for name, number in named if name and not name.isdecimal()}


def _data(base: str) -> Mapping[str, Any]:
    if not TAG.fullmatch(base):
        return {}
    try:
        found: Mapping[str, Any] = importlib.import_module(
            f"dateparser.data.date_translation_data.{base}"
        ).info
    except ImportError:
        return {}
    return found


@lru_cache(maxsize=64)
def relative(base: str) -> re.Pattern[str]:
    """Return what finds "3 hours ago" and "yesterday" in a language, in lower case; also English.

    An unknown language has no more than the English ones.
    """
    each = {form.lower() for info in (_data(base), _data("en")) for form in _relative(info)}
    # the longest first: "vor 3 Tagen" is not "vor 3 Tag" and a rest
    forms = "|".join(sorted(each, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{forms})(?:(?!\w)|(?<={DENSE.pattern}))")


def _relative(info: Mapping[str, Any]) -> Iterator[str]:
    """Yield the forms that are written out, and those made of a number, a unit and "ago"."""
    for forms in info.get("relative-type-regex", {}).values():
        yield from forms
    for words in info.get("relative-type", {}).values():
        yield from map(re.escape, words)
    units = "|".join(re.escape(word) for unit in UNITS for word in info.get(unit, ()))
    for ago in map(re.escape, info.get("ago", ())):
        yield rf"\d+\s?(?:{units})\s?{ago}"
        yield rf"{ago}\s?\d+\s?(?:{units})"
