"""The people who wrote an article: names as published, never an agency's address or the site."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, dropwhile, islice, takewhile

from config.phrasebook import fold
from pipelines.clean import bylines, signatures
from pipelines.enrich import dates, names
from pipelines.extract.manuscript import Evidence, Line
from pipelines.extract.prose import LINK, is_prose
from pipelines.records import Stripped

MOST = 20
BYLINE_CHARS = 120
ABOVE, BELOW = 3, 12  # lines around the title in which a byline stands
CLOSE, CLOSEST = 8, 5  # of those lines
SURE = 3  # of the places
MOST_SIGNED = 3
ELSEWHERE = frozenset({"comments", "related", "bio", "hidden", "nav", "footer", "list", "title"})
NEVER = frozenset({"comments", "hidden", "nav", "title", "crumb", "caption"})


def authors(
    evidence: Evidence,
    page: Iterable[Line],
    sites: Iterable[str | None],
    title: str | None = None,
    announced: Sequence[str] = (),
) -> tuple[str, ...]:
    """Return the authors' names in the order the page gives them; () where it names nobody.

    A paper or an agency is named, as published, where no person is. ``title`` is the article's: a
    byline stands beside it. ``announced`` are the feed's names: they say more than what the page
    shows, and less than what its data says.
    """
    own = {key for site in sites if site for key in _keys(site)}
    people: list[str] = []
    declared: list[str] = []
    for said in (evidence.authors, announced):
        found = [name for text in said for name in names.people(text)]
        persons = _persons(found, own)
        if any(map(_may_be_whole, persons)):
            people, declared = persons, found
            break
        declared = declared or persons or found  # a login, a first name, a newsroom
    lines = tuple(page)
    near = [line for line in _near(lines, title) if _may_be_byline(line)]
    for found in () if people else _found(evidence, lines, near, is_said=bool(declared)):
        people = people or _persons(found, own)
        declared = declared or found
    return _unique(people or declared or _as_published([*evidence.authors, *announced]))


def _found(
    evidence: Evidence, page: Sequence[Line], near: Sequence[Line], *, is_said: bool
) -> Iterator[list[str]]:
    """Yield the names of each place, of those that name a person outright if some are declared.

    The others outweighed a paper that declares itself on 4 pages of one half of the sample, wrongly
    on 3 and 2 of the two.
    """
    if not is_said:
        return _places(evidence, page, near)
    sure = islice(_places(evidence, page, near), SURE)
    return (found for found in sure if any(map(names.is_person, found)))


def signed(stripped: Iterable[Stripped]) -> tuple[str, ...]:
    """Return the names that were taken from under the text, else credited in a byline in it."""
    taken = tuple(stripped)
    under = (one.text for one in taken if one.rule == signatures.RULE)
    found = _unique(name for text in under for name in names.people(text))
    credits = (names.credited(one.text) for one in taken if one.rule == bylines.RULE)
    return found or _unique(next(filter(None, credits), ()))


def _keys(site: str) -> set[str]:
    """Return the forms in which a site's name or host may be an author's: "The Gull", "thegull"."""
    labels = site.lower().removeprefix("www.").split(".")
    return {fold(site), fold(site).replace(" ", ""), labels[0]}


def _persons(said: Iterable[str], own: set[str]) -> list[str]:
    return [name for name in said if not (_is_own(name, own) or names.is_agency(name))]


def _may_be_whole(name: str) -> bool:
    return (" " in name or names.is_person(name)) and not names.is_crew(name)


def _is_own(name: str, own: set[str]) -> bool:
    return fold(name) in own or fold(name).replace(" ", "") in own


def _as_published(said: Iterable[str]) -> list[str]:
    """Return the first name that is nobody's but may be the paper's own: "gull.example"."""
    fitting = (text for text in said if fold(text) not in names.NOBODY and not dates.read(text))
    return [text for text in fitting if not re.search(r"://|@|^\d+$", text)][:1]


def _places(evidence: Evidence, page: Sequence[Line], near: Sequence[Line]) -> Iterator[list[str]]:
    """Yield the names that each place of the page gives, the most telling place first."""
    yield _credited(near)
    yield _marked(near)
    yield _linked(near[:CLOSE], evidence.profiles)
    yield _dated(near)
    yield _lone(near[:CLOSEST], Counter(line.text for line in page))
    others = [line for line in page if _may_be_byline(line) and not line.marks & ELSEWHERE]
    signed = [line for line in others if "author" in line.marks]
    yield [name for line in signed for name in names.people(line.text)][:MOST_SIGNED]
    marked = [line for line in others if "byline" in line.marks]
    yield _credited(marked)
    yield _marked(marked[:2])
    yield _credited_once(others)
    yield [text for text in evidence.profiles if names.is_full_name(text)][:1]
    yield [line.text for line in page if "bio" in line.marks and names.is_full_name(line.text)][:1]


def _near(page: Sequence[Line], title: str | None) -> Sequence[Line]:
    """Return the lines around the h1, or around the line that ends with the title.

    Those below it come first.
    """
    tops = (line.at for line in page if line.tag == "h1" and "nav" not in line.marks)
    said = fold(title or "")
    named = (line.at for line in page if said and fold(line.text).endswith(said))
    top = next(chain(tops, named), None)
    if top is None:
        return ()
    return (*page[top + 1 : top + 1 + BELOW], *reversed(page[max(0, top - ABOVE) : top]))


def _may_be_byline(line: Line) -> bool:
    return len(line.text) <= BYLINE_CHARS and not line.marks & NEVER and not is_prose(line)


def _credited(lines: Iterable[Line]) -> list[str]:
    """Return the names of the first line that says "By" and its like."""
    return next(filter(None, (names.credited(line.text) for line in lines)), [])


def _credited_once(lines: Iterable[Line]) -> list[str]:
    """Return the persons that a page credits anywhere; [] where its lines credit several."""
    opened = (line.text for line in lines if names.opens(line.text))
    found = {tuple(said) for text in opened if (said := names.credited(text))}
    return list(filter(names.is_person, next(iter(found)))) if len(found) == 1 else []


def _linked(lines: Sequence[Line], profiles: Sequence[str]) -> list[str]:
    """Return what the first line that leads to pages about authors calls them."""
    for line in lines:
        found = [text for text in profiles if text == line.text or _is_within(text, line.text)]
        if found:
            return [name for text in found for name in names.people(text)]
    return []


def _is_within(name: str, text: str) -> bool:
    return names.is_full_name(name) and name in text


def _lone(lines: Sequence[Line], said: Mapping[str, int]) -> list[str]:
    """Return the full names of the first line that is nothing else and is more than plain text.

    More is: a link, a mark, or a second time on the page, as over the author's box.
    """
    telling = (
        line
        for line in lines
        if (line.links > LINK or line.marks & {"meta", "stressed"} or said[line.text] > 1)
        and ("list" not in line.marks or "meta" in line.marks)
    )
    return next(filter(None, (names.lone(line.text) for line in telling)), [])


def _marked(lines: Sequence[Line]) -> list[str]:
    """Return the names of the first lines in a row that are marked and say nothing but names."""
    marked = [line for line in lines if line.marks & {"byline", "author"}]
    said = (names.lone(part) for line in marked for part in names.parts(line.text))
    named = dropwhile(lambda found: not found, said)
    return [name for found in takewhile(bool, named) for name in found]


def _dated(lines: Sequence[Line]) -> list[str]:
    """Return the full names of the first line that says a day too."""
    for line in lines:
        parts = names.parts(line.text)
        found = [name for part in parts for name in names.lone(names.until_stop(part))]
        if found and dates.read(line.text):
            return found
    return []


def _unique(said: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in said:
        found.setdefault(fold(name), name)
    # "Brazil, Rachel" beside "Rachel Brazil"
    whole = [set(key.split()) for key in found if " " in key]
    parts = {key for key in found if " " not in key and any(key in words for words in whole)}
    return tuple(name for key, name in found.items() if key not in parts)[:MOST]
