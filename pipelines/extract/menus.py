"""The page without what is no text of any article: boxes of links, boxes of nothing. Pure.

The extractor has half as much to look through so, and takes fewer lists of links for text.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from typing import Final

from lxml.html import HtmlElement

from pipelines.extract.manuscript import Line
from pipelines.extract.places import Boxes
from pipelines.extract.prose import is_prose

# swept on recorded pages: .6-.95 of the letters and 1-5 lines gave the same F1 within .1, all of
# them .1-.2 more than with the menus
LINKED = 0.8
LEAST_LINES = 3  # a link or two may stand in a box of their own amid an article
KEPT_TAGS = frozenset({"html", "body"})
MARK: Final = "data-dateline-menu"


def without_menus(tree: HtmlElement, lines: Sequence[Line], boxes: Boxes) -> HtmlElement:
    """Return a copy of the tree in which the outermost boxes of links, and of nothing, are empty.

    ``lines`` and ``boxes`` are what was read of the tree.
    """
    found = list(_outermost(lines, boxes))
    for element in found:
        element.set(MARK, "")
    made = copy(tree)
    for element in found:
        del element.attrib[MARK]
    for element in made.xpath(f"//*[@{MARK}]"):
        # emptied, not taken out: it parts what stands before from what stands behind
        element.clear(keep_tail=True)
    return made


def _outermost(lines: Sequence[Line], boxes: Boxes) -> Iterator[HtmlElement]:
    inside = len(boxes)  # depth of the last box that was left out
    for (box, element, depth), held in zip(boxes, _held(lines, boxes), strict=True):
        if depth <= inside:
            inside = len(boxes)
            if box.tag not in KEPT_TAGS and held.is_menu:
                inside = depth
                if len(element):
                    yield element


@dataclass(slots=True)
class _Held:
    """What the lines of a box are, all together."""

    lines: int = 0
    letters: int = 0
    linked: float = 0.0
    has_prose: bool = False

    def add(self, other: "_Held") -> None:
        self.lines += other.lines
        self.letters += other.letters
        self.linked += other.linked
        self.has_prose = self.has_prose or other.has_prose

    @property
    def is_menu(self) -> bool:
        """It has nothing but links, or nothing."""
        is_linked = self.linked >= LINKED * self.letters and self.lines >= LEAST_LINES
        return not self.lines or (is_linked and not self.has_prose)


def _held(lines: Sequence[Line], boxes: Boxes) -> list[_Held]:
    """Return what each box holds."""
    held = [_Held() for _ in boxes]
    of_box = {box: here for (box, _, _), here in zip(boxes, held, strict=True)}
    for line in lines:
        if line.path:
            here, letters = of_box[line.path[-1]], len(line.text)
            here.lines += 1
            here.letters += letters
            here.linked += line.links * letters
            here.has_prose = here.has_prose or is_prose(line)
    parents = _parents(boxes)
    for here, parent in zip(reversed(held), reversed(parents), strict=True):
        if parent is not None:
            held[parent].add(here)
    return held


def _parents(boxes: Boxes) -> list[int | None]:
    """Return the place of the box that each stands in; None for the outermost."""
    last: dict[int, int] = {}  # by depth
    parents: list[int | None] = []
    for at, (_, _, depth) in enumerate(boxes):
        parents.append(last.get(depth - 1))
        last[depth] = at
    return parents
