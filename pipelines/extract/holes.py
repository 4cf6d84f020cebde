"""What the extractor left out of the article that it found, told by where its own lines stand.

Places of the page's lines in, places out.
"""

from collections import Counter
from collections.abc import Collection, Sequence

from pipelines.extract.manuscript import Box, Line
from pipelines.extract.prose import LINK, PARAGRAPH
from pipelines.extract.region import Home, home, inner
from pipelines.extract.view import View

HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
ITEMS = HEADS - {"h1"} | {"li"}  # lists and subheads go with their paragraphs
OPENING = frozenset({"title", "byline", "time"})
STRANGE = frozenset({"form", "aside", "li"})


def opening(view: View, places: frozenset[int]) -> list[int]:
    """Return the paragraph that the extractor left out right above the first that it kept.

    It loses what stands in the box itself, with no element of its own: right/wrong 11/1.
    """
    texts = [at for at in sorted(places) if view.prose[at] and not view.foreign[at]]
    texts = [at for at in texts if at != view.title and view.page[at].tag not in HEADS]
    first = next((nth for nth, at in enumerate(texts) if at in view.kept), 0)
    above = texts[max(0, first - 1) : first]
    box = inner(view.page[texts[first]]) if texts else None
    return [at for at in above if inner(view.page[at]) is box and view.page[at].links < LINK]


def shown(view: View, top: int) -> list[int]:
    """Return the paragraph right above a block that stands in the box around it.

    So a page shows the opening to everybody, and hides the block from those who have not paid.
    """
    at = max(0, top - 1)
    line = view.page[at]
    is_text = view.prose[at] and not view.foreign[at] and line.links < LINK
    is_around = line.tag not in HEADS and inner(line) in view.page[top].path
    return [at] if at < top and is_text and is_around else []


def holes(view: View, places: frozenset[int]) -> list[int]:
    """Return the lines that the extractor left out between two that it kept, or behind those."""
    taken = places & view.kept
    texts = [view.page[at] for at in sorted(taken) if view.prose[at]]
    homes = {inner(line) for line in texts}
    signs = {box.sign for box in homes if box and box.name}
    missing = [at for at in sorted(places) if _is_missing(view, at)]
    last = max(taken, default=0)
    between = [at for at in missing if min(taken, default=last) < at < last]
    found = [at for at in between if _is_hole(view, at, homes, signs)]
    end = next((line.at for line in view.page[last + 1 :] if _opens_another(line)), len(view.page))
    behind = [at for at in missing if last < at < end]
    return [*found, *_rest(view, behind, Counter(map(home, texts)))]


def _opens_another(line: Line) -> bool:
    """Return whether a line is the title or byline of the next article, on a page that goes on."""
    return line.tag == "h1" or not OPENING.isdisjoint(line.marks)


def _rest(view: View, behind: Sequence[int], homes: Counter[Home]) -> list[int]:
    """Return the lines that go on in boxes such as several kept ones stand in.

    One paragraph may be about the writer.
    """
    own = [at for at in behind if homes[home(view.page[at])] > 1]
    texts = [at for at in own if view.page[at].tag == "p" and view.sizes[at] >= PARAGRAPH]
    texts = [at for at in texts if "ad" not in view.page[at].marks]
    return [at for at in own if at <= texts[-1]] if len(texts) > 1 else []


def _is_missing(view: View, at: int) -> bool:
    line = view.page[at]
    is_text = view.prose[at] or line.tag in ITEMS
    return is_text and at not in view.kept and not view.foreign[at] and line.links < LINK


def _is_hole(
    view: View, at: int, homes: Collection[Box | None], signs: Collection[tuple[str, str]]
) -> bool:
    """Return whether a missing line goes with its neighbours.

    Beside kept sentences, or in a box of their kind, whatever is missing does; in a box that the
    extractor left out whole, sentences only: there a list sells newsletters.
    """
    line = view.page[at]
    box = inner(line)
    if box in homes or (box is not None and box.sign in signs):
        return True
    return view.prose[at] and not any(box.tag in STRANGE for box in line.path)
