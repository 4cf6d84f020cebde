"""What travels between the text rooms inside one worker: lines of text with their evidence.

Only the finished Draft leaves the worker.
"""

import itertools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from lxml.html import HtmlElement

from pipelines.letters import size
from pipelines.records import LEFT_OUT, Beside, Stripped

DIGITS = re.compile(r"\d+")
NAMES = 6  # of a block: a page made with utility classes has dozens
# zero-width: Persian and the scripts of India spell with them, the extractor drops them
JOINERS = re.compile("[\u200c\u200d]")
# soft hyphens, marks of writing direction and the like: no letters, and the extractor drops them
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def squeezed(text: str) -> str:
    """Return a text in NFC without spaces and joiners: the same however a line was read."""
    letters = "".join(unicodedata.normalize("NFC", text).split())
    return letters if letters.isascii() else JOINERS.sub("", letters)


@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """One block element that lines stand in; another element of the same name is another box."""

    tag: str
    name: str = ""
    """Its class and id as written."""

    @property
    def sign(self) -> tuple[str, str]:
        """What the boxes of one kind have in common, on a page and from page to page."""
        return self.tag, _unnumbered(self.name)

    @property
    def step(self) -> str:
        """The box as a template names it."""
        return _step(self.tag, self.name)


@lru_cache(maxsize=8192)
def _unnumbered(name: str) -> str:
    return DIGITS.sub("0", name)


@lru_cache(maxsize=8192)
def _step(tag: str, name: str) -> str:
    """Return a block as a template names it: its tag, and its class and id without numbers.

    Numbers in names are the page's own; a class may change its place among the others.
    """
    names = sorted({DIGITS.sub("0", one) for one in name.split()})
    return ".".join([tag, *names[:NAMES]])


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page or of a text: a paragraph, a heading, a list item, a table row."""

    text: str
    at: int
    """Its place among the lines of the page, or of the extractor's answer, from 0."""
    tag: str = ""
    """The block element it stands in; empty where the line was not found again in the page."""
    marks: frozenset[str] = frozenset()
    """What its ancestors' tags and classes say: see named.py."""
    links: float = 0.0
    """Share of its characters that are link text, from 0 to 1."""
    path: tuple[Box, ...] = field(default=(), compare=False, repr=False)
    """The blocks it stands in, html first; empty where the line was not found in the page."""
    spots: tuple[int, ...] = ()
    """Its places among the lines of the page; none where it was not found again there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a page says about its article beside the text, each as written."""

    titles: tuple[str, ...] = ()
    """JSON-LD headline, og:title, twitter:title, microdata, the feed's: mostly without the site."""
    title_tag: str | None = None
    headings: tuple[str, ...] = ()
    """The h1 of the page, at most five."""
    meta: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By name, property or http-equiv in lower case, in document order."""
    article: Mapping[str, Any] = field(default_factory=dict)
    """The JSON-LD object of the article; empty if there is none."""
    things: tuple[Mapping[str, Any], ...] = ()
    """Every JSON-LD object of the page, the article included."""
    items: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Microdata by itemprop: the content or datetime attribute, else the text."""
    links: Mapping[str, str] = field(default_factory=dict)
    """The first href of each rel of the head, in lower case: canonical, amphtml, license."""
    times: tuple[tuple[str, str], ...] = ()
    """Of each time element, at most twenty: its datetime attribute and its text."""
    stated: Mapping[str, str] = field(default_factory=dict)
    """The whole text, a paragraph a line, by who says it: see stated.BODY and FEED."""
    sections: tuple[str, ...] = ()
    """Names of the part of the paper: JSON-LD, meta, breadcrumbs; the nearest first."""
    sites: tuple[str, ...] = ()
    """What the paper calls itself: the catalogue's name, og:site_name, the ends of <title>."""
    authors: tuple[str, ...] = ()
    """Names in JSON-LD, meta and microdata, not cleaned."""
    language: str | None = None
    """The lang attribute of the page."""
    profiles: tuple[str, ...] = ()
    """What the links to pages about authors say, in document order, each once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """The extractor's answer on its way through the rules."""

    lines: tuple[Line, ...]
    evidence: Evidence
    page: tuple[Line, ...] = ()
    """Every line of the page, boilerplate included."""
    tree: HtmlElement | None = None
    stripped: tuple[Stripped, ...] = ()
    extracted_by: str = ""
    template: str | None = None
    confidence: float | None = None
    """From 0 to 1: how sure it is that the lines are the article; None where nobody judged."""

    def has_text(self, least: int) -> bool:
        """Return whether the lines left are together at least that long, as ``size`` measures."""
        return sum(size(line.text) for line in self.lines) >= least

    def beside(self, most: int) -> tuple[Beside, ...]:
        """Return kept lines, stripped ones and those the extractor did not take, in page order.

        Of the last kind each once, and ``most`` at the most.
        """
        places = {squeezed(line.text): line.at for line in reversed(self.page)}
        rows: list[tuple[int, Beside]] = []
        for line in self.lines:
            before = rows[-1][0] if rows else 0
            at = line.spots[0] if line.spots else places.get(squeezed(line.text), before)
            rows.append((at, Beside(line.text, None)))
        for gone in self.stripped:
            at = places.get(squeezed(gone.text), len(self.page))
            rows.append((at, Beside(gone.text, gone.rule)))
        taken = "\n".join(squeezed(one.text) for _, one in rows)
        found = dict.fromkeys(line.text for line in self.page if squeezed(line.text) not in taken)
        left_out = itertools.islice(found, most)
        rows += [(places[squeezed(text)], Beside(text, LEFT_OUT)) for text in left_out]
        return tuple(one for _, one in sorted(rows, key=lambda row: row[0]))

    def without(self, taken: Iterable[Line], rule: str, pages: int | None = None) -> "Manuscript":
        """Return the manuscript less these lines, each recorded under the rule."""
        gone = {line.at: line for line in taken}
        if not gone:
            return self
        record = tuple(
            Stripped(text=line.text, rule=rule, at=at, pages=pages) for at, line in gone.items()
        )
        kept = tuple(line for line in self.lines if line.at not in gone)
        return replace(self, lines=kept, stripped=self.stripped + record)
