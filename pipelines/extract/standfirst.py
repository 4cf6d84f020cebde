"""The standfirst that the extractor left out, found where the page itself describes the article."""

import re
from collections.abc import Iterator

from pipelines.extract.jsonld import kinds
from pipelines.extract.manuscript import Evidence, Line
from pipelines.extract.prose import LINK
from pipelines.extract.view import FOREIGN, Pairs, View, pairs

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
NEWS = "NewsArticle"
BOXES = 3  # around the line: field, items, item
TEASER = frozenset({"related"})  # what a box named teaser is else: of another article, below


def standfirst(view: View, above: range, said: str, evidence: Evidence) -> list[int]:
    """Return the place of the line above the text that a description says, else that is named so.

    ``above`` are the places above the text that may be the article's, ``said`` the description of
    the head. [] if there is no such line.
    """
    above = range(max(0, above.start), above.stop)
    opening = pairs(view.page[above.stop].text) if view.page else frozenset()
    for wanted, is_sure in ((pairs(said), False), *_marked(evidence)):
        if len(wanted) >= LEAST_SAID and len(opening & wanted) <= SAID * len(wanted):
            found = [at for at in above if _says(view, at, wanted)]
            if found and (is_sure or _is_news(view, found[0], evidence)):
                return found[:1]
    return list(_named(view, above))


def _named(view: View, above: range) -> Iterator[int]:
    """Yield the sentences above the text that the page itself names a lead: right/wrong 14/3.

    One that the text says again is its excerpt.
    """
    said = frozenset().union(*(pairs(view.page[at].text) for at in view.kept))
    for at in above:
        line = view.page[at]
        is_foreign = view.foreign[at] and line.marks & FOREIGN != TEASER
        is_lead = view.prose[at] and not is_foreign and _is_named(line)
        if is_lead and at != view.title and line.tag != "h1":
            words = pairs(line.text)
            if len(words & said) < SAID * len(words):
                yield at


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
