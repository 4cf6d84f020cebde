"""The standfirst that the extractor left out, found where the page itself describes the article."""

import re
from collections.abc import Iterator

from pipelines.extract.jsonld import kinds
from pipelines.extract.manuscript import Evidence, Line
from pipelines.extract.prose import LINK
from pipelines.extract.view import FOREIGN, Pairs, View, pairs, shares_words

SAID = 0.8  # of the words of a description and of the line that says it
LEAST_SAID = 5  # pairs of words; less is a motto
HEADS = frozenset({"h2", "h3", "h4"})
# A news page's description, shown above its text, is a part of the article, a blog's is its
# excerpt: so said, lines right/wrong 59/10 (8 of them in one paper), without these signs 64/24
NAMED = re.compile(
    r"lead(?!er|ing)|lede|stand-?first|de[ck]k?(?![a-z])|intro|sub-?(?:title|head)|summary|chapo|chapeau"
    r"|ingress|entradilla|bajada|sottotitolo|sommario|occhiello|vorspann|teaser-?text|preamble"
    r"|announce|anons|подзаголовок",
    re.IGNORECASE,
)
OTHER = re.compile(r"cookie|consent|author|live|promo|newsletter|subscri", re.IGNORECASE)
OTHERS = frozenset({"ad", "author", "byline", "form", "popup", "promo"})
SHARED = 0.1  # of the lead's long words, in title and text
NEWS = "NewsArticle"
BOXES = 3  # around the line: field, items, item
TEASER = frozenset({"related"})  # what a box named teaser is else: of another article, below


def standfirst(
    view: View, start: int, text: frozenset[int], said: str, evidence: Evidence
) -> list[int]:
    """Return the place of the line above the text that a description says, else that is named so.

    From ``start`` on a line may be the article's; ``text`` are the places of what is known to be
    its text. ``said`` is the description of the head. [] if there is none.
    """
    first = min(text, default=0)
    above = range(max(0, start), first)
    opening = pairs(view.page[first].text) if view.page else frozenset()
    for wanted, is_sure in ((pairs(said), False), *_marked(evidence)):
        if len(wanted) >= LEAST_SAID and len(opening & wanted) <= SAID * len(wanted):
            found = [at for at in above if _says(view, at, wanted)]
            if found and (is_sure or _is_news(view, found[0], evidence)):
                return found[:1]
    return list(_named(view, above.start, text, evidence))


def _named(view: View, start: int, places: frozenset[int], evidence: Evidence) -> Iterator[int]:
    """Yield the sentences above the text that the page itself names a lead: right/wrong 14/3.

    One that the text says again is its excerpt.
    """
    text = "\n".join(view.page[at].text for at in sorted(places))
    known = "\n".join((text, *evidence.titles, *evidence.headings))
    said = pairs(text)
    for at in range(start, min((at for at in places if view.prose[at]), default=0)):
        line = view.page[at]
        words = pairs(line.text)
        is_lead = at != view.title and line.tag != "h1" and _is_lead(view, at)
        if is_lead and len(words & said) < SAID * len(words):
            # a lead is about what the text is about; once is enough, for whatever screens
            if shares_words([line.text], known, SHARED):
                yield at
            said |= words


def _is_lead(view: View, at: int) -> bool:
    line = view.page[at]
    is_foreign = view.foreign[at] and line.marks & FOREIGN != TEASER
    is_other = not line.marks.isdisjoint(OTHERS)
    is_other = is_other or any(OTHER.search(box.name) for box in line.path[-BOXES:])
    return view.prose[at] and _is_named(line) and not is_foreign and not is_other


def _marked(evidence: Evidence) -> list[tuple[Pairs, bool]]:
    """Return what the page's microdata calls the description."""
    return [(pairs(text), True) for text in evidence.items.get("description", ())]


def _says(view: View, at: int, wanted: Pairs) -> bool:
    line = view.page[at]
    if at == view.title or view.foreign[at] or line.links >= LINK:
        return False
    words = pairs(line.text)
    return len(words & wanted) >= SAID * max(len(words), len(wanted))


def _is_news(view: View, at: int, evidence: Evidence) -> bool:
    line = view.page[at]
    is_below = view.title is not None and at == view.title + 1
    said = any(kind.endswith(NEWS) for kind in kinds(evidence.article))
    return said or _is_named(line) or (is_below and line.tag in HEADS)


def _is_named(line: Line) -> bool:
    return any(NAMED.search(box.name) for box in line.path[-BOXES:])
