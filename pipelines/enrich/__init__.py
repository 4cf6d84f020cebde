"""From a cleaned manuscript to a draft: title, people, times, language and the rest. Pure."""

from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from pipelines.enrich import about, access, authors, clues, language, published, titles, wire
from pipelines.enrich.published import Frame
from pipelines.enrich.tongue import Tongue, country_of
from pipelines.extract.manuscript import Manuscript
from pipelines.records import Draft, Page


@dataclass(frozen=True, slots=True)
class SiteSays:
    """What the pages of a site say alike: it holds only where a page says nothing else."""

    titles: frozenset[int] = frozenset()
    """By template.title_key."""
    day: str | None = None


NOTHING = SiteSays()


def enrich(page: Page, manuscript: Manuscript, url: str, alike: SiteSays = NOTHING) -> Draft:
    """Return the draft; what is unknown is None or empty, never guessed."""
    evidence = manuscript.evidence
    lines = [line.text for line in manuscript.lines]
    text = "\n\n".join(lines)
    host = urlsplit(page.url).hostname
    sites = (page.source_name, host, *evidence.meta.get("og:site_name", ()))
    title = titles.title(manuscript, sites, alike.titles)
    spoken = language.language(f"{title or ''}\n{text}", evidence.language, page.language)
    tongue = Tongue(spoken, page.country or country_of(host))
    frame = Frame(page.fetched_at, page.timezone, tongue)
    apart = replace(frame, not_day=alike.day)
    said = (*evidence.authors, *page.entry.authors)
    credit = wire.credit(said, lines, manuscript.stripped)
    return Draft(
        url=url,
        own_url=url,
        urls=(url,),
        text=text,
        title=title,
        summary=about.summary(evidence, page.entry),
        authors=authors.authors(evidence, manuscript.page, sites, title, page.entry.authors)
        or authors.signed(manuscript.stripped),
        agencies=credit.agencies,
        place=credit.place,
        section=about.section(evidence, title),
        tags=about.tags(evidence, page.entry),
        image=about.image(evidence, page.url),
        language=spoken,
        published=clues.published(page, manuscript, apart)
        or (clues.published(page, manuscript, frame) if alike.day else None),
        modified_at=published.instant(clues.modification(evidence), frame),
        access=access.access(evidence, text),
        rights=access.rights(evidence, page.headers),
        template=manuscript.template,
        stripped=tuple(sorted(manuscript.stripped, key=lambda line: line.at)),
        extracted_by=manuscript.extracted_by,
        confidence=manuscript.confidence,
    )
