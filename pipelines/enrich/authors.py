"""The people who wrote an article: names as published, never an agency's address or the site."""

import re
from collections.abc import Iterable, Sequence

from config import phrasebook
from config.phrasebook import fold
from pipelines.clean import signatures
from pipelines.clean.edges import is_prose
from pipelines.extract.manuscript import Evidence, Line
from pipelines.records import Stripped

MOST = 20
NAME_CHARS = 60
NAME_WORDS = 6
BYLINE_CHARS = 120
NEAR_TITLE = 12  # lines below the title in which a byline stands
PARTING = re.compile(
    r"\s*(?:[;|/•·&\n]|\s[-–—]\s|,(?!\s*(?:Jr|Sr|PhD|Ph\.D|MD|M\.D|II|III)\b)"
    r"|\s(?:and|und|et|y|e|и|og|och|i|en|ve|και)\s)\s*"
)
NOT_A_NAME = re.compile(r"@|://|www\.|\.(?:com|org|net|ru|de|fr)\b|[<>{}_=]|\d", re.I)
NOBODY = {
    *("admin", "administrator", "author", "editor", "editorial", "staff", "newsroom", "webmaster"),
    *("redaktion", "redaction", "redacción", "redacao", "redação", "rédaction", "редакция"),
    *("redazione", "redakcja", "web", "online", "unknown", "anonymous", "guest", "news", "user"),
    *("press release", "none", "null", "undefined", "name", "see full bio", "full bio", "by"),
    *("read more", "share", "follow"),
}
ELSEWHERE = frozenset({"comments", "related", "bio", "hidden", "nav", "footer", "list", "title"})
ADDRESS = re.compile(r"://|^www\.|^\S+@\S+$")
# "Ada Lovelace@ada", "Ada Lovelace December 25, 2025"
UNDATED = re.compile(r"(?:\s*@|\s*[•|·]\s*|\s+(?:\S{3,10}\s+)?(?=\d)).*$", re.S)
TAIL = re.compile(r"\s*(?:\(.*?\)|\[.*?\])\s*$")


def authors(
    evidence: Evidence, page: Iterable[Line], sites: Iterable[str | None]
) -> tuple[str, ...]:
    """Return the authors' names in the order the page gives them; () where it names nobody."""
    lines = tuple(page)
    own = {fold(site) for site in sites if site}
    declared = _people(evidence.authors)
    people = [name for name in declared if fold(name) not in own]
    for said in ((), _marked(lines), _bylines(lines), _below_title(lines)):
        people = people or [name for name in _people(said) if fold(name) not in own]
    # a paper may declare itself the author: as published, where it names nobody else
    return _unique(people or declared)


def signed(stripped: Iterable[Stripped]) -> tuple[str, ...]:
    """Return the names that were taken from under the text."""
    return _unique(_people(one.text for one in stripped if one.rule == signatures.RULE))


def _people(said: Iterable[str]) -> list[str]:
    return [name for text in said for name in _names(text) if fold(name) not in NOBODY]


def _marked(page: Sequence[Line]) -> list[str]:
    """Return what the page marks with rel or itemprop as the author."""
    return [line.text for line in page if "author" in line.marks and len(line.text) <= NAME_CHARS][
        :5
    ]


def _bylines(page: Sequence[Line]) -> list[str]:
    bylines = phrasebook.load().bylines
    return [
        line.text
        for line in page
        if "byline" in line.marks
        and not line.marks & ELSEWHERE
        and len(line.text) <= BYLINE_CHARS
        and (bylines.opens(fold(line.text)) or line.links > 0.5)
    ][:2]


def _below_title(page: Sequence[Line]) -> list[str]:
    """Return the first line near the h1 that says "By" and a name, or that is a marked name."""
    top = next((line.at for line in page if line.tag == "h1" and "nav" not in line.marks), None)
    if top is None:
        return []
    near = page[max(0, top - 3) : top + NEAR_TITLE]
    named = [line.text for line in near if _is_byline(line)]
    boxed = [line.text for line in page if "bio" in line.marks and _is_name(line.text)]
    return [UNDATED.sub("", text) for text in (named or boxed)[:1]]


def _is_byline(line: Line) -> bool:
    if len(line.text) > BYLINE_CHARS or line.marks & ELSEWHERE or is_prose(line):
        return False
    if phrasebook.load().bylines.opens(fold(line.text)):
        rest = _without_by(line.text).split()
        return bool(rest) and rest[0][:1].isupper()
    return "byline" in line.marks and _is_name(UNDATED.sub("", line.text))


def _is_name(text: str) -> bool:
    words = text.split()
    return (
        2 <= len(words) <= 4 and all(word[0].isupper() for word in words) and len(text) < NAME_CHARS
    )


def _names(text: str) -> list[str]:
    if ADDRESS.search(text):
        return []
    return [name for part in PARTING.split(text) if (name := _name(part))]


def _name(part: str) -> str | None:
    bare = TAIL.sub("", _without_by(part.strip(" ,.:-–—*\t"))).strip(" ,:-–—*")
    words = bare.split()
    if not words or len(words) > NAME_WORDS or len(bare) > NAME_CHARS or NOT_A_NAME.search(part):
        return None
    return " ".join(words) if re.search(r"[^\W\d]{2}", bare) else None


def _without_by(part: str) -> str:
    """Return a part less "By" and its like."""
    opening = phrasebook.load().bylines.opening(fold(part))
    if opening is None:
        return part
    words = list(phrasebook.WORD.finditer(part))
    count = len(opening.split())
    if words and fold(words[0][0]) != opening.split()[0]:  # a script without spaces: 作者张三
        return re.sub(rf"^{re.escape(opening)}\W*", "", part, flags=re.I)
    return part[words[count].start() :] if len(words) > count else ""


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(fold(name), name)
    # "Brazil, Rachel" beside "Rachel Brazil"
    whole = [set(key.split()) for key in found if " " in key]
    parts = {key for key in found if " " not in key and any(key in words for words in whole)}
    return tuple(name for key, name in found.items() if key not in parts)[:MOST]
