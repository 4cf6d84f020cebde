"""RSS, Atom and RDF as feedparser reads them, with its known illnesses cured before and after.

A usual feed goes the quick way (`quick`), to the same end; all others through feedparser itself.

Before: the encoding is settled and the XML mended (`charset`, `mend`). After: dates that it cannot
read, addresses from the links as they stand, identifiers as written, words as plain text.
"""

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, cast

import feedparser
from feedparser.api import PREFERRED_XML_PARSERS

from crawler.readers import buffered, dates, quick
from crawler.readers.addresses import absolute, is_web
from crawler.readers.asks import asked
from crawler.readers.errors import NotAFeed
from crawler.readers.mend import mend
from crawler.readers.notes import Notes
from crawler.readers.plain import one_line, safe, words
from pipelines.records import Entry, FeedKind, Reading

# feedparser makes identifiers absolute like links, and without a base lets the xml:base of one
# element hold for all after it. With a base of our own what was relative can be told and undone.
SITE = "https://base.invalid"
BASE = f"{SITE}/here/"
TAGS_MAX = 300_000  # feedparser takes 40 us a tag: 12 s; 10,000 full entries have half as many
# feedparser takes each text that reads as UTF-8 once more for encoded twice, "Âª" too. Whether a
# document is, `charset` has settled; a mark that no text holds keeps such characters apart
MARK = "\ufdd0"
# over a blank in a namespace, an end without a beginning: feedparser has no error of its own
STUMBLES = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError,
            TypeError, ValueError)  # fmt: skip
# where feedparser lets others name a parser
PREFERRED_XML_PARSERS.insert(0, buffered.__name__)
_TWICE_READABLE = re.compile("[\xc2-\xf4](?=[\x80-\xbf])")
_ATOM_ID = re.compile(r"<(?:[A-Za-z_][\w.-]{0,40}:)?id(?=[\s>])")
# feedparser keeps what it does not know under the element's name, where it looks for its own parts
_OWN_PARTS = re.compile(
    r"(</?(?:[A-Za-z_][\w.-]{0,40}:)?)"
    r"(?=(?:links|authors|contributors|enclosures|\w{1,20}_(?:detail|parsed))[\s/>])",
    re.I,
)
_PAGE_TYPES = {None, "", "text/html", "application/xhtml+xml", "text/plain"}

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Around:
    """What a feed says for all of its entries."""

    kind: FeedKind
    bases: tuple[str, ...]
    """What relative addresses count from, the best first."""
    language: str | None


# `desk@paper.example (A. Writer)`, `A. Writer <desk@paper.example>`, and an address alone
MAIL_AND_NAME = (
    re.compile(r"<?[^\s<>()]+@[^\s<>()]+>?\s*\((?P<name>[^()]+)\)"),
    re.compile(r"(?P<name>[^<>@]+?)\s*<[^\s<>]+@[^\s<>]+>"),
    re.compile(r"[^\s<>()]+@[^\s<>()]+(?P<name>)"),
)


def read(text: str, start: int, kind: FeedKind, base_url: str, notes: Notes) -> Reading:
    """Return the entries of the feed whose root element begins at ``start``."""
    mended = mend(text, start)
    notes.cut(mended.warnings)
    if mended.tags > TAGS_MAX:
        raise NotAFeed(f"an XML document of more than {TAGS_MAX:,} tags")
    try:
        parsed = _parse(_keep_ids(mended.xml) if kind is FeedKind.ATOM else mended.xml)
    except STUMBLES as error:
        raise NotAFeed("an XML document that cannot be made out") from error
    if parsed.get("bozo"):
        notes.flaw("not well-formed XML; read as far as it makes sense")
    head = cast("Node", parsed["feed"])
    around = _Around(kind, _bases(head, kind, base_url), _text(head, "language"))
    entries = tuple(_entry(node, around, notes) for node in parsed["entries"])
    said = asked(mended.xml)
    return Reading(
        kind=kind, entries=entries, title=one_line(_text(head, "title")), **said._asdict()
    )


def _keep_ids(xml: str) -> str:
    # feedparser leaves an identifier as written only where it is said to be no address, as in RSS
    return _ATOM_ID.sub(r"\g<0> isPermaLink='false'", xml)


def _parse(xml: str) -> Node:
    apart = xml if xml.isascii() else _TWICE_READABLE.sub(rf"\g<0>{MARK}", xml)
    apart = _OWN_PARTS.sub(r"\g<1>of-the-paper-", apart)
    if found := quick.parse(apart, BASE):
        return found
    try:
        return _as_xml(apart)
    except STUMBLES:
        # not well-formed from its first letter on: feedparser's other parser reads it
        return _as_xml(f"&{apart}")


def _as_xml(xml: str) -> Node:
    document = '<?xml version="1.0" encoding="utf-8"?>\n' + xml
    # neither cleaning nor resolving inside of HTML: nothing of the markup is kept, and they
    # cost as much again as the parsing (64 ms against 23 for 221 kB)
    return cast(
        "Node",
        feedparser.parse(
            BytesIO(document.encode("utf-8", errors="replace")),
            response_headers={
                "content-location": BASE,
                "content-type": "application/xml; charset=utf-8",
            },
            sanitize_html=False,
            resolve_relative_uris=False,
        ),
    )


def _bases(head: Node, kind: FeedKind, base_url: str) -> tuple[str, ...]:
    # RSS leaves it open, and its software means the site; Atom's default is the feed's own address
    site = absolute(_as_written(_page_link(head, kind)), base_url) or ""
    return (base_url, site) if kind is FeedKind.ATOM else (site, base_url)


def _entry(node: Node, around: _Around, notes: Notes) -> Entry:
    url = absolute(_as_written(_page_link(node, around.kind)), *around.bases)
    if url is None:
        notes.count("no address")
    first, second = _time_names(node, around.kind)
    detail = _part(node, "title_detail")
    return Entry(
        url=url,
        id=_as_written(_text(node, "id")),
        title=one_line(_text(node, "title")),
        summary=one_line(_text(node, "summary")),
        content=_content(node),
        published=_date(node, first, notes),
        updated=_date(node, second, notes),
        published_raw=_text(node, first),
        authors=_authors(node),
        tags=words(tag.get("term") or tag.get("label") for tag in _list(node, "tags")),
        language=one_line(detail.get("language") or around.language),
    )


def _content(node: Node) -> str | None:
    """Return the longest of what the entry holds; None where its summary is longer."""
    values = (safe(_text(part, "value") or "") for part in _list(node, "content"))
    longest = max(values, key=len, default="")
    return longest if len(longest) >= max(1, len(_text(node, "summary") or "")) else None


def _time_names(node: Node, kind: FeedKind) -> tuple[str, str]:
    """Return where feedparser has the publication and the change.

    It takes `dc:date` for a change; in an item of RSS without pubDate that is the publication.
    """
    if kind is FeedKind.ATOM or _text(node, "published"):
        return "published", "updated"
    return "updated", ""


def _page_link(node: Node, kind: FeedKind) -> str | None:
    """Return the address of the entry's page, or of the feed's site, as feedparser has it."""
    links = [link for link in _list(node, "links") if link.get("href")]
    pages = [link for link in links if link.get("rel", "alternate") == "alternate"]
    best = (
        next((p["href"] for p in pages if p.get("type") in _PAGE_TYPES and is_web(p["href"])), None)
        or next((p["href"] for p in pages if is_web(p["href"])), None)
        or next((p["href"] for p in pages), None)
    )
    return best or _permalink(node, kind) or _other_link(links)


def _permalink(node: Node, kind: FeedKind) -> str | None:
    """Return the identifier where it is an address, and in RSS not said to be none."""
    link = _text(node, "link") or (None if kind is FeedKind.RSS else _text(node, "id"))
    return link if link and is_web(link) and not link.startswith(SITE) else None


def _other_link(links: list[Node]) -> str | None:
    """Return the entry's link to itself or to what it tells of, for want of a page of its own."""
    wanted = ("self", "via", "related")
    return next((x["href"] for rel in wanted for x in links if x.get("rel") == rel), None)


def _as_written(address: str | None) -> str | None:
    """Undo the base that we gave to feedparser."""
    if address is None:
        return None
    return safe(address.removeprefix(BASE).removeprefix(SITE)).strip() or None


def _date(node: Node, name: str, notes: Notes) -> datetime | None:
    raw = _text(node, name)
    if not raw:
        return None
    moment = dates.parse(raw) or _by_feedparser(_get(node, f"{name}_parsed"))
    if moment is None:
        notes.count("no readable date", raw)
    return moment


def _by_feedparser(found: Any) -> datetime | None:
    fields = found() if callable(found) else found
    if not isinstance(fields, tuple):
        return None
    try:  # UTC without saying so; time.mktime would read it as local time
        return dates.checked(datetime.fromtimestamp(calendar.timegm(fields), UTC))
    except (OverflowError, ValueError, OSError):
        return None


def _authors(node: Node) -> tuple[str, ...]:
    people = _list(node, "authors") or [_part(node, "author_detail")]
    if len(people) == 1:
        # feedparser takes no more than four letters for a top-level domain
        written = _text(node, "author") or ""
        for form in MAIL_AND_NAME:
            if found := form.fullmatch(written.strip()):
                return words([found["name"]])
    return words(person.get("name") for person in people)


def _get(node: Node, name: str) -> Any:
    # past feedparser's own lookup, which answers "updated" with "published", and with a warning
    return dict.get(cast("dict[str, Any]", node), name)


def _text(node: Node, name: str) -> str | None:
    value = _get(node, name)
    return value.replace(MARK, "") if isinstance(value, str) else None


def _part(node: Node, name: str) -> Node:
    # an element of that name is a text
    value = _get(node, name)
    return value if isinstance(value, Mapping) else {}


def _list(node: Node, name: str) -> list[Node]:
    value = _get(node, name)
    return value if isinstance(value, list) else []
