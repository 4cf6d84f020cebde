"""What a first look at a paper found, as an entry of the catalogue that a person can say yes to."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from config.catalogue import Catalogue
from config.domains import bare
from config.source import ENTRANCES
from crawler import survey
from crawler.fetch import Fetched
from crawler.survey import Survey
from dateline import guess
from dateline.batch import page_of
from dateline.ids import id_for
from dateline.opml import UNSORTED
from pipelines.line import prepare
from pipelines.records import Draft, Dropped

OTHERS = 4  # zones that are named


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One article of the paper as it would be kept."""

    url: str
    draft: Draft | None = field(repr=False)
    page: Fetched | None = field(repr=False)
    why: str | None = None
    """Why there is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """An entry, and what speaks for it."""

    entry: Mapping[str, Any]
    """As it is written in a sources file."""
    region: str
    samples: tuple[Sample, ...]
    doubts: tuple[str, ...]
    """What a person should look at first, one sentence each."""
    articles_a_day: float | None
    bytes_a_day: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """What the person who adds it knows; None leaves it to be told."""

    id: str | None = None
    name: str | None = None
    region: str | None = None
    country: str | None = None
    language: str | None = None
    timezone: str | None = None


def proposal(found: Survey, catalogue: Catalogue, said: Said, today: date) -> Proposal:
    """Return the entry that a survey speaks for; every guess gives way to what is ``said``."""
    samples = tuple(_once(_sample(page) for _, page in found.pages))
    drafts = [one.draft for one in samples if one.draft]
    language = said.language or guess.language([d.language for d in drafts], found.front.language)
    country = said.country or guess.country(found.front.url, (found.front.language, language))
    host = bare(found.front.url).partition("/")[0]
    name = said.name or found.front.name or host
    zones = guess.zones(country, _moments(drafts))
    taken = {one for source in catalogue.sources for one in (source.id, *source.aliases)}
    facts = {
        "id": said.id or id_for(name, host, taken),
        "name": name,
        "homepage": found.front.url,
        "country": country,
        "language": language,
        "timezone": said.timezone or next(iter(zones), None),
        **_entrances(found),
        "hosts": list(survey.hosts(found)),
    }
    entry = {key: value for key, value in facts.items() if value}
    a_day = survey.a_day(found)
    return Proposal(
        entry={**entry, "verified": today if drafts else None},
        region=said.region or _region(catalogue, country),
        samples=samples,
        doubts=(
            *_doubts(found, entry, samples, catalogue),
            *(() if said.timezone else _of_zones(zones)),
        ),
        articles_a_day=a_day,
        bytes_a_day=_bytes_a_day(samples, a_day),
    )


def _once(samples: Iterable[Sample]) -> Iterable[Sample]:
    """Yield the samples, an article that has two addresses once."""
    seen: set[str] = set()
    for sample in samples:
        url = sample.draft.url if sample.draft else sample.url
        if url not in seen:
            seen.add(url)
            yield sample


def _sample(page: Any) -> Sample:
    if not isinstance(page, Fetched):
        return Sample(url=page.url, draft=None, page=None, why=f"{page.trouble}: {page.detail}")
    made = prepare(page_of(page.url, page.body, page.headers))
    if isinstance(made, Dropped):
        return Sample(url=page.url, draft=None, page=page, why=made.detail or str(made.reason))
    return Sample(url=page.url, draft=made, page=page)


def _entrances(found: Survey) -> dict[str, list[str]]:
    return {key: [one.url for one in found.entrances if one.key == key] for key in ENTRANCES}


def _moments(drafts: Iterable[Draft]) -> list[guess.Moment]:
    """Return when articles were published where the paper wrote how far from UTC it was."""
    said = (draft.published for draft in drafts)
    return [(one.at, one.offset) for one in said if one and one.at and one.offset is not None]


def _region(catalogue: Catalogue, country: str | None) -> str:
    """Return the region in which most papers of a country are."""
    regions = Counter(
        source.region
        for source in catalogue.sources
        if source.region and country and source.country == country
    )
    return regions.most_common(1)[0][0] if regions else UNSORTED


def _doubts(
    found: Survey, entry: Mapping[str, Any], samples: Iterable[Sample], catalogue: Catalogue
) -> Iterable[str]:
    for failed in found.failed:
        yield f"{failed.url}, which the page names as a feed: {failed.trouble}: {failed.detail}"
    for key in ("country", "language", "timezone"):
        if key not in entry:
            yield f"{key}: nothing tells it; give --{key}"
    for host in entry.get("hosts", ()):
        if owner := catalogue.owner(host):
            yield f"most of its articles are at {host}, which is {owner.id}'s"
    yield from _doubles(found, catalogue)
    if not any(sample.draft for sample in samples):
        yield "no article could be read; if its text comes by script, add `javascript: true`"


def _of_zones(zones: Sequence[str]) -> Iterable[str]:
    """Yield which other zones of the country tell the same times as those that were seen."""
    if len(zones) > 1:
        others = ", ".join(zones[1:OTHERS])
        more = " and others" if len(zones) > OTHERS else ""
        yield f"timezone: {zones[0]} fits, and so do {others}{more}; --timezone tells which"


def _doubles(found: Survey, catalogue: Catalogue) -> Iterable[str]:
    known = {bare(url): source.id for source in catalogue.sources for url in source.entrances}
    for one in found.entrances:
        if owner_id := known.get(bare(one.url)):
            yield f"{one.url} is visited for {owner_id} already"


def _bytes_a_day(samples: Iterable[Sample], a_day: float | None) -> float | None:
    """Return about how many bytes a day its articles are; None where nobody can say."""
    sizes = [len(one.page.body) for one in samples if one.page]
    if not sizes or a_day is None:
        return None
    return a_day * sum(sizes) / len(sizes)
