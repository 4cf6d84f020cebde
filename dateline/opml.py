"""The catalogue as a list of feeds (OPML 2.0), and a list of feeds as entries of the catalogue.

A folder is a region. A list that Dateline wrote holds whole entries: read back, it is the same
catalogue. Of a list from elsewhere an entry is made of what it says, and nothing is invented.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from pydantic import ValidationError

from config.catalogue import Catalogue, host_of
from config.source import EXPECTED, Source, as_written
from crawler.readers.addresses import is_web
from crawler.readers.opml import OURS, Outline

UNSORTED = "unsorted"
LONGEST = 40  # letters of an id
_NO_ID = re.compile(r"[^a-z0-9]+")


@dataclass(slots=True)
class Imported:
    """What a list of feeds gives a catalogue."""

    added: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Entries by region, as they are written in a file."""
    known: list[str] = field(default_factory=list)
    """Feeds that the catalogue has, or that the list names twice."""
    refused: list[tuple[str, str]] = field(default_factory=list)
    """What cannot be an entry, and why."""

    @property
    def number(self) -> int:
        """Return how many entries are added."""
        return sum(map(len, self.added.values()))


def exported(sources: Sequence[Source], title: str) -> str:
    """Return sources as OPML: a folder a region, in it each paper with its feeds."""
    ElementTree.register_namespace("dateline", OURS)
    root = ElementTree.Element("opml", version="2.0")
    ElementTree.SubElement(ElementTree.SubElement(root, "head"), "title").text = title
    body = ElementTree.SubElement(root, "body")
    folders: dict[str, ElementTree.Element] = {}
    for source in sources:
        region = source.region or UNSORTED
        if region not in folders:
            folders[region] = ElementTree.SubElement(body, "outline", text=region, title=region)
        _paper(folders[region], source)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _paper(folder: ElementTree.Element, source: Source) -> None:
    said = {"text": source.name, "title": source.name, "htmlUrl": source.homepage}
    if source.language:
        said["language"] = source.language
    entry = {f"{{{OURS}}}entry": json.dumps(as_written(source), ensure_ascii=False)}
    for feed in source.feeds:
        ElementTree.SubElement(folder, "outline", {"type": "rss", **said, "xmlUrl": feed, **entry})
        entry = {}
    if entry:  # no feed, and still a paper
        ElementTree.SubElement(
            folder, "outline", {"type": "link", **said, "url": source.homepage, **entry}
        )


def imported(outlines: Iterable[Outline], catalogue: Catalogue, region: str | None) -> Imported:
    """Return the entries that a list of feeds adds to a catalogue.

    ``region`` is that of all of them; None: each is of the region that its folders name.
    """
    taking = _Taking(catalogue)
    for outline in outlines:
        place = region or _slug(" ".join(outline.folders)) or UNSORTED
        if outline.entry is not None:
            taking.whole(outline, place)
        else:
            taking.feed(outline, place)
    return taking.found


class _Taking:
    """A list on its way into a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.found = Imported()
        every = catalogue.sources
        self._feeds = {_bare(feed) for one in every for feed in (*one.feeds, *one.sitemaps)}
        self._ids = {name for one in every for name in (one.id, *one.aliases)}
        self._papers: dict[tuple[str, str], dict[str, Any]] = {}

    def whole(self, outline: Outline, region: str) -> None:
        """Take a paper that Dateline wrote."""
        try:
            source = Source.model_validate(json.loads(outline.entry or ""))
        except (ValueError, RecursionError) as error:
            self._refuse(outline, f"an entry that is none: {str(error).splitlines()[0]}")
            return
        names = {source.id, *source.aliases}
        if names & self._ids:
            self.found.known.append(source.feeds[0] if source.feeds else source.homepage)
        else:
            self.found.added.setdefault(region, []).append(as_written(source))
            self._ids |= names
        self._feeds |= {_bare(feed) for feed in source.feeds}

    def feed(self, outline: Outline, region: str) -> None:
        """Take a feed: as one more of a paper of that home page, or as a paper."""
        feed = _of_the_web(outline.feed or "")
        if not is_web(feed):
            self._refuse(outline, f"{feed[:60]!r} is no address of a feed")
            return
        if _bare(feed) in self._feeds:
            self.found.known.append(feed)
            return
        homepage = outline.homepage if is_web(outline.homepage) else None
        paper = (region, host_of(homepage)) if homepage else (region, feed)
        entry = self._papers.get(paper) or _entry(outline, feed, homepage)
        if problem := _problem({**entry, "feeds": [feed]}):
            self._refuse(outline, problem)
            return
        self._feeds.add(_bare(feed))
        if paper in self._papers:
            entry["feeds"].append(feed)
            return
        self._papers[paper] = entry
        entry["id"] = _id(entry, self._ids)
        self._ids.add(entry["id"])
        self.found.added.setdefault(region, []).append(entry)

    def _refuse(self, outline: Outline, why: str) -> None:
        name = outline.title or outline.feed or outline.homepage or "an entry"
        self.found.refused.append((name, why))


def _entry(outline: Outline, feed: str, homepage: str | None) -> dict[str, Any]:
    parts = urlsplit(feed)
    entry: dict[str, Any] = {
        "id": "",
        "name": outline.title or parts.hostname or feed,
        "homepage": homepage or f"{parts.scheme}://{parts.netloc}/",
        "feeds": [feed],
        "verified": None,
    }
    if outline.language and not _problem({**entry, "language": outline.language}):
        entry["language"] = outline.language
    return entry


def _problem(entry: Mapping[str, Any]) -> str | None:
    """Return what is wrong with an entry; None: nothing."""
    try:
        Source.model_validate({**entry, "id": "an-id"})
    except ValidationError as error:
        first = error.errors()[0]
        key = str(first["loc"][0]) if first["loc"] else "feeds"
        return f"{key}: {str(first['input'])[:60]!r} is not {EXPECTED[key]}"
    return None


def _of_the_web(feed: str) -> str:
    """Return the address of a feed that is written for a feed reader, `feed:` before it."""
    rest = feed[5:] if feed[:5].lower() == "feed:" else feed
    return f"http:{rest}" if rest.startswith("//") else rest


def _id(entry: Mapping[str, Any], taken: Collection[str]) -> str:
    """Return an id of the name, or of the host where the name has no Latin letters to give one."""
    name = _slug(entry["name"])
    host = _slug(host_of(entry["homepage"]))
    first = name if 3 <= len(name) <= LONGEST else host or name or "paper"
    if first not in taken:
        return first
    return next(name for number in count(2) if (name := f"{first}-{number}") not in taken)


def _slug(words: str) -> str:
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    return _NO_ID.sub("-", plain).strip("-")


def _bare(address: str) -> str:
    return address.partition("://")[2].removeprefix("www.").rstrip("/")
