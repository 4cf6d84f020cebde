"""A paper as its web server holds it: every document by its path.

In: a Paper. Out: bytes with their headers, and the text that a reader is to find in them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote

from dateline.demo import pages
from dateline.demo.papers import Paper


@dataclass(frozen=True, slots=True)
class Document:
    """One answer."""

    type: str
    body: bytes = field(repr=False)
    changed_at: datetime
    paragraphs: tuple[str, ...] = ()
    """The article's text where it is an article's page."""

    @property
    def etag(self) -> str:
        """The validator of the body, quotes included."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


Site = Mapping[str, Document]
"""A host's documents by path, decoded, query included."""


def site(paper: Paper) -> dict[str, Document]:
    """Return every document of a paper by its path."""
    changed_at = pages.changed_at(paper)
    documents = {
        "/": Document(paper.page_type, _encode(paper, pages.front_page(paper)), changed_at),
        paper.entrance.path: Document(
            paper.entrance.type, _entrance_bytes(paper, pages.entrance(paper)), changed_at
        ),
    }
    if paper.robots is not None:
        documents["/robots.txt"] = Document("text/plain", paper.robots.encode(), changed_at)
    return documents | _article_documents(paper)


def _article_documents(paper: Paper) -> dict[str, Document]:
    documents = {}
    for article in paper.articles:
        changed_at = article.modified_at or article.published_at
        forms = {pages.url(paper, article): "article.html"}
        if paper.amp_path:
            forms[pages.amp_url(paper, article)] = "amp.html"
        for address, template in forms.items():
            body = _encode(paper, pages.article_page(paper, article, template))
            path = unquote(address.removeprefix(pages.home(paper)))
            documents[path] = Document(paper.page_type, body, changed_at, article.paragraphs)
    return documents


def _encode(paper: Paper, page: str) -> bytes:
    return page.encode(paper.charset, errors="xmlcharrefreplace")


def _entrance_bytes(paper: Paper, text: str) -> bytes:
    charset = paper.entrance.type.partition("charset=")[2] or "utf-8"
    return text.encode(charset, errors="xmlcharrefreplace")
