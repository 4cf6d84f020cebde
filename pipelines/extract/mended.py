"""The extractor's answer held against the page: pruned, its holes filled, or replaced. Pure."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pipelines.extract.jsonld import texts
from pipelines.extract.located import Found
from pipelines.extract.manuscript import Evidence, Line
from pipelines.extract.region import region
from pipelines.extract.sight import LINK, Sight, look, pairs

COVER = 0.3  # share of the region's sentences that an answer has which only needs mending
LEAST_BLOCK = 200  # letters of sentences that a block must have to outvote the extractor
ABOVE = 10  # lines above the region that a standfirst may be away where no title is shown
ITEMS = frozenset({"li", "h2", "h3", "h4"})  # lists and subheads go with their paragraphs
OWN = "densest block"
MENDED = "mended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What is held to be the article, who found it, and how sure that is."""

    kept: tuple[Found, ...]
    dropped: tuple[Found, ...] = ()
    """What the extractor took from outside the article; both are numbered in one order."""
    by: str = ""
    """How the answer was changed; empty where it was not."""
    confidence: float = 0.0
    """From 0 to 1: how far extractor, page layout and description agree."""


def mended(found: Sequence[Found], page: Sequence[Line], evidence: Evidence) -> Opinion:
    """Return the answer less what stands outside the article's box, its holes filled.

    Where the answer has less than a third of that box, the wrong part of the page was taken: then
    the box itself is the answer.
    """
    sight = look(page, frozenset(spot for line in found for spot in line.spots), evidence)
    said = _description(evidence)
    places = region(sight, said)
    whole = sight.weight(places)
    has = sight.weight(places & sight.kept)
    if whole and has >= COVER * whole:
        added, start, by = _holes(sight, places), _start(sight, min(places)), MENDED
    elif whole >= LEAST_BLOCK:
        added, start, by = _block(sight, places), min(places), OWN
    else:
        added, start, by, places = [], 0, "", frozenset(range(len(page)))
    every = _merged(found, [Found(page[at].text, (at,)) for at in added])
    kept = tuple(line for line in every if _belongs(line, places, start))
    return Opinion(
        kept=kept,
        dropped=tuple(line for line in every if not _belongs(line, places, start)),
        by=by if added or len(kept) < len(found) else "",
        confidence=_confidence(sight, places, kept, said),
    )


def _description(evidence: Evidence) -> str:
    metas = [evidence.meta.get(name, ())[:1] for name in ("og:description", "description")]
    said = [one for values in metas for one in values]
    return max([*said, *texts(evidence.article.get("description"))[:1]], key=len, default="")


def _holes(sight: Sight, places: frozenset[int]) -> list[int]:
    """Return the lines that the extractor left out between two that it kept."""
    taken = places & sight.kept
    between = range(min(taken), max(taken)) if taken else range(0)
    return [at for at in between if at in places and _is_hole(sight, at)]


def _block(sight: Sight, places: frozenset[int]) -> list[int]:
    """Return the lines of the region that the extractor did not take."""
    missing = sorted(places - sight.kept)
    return [at for at in missing if not sight.foreign[at] and sight.page[at].links < LINK]


def _start(sight: Sight, top: int) -> int:
    """Return from where on lines above the region may be the article's: standfirst, subtitle."""
    if sight.title is not None and sight.title < top:
        return sight.title
    return top - ABOVE


def _belongs(line: Found, places: frozenset[int], start: int) -> bool:
    if not line.spots or line.spots[0] in places:
        return True
    return start <= line.spots[0] < min(places)


def _is_hole(sight: Sight, at: int) -> bool:
    """Return whether the extractor left out a line that goes with its neighbours."""
    line = sight.page[at]
    if at in sight.kept or sight.foreign[at] or line.links >= LINK:
        return False
    return sight.prose[at] or line.tag in ITEMS


def _merged(found: Sequence[Found], added: Iterable[Found]) -> tuple[Found, ...]:
    """Return both in the page's order, numbered; a line without place follows its neighbour."""
    made: list[Found] = []
    rest = deque(added)
    for line in found:
        while rest and line.spots and rest[0].spots < line.spots:
            made.append(rest.popleft())
        made.append(line)
    return tuple(replace(line, at=at) for at, line in enumerate((*made, *rest)))


def _confidence(sight: Sight, places: frozenset[int], found: Sequence[Found], said: str) -> float:
    """Return the mean of what can be told: agreement of both, and the description's words."""
    either = sight.weight(sight.kept | places)
    signs = [sight.weight(sight.kept & places) / either if either else 0.0]
    if wanted := pairs(said):
        has = pairs(" ".join(line.text for line in found))
        signs.append(len(wanted & has) / len(wanted))
    return round(sum(signs) / len(signs), 2)
