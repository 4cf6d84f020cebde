"""Which requests of a page are its own, and whether its text has come. Decides only.

A page may ask for scripts and data of its own host and of others of its registrable domain; all
that a reader would see beside the text, and all that is another's, is refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from lxml import etree, html

from config.domains import USUAL_PORTS, one_name, registrable
from pipelines.records import Failed, Trouble

KINDS = frozenset({"script", "fetch", "xhr"})
METHODS = frozenset({"GET", "HEAD", "POST"})
UNSEEN = ("script", "style", "noscript", "template", "svg")
# letters: a page that says sorry grows by fewer; one that has so many in paragraphs is no shell
GAIN, WHOLE = 200, 600


@dataclass(frozen=True, kw_only=True, slots=True)
class Shell:
    """A page as the server sent it."""

    url: str
    """Where it came from, after redirects."""
    body: bytes = field(repr=False)
    content_type: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a page of its own asked for, and what came of it."""

    url: str
    status: int | None
    """None: no answer, or we refused."""
    retry_after: str | None = None
    """The headers of an answer, as sent."""
    date: str | None = None
    why: Failed | None = None
    """Why we did not let it ask."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Rendered:
    """A page as it stands once its scripts have run."""

    body: bytes = field(repr=False)
    """HTML in UTF-8, with its mark: it outweighs what the page says of its bytes."""
    asked: tuple[Asked, ...] = ()
    by: str = ""
    """Name and version of the browser."""


def is_own(page: str, url: str) -> bool:
    """Return whether an address is at a host of the page's registrable domain.

    By the scheme of the page or a safer one, at that scheme's usual port or the page's own.
    """
    try:
        here, there = urlsplit(page), urlsplit(url)
        ports = {USUAL_PORTS.get(there.scheme)} | (
            {here.port} if here.scheme == there.scheme else set()
        )
        is_safe = there.scheme in {"https", here.scheme} & USUAL_PORTS.keys()
        port = there.port or USUAL_PORTS.get(there.scheme)
    except ValueError:
        return False
    if not (is_safe and there.hostname and here.hostname and port in ports):
        return False
    if there.username is not None or there.password is not None:
        return False
    return registrable(one_name(there.hostname)) == registrable(one_name(here.hostname))


def may_ask(page: str, url: str, kind: str, method: str) -> bool:
    """Return whether a request in the browser is the page's own; ``kind``: of the browser's words.

    Robots.txt and pace are asked elsewhere.
    """
    return kind in KINDS and method in METHODS and is_own(page, url)


def letters(body: bytes, tag: str = "body") -> int:
    """Return how much text to read there is in a page, or in its elements of one kind."""
    try:
        tree = html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, ValueError):
        return 0
    etree.strip_elements(tree, *UNSEEN, etree.Comment, with_tail=False)
    return sum(len("".join("".join(one.itertext()).split())) for one in tree.iter(tag))


def failure(shell: Shell, page: Rendered) -> Failed | None:
    """Return why a page is no more than its shell; None where its text has come.

    That something of its own failed is nothing to it where text came all the same, or with it.
    """
    broken = [one for one in page.asked if one.why or one.status is None or one.status >= 400]
    if not broken or letters(page.body) >= letters(shell.body) + GAIN:
        return None
    return None if letters(shell.body, "p") >= WHOLE else _why(broken)


def _why(broken: Sequence[Asked]) -> Failed:
    first = next((one for one in broken if one.why is None), broken[0])
    if first.why:
        return first.why
    address = first.url[:200]
    if first.status is None:
        detail = f"its text comes by script, and {address} gave no answer"
        return Failed(trouble=Trouble.CONNECTION, detail=detail)
    trouble = Trouble.BUSY if first.status in {429, 503} else Trouble.STATUS
    detail = f"its text comes by script, and {address} answered {first.status}"
    return Failed(trouble=trouble, detail=detail)
