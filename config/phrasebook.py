"""What sites write around articles: ``config/phrases/<language>.yaml`` in, one Phrasebook out.

A phrase is one line of such a file. Upper and lower case, punctuation and spaces don't count.

    Follow us              this line and no other
    Follow us *            a line that begins so, whatever follows; but no paragraph: prose may too
    We use cookies **      a line that begins so, a paragraph as well
    The post * appeared *  a form: these parts in this order, a paragraph as well
    * wrote this report    a form that ends a line
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import lru_cache
from pathlib import Path
from unicodedata import category

from config import files
from config.errors import ConfigError, Fault

FOLDER = Path(__file__).with_name("phrases")
# re's \w knows no vowel signs: without them Hindi's "read more" is also "in order to read"
MARKS = "".join(chr(code) for code in range(0x300, 0xFE30) if category(chr(code))[0] == "M")
WORD = re.compile(rf"[\w{MARKS}]+|©")
# scripts without spaces: Thai, Lao, Burmese, Khmer, Chinese, Japanese; Korean writes them
DENSE = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\uff66-\uff9f]"
)


@dataclass(frozen=True, slots=True)
class Phrases:
    """One group of phrases, folded."""

    whole: frozenset[str] = frozenset()
    starts: frozenset[str] = frozenset()
    lengths: tuple[int, ...] = ()
    """Of the starts, in characters, each once, ascending: thousands are found by a few looks."""
    forms: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    """The phrases that a paragraph is furniture by: with ``**``, or parts around a ``*``.

    By the letter that they begin with: one of a hundred is tried, not all.
    """
    loose: tuple[tuple[str, re.Pattern[str]], ...] = ()
    """Those that begin with anything, each behind its longest part, without which none is tried."""

    def match(self, folded: str, *, is_paragraph: bool = False) -> bool:
        """Return whether a folded line is a phrase, of a form, or begins with one ending in ``*``.

        The beginning alone says nothing of a paragraph.
        """
        if folded in self.whole or self.is_form(folded):
            return True
        return not is_paragraph and self.opens(folded)

    def is_form(self, folded: str) -> bool:
        """Return whether a folded line is of a form."""
        of_letter = self.forms.get(folded[:1])
        if of_letter and of_letter.match(folded):
            return True
        return any(part in folded and one.match(folded) for part, one in self.loose)

    def opens(self, folded: str) -> bool:
        """Return whether a folded line begins with one of the phrases that end in ``*``."""
        return self.opening(folded) is not None

    def opening(self, folded: str) -> str | None:
        """Return the phrase ending in ``*`` that a folded line begins with, or None."""
        found = (folded[:length] for length in self.lengths if length <= len(folded))
        return next((one for one in found if one in self.starts and _ends(folded, one)), None)


@dataclass(frozen=True, slots=True)
class Phrasebook:
    """The phrases of every language together; each group says where it is furniture."""

    home: Phrases = Phrases()
    """The first step of a breadcrumb trail."""
    sections: Phrases = Phrases()
    """Words that section labels are made of; a line at an edge with no others is one."""
    tools: Phrases = Phrases()
    """Whole lines at an edge: translate, share, print."""
    related: Phrases = Phrases()
    """Headings over links to other articles."""
    read_more: Phrases = Phrases()
    """Openings of a line that leads to another article; taken where it is a link or at an end."""
    notices: Phrases = Phrases()
    """Newsletter, subscription, advertisement, cookies: whole short lines, anywhere."""
    comments: Phrases = Phrases()
    """Whole lines at an edge."""
    footers: Phrases = Phrases()
    """Openings of a last line: copyright and the like."""
    sources: Phrases = Phrases()
    """What stands before the name of who a text is from."""
    bylines: Phrases = Phrases()
    """What stands before an author's name."""
    dated: Phrases = Phrases()
    """What stands before a date or a reading time."""
    credits: Phrases = Phrases()
    """Openings of a picture's credit or caption."""
    months: Phrases = Phrases()
    """Names of months, January to December, one line a month: its forms parted by commas."""
    days: Phrases = Phrases()
    """Names of weekdays; today and yesterday."""
    counters: Phrases = Phrases()
    """What stands beside a count that grows by itself: views, comments, shares, minutes to read."""
    month_numbers: Mapping[str, int] | None = None
    """Folded month name to its number, less a name that is two: listopad, October or November."""


GROUPS = tuple(one.name for one in fields(Phrasebook) if one.name != "month_numbers")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the words of a text in one form, parted by single spaces; no case, no punctuation."""
    return " ".join(WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def label(text: str) -> str:
    """Return what a line says before its first colon, folded; all of it where there is none."""
    return fold(text.replace("：", ":").partition(":")[0])


@lru_cache(maxsize=4)
def load(folder: Path = FOLDER) -> Phrasebook:
    """Return the phrases of every file of the folder.

    Raises ConfigError for what is no YAML, an unknown group, or a phrase that is no text.
    """
    groups: dict[str, list[str]] = {name: [] for name in GROUPS}
    months: dict[str, set[int]] = {}
    for file in sorted(folder.glob("*.yaml")):
        written = _read(file)
        for name, number in _months(written.get("months", [])):
            months.setdefault(name, set()).add(number)
        for name, phrases in written.items():
            groups[name] += phrases
    groups["months"] = list(months)
    groups["days"] = [day for line in groups["days"] for day in line.split(",")]
    certain = {name: min(numbers) for name, numbers in months.items() if len(numbers) == 1}
    return Phrasebook(
        **{name: folded(phrases) for name, phrases in groups.items()}, month_numbers=certain
    )


def _read(file: Path) -> dict[str, list[str]]:
    found = files.yaml(file)
    if not isinstance(found, dict):
        raise ConfigError([Fault(str(file), None, None, "no groups", "groups of phrases")])
    for name, phrases in found.items():
        if name not in GROUPS:
            raise ConfigError(
                [
                    Fault(
                        str(file),
                        None,
                        str(name),
                        "an unknown group",
                        "one of " + ", ".join(GROUPS),
                    )
                ]
            )
        wrong = [one for one in phrases or [""] if not isinstance(one, str) or not fold(one)]
        if not isinstance(phrases, list) or wrong:
            raise ConfigError(
                [Fault(str(file), None, name, f"{wrong or phrases!r}", "a list of phrases")]
            )
    return found


def _months(lines: Iterable[str]) -> list[tuple[str, int]]:
    return [
        (fold(name), number) for number, line in enumerate(lines, 1) for name in line.split(",")
    ]


def folded(phrases: Iterable[str]) -> Phrases:
    """Return phrases, written as in the files, as one group."""
    parts = {tuple(map(fold, one.split("*"))) for one in phrases}
    simple = {one for one in parts if not any(one[1:])}
    forms: dict[str, list[str]] = {}
    loose = []
    for one in sorted(one for one in parts if any(one[1:]) or len(one) > 2):
        if one[0]:
            forms.setdefault(one[0][:1], []).append(_form(one))
        else:
            loose.append((max(one, key=len), re.compile(_form(one))))
    starts = frozenset(one[0] for one in simple if len(one) > 1)
    return Phrases(
        whole=frozenset(one[0] for one in simple),
        starts=starts,
        lengths=tuple(sorted({len(start) for start in starts})),
        forms={first: re.compile("|".join(of_letter)) for first, of_letter in forms.items()},
        loose=tuple(loose),
    )


def _form(parts: tuple[str, ...]) -> str:
    """Return a pattern that is matched from the start of a line; each part is of whole words."""
    first, *rest = parts
    opening = re.escape(first) + _end(first) if first else ""
    later = "".join(f".*?{_start(one)}{re.escape(one)}{_end(one)}" for one in rest if one)
    return opening + later + ("" if len(parts) > 1 and not parts[-1] else r"\Z")


def _start(part: str) -> str:
    return "" if DENSE.match(part[0]) else "(?<![^ ])"


def _end(part: str) -> str:
    return "" if DENSE.match(part[-1]) else "(?![^ ])"


def _ends(folded: str, start: str) -> bool:
    """Return whether the start ends at the end of a word; scripts without spaces have none."""
    rest = folded[len(start) :]
    return not rest or rest[0] == " " or DENSE.match(start[-1]) is not None
