"""Six invented papers: 60 articles, of which 18 are there before, and some are more than one page.

Among them are copies, a reprint, two corrected articles, a redirect, one in three pages, lists of
which two name the same, a sitemap, a page that is no article and one that is not there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from tests.crawl.home import Home
from tests.crawl.server import Answer, Web, article, page, paragraphs

PAPERS = ("north", "south", "east", "west", "hill", "shore")
EACH = 10
BEFORE = 3  # of each paper
ARTICLES = EACH * len(PAPERS)
CORRECTED = (("north", 1), ("east", 2))
COPIES = {("south", 7): ("north", 3), ("west", 4): ("shore", 4), ("hill", 5): ("shore", 4)}
REPRINTS = {("east", 8): ("north", 0)}
MOVED = ("west", 6)  # its feed says where it was before
LONG, SHEETS = ("hill", 9), 3
BY_SITEMAP = "shore"
# of their later pages each ends so: those read before that is known are read again
TEACHING = {"south", "west"}
CODE = "Our newsroom keeps to a code of its own, and every reader may ask for a copy of that code."
DECLARED = '<meta property="og:type" content="article">'


@dataclass(slots=True)
class Newsroom:
    """The papers of one web, and when their articles were published."""

    web: Web
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def add_to(self, home: Home) -> None:
        """Put the papers into the catalogue of a home."""
        for name in PAPERS:
            base = f"http://{name}.example"
            if name == BY_SITEMAP:
                home.paper(name, sitemaps=[f"{base}/news.xml"])
            else:
                home.paper(name, f"{base}/feed", *([f"{base}/late"] if name == "north" else []))

    def open(self) -> None:
        """Show what there is before."""
        for name in PAPERS:
            for number in range(EACH):
                self._put(name, number)
            self._list(name, range(BEFORE))

    def go_on(self) -> None:
        """Show all that there is: the rest, and what was corrected."""
        for name, number in CORRECTED:
            self._put(name, number, more="The council has corrected the number of boats to nine.")
        for name in PAPERS:
            self._list(name, range(EACH))

    def _put(self, name: str, number: int, more: str = "") -> None:
        base, here = f"http://{name}.example", (name, number)
        url = f"{base}/{number}"
        if here == LONG:
            for sheet in range(1, SHEETS + 1):
                self.web.put(url if sheet == 1 else f"{url}?page={sheet}", _sheet(url, sheet))
            return
        if here == MOVED:
            self.web.put(f"{base}/go/{number}", Answer(b"", 301, {"Location": url}))
        first = COPIES.get(here) or REPRINTS.get(here) or here
        if here in REPRINTS:
            more = "</p><p>".join(paragraphs(f"{name} {number}", 3))
        if name in TEACHING and number >= BEFORE:
            more = CODE
        self.web.put(url, article(f"{first[0]} {first[1]}", DECLARED, more))

    def _list(self, name: str, numbers: Iterable[int]) -> None:
        base = f"http://{name}.example"
        shown = list(numbers)
        rows = {n: _address(name, n) for n in shown}
        if name == BY_SITEMAP:
            self.web.put(f"{base}/news.xml", self._sitemap(name, rows))
            return
        if name == "north":
            late = {n: url for n, url in rows.items() if n > EACH // 2}
            self.web.put(f"{base}/late", self._feed(name, late))
        self.web.put(f"{base}/feed", self._feed(name, rows))

    def _at(self, name: str, number: int) -> datetime:
        return self.now - timedelta(minutes=7 * (60 - number) + PAPERS.index(name))

    def _feed(self, name: str, rows: Mapping[int, str]) -> Answer:
        base = f"http://{name}.example"
        items = "".join(
            f"<item><title>News of {name} {n}{self._mark(name, n, rows)}</title><link>{url}</link>"
            f"<pubDate>{format_datetime(self._at(name, n))}</pubDate></item>"
            for n, url in rows.items()
        )
        if len(rows) == EACH:
            items += "".join(
                f"<item><title>Of {what}</title><link>{base}/{what}</link></item>"
                for what in ("nowhere", "list")
            )
            self.web.put(f"{base}/list", page("<html><body></body></html>"))
        body = f'<rss version="2.0"><channel><title>{name}</title>{items}</channel></rss>'
        kind = "application/rss+xml"
        return Answer(body.encode(), headers={"Content-Type": kind, "ETag": f'"{len(rows)}"'})

    def _mark(self, name: str, number: int, rows: Mapping[int, str]) -> str:
        return ", corrected" if (name, number) in CORRECTED and len(rows) == EACH else ""

    def _sitemap(self, name: str, rows: Mapping[int, str]) -> Answer:
        urls = "".join(
            f"<url><loc>{url}</loc><lastmod>{self._at(name, n).isoformat()}</lastmod></url>"
            for n, url in rows.items()
        )
        space = "http://www.sitemaps.org/schemas/sitemap/0.9"
        xml = f'<urlset xmlns="{space}">{urls}</urlset>'
        return Answer(xml.encode(), headers={"Content-Type": "application/xml"})


def _address(name: str, number: int) -> str:
    base = f"http://{name}.example"
    return f"{base}/go/{number}" if (name, number) == MOVED else f"{base}/{number}"


def _sheet(url: str, number: int) -> Answer:
    text = "".join(f"<p>{line}</p>" for line in paragraphs(f"{url} {number}", 4))
    row = " ".join(
        str(n) if n == number else f'<a href="{url if n == 1 else f"{url}?page={n}"}">{n}</a>'
        for n in range(1, SHEETS + 1)
    )
    return page(
        f"<!doctype html><html lang=en><head><title>The long story</title>{DECLARED}</head><body>"
        f"<article><h1>The long story</h1>{text}</article><div class=pages>{row}</div>"
        "</body></html>"
    )
