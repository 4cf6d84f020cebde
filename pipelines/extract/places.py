"""The lines of a page, each with what the tags and classes around it say about it.

One walk over the tree, which is not changed.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from lxml import etree
from lxml.html import HtmlElement

from pipelines.extract import around
from pipelines.extract.manuscript import INVISIBLE, Box, Line
from pipelines.extract.named import NONE, named_marks, tag_marks
from pipelines.records import Path

_BLOCKS = """
    address article aside blockquote body button caption center dd details dialog dir div dl dt
    fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav
    ol p pre section summary table tbody td tfoot th thead tr ul
"""
BLOCKS = frozenset(_BLOCKS.split())
BREAKS = frozenset({"br", "hr"})
PICTURES = frozenset({"img", "amp-img"})
_SILENT = """
    head script style noscript template svg select option textarea iframe object canvas audio video
    math map datalist
"""
SILENT = frozenset(_SILENT.split())
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
MAX_LINES = 20_000
Boxes = list[tuple[Box, HtmlElement, int]]
"""The boxes of a page in document order: each with its element, and in how many others it is."""
Ways = dict[str, Any]
"""Steps from a box to those within it, each with the same again."""
_END: Ways = {"": None}


def lines(tree: HtmlElement, without: Collection[Path] = ()) -> tuple[Line, ...]:
    """Return the page's lines in document order, at most 20,000.

    ``without`` names boxes by their paths that are passed by.
    """
    return read(tree, without)[0]


def read(tree: HtmlElement, without: Collection[Path] = ()) -> tuple[tuple[Line, ...], Boxes]:
    """Return what ``lines`` does, and the boxes that were looked into, empty ones too."""
    walk = _Walk(_ways(without))
    context = etree.iterwalk(tree, events=("start", "end"))
    for event, element in context:
        tag = element.tag
        if event == "end":
            walk.leave(tag, element.tail)
        elif tag in SILENT or not isinstance(tag, str):
            walk.skip()
            context.skip_subtree()
        elif not walk.enter(tag, element):
            context.skip_subtree()
        if len(walk.found) >= MAX_LINES:
            break
    return around.marked(walk.found, walk.pictures, walk.forms), walk.boxes


def _ways(paths: Iterable[Path]) -> Ways:
    """Return paths as a tree of their steps; each ends with _END."""
    ways: Ways = {}
    for path in paths:
        at = ways
        for step in path[:-1]:
            at = at.setdefault(step, {})
        at[path[-1]] = _END
    return ways


class _Walk:
    """Where the walk stands: open blocks, their marks, and the text since the last boundary."""

    def __init__(self, ways: Ways) -> None:
        self.ways: list[Ways | None] = [ways]
        self.found: list[Line] = []
        self.boxes: Boxes = []
        self.marks: list[frozenset[str]] = [NONE]
        self.paths: list[tuple[Box, ...]] = [()]
        self.text: list[str] = []
        self.inline: list[frozenset[str]] = []  # marks of the inline elements that hold the text
        self.in_link = 0
        self.linked = 0
        self.pictures: list[around.Place] = []
        self.forms: list[around.Place] = []

    def enter(self, tag: str, element: HtmlElement) -> bool:
        """Return whether what the element holds is looked at; its end comes in either case."""
        if tag in BLOCKS or tag in BREAKS:
            self.flush()
        has = dict(element.items())  # asking for each attribute would double the time of the walk
        own = _marks(tag, has)
        self.marks.append(self.marks[-1] | own if own else self.marks[-1])
        if tag in BLOCKS:
            box, way = _box(tag, has), self.ways[-1]
            self.boxes.append((box, element, len(self.paths)))
            self.paths.append((*self.paths[-1], box))
            way = None if way is None else way.get(box.step)
            self.ways.append(way)
            if way is _END:
                return False
        if tag == "a":
            self.in_link += 1
        elif tag in PICTURES:
            self.flush()
            self.pictures.append((len(self.found), self.paths[-1]))
        elif tag == "form" or (tag == "input" and has.get("type") == "email"):
            self.forms.append((len(self.found), self.paths[-1]))
        if element.text:
            self.say(element.text)
        return True

    def leave(self, tag: object, tail: str | None) -> None:
        if tag in BLOCKS or tag in BREAKS:
            self.flush()
        self.marks.pop()
        if tag in BLOCKS:
            self.paths.pop()
            self.ways.pop()
        if tag == "a":
            self.in_link -= 1
        if tail:
            self.say(tail)

    def skip(self) -> None:
        # its end event still comes: keep the stacks level
        self.marks.append(self.marks[-1])

    def say(self, text: str) -> None:
        self.text.append(text)
        if not text.isspace():
            self.inline.append(self.marks[-1])
            if self.in_link:
                self.linked += len(text.strip())

    def flush(self) -> None:
        if self.inline:
            text = " ".join("".join(self.text).split())
            text = text if text.isascii() else INVISIBLE.sub("", text)
            # a mark holds for a line where every piece of its text stands under it
            marks = frozenset.intersection(*self.inline) if len(self.inline) > 1 else self.inline[0]
            links = min(1.0, self.linked / max(1, len(text)))
            path, at = self.paths[-1], len(self.found)
            tag = path[-1].tag if path else ""
            self.found.append(Line(text, at, tag, marks, links, path, (at,)))
        self.text, self.inline, self.linked = [], [], 0


def _box(tag: str, has: Mapping[str, str]) -> Box:
    if not has:
        return Box(tag)
    return Box(tag, " ".join(filter(None, (has.get("class"), has.get("id")))))


def _marks(tag: str, has: Mapping[str, str]) -> frozenset[str]:
    if not has:  # most elements
        return tag_marks(tag)
    named = "class" in has or "id" in has
    marks = named_marks(tag, has.get("class"), has.get("id")) if named else tag_marks(tag)
    if "hidden" in has or ("style" in has and HIDDEN.search(has["style"])):
        marks |= {"hidden"}
    if (
        "rel" in has or "itemprop" in has
    ) and "author" in f"{has.get('rel')} {has.get('itemprop')}":
        marks |= {"byline", "author"}
    return marks
