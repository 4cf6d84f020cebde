"""Who supplied a text, as its last line: an agency, an editor's initials, a release's end mark."""

import re
from functools import lru_cache

from config import agencies
from pipelines.clean.edges import tail
from pipelines.extract.manuscript import Line, Manuscript

RULE = "agency"
LETTERS = 40
WORDS = 6
ACRONYM = range(2, 8)  # letters
INITIALS = range(2, 5)
JOINING = frozenset({
    "mit", "und", "and", "with", "avec", "con", "et", "e", "y", "i", "с", "и", "по", "from", "by",
})  # fmt: skip
END_MARK = re.compile(r"\W*(?:-\s*30\s*-|#{3,}|\(?ends?\)?|contd|continued)\W*", re.IGNORECASE)
BETWEEN = re.compile(r"[\s/,;()\[\]|+&.:\-–—_*]+")
QUOTED = re.compile(r"[\"„“”«»]\w[^\"„“”«»]{2,30}[\"„“”«»]")  # a paper named beside agencies
SHORTHAND = re.compile(r"[/(\[]?[^\W\d_A-ZА-Я]{2,4}[/)\]]")  # who typed it: "/tpo/", "(dst)"
# its editors behind it: "QHR (Ana Bell, Tom Oak)"
SIGNED = re.compile(r"[A-ZА-Я]{2,7} \((?:[^\W\d_][^\W\d_.'’-]+[ ,]*){2,8}\)")
SIGNED_LETTERS = 70
PARTED = re.compile(r"[/,(]")


def apply(manuscript: Manuscript) -> Manuscript:
    """Take it where it stands alone behind the last sentence; an end mark behind any last line."""
    last = tail(manuscript.lines, 1)
    taken = [line for line in last if _is_supplier(line)]
    taken += [line for line in manuscript.lines[1:][-1:] if END_MARK.fullmatch(line.text)]
    return manuscript.without(dict.fromkeys(taken), RULE)


def _is_supplier(line: Line) -> bool:
    if len(line.text) <= SIGNED_LETTERS and SIGNED.fullmatch(line.text):
        return all(word[0].isupper() for word in BETWEEN.split(line.text) if word)
    if len(line.text) > LETTERS:
        return False
    return SHORTHAND.fullmatch(line.text) is not None or _is_agencies(line.text)


def _is_agencies(text: str) -> bool:
    """Return whether agencies are all it names: "SDA/sep", "mit dpa", "(PAP)"."""
    words = [word for word in BETWEEN.split(QUOTED.sub(" ", text)) if word]
    # "With QUILLGRAPH"; where all is in capitals it is no name
    is_joined = any(word.lower() in JOINING and not word.isupper() for word in words[:1])
    others = [word for word in words if not (_is_agency(word) or (is_joined and word.isupper()))]
    has_initials = PARTED.search(text) is not None
    return len(others) < len(words) <= WORDS and all(
        word.lower() in JOINING or (has_initials and _is_initials(word)) for word in others
    )


def _is_agency(word: str) -> bool:
    if word.lower() in _spellings():
        return True
    return word.isalpha() and word.isupper() and len(word) in ACRONYM


@lru_cache(maxsize=1)
def _spellings() -> frozenset[str]:
    return frozenset(map(str.lower, agencies.load()))


def _is_initials(word: str) -> bool:
    return word.isalpha() and word.islower() and len(word) in INITIALS
