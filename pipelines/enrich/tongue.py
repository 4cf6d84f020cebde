"""How a language writes a day: its months' names, and whether the month comes first."""

import importlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from config import phrasebook
from config.phrasebook import fold

_MONTHS = """
    january february march april may june july august september october november december
"""
MONTHS = _MONTHS.split()
MONTH_FIRST = frozenset({"US"})  # where 3/4/2026 is the 4th of March
BOTH_WAYS = frozenset({"CA", "PH", None})  # where it is that and the 3rd of April, in English
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
    def is_month_first(self) -> bool | None:
        """Whether 3/4/2026 is in March; None where that cannot be told."""
        if self.country in MONTH_FIRST:
            return True
        is_unsure = self.base in {"", "en"} and self.country in BOTH_WAYS
        return None if is_unsure else False


ANY = Tongue()


def _inflected(months: Mapping[str, int], word: str) -> int | None:
    """Return the month whose name the word is in another case: "martā" for "marts"."""
    stems = ((name[: max(STEM, len(name) - ENDING)], number) for name, number in months.items())
    found = {number for stem, number in stems if len(stem) >= STEM and word.startswith(stem)}
    return found.pop() if len(found) == 1 else None


@lru_cache(maxsize=64)
def _months(base: str) -> Mapping[str, int]:
    """Return the months' names in a language, folded: CLDR's, as dateparser brings them along."""
    if not TAG.fullmatch(base):
        return {}
    try:
        data = importlib.import_module(f"dateparser.data.date_translation_data.{base}")
    except ImportError:
        return {}
    named = ((fold(name), number) for number, month in enumerate(MONTHS, 1)
             for name in data.info.get(month, ()))  # fmt: skip
    return {name: number for name, number in named if name and not name.isdecimal()}
