"""The extractor's answer held against the page: pruned, its holes filled, or replaced. Pure."""

from collections import deque
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from pipelines.extract.holes import holes, opening, shown
from pipelines.extract.jsonld import texts
from pipelines.extract.located import Found
from pipelines.extract.manuscript import Evidence, Line
from pipelines.extract.prose import LINK
from pipelines.extract.region import region
from pipelines.extract.sections import sections
from pipelines.extract.standfirst import standfirst
from pipelines.extract.view import View, look, pairs, shares_words
from pipelines.letters import size

# share of the region's sentences that an answer has which only needs mending; swept 0.3-0.5: F1
# 94.67-94.56, pages that lost a fifth of their text 5.1-4.7%
COVER = 0.4
LEAST_BLOCK = 200  # letters of sentences that a block must have to outvote the extractor
ABOVE = 10  # lines above the region that a standfirst may be away where no title is shown
# times that the agreement of extractor and layout weighs as much as a title above the text, or as
# the description in it: alone it tells a bad page from a good one in 66 of 100 pairs, all in 67
AGREEMENT = 3
ABOVE_TITLE = 0.3  # of the region's sentences: more is the article itself
# of a page that is a teaser: so much longer is what is stated elsewhere; letters that say too
# little to compare; share of its words, or of its title's, that are stated
STATED_TIMES, TEASER, SHARED = 3, 400, 0.3
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

    Where the answer has less than two fifths of that box, the wrong part of the page was taken:
    then the box itself is the answer.
    """
    view = look(page, frozenset(spot for line in found for spot in line.spots), evidence)
    said = _description(evidence)
    places = region(view, said)
    above = _above_title(view, places)
    places -= above
    whole = view.weight(places)
    has = view.weight(places & view.kept)
    if whole and has >= COVER * whole:
        start, by = _start(view, min(places)), MENDED
        lead = standfirst(view, start, view.kept - {view.title}, said, evidence)
        added = sorted({*lead, *opening(view, places), *holes(view, places)})
    elif whole >= LEAST_BLOCK:
        top = min(places)
        lead = standfirst(view, _start(view, top), places, said, evidence)
        places |= frozenset((*lead, *_led(view, top), *shown(view, top)))
        added, start, by = _block(view, places), min(places), OWN
    else:
        added, start, by, places = [], 0, MENDED, frozenset(range(len(page)))
    more = sections(view, places & view.kept | frozenset(added))
    places |= more
    added = sorted({*added, *more - view.kept})
    every = _merged(found, [Found(page[at].text, (at,)) for at in added])
    kept = tuple(line for line in every if _belongs(line, places, start, above))
    by_whom, stated = _stated(view, kept, evidence)
    if stated:
        after = _merged([*stated, *found], ())
        sure = round(_shared(kept, stated), 2)
        return Opinion(kept=stated, dropped=after[len(stated) :], by=by_whom, confidence=sure)
    return Opinion(
        kept=kept,
        dropped=tuple(line for line in every if not _belongs(line, places, start, above)),
        by=by if added or len(kept) < len(found) else "",
        confidence=_confidence(view, places, kept, said),
    )


def _above_title(view: View, places: frozenset[int]) -> frozenset[int]:
    """Return the sentences above the title, where most of the region stands below it.

    What else stands there the rules know by name: breadcrumbs, labels, tools.
    """
    above = frozenset(at for at in range(view.title or 0) if view.prose[at])
    is_more = view.weight(places & above) > ABOVE_TITLE * view.weight(places)
    return frozenset() if is_more else above


def _description(evidence: Evidence) -> str:
    metas = [evidence.meta.get(name, ())[:1] for name in ("og:description", "description")]
    said = [one for values in metas for one in values]
    return max([*said, *texts(evidence.article.get("description"))[:1]], key=len, default="")


def _stated(view: View, kept: Sequence[Found], evidence: Evidence) -> tuple[str, tuple[Found, ...]]:
    """Return who states the text, and it, where the page shows hardly any; () where it does.

    What shares words neither with the sentences that the page shows nor with its title is another
    text.
    """
    if not evidence.stated:
        return "", ()
    by_whom, said = max(evidence.stated.items(), key=lambda one: size(one[1]))
    whole = tuple(Found(line, (), at) for at, line in enumerate(said.split("\n")))
    shown = sum(size(line.text) for line in kept)
    if shown >= LEAST_BLOCK and STATED_TIMES * shown > size(said):
        return "", ()
    has_prose = any(view.prose[spot] for line in kept for spot in line.spots)
    is_alike = not has_prose or _shared(kept, whole) >= SHARED
    if is_alike or (
        shown < TEASER and shares_words((*evidence.titles, *evidence.headings), said, SHARED)
    ):
        return by_whom, whole
    return "", ()


def _shared(kept: Sequence[Found], stated: Sequence[Found]) -> float:
    """Return which share of the words that the page shows is stated too."""
    shown, said = (pairs(" ".join(line.text for line in lines)) for lines in (kept, stated))
    return len(shown & said) / max(1, len(shown))


def _block(view: View, places: frozenset[int]) -> list[int]:
    """Return the lines of the region that the extractor did not take."""
    return _plain(view, sorted(places - view.kept))


def _led(view: View, top: int) -> list[int]:
    """Return the sentences between the title and a block that the extractor took too."""
    start = top if view.title is None else view.title + 1
    return _plain(view, (at for at in range(start, top) if at in view.kept and view.prose[at]))


def _plain(view: View, places: Iterable[int]) -> list[int]:
    return [at for at in places if not view.foreign[at] and view.page[at].links < LINK]


def _start(view: View, top: int) -> int:
    """Return from where on lines above the region may be the article's: standfirst, subtitle."""
    if view.title is not None and view.title < top:
        return view.title
    return top - ABOVE


def _belongs(line: Found, places: frozenset[int], start: int, above: Collection[int]) -> bool:
    if not line.spots or line.spots[0] in places:
        return True
    return start <= line.spots[0] < min(places) and line.spots[0] not in above


def _merged(found: Sequence[Found], added: Iterable[Found]) -> tuple[Found, ...]:
    """Return both in the page's order, numbered; a line without place follows its neighbour."""
    made: list[Found] = []
    rest = deque(added)
    for line in found:
        while rest and line.spots and rest[0].spots < line.spots:
            made.append(rest.popleft())
        made.append(line)
    return tuple(replace(line, at=at) for at, line in enumerate((*made, *rest)))


def _confidence(view: View, places: frozenset[int], found: Sequence[Found], said: str) -> float:
    """Return the weighed mean of what can be told, from 0 to 1."""
    either = view.weight(view.kept | places)
    agreed = view.weight(view.kept & places) / either if either else 0.0
    is_titled = view.title is not None and view.title < min(places, default=0)
    signs = [*[agreed] * AGREEMENT, float(is_titled)]
    if wanted := pairs(said):
        has = pairs(" ".join(line.text for line in found))
        signs.append(len(wanted & has) / len(wanted))
    return round(sum(signs) / len(signs), 2)
