"""Other extractors on the same page, where they are installed: none is a dependency of ours."""

import importlib
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from lxml import html

from dateline.batch import HTML, page_of
from pipelines.extract.decode import decode
from pipelines.records import Page

Row = dict[str, Any]
Read = Callable[[Row], Row]
"""From {url, html} to {text, and where the tool has them title, date, authors, language}."""


def recorded(row: Row) -> Page:
    """Return a recorded page as our line takes it."""
    return page_of(row["url"], row["html"].encode("utf-8", "replace"), {"content-type": HTML})


def installed() -> dict[str, Read]:
    """Return the peers that are there, under their name and version."""
    found = {}
    for name, (package, read) in PEERS.items():
        try:
            found[f"{name} {version(package)}"] = read
        except PackageNotFoundError:
            continue
    return found


def default(row: Row) -> Row:
    """Return what trafilatura makes of a page as people run it, with metadata."""
    return _trafilatura(row, {"with_metadata": True})


def _precision(row: Row) -> Row:
    return _trafilatura(row, {"with_metadata": True, "favor_precision": True})


def _trafilatura(row: Row, options: Mapping[str, bool]) -> Row:
    found = importlib.import_module("trafilatura").bare_extraction(
        row["html"], url=row["url"], **options
    )
    if found is None or isinstance(found, dict):
        return {"text": ""}
    return {
        "text": found.text,
        "title": found.title,
        "authors": found.author.split("; ") if found.author else [],
        "date": found.date,
        "language": found.language,
    }


def _newspaper(row: Row) -> Row:
    # it fetches pictures while it parses, unless told not to
    article = importlib.import_module("newspaper").Article(row["url"], fetch_images=False)
    try:
        article.download(input_html=row["html"])
        article.parse()
    except ImportError:  # a language whose words it parts with a package of its own
        return {"text": ""}
    day = article.publish_date.strftime("%Y-%m-%d") if article.publish_date else None
    language = article.meta_lang or None
    return {
        "text": article.text,
        "title": article.title,
        "authors": list(article.authors),
        "date": day,
        "lang": language,
    }


def _readability(row: Row) -> Row:
    document = importlib.import_module("readability").Document(_readable(row))
    tree = html.fromstring(document.summary())
    blocks = tree.xpath("//p|//h1|//h2|//h3|//h4|//li|//td|//blockquote|//pre|//div[not(*)]")
    text = "\n".join(" ".join(block.text_content().split()) for block in blocks)
    return {"text": text, "title": document.short_title()}


def _resiliparse(row: Row) -> Row:
    plain = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
    return {"text": plain(_readable(row), main_content=True)}


def _readable(row: Row) -> str:
    """Return the page without the control characters that these peers raise over."""
    return decode(str(row["html"]).encode("utf-8", "replace"))


PEERS: dict[str, tuple[str, Read]] = {
    "trafilatura": ("trafilatura", default),
    "trafilatura precision": ("trafilatura", _precision),
    "newspaper4k": ("newspaper4k", _newspaper),
    "readability-lxml": ("readability-lxml", _readability),
    "resiliparse": ("resiliparse", _resiliparse),
}
