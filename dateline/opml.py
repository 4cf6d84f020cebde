"""The catalogue as a list of feeds (OPML 2.0), and a list of feeds as entries of the catalogue.

A folder is a region. A list that Dateline wrote holds whole entries: read back, it is the same
catalogue. Of a list from elsewhere an entry is made of what it says, and nothing is invented.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

from config.catalogue import Catalogue, host_of
from config.domains import bare
from config.entries import problem
from config.source import Source, as_written
from crawler.readers.addresses import is_web
from crawler.readers.opml import OURS, Outline
from dateline.ids import LONGEST, id_for, slug

UNSORTED = "unsorted"


@dataclass(slots=True)
class Imported:
    """What a list of feeds gives a catalogue."""

    added: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Entries by region, as they are written in a file."""
    known: list[str] = field(default_factory=list)
    """Feeds that the catalogue has."""
    twice: list[str] = field(default_factory=list)
    """Feeds that the list names again."""
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
    entry = {f"{{{OURS}}}entry": json.dumps(as_written(source), ensure_ascii=False, default=str)}
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
        place = region or slug(" ".join(outline.folders))[:LONGEST].strip("-") or UNSORTED
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
        self._catalogue = catalogue
        self._feeds = {bare(feed) for one in every for feed in one.entrances}
        self._ids = {name for one in every for name in (one.id, *one.aliases)}
        self._papers: dict[tuple[str, str], dict[str, Any]] = {}
        self._listed: set[str] = set()
        self._of_whole: set[str] = set()
        """Feeds of papers that came as a whole: their own outlines say nothing more."""

    def whole(self, outline: Outline, region: str) -> None:
        """Take a paper that Dateline wrote."""
        try:
            entry = json.loads(outline.entry or "")
        except (ValueError, RecursionError):
            entry = None
        if wrong := problem(entry):
            self._refuse(outline, wrong)
            return
        source = Source.model_validate(entry)
        names, feeds = {source.id, *source.aliases}, {bare(feed) for feed in source.feeds}
        self._of_whole |= feeds
        if not names & self._ids:
            self.found.added.setdefault(region, []).append(as_written(source))
            self._ids |= names
        elif feeds <= self._feeds:
            self.found.known.extend(source.feeds or (source.homepage,))
        else:
            self._refuse(outline, f"the id {source.id!r} or one of its aliases is taken")

    def feed(self, outline: Outline, region: str) -> None:
        """Take a feed: as one more of a paper of that home page, or as a paper."""
        feed = _of_the_web(outline.feed or "")
        if bare(feed) in self._of_whole:
            return
        if wrong := self._unfit(feed, outline):
            self._refuse(outline, wrong)
            return
        if bare(feed) in self._feeds:
            self.found.known.append(feed)
            return
        if bare(feed) in self._listed:
            self.found.twice.append(feed)
            return
        homepage = _home(outline)
        paper = (region, host_of(homepage)) if homepage else (region, feed)
        entry = self._papers.get(paper) or self._entry(outline, feed, homepage)
        if wrong := problem({**entry, "feeds": [feed]}):
            self._refuse(outline, wrong)
            return
        self._listed.add(bare(feed))
        if paper in self._papers:
            entry["feeds"].append(feed)
            return
        self._papers[paper] = entry
        self._ids.add(entry["id"])
        self.found.added.setdefault(region, []).append(entry)

    def _unfit(self, feed: str, outline: Outline) -> str | None:
        """Return why a feed is not taken; None: it may be."""
        if not is_web(feed):
            return f"{feed[:60]!r} is no address of a feed"
        if "@" in urlsplit(feed).netloc:
            return "its address holds a name or password, which a catalogue is no place for"
        home = _home(outline)
        owner = self._catalogue.owner(host_of(home)) if home else None
        if owner and bare(feed) not in self._feeds:
            return f"its paper is {owner.id}: put {feed} under its `feeds`"
        return None

    def _entry(self, outline: Outline, feed: str, homepage: str | None) -> dict[str, Any]:
        parts = urlsplit(feed)
        name = outline.title or parts.hostname or feed
        home = homepage or f"{parts.scheme}://{parts.netloc}/"
        entry: dict[str, Any] = {
            "id": id_for(name, bare(home).partition("/")[0], self._ids),
            "name": name,
            "homepage": home,
            "feeds": [feed],
            "verified": None,
        }
        if outline.language and not problem({**entry, "language": outline.language}):
            entry["language"] = outline.language
        return entry

    def _refuse(self, outline: Outline, why: str) -> None:
        name = outline.title or outline.feed or outline.homepage or "an entry"
        self.found.refused.append((name, why))


def _home(outline: Outline) -> str | None:
    """Return the home page that an outline names, if it is an address."""
    try:
        return outline.homepage if outline.homepage and host_of(outline.homepage) else None
    except (ValueError, KeyError):  # no port, not of the web
        return None


def _of_the_web(feed: str) -> str:
    """Return the address of a feed that is written for a feed reader, `feed:` before it."""
    rest = feed[5:] if feed[:5].lower() == "feed:" else feed
    return f"http:{rest}" if rest.startswith("//") else rest
