"""The title of an article, without the site's name."""

import html
import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from config.phrasebook import DENSE, fold
from pipelines.extract.headline import alike, runs, stems
from pipelines.extract.manuscript import INVISIBLE, Evidence, Manuscript
from pipelines.extract.prose import is_prose
from pipelines.letters import size
from pipelines.template import title_key

SITE_WORDS = 4  # a last part of more words is half of the title
TITLE_CHARS = 500
NAME_SHARE = 0.35  # an h1 shorter than this beside the head's title is the site or the section
ALL_LINK = 0.8
LEAST_CHARS = 8
COLON = re.compile(r"：|:(?=\S)")  # "The Gull: pier opens" may be a sentence
TAGS = re.compile(r"</?[a-zA-Z]+ ?/?>")  # some papers set their titles with them
NEAR = 40
# swept 5-40: titles right on 91.2/89.3% of the two halves with 5, 92.0/90.5 with 15, 91.6/90.5
# with 40
OVER_TEXT = 15  # lines between a title and the first sentence
LEAST_WORDS, LEAST_SIZE = 3, 30  # a shorter h1 is a section; 2 and 4 words cost up to 0.4 points
SMALL_WORD, STEM = 3, 5  # letters; languages change the end of a word


def title(
    manuscript: Manuscript, names: Iterable[str | None], alike: Collection[int] = ()
) -> str | None:
    """Return the h1 that the head agrees with, else what most of head, JSON-LD and feed say.

    ``names`` are the site's: as the catalogue and the page have it, and its host; ``alike`` are
    titles that the site's pages share, by ``template.title_key``: each is one only where the page
    has no other. None where the page names no title at all.
    """
    sites = {form for name in names if name for form in _forms(name)}
    other = _title(_less(manuscript, alike, sites), sites) if alike else None
    return other or _title(manuscript, sites)


def _less(manuscript: Manuscript, alike: Collection[int], sites: set[str]) -> Manuscript:
    """Return the manuscript as if nothing on its page said one of those titles."""
    evidence = manuscript.evidence

    def is_other(said: str) -> bool:
        forms = (said, _without(_plain(said), sites), _without_last(_plain(said), sites))
        return not any(title_key(form) in alike for form in forms)

    others = replace(
        evidence,
        titles=tuple(filter(is_other, evidence.titles)),
        headings=tuple(filter(is_other, evidence.headings)),
        title_tag=evidence.title_tag if is_other(evidence.title_tag or "") else None,
    )
    page = tuple(
        line if line.tag != "h1" or is_other(line.text) else replace(line, tag="p")
        for line in manuscript.page
    )
    return replace(manuscript, evidence=others, page=page)


def _title(manuscript: Manuscript, sites: set[str]) -> str | None:
    evidence = manuscript.evidence
    said = [_without(_plain(one), sites) for one in evidence.titles]
    found = _agreed_heading(evidence, said, sites) or _opening_heading(manuscript, said)
    if found is None:
        tag = _on_page(manuscript, said) or _without_last(evidence.title_tag or "", sites)
        found = _most_agreed([one for one in (*said, tag) if one])
    found = found or next(iter(evidence.headings), None)
    return INVISIBLE.sub("", found)[:TITLE_CHARS] if found else None


def _forms(name: str) -> list[str]:
    """Return a site's name folded; of a host its labels too: "The Gull", "news.gull.example"."""
    host = name.removeprefix("www.")
    is_host = "." in host and " " not in host
    return [fold(host), *(fold(label) for label in host.split(".")[:-1] if is_host)]


def _plain(said: str) -> str:
    """Return a title of the head less the tags and references in it that browsers would show."""
    return " ".join(TAGS.sub(" ", html.unescape(said)).split())


def _agreed_heading(evidence: Evidence, said: list[str], sites: set[str]) -> str | None:
    """Return the longest h1 that the head repeats; the site's own name is a short one."""
    least = NAME_SHARE * max(map(len, [*said, evidence.title_tag or ""]), default=0)
    long = [one for one in evidence.headings if len(one) >= least and fold(one) not in sites]
    # a slogan in an h1 ends <title> as well
    for head in (said, stems(evidence.title_tag or "")):
        agreed = [one for one in long if any(_same(one, it) or _opens(one, it) for it in head)]
        if agreed:
            return _without(max(agreed, key=len), sites)
    return None


def _opening_heading(manuscript: Manuscript, said: list[str]) -> str | None:
    """Return the last h1 over the text where it speaks of what the head speaks of, in other words.

    A head is written for search engines and shares; what readers see stands over the text.
    Where the two differ the h1 was right on 19 and 36 pages of the two halves of the sample, the
    head on 12 and 8; of those h1 that share no word with the head, on 2 and 0 against 6 and 5.
    """
    start = _start(manuscript)
    above = manuscript.page[max(0, start - OVER_TEXT) : start]
    head = [*said, manuscript.evidence.title_tag or ""]
    for line in reversed(above):
        if line.tag == "h1" and line.links < ALL_LINK and "nav" not in line.marks:
            return line.text if _is_about(line.text, head) else None
    return None


def _start(manuscript: Manuscript) -> int:
    """Return the place on the page of the text's first sentence; 0 where it has none there."""
    places = (spot for line in manuscript.lines if is_prose(line) for spot in line.spots[:1])
    return next(places, 0)


def _is_about(heading: str, head: list[str]) -> bool:
    """Return whether a heading shares a word with the head, or the head names but the site."""
    told = [one for one in head if _is_whole(one)]
    words = _telling(heading)
    return _is_whole(heading) and (not told or any(words & _telling(one) for one in head))


def _is_whole(text: str) -> bool:
    return len(fold(text).split()) >= LEAST_WORDS or size(text) >= LEAST_SIZE


def _telling(text: str) -> set[str]:
    folded = fold(text)
    dense = {folded[at : at + 2] for at in range(len(folded) - 1) if DENSE.match(folded[at])}
    return dense or {word[:STEM] for word in folded.split() if len(word) > SMALL_WORD}


def _on_page(manuscript: Manuscript, said: list[str]) -> str | None:
    """Return the longest run of parts of <title> that stands on the page as a line.

    All of it only where the head says it elsewhere too: pages show <title> to share it.
    """
    start = _start(manuscript)
    near = manuscript.page[max(0, start - OVER_TEXT) : start + 3] if start else manuscript.page
    lines = {fold(line.text) for line in near if line.links < ALL_LINK}
    whole, *parts = runs(manuscript.evidence.title_tag or "") or [""]
    tried = [whole, *parts] if any(_same(whole, one) for one in said) else parts
    return next((one for one in tried if len(one) >= LEAST_CHARS and fold(one) in lines), None)


def _same(one: str, other: str) -> bool:
    ours, theirs = fold(one), fold(other)
    return bool(ours) and (ours == theirs or alike(ours, theirs))


def _opens(heading: str, said: str) -> bool:
    """Return whether what the head says is the heading and then something of the site."""
    ours = fold(heading)
    return len(ours.split()) >= LEAST_WORDS and f"{fold(said)} ".startswith(f"{ours} ")


def _most_agreed(said: list[str]) -> str | None:
    """Return the title that most others repeat; of equals the first."""
    votes = [sum(_same(one, other) or _holds(other, one) for other in said) for one in said]
    return said[votes.index(max(votes))] if said else None


def _holds(longer: str, part: str) -> bool:
    return f" {fold(part)} " in f" {fold(longer)} " and len(part) > len(longer) / 2


def _without(said: str, sites: Iterable[str]) -> str:
    """Return a title less the site's name at either end, where that is known."""
    for stem in [*stems(said)[1:], *_at_colons(said)]:
        rest = fold(said.replace(stem, " ", 1))
        if rest and rest in sites:
            return stem
    # a bar parts a title from sections and site, never a title
    first, bar, _ = said.partition(" | ")
    return first if bar and len(first) >= len(said) * NAME_SHARE else said


def _at_colons(said: str) -> list[str]:
    """Return what stands before and behind each colon that no space follows: "Pier opens:Gull"."""
    cuts = list(COLON.finditer(said))
    befores = [said[: cut.start()].strip() for cut in cuts[-1:]]
    return [*befores, *(said[cut.end() :].strip() for cut in cuts[:1])]


def _without_last(tag: str, sites: set[str]) -> str:
    """Return <title> less the site's name, or less a short last part that is likely to be it."""
    known = _without(tag, sites)
    if known != tag:
        return known
    for stem in stems(tag)[1:]:
        rest = fold(tag.replace(stem, " ", 1))
        if tag.startswith(stem) and len(rest.split()) <= SITE_WORDS and len(rest) < len(stem):
            return stem
    return tag
