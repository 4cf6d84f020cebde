"""The way of a page through the pure rooms, in order.

    Page ─ extract ─ clean ─ enrich ─▶ Draft ─ (the store's candidates) ─ decide ─▶ Verdict
             └────────┴─────────┴── Dropped: no page, no article on it, or none that is wanted

No network, no store, no clock: a worker process runs ``prepare`` and sends back what it returns.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from config.choice import ALL
from config.rules import PaperRules, holding
from config.source import Source
from pipelines import further
from pipelines.chosen import of_draft
from pipelines.clean import clean, paper
from pipelines.enrich import SiteSays, enrich, strangers
from pipelines.enrich.access import TRUNCATED, is_thin
from pipelines.extract import Manuscript, opened, read, stated
from pipelines.identify.canonical import name_of
from pipelines.identify.claimed import agreed
from pipelines.identify.judge import judge
from pipelines.records import (
    Candidates,
    Draft,
    Dropped,
    Exclusion,
    Page,
    Sighting,
    Template,
    Verdict,
)
from pipelines.template import RULE as TEMPLATE
from pipelines.template import Skimmed, choice, choose, fit, shares, sight, skim, with_fields

LEAST_TEXT = 60  # characters of an alphabet; a shorter rest is a caption or a cookie note
MOST_BESIDE = 300


@dataclass(frozen=True, slots=True)
class _Read:
    """A page that was read."""

    whole: Manuscript
    """What was found on it."""
    final: Manuscript
    """What of that is the article."""
    sighting: Sighting
    chosen: Sequence[bool]
    """Which of the sighting's lines are the article's."""


def prepare(
    page: Page, template: Template | None = None, *, with_beside: bool = False
) -> Draft | Dropped:
    """Return the article of a page, or why there is none; never raises over what a page holds.

    ``template`` is what was learned of the page's site.
    """
    return observed(page, template, with_beside=with_beside)[0]


def observed(
    page: Page, template: Template | None = None, *, with_beside: bool = False
) -> tuple[Draft | Dropped, Sighting | None]:
    """Return what ``prepare`` does, and what the page shows of its site; None if no article.

    A page that was made of a feed's entry shows nothing of its site.
    """
    known = None if page.is_of_feed else template
    made, sighting = _first(page, known, with_beside=with_beside)
    if not isinstance(made, Draft):
        return made, sighting
    if page.more:
        rest = [_first(one, known)[0] for one in further.pages(page)]
        made = further.joined(made, [one for one in rest if isinstance(one, Draft)])
    made = replace(made, access=TRUNCATED) if page.lacks else made
    return made, None if page.is_of_feed else sighting


def _first(
    page: Page, template: Template | None, *, with_beside: bool = False
) -> tuple[Draft | Dropped, Sighting | None]:
    """Return what ``observed`` does of the first page alone."""
    # who looks at what was left out of a page wants to see all that was found on it
    may_skim = template is not None and template.is_sure and not with_beside
    found = opened(page, template.menus if template and may_skim else ())
    if isinstance(found, Dropped):
        return found, None
    skimmed = skim(template, found) if may_skim else None
    if template and skimmed and (made := _skimmed(page, skimmed, template)):
        return made
    return _whole(page, read(found), template, with_beside=with_beside)


def _skimmed(
    page: Page, skimmed: Skimmed, template: Template
) -> tuple[Draft | Dropped, Sighting | None] | None:
    """Return what a page is that its template reads alone; None where no article is left of it."""
    manuscript, sighting = skimmed.manuscript, skimmed.sighting
    if strangers.judged(manuscript):
        return None
    cleaned = _cleaned(manuscript, manuscript, page.rules)
    if not cleaned.has_text(LEAST_TEXT):
        return None
    chosen = choose(template, sighting.lines)
    return _finished(page, _Read(manuscript, cleaned, sighting, chosen), template)


def _whole(
    page: Page, manuscript: Manuscript, template: Template | None, *, with_beside: bool
) -> tuple[Draft | Dropped, Sighting | None]:
    """Return what a page is that the extractor read."""
    stranger = strangers.judged(manuscript)
    if stranger:
        return stranger, None
    cleaned = _cleaned(manuscript, manuscript, page.rules)
    if not cleaned.has_text(LEAST_TEXT):
        return _without_article(manuscript, cleaned), None
    sighting = sight(manuscript, cleaned, page.announced_url, page.fetched_at)
    chosen = choose(template, sighting.lines)
    final = cleaned
    if template and chosen != choose(None, sighting.lines):
        # what the page's data or the feed says is no furniture, however often it recurs
        held = stated.spots(cleaned.lines, manuscript.evidence.stated)
        both = [is_chosen or at in held for at, is_chosen in enumerate(chosen)]
        final = _fitted(page, manuscript, cleaned, template, both)
    elif template and template.votes:
        final = replace(cleaned, template=template.version)  # it agrees
    reading = _Read(manuscript, final, sighting, chosen)
    return _finished(page, reading, template, MOST_BESIDE if with_beside else 0)


def _finished(
    page: Page, reading: _Read, template: Template | None, most_beside: int = 0
) -> tuple[Draft | Dropped, Sighting | None]:
    """Return the draft of what is left of a page, unless nobody wants it."""
    evidence = reading.whole.evidence
    draft, sighting = _enriched(page, reading, template)
    if why := of_draft(draft, evidence.sections, page.entry, page.choice):
        return Dropped(reason=Exclusion.IGNORED, detail=why), None
    draft = replace(
        draft, own_url=name_of(page.url), met_url=page.url, urls=_met_at(page, draft.url)
    )
    if most_beside:
        draft = replace(draft, beside=reading.final.beside(most_beside))
    draft = replace(draft, is_thin=is_thin(evidence, draft.text))
    chose = choice(template, sighting, reading.chosen)
    return draft, replace(sighting, choice=chose)


def _enriched(page: Page, reading: _Read, template: Template | None) -> tuple[Draft, Sighting]:
    """Return the draft, and the sighting with what the page alone says of title and day."""
    final, evidence = reading.final, reading.whole.evidence
    draft = enrich(page, final, _url(page, reading.whole))
    day = draft.published.day if draft.published else None
    titles = (draft.title, *evidence.titles, *evidence.headings, evidence.title_tag)
    sighting = with_fields(reading.sighting, titles, day)
    shares_title, shares_day = shares(template, sighting)
    if template and (shares_title or shares_day):
        shared = template.titles if shares_title else frozenset()
        told = SiteSays(shared, day if shares_day else None)
        draft = enrich(page, final, draft.url, told)
    return draft, sighting


def _fitted(
    page: Page, whole: Manuscript, cleaned: Manuscript, template: Template, chosen: Sequence[bool]
) -> Manuscript:
    """Return the article as the template reads it; as it was cleaned, where the page fits not."""
    fitted = fit(template, whole, chosen)
    final = _cleaned(whole, fitted, page.rules) if fitted else cleaned
    if not final.has_text(LEAST_TEXT):
        return cleaned
    # a byline that the template leaves out too is one still: whom it names is the author
    by_rule = {one.at: one for one in cleaned.stripped}
    told = (by_rule.get(one.at, one) if one.rule == TEMPLATE else one for one in final.stripped)
    return replace(final, stripped=tuple(told))


def _cleaned(whole: Manuscript, read: Manuscript, rules: PaperRules) -> Manuscript:
    """Return what is left of ``read``, and what the paper's rules keep of the whole answer."""
    cleaned = clean(paper.strip(read, rules.strip), without=rules.off)
    return paper.kept(whole, cleaned, rules.keep)


def owned(page: Page, source: Source | None, *, is_stored: bool = False) -> Page:
    """Return the page with what the catalogue says of its source; None: it says nothing.

    ``is_stored``: its article is kept already, and stays so whatever is wanted today.
    """
    if source is None:
        return page
    return replace(
        page,
        source_name=source.name,
        region=source.region,
        country=source.country,
        language=source.language,
        timezone=source.timezone,
        sites=source.sites,
        rules=holding(source.rules, page.fetched_at.date()),
        choice=ALL if is_stored else source.choice,
        fulltext=source.fulltext,
    )


def decide(draft: Draft, own_id: str, candidates: Candidates) -> Verdict:
    """Return what a draft is to what the store answered: new, the same, revised or a copy.

    ``own_id`` is what it is stored under if it is new.
    """
    return judge(draft, own_id, candidates)


def _url(page: Page, manuscript: Manuscript) -> str:
    evidence = manuscript.evidence
    og_url = next(iter(evidence.meta.get("og:url", ())), None)
    try:
        return agreed(page.url, evidence.links.get("canonical"), og_url, page.sites)
    except ValueError:  # a page from a file has no address: what it is called is its name
        return page.url


def _met_at(page: Page, url: str) -> tuple[str, ...]:
    met = dict.fromkeys((page.url, page.announced_url))
    return tuple(dict.fromkeys((url, *map(name_of, met))))


def _without_article(manuscript: Manuscript, cleaned: Manuscript) -> Dropped:
    found, taken = len(manuscript.lines), len(cleaned.stripped)
    detail = f"The page holds no article: {found} lines found, {taken} of them not its text."
    return Dropped(reason=Exclusion.NO_ARTICLE, detail=detail)
