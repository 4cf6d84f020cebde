"""People's names out of what a page writes where it names an author. Pure."""

import re
from collections.abc import Sequence
from functools import lru_cache

from config import agencies, phrasebook
from config.phrasebook import fold
from pipelines.enrich import dates

NAME_CHARS = 60
NAME_WORDS = 6
FULL_NAME = range(2, 5)  # words; one word alone is a section as often as a person
DENSE_NAME = range(2, 5)  # characters of a Chinese, Japanese or Korean name
PARTING = re.compile(
    r"\s*(?:[;|/•&\n、；]|\s·\s|\s[-–—]\s|[,，،](?!\s*(?:Jr|Sr|PhD|Ph\.D|MD|M\.D|II|III)\b\.?\s*(?:,|$))"
    r"|\s(?:and|und|et|y|e|и|og|och|i|en|ve|και|та|және)\s)\s*",
    re.I,
)
NOT_A_NAME = re.compile(r"@|://|www\.|\.(?:com|org|net|ru|de|fr)\b|[<>{}_=]|\d", re.I)
ADDRESS = re.compile(r"://|^www\.|^\S+@\S+$")
HANDLE = re.compile(r"\s*@\w+")
TAIL = re.compile(r"\s*(?:\(.*?\)|\[.*?\])\s*$")
NOBODY = {
    *("admin", "administrator", "author", "editor", "editorial", "staff", "newsroom", "webmaster"),
    *("redaktion", "redaction", "redacción", "redacao", "redação", "rédaction", "редакция"),
    *("redazione", "redakcja", "web", "online", "unknown", "anonymous", "guest", "news", "user"),
    *("press release", "none", "null", "undefined", "name", "see full bio", "full bio", "by"),
    *("read more", "share", "follow"),
}
_WORK = """
    editor editors reporter reporters journalist correspondent correspondents writer columnist
    director manager founder co-founder cofounder ceo cto cfo president analyst professor fellow
    contributor photographer producer specialist strategist consultant
    redakteur redakteurin korrespondent korrespondentin journalistin reporterin
    rédacteur rédactrice journaliste correspondant correspondante
    periodista redactor redactora corresponsal jornalista repórter editora
    giornalista redattore redattrice inviato corrispondente dziennikarz dziennikarka redaktor
    журналист журналистка корреспондент редактор обозреватель журналіст кореспондент
    muhabir muhabiri editör editörü
"""
# what somebody does is no name; the commonest callings of newspapers
WORK = frozenset(fold(word) for word in _WORK.split())
# a paper's people together; "The Gull Staff" is written as a name is
_CREWS = """
    staff newsroom desk team editors editorial redaktion redaktionsteam rédaction redacción
    redazione redakcja redação redactie редакция редакції agency agencies
"""
CREWS = frozenset(fold(word) for word in _CREWS.split())
# open a line of prose or a heading as well: only with a colon
NOUNS = frozenset({"text", "texto", "tekst", "текст", "мәтін", "haber", "文", "ρεπορτάζ"})
# people with another part in it
OTHERS = frozenset({"reviewed by", "edited by", "editing by"})
_SMALL = """
    de da di du del della der den van von zu la le el al bin ibn ben y e et und and og och i en ve
    dos das do ter ten и та және και af av d
"""
PARTICLES = frozenset(_SMALL.split())
SHORT_LABELS = frozenset({"the", "our", "all", "new", "top", "my", "your", "us", "for", "we", "by"})
LONG_WORD = 4  # letters: "Published" behind a name opens a date, "Le" and "Stand" may be a name


def people(text: str) -> list[str]:
    """Return the names in a text that names authors and nothing else."""
    if ADDRESS.search(text):
        return []
    parts = [part for part in PARTING.split(text) if part]
    named = [part for part in parts if not is_work(part)] or parts
    found = (_name(part) for part in named)
    return [name for name in found if name and fold(name) not in NOBODY]


def credited(text: str) -> list[str]:
    """Return the names that a line gives behind "By" and its like; [] where it has no such word."""
    for part in parts(text):
        rest = without_by(part) if opens(part) else ""
        if rest:
            return _without_places(people(until_stop(HANDLE.sub("", rest))))
    return []


def opens(part: str) -> bool:
    """Return whether a part begins with "By" and its like; a noun needs its colon."""
    opening = phrasebook.load().bylines.opening(fold(part))
    if opening is None or opening in OTHERS:
        return False
    return opening not in NOUNS or ":" in part.replace("：", ":")


def _without_places(found: list[str]) -> list[str]:
    """Return the names less single words behind a full one: "Von Ana Bell, Berlin"."""
    is_full = bool(found) and " " in found[0]
    return [name for name in found if " " in name or not is_full]


def parts(text: str) -> list[str]:
    """Return what a line says beside days and times of day."""
    bare = dates.without(text)
    said = re.split(r"\s*[|•]\s*|\s·\s", bare)
    return list(filter(str.strip, said if bare == text else map(_without_days, said)))


def _without_days(part: str) -> str:
    """Return a part of a line with a date less the weekdays at its end: "By Ana Bell, Friday".

    Mon and Sun are names too: a full name is left.
    """
    days = phrasebook.load().days.whole
    words = part.split()
    while words and fold(words[-1]) in days and _is_behind_name(words):
        words.pop()
    return " ".join(words)


def _is_behind_name(words: Sequence[str]) -> bool:
    before = without_by(" ".join(words[:-1])).split()
    return len(before) != 1


def lone(text: str) -> list[str]:
    """Return the names of a line that is nothing but full names; [] of any other line."""
    found = [part.strip(" ,.:-–—") for part in PARTING.split(HANDLE.sub("", text))]
    named = [part for part in found if part and not is_work(part)]
    return named if named and all(map(is_person, named)) else []


def is_person(part: str) -> bool:
    """Return whether a text is a full name, or as short as one in a script without spaces."""
    is_dense = all(map(phrasebook.DENSE.match, part)) and len(part) in DENSE_NAME
    return is_dense or is_full_name(part)


def is_full_name(text: str) -> bool:
    """Return whether a text is written as names of persons are: each word with a capital."""
    words = text.split()
    if len(words) not in FULL_NAME or len(text) > NAME_CHARS or NOT_A_NAME.search(text):
        return False
    large = [word for word in words if word not in PARTICLES]
    return len(large) > 1 and all(word[0].isupper() for word in large) and not is_label(text)


def is_work(part: str) -> bool:
    """Return whether a part of a byline says what somebody does instead of who it is."""
    return not WORK.isdisjoint(fold(part).split())


def is_agency(name: str) -> bool:
    """Return whether a name is that of a news agency."""
    return fold(name) in _agencies()


@lru_cache(maxsize=1)
def _agencies() -> frozenset[str]:
    return frozenset(map(fold, agencies.load()))


def is_crew(name: str) -> bool:
    """Return whether a name is that of a paper's people together."""
    return not CREWS.isdisjoint(fold(name).split())


def is_label(text: str) -> bool:
    """Return whether a text has a word that sites' labels are made of."""
    return not _label_words().isdisjoint(fold(text).split())


@lru_cache(maxsize=1)
def _label_words() -> frozenset[str]:
    """Return the words that labels are made of: "Our Services" is written as a name is.

    Short ones are names and initials somewhere: Dan, Lee, Per, C.
    """
    book = phrasebook.load()
    labels = (book.sections, book.tools, book.related, book.notices, book.comments, book.footers)
    groups = (*labels, book.dated, book.bylines)
    words = (word for group in groups for phrase in group.whole for word in phrase.split())
    return SHORT_LABELS | {word for word in words if len(word) >= LONG_WORD} - PARTICLES


def until_stop(text: str) -> str:
    """Return the words before the first that no name has: small, a number, or opening a date."""
    words = text.split()
    for at, word in enumerate(words):
        plain = fold(word)
        small = (word[0].islower() and plain not in PARTICLES) or word[0].isdigit()
        if at and (small or (len(plain) >= LONG_WORD and plain in _dating_words())):
            return " ".join(words[:at])
    return text


@lru_cache(maxsize=1)
def _dating_words() -> frozenset[str]:
    return frozenset(start.split()[0] for start in phrasebook.load().dated.starts)


def _name(part: str) -> str | None:
    bare = TAIL.sub("", without_by(part.strip(" ,.:-–—*\t"))).strip(" ,:-–—*")
    words = bare.split()
    if not words or len(words) > NAME_WORDS or len(bare) > NAME_CHARS or NOT_A_NAME.search(part):
        return None
    # "design: Ana Bell" says what was done, not who wrote
    is_name = re.search(r"[^\W\d]{2}", bare) and ":" not in bare and not PARTICLES.issuperset(words)
    return " ".join(words) if is_name else None


def without_by(part: str) -> str:
    """Return a part less "By" and its like."""
    opening = phrasebook.load().bylines.opening(fold(part))
    if opening is None:
        return part
    words = list(phrasebook.WORD.finditer(part))
    count = len(opening.split())
    if words and fold(words[0][0]) != opening.split()[0]:  # a script without spaces: 作者张三
        return re.sub(rf"^{re.escape(opening)}\W*", "", part, flags=re.I)
    return part[words[count].start() :] if len(words) > count else ""
