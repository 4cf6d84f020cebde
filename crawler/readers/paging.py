"""The pages on which a list goes on into the past: `?page=2`, `/page/2/`, `/2024/05/`."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from itertools import islice
from urllib.parse import urldefrag, urljoin, urlsplit

from lxml.html import HtmlElement

from crawler.readers.section import base_of, listed, opened
from crawler.readers.shapes import Known
from pipelines.records import Reading

OLDER_MAX = 400  # a page may name each day of a year
_IN_PATH = re.compile(r"/(?:page|seite|pagina|strana|sayfa|p)[/_-]?(\d{1,5})(?=/|$|\.)", re.I)
_IN_QUERY = re.compile(r"(?<![^&?])(?:page|paged|pg|p|seite|pagina)=(\d{1,5})(?=&|$)", re.I)
_DATED = re.compile(r"(?:/\d{1,4}){1,3}/?")
_YEAR = re.compile(r"/(?:19|20)\d\d(?=/|$)")


def read_archive(
    body: bytes,
    base_url: str,
    content_type: str | None = None,
    known: Known = Known(),  # noqa: B008 frozen
    sites: Collection[str] = (),
) -> Reading:
    """Return the articles that a page leads to, as ``read_section`` does, and its older pages.

    Of a numbered list that is the next page; of an archive by date, the dates below its address.
    """
    tree, notes = opened(body, content_type)
    reading = listed(tree, notes, base_url, known, sites)
    found = dict.fromkeys(_older(tree, base_url))
    return replace(reading, older=tuple(islice(found, OLDER_MAX)))


def _older(tree: HtmlElement, base_url: str) -> Iterator[str]:
    links = list(_links(tree, base_url))
    here = stem_and_page(base_url)
    yield from (url for url, is_next in links if is_next)
    numbered = {page: url for url, _ in reversed(links) for stem, page in [stem_and_page(url)]
                if stem == here[0] and page > here[1]}  # fmt: skip
    if numbered:
        yield numbered[min(numbered)]
    yield from (url for url, _ in links if is_dated_below(url, base_url))


def _links(tree: HtmlElement, base_url: str) -> Iterator[tuple[str, bool]]:
    """Yield the addresses on the page's own host, each with whether it is called the next page."""
    here, base = urlsplit(base_url), base_of(tree, base_url)
    for element in tree.iter("a", "link"):
        address = _joined(base, element.get("href"))
        is_next = "next" in (element.get("rel") or "").lower().split()
        is_here = address is not None and urlsplit(address)[:2] == here[:2]
        if address and is_here and address != base_url and (is_next or element.tag == "a"):
            yield address, is_next


def _joined(base_url: str, written: str | None) -> str | None:
    try:
        return urldefrag(urljoin(base_url, (written or "").strip()))[0] if written else None
    except ValueError:
        return None


def stem_and_page(url: str) -> tuple[str, int]:
    """Return the address of a list without the number of its page, and that number; 1: it has none.

    `/news/page/3/` and `/news?page=2` are both of `/news`.
    """
    parts = urlsplit(url)
    in_path, in_query = _IN_PATH.search(parts.path), _IN_QUERY.search(parts.query)
    path = _IN_PATH.sub("", parts.path) if in_path else parts.path
    query = _IN_QUERY.sub("", parts.query).strip("&") if in_query else parts.query
    found = in_query or in_path
    return f"{parts.netloc}{path.rstrip('/')}?{query}", int(found[1]) if found else 1


def is_dated_below(url: str, base_url: str) -> bool:
    """Return whether an address is that of a list with a date below it, and nothing more.

    A page that names a date itself is one of many: those of the others count too.
    """
    above, path = urlsplit(base_url).path, urlsplit(url).path
    dated = _YEAR.search(above)
    stem = (above[: dated.start()] if dated else _IN_PATH.sub("", above)).rstrip("/")
    rest = path.removeprefix(stem)
    is_below = path.startswith(stem) and bool(_DATED.fullmatch(rest) and _YEAR.match(rest))
    return is_below and not urlsplit(url).query
