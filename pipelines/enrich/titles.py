"""The title of an article, without the site's name."""

from collections.abc import Iterable

from config.phrasebook import fold
from pipelines.extract.headline import alike, stems
from pipelines.extract.manuscript import Evidence, Manuscript

SITE_WORDS = 4  # a last part of more words is half of the title
TITLE_CHARS = 500
NAME_SHARE = 0.35  # an h1 shorter than this beside the head's title is the site or the section
ALL_LINK = 0.8
LEAST_CHARS = 8


def title(manuscript: Manuscript, site: str | None) -> str | None:
    """Return the h1 that the head agrees with, else what most of head, JSON-LD and feed say.

    None where the page names no title at all.
    """
    evidence = manuscript.evidence
    sites = {fold(name) for name in (site, *evidence.meta.get("og:site_name", ())) if name}
    said = [_without(one, sites) for one in evidence.titles]
    found = _agreed_heading(evidence, said, sites)
    if found is None:
        tag = _on_page(manuscript) or _without_last(evidence.title_tag or "", sites)
        found = _most_agreed([one for one in (*said, tag) if one])
    found = found or next(iter(evidence.headings), None)
    return found[:TITLE_CHARS] if found else None


def _agreed_heading(evidence: Evidence, said: list[str], sites: set[str]) -> str | None:
    """Return the longest h1 that the head repeats; the site's own name is a short one."""
    head = [*said, *stems(evidence.title_tag or "")]
    least = NAME_SHARE * max(map(len, [*said, evidence.title_tag or ""]), default=0)
    agreed = [
        heading
        for heading in evidence.headings
        if fold(heading) not in sites
        and len(heading) >= least
        and any(_same(heading, one) for one in head)
    ]
    return _without(max(agreed, key=len), sites) if agreed else None


def _on_page(manuscript: Manuscript) -> str | None:
    """Return the longest part of <title> that stands on the page as a line."""
    parts = stems(manuscript.evidence.title_tag or "")[1:]
    lines = {line.text.casefold() for line in manuscript.page if line.links < ALL_LINK}
    found = [part for part in parts if part.casefold() in lines and len(part) >= LEAST_CHARS]
    return max(found, key=len, default=None)


def _same(one: str, other: str) -> bool:
    ours, theirs = fold(one), fold(other)
    return bool(ours) and (ours == theirs or alike(ours, theirs))


def _most_agreed(said: list[str]) -> str | None:
    """Return the title that most others repeat; of equals the first."""
    votes = [sum(_same(one, other) or _holds(other, one) for other in said) for one in said]
    return said[votes.index(max(votes))] if said else None


def _holds(longer: str, part: str) -> bool:
    return f" {fold(part)} " in f" {fold(longer)} " and len(part) > len(longer) / 2


def _without(said: str, sites: Iterable[str]) -> str:
    """Return a title less the site's name at either end, where that is known."""
    for stem in stems(said)[1:]:
        rest = fold(said.replace(stem, " ", 1))
        if rest and rest in sites:
            return stem
    first, bar, _ = said.partition(
        " | "
    )  # a bar parts a title from sections and site, never a title
    return first if bar and len(first) >= len(said) * NAME_SHARE else said


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
