"""Where the pagination of an article leads: links of its page, told from all others. Pure.

``hints`` is asked of every page, and looks at bytes only; ``following`` and ``beginning`` of the
few that it does not rule out.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from lxml.html import HtmlElement

from config.phrasebook import fold
from pipelines.further.numbered import Numbered, firsts, numbered
from pipelines.letters import size

LEVELS = 4  # boxes around a link that may be its pagination
ROUND = 6  # boxes around a link that may say what it is for
MOST_LINKS = 200  # of a page that look like another page of it
BESIDE = 80  # letters of a pagination beside its links: "Page 1 of 4"
# whole names in a class or id: what is paged there is not the article
FOREIGN = frozenset(
    {"reply", "replies", "review", "reviews", "slide", "slides", "slider", "photo", "photos",
     "foto", "fotos", "recommended", "popular", "latest", "archive", "archives", "forum", "thread",
     "view", "views", "teaser", "teasers", "widget"}
)  # fmt: skip
NAMES = re.compile(r"[a-z]+")
FOREIGN_NAME = re.compile(
    r"comment|disqus|galler|galeri|slideshow|carousel|related|fotostrecke|sidebar", re.I
)
# a link that says no number: only words that name a page; "next" alone is often the next article
_PAGE = (
    r"page|seite|p[aá]gina|stron[ay]|stranic[aue]|strana|str[aá]nk[au]|страниц[ау]|сторінк[ау]"
    r"|бет|sayfa|halaman|trang|side|sida|sivu|oldal|页|頁|ページ|페이지"
)
NEXT = re.compile(rf"(?=.{{2,60}}$).*(?:{_PAGE}).*", re.I)
OF_NEXT = re.compile(
    r"next|continue|weiter|nächste|suivante?|siguiente|seguinte|próxima|successiva|prossima|następn"
    r"|dalej|далее|следующ|наступн|далі|келесі|sonraki|devam|selanjutnya|berikut|tiếp|næste|nästa"
    r"|seuraava|következő|volgende|další|ďalšia|sljedeć|下一|次|다음|2",
    re.I,
)
OLDER = re.compile(
    r"\b(?:older|newer|posts|articles?|entries|comments?|stor(?:y|ies)|ältere|beiträge|artikel|starsze"
    r"|nowsze|wpisy|artykuł\w*|kommentare?|commentaires|comentarios|комментари\w*|стать\w*|новост\w*)\b",
    re.I,
)
DIGITS = re.compile(r"\d{1,4}")
TELLING = 12  # letters: a shorter title may be within any other


def hints(body: bytes, url: str, number: int) -> bool:
    """Return whether a page may name page ``number`` of the article at ``url``.

    Costs a hundredth of what reading the page does; False is certain, as far as names go.
    """
    beside, ending = _forms(number)
    return bool(beside.search(body)) or any(_goes_on(body, one, ending) for one in _names(url))


@lru_cache(maxsize=128)
def _forms(number: int) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Return the forms of an address that begins at its number, and of the end of one."""
    beside = rb"href=[\"']?(?:\./)?(?:\?[^\"'\s<>]{0,200}=|\w{0,12}[-_/]?)%d[\"'\s>&#/.]" % number
    # "%2F" is a slash, and a number within another is another
    ending = rb"[^\"'\s<>]{0,40}?(?<![\d%%])%d(?![\dA-Za-z])" % number
    return re.compile(beside), re.compile(ending)


def _names(url: str) -> set[bytes]:
    """Return the last step of a path without its ending, as pages may spell it."""
    step = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    name = re.sub(r"\.\w{2,5}$", "", step).encode()
    return {name, name.lower(), unquote_to_bytes(name)} - {b""}


def _goes_on(body: bytes, name: bytes, ending: re.Pattern[bytes]) -> bool:
    at = body.find(name)
    while at >= 0:
        at += len(name)
        if ending.match(body, at):
            return True
        at = body.find(name, at)
    return False


def following(tree: HtmlElement, url: str, first: str, number: int) -> str | None:
    """Return the address of page ``number``, where the page at ``url`` certainly names it.

    Certain is `rel=next` of its head, where nothing in the page says that a gallery or the
    comments are meant; else a link in a row of page numbers, or one that says "next page".
    """
    named = _named(tree, "next", url, first, number)
    found = [(a, to) for a, to, page in _links(tree, url, first) if page.number == number]
    ours = [(a, to) for a, to in found if not _is_foreign(a)]
    if found and not ours:
        return None
    return named or next((to for a, to in ours if _is_paging(a, url, first, number)), None)


def beginning(tree: HtmlElement, url: str) -> str | None:
    """Return the address of the first page, where the page at ``url`` certainly is one behind it.

    Certain is its own `rel=canonical`, or a link to it as "1" in a row of page numbers.
    """
    for first in firsts(url):
        own = numbered(url, first)
        if own is None:
            continue
        if found := _named(tree, "canonical", url, first, 1):
            return found
        for a, to, page in _links(tree, url, first):
            if page.number == 1 and not _is_foreign(a) and _counts(a, url, first, own.number):
                return to
    return None


def _counts(a: HtmlElement, url: str, first: str, number: int) -> bool:
    """Return whether a link is the "1" of a row of page numbers that goes to ``number``."""
    return _label(a) == "1" and _is_counted(a, url, first, {1, number})


def _named(tree: HtmlElement, rel: str, url: str, first: str, number: int) -> str | None:
    for link in tree.iter("link"):
        if rel in (link.get("rel") or "").lower().split():
            to = absolute(url, link.get("href") or "")
            page = numbered(to, first)
            if page and page.number == number and page.is_telling:
                return to
    return None


def _links(tree: HtmlElement, url: str, first: str) -> Iterator[tuple[HtmlElement, str, Numbered]]:
    """Yield the links to pages of the article: the element, where it leads, which page that is."""
    return islice(_all_links(tree, url, first), MOST_LINKS)


def _all_links(
    tree: HtmlElement, url: str, first: str
) -> Iterator[tuple[HtmlElement, str, Numbered]]:
    last = urlsplit(first).path.rstrip("/").rpartition("/")[2][:8]
    for a in tree.iter("a"):
        href = (a.get("href") or "").strip()
        # most links of a page are dismissed without taking them apart
        if href and (last in href or not href.startswith(("/", "http"))):
            to = absolute(url, href)
            page = numbered(to, first)
            if page:
                yield a, to, page


def absolute(url: str, href: str) -> str:
    """Return an address as its page means it, without fragment; empty where it is none."""
    try:
        return urljoin(url, href.strip()).partition("#")[0]
    except ValueError:
        return ""


def _is_foreign(a: HtmlElement) -> bool:
    """Return whether a link pages through comments, pictures or a list."""
    if "comment" in (a.get("href") or "").partition("#")[2].lower():
        return True
    around = [a, *islice(a.iterancestors(), ROUND)]
    return any(_is_foreign_box(box) for box in around if box.tag not in {"body", "html"})


def _is_foreign_box(box: HtmlElement) -> bool:
    if box.tag == "aside":
        return True
    name = f"{box.get('class') or ''} {box.get('id') or ''}"
    return bool(FOREIGN_NAME.search(name)) or not FOREIGN.isdisjoint(NAMES.findall(name.lower()))


def _is_paging(a: HtmlElement, url: str, first: str, number: int) -> bool:
    label = _label(a)
    if OLDER.search(label):
        return False
    if NEXT.fullmatch(label) and OF_NEXT.search(label):
        return True
    return label == str(number) and _is_counted(a, url, first, set(range(1, number + 1)))


def _is_counted(a: HtmlElement, url: str, first: str, numbers: set[int]) -> bool:
    """Return whether the row of links around one says these numbers, and nothing of a list."""
    row = _row(a, url, first)
    said = _words(row) if row is not None else ""
    return numbers <= set(map(int, DIGITS.findall(said))) and not OLDER.search(said)


def _label(a: HtmlElement) -> str:
    return fold(_words(a))[:200]


def _words(box: HtmlElement) -> str:
    """Return the words of a box, those of neighbouring boxes apart: `<li>1</li><li>2</li>`."""
    return " ".join(" ".join(box.itertext()).split())


def _row(a: HtmlElement, url: str, first: str) -> HtmlElement | None:
    """Return the widest box around a link that holds no links but to pages of the article."""
    row = None
    for box in islice(a.iterancestors(), LEVELS):
        if not _is_row(box, url, first):
            break
        row = box
    return row


def _is_row(box: HtmlElement, url: str, first: str) -> bool:
    links = list(islice(box.iter("a"), MOST_LINKS))
    letters = len(_words(box))
    said = sum(len(_words(a)) for a in links)
    return letters - said <= BESIDE and all(_stays(a, url, first) for a in links)


def _stays(a: HtmlElement, url: str, first: str) -> bool:
    href = (a.get("href") or "").strip()
    if not href or href.startswith(("#", "javascript:")):
        return True
    return numbered(absolute(url, href), first) is not None


def agree(one: Iterable[str], other: Iterable[str]) -> bool:
    """Return whether two pages say one title: one within the other, as "Storm (page 2 of 3)" is.

    True where one of them says none.
    """
    ones, others = _folded(one), _folded(other)
    if not ones or not others:
        return True
    return any(_is_within(a, b) or _is_within(b, a) for a in ones for b in others)


def _folded(titles: Iterable[str]) -> list[str]:
    return [folded for title in titles if (folded := fold(title))]


def _is_within(short: str, long: str) -> bool:
    return short == long or (size(short) >= TELLING and short in long)
