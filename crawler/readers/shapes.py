"""What the addresses of a site look like, and which of their shapes have been articles.

An address's shape is what addresses of one kind share: `/news/2026/05/quay-opens` and
`/news/2025/11/bridge-closed` have one. Decides only.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from config.patterns import matching

Shape = tuple[str, ...]

# of pages that are lists, people, or about the paper, in the languages of most systems' defaults
_OTHERS = """
    tag tags category categories author authors topic topics section sections label labels user
    users profile search archive archives page pages event events calendar contact about privacy
    terms imprint impressum kontakt datenschutz schlagwort kategorie rubrik autor autoren etiqueta
    etiquetas categoria categorias tema temas autores auteur auteurs etiquette categorie autore
    autori tagi kategoria autorzy metki rubrika temy contacto contatti
"""
OTHERS = frozenset(_OTHERS.split())
# words that an article's address may well end with: only a whole part that is one names a service
_SERVICES = """
    login register subscribe subscription subscriptions newsletter newsletters account feed rss
    wp-admin wp-login cart shop advertise advertising cookies help faq jobs sitemap signin signup
"""
SERVICES = OTHERS | frozenset(_SERVICES.split())
# the address of an article: a number, or some words
_NUMBER, _WORDS = re.compile(r"\d{4,}"), re.compile(r"[^/]*?(?:[-_][^/_-]+){3,}")
_LETTERS_ESCAPED = 12  # a word of another script, as it is escaped
_YEAR = re.compile(r"(?:19|20)\d\d")
_ENDING = re.compile(r"\.([a-z]{2,5})$", re.I)
_DATED = re.compile(r"/(?:19|20)\d\d[/-]?(?:0?[1-9]|1[0-2])(?:[/-]|(?=\d\d/))")
KEPT_SHARE = 0.5  # of a shape's addresses: from there on the shape is one of articles
REFUSED_LEAST = 2


def is_articles(url: str) -> bool:
    """Return whether an address looks like an article's, whatever the site."""
    *parents, last = urlsplit(url).path.lower().strip("/").split("/")
    words = {word for part in parents for word in re.split(r"[-_.]", part)}
    is_other = not OTHERS.isdisjoint({*words, *re.split(r"[-_.]", last)[-2:]})
    return not is_other and bool(_NUMBER.search(last) or _WORDS.fullmatch(last))


def is_others(url: str) -> bool:
    """Return whether an address names a list, a person or a service of the paper.

    Further up such a word is a folder of articles: `/category/news/quay-opens-again`.
    """
    parts = [part for part in urlsplit(url).path.lower().split("/") if part][-2:]
    return any(part in SERVICES or part.rpartition(".")[0] in SERVICES for part in parts)


def is_dated(url: str) -> bool:
    """Return whether words stand behind a year and a month in an address: no archive does so."""
    path = urlsplit(url).path
    return bool(_DATED.search(path)) and _last(path.rstrip("/").rpartition("/")[2]) != "<number>"


def rough(url: str) -> Shape:
    """Return the shape without the site's own words: how deep, with a number or not, its end."""
    parts = urlsplit(url).path.strip("/").split("/")
    return (str(len(parts)), "n" if _NUMBER.search(parts[-1]) else "", _ending(parts[-1]))


def shape(url: str) -> Shape:
    """Return the shape of an address: its folders, what its last part is like, its parameters.

    A folder that is a number or holds several words is told by its kind, another by its name.
    """
    parts = urlsplit(url)
    *folders, last = parts.path.lower().strip("/").split("/")
    names = sorted(key for key, _ in parse_qsl(parts.query, keep_blank_values=True))
    ending = _ending(last)
    stem = last.removesuffix(f".{ending}") if ending else last
    # `story.asp?id=7` and `print.asp?id=7` are two kinds of page
    end = stem if names and _last(stem) == "<word>" else _last(stem)
    return (*map(_folder, folders), f"{end}.{ending}", "?", *names)


def _ending(last: str) -> str:
    found = _ENDING.search(last)
    return found[1].lower() if found else ""


def _folder(part: str) -> str:
    if _YEAR.fullmatch(part):
        return "<year>"
    if part.isdecimal():
        return "<number>"
    return "<words>" if _last(part) != "<word>" else part


def _last(part: str) -> str:
    if not part:
        return ""
    if part.isdecimal():
        return "<number>"
    if _NUMBER.search(part):
        return "<words with a number>"
    if _WORDS.fullmatch(part) or part.count("%") >= _LETTERS_ESCAPED:
        return "<words>"
    return "<word>"


@dataclass(frozen=True, slots=True)
class Known:
    """Of a site's shapes, how many addresses were articles and how many were none."""

    kept: Counter[Shape] = field(default_factory=Counter)
    refused: Counter[Shape] = field(default_factory=Counter)
    follow: tuple[str, ...] = ()
    """Patterns: with any, the addresses that hold one are articles, and no others are."""
    ignore: tuple[str, ...] = ()
    """Patterns of addresses that are not wanted, whatever they are."""

    @classmethod
    def of(cls, kept: Iterable[str], refused: Iterable[str]) -> "Known":
        """Return what addresses of both kinds say."""
        return cls(Counter(map(shape, kept)), Counter(map(shape, refused)))

    def says(self, url: str) -> bool | None:
        """Return whether an address is of a shape that articles have; None where nobody knows.

        What the operator says of it holds before all that was learned.
        """
        if matching(self.ignore, url) is not None:
            return False
        if self.follow:
            return matching(self.follow, url) is not None
        one = shape(url)
        kept, refused = self.kept[one], self.refused[one]
        if kept and kept >= KEPT_SHARE * (kept + refused):
            return True
        return False if refused >= REFUSED_LEAST else None
