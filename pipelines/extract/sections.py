"""Sections that an article goes on in, each with a heading and in a box of its own. Pure.

So page builders set the steps of a guide, or questions and their answers. Teasers of other articles
look alike, but their headings are links, or they are fewer and say less.
"""

from collections.abc import Collection, Sequence

from pipelines.extract.holes import HEADS
from pipelines.extract.prose import LINK
from pipelines.extract.view import View

_APART = "ad asking contents embed form legal newsletter popup promo tags"
APART = frozenset(_APART.split())
FEWEST = 3  # two are about the writer and the newsletter
QUESTION = ("?", "\uff1f", "\u061f", "\u037e")  # also of Chinese, Arabic and Greek
Section = list[int]
"""Places of a heading and of what stands under it."""


def sections(view: View, core: Collection[int]) -> frozenset[int]:
    """Return the lines of the sections below the core of an article that are a part of it.

    They are where they outweigh the core, or where each answers a question: right on 8 of 9 pages.
    """
    first = min((at for at in core if view.prose[at]), default=len(view.page))
    below = range(max(first, view.title or 0) + 1, len(view.page))
    found = _sections(view, below, core)
    lines = frozenset(at for section in found for at in section)
    is_more = view.weight(lines) > view.weight(core)
    is_asked = all(view.page[section[0]].text.endswith(QUESTION) for section in found)
    return lines if len(found) >= FEWEST and (is_more or is_asked) else frozenset()


def _sections(view: View, places: Sequence[int], core: Collection[int]) -> list[Section]:
    found: list[Section] = [[]]
    for at in places:
        line = view.page[at]
        if line.tag == "h1":  # another article
            break
        if at in core or _is_end(view, at):
            found.append([])
        elif line.tag in HEADS:
            found.append([at])
        elif found[-1] and not view.foreign[at] and (view.prose[at] or line.tag == "li"):
            found[-1].append(at)
    return [section for section in found if any(view.prose[at] for at in section[1:])]


def _is_end(view: View, at: int) -> bool:
    """Return whether a line ends a section; a picture's caption does not."""
    line = view.page[at]
    is_foreign = view.foreign[at] and "caption" not in line.marks
    return is_foreign or line.links >= LINK or not APART.isdisjoint(line.marks)
