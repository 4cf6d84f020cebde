"""What a draft is to what is already kept: new, the same, revised or a copy. Decides only."""

from pipelines.identify.canonical import article_id, name_of
from pipelines.identify.change import is_kept, is_significant
from pipelines.identify.exact import is_telling, text_hash
from pipelines.identify.likeness import likeness
from pipelines.records import Candidates, Draft, Known, Ruling, Verdict

# Of the shorter text, swept 0.1-0.8 over pairs of one site: of 468 versions of one article one was
# less alike than 0.8 (0.75) and none than 0.5; of articles told by one template (weather, matches,
# markets) 1 in 500 was more alike than 0.8, of all others none more than 0.5.
ALIKE, ALIKE_UNDER_ONE_TITLE = 0.8, 0.5
LIVE = 5  # revisions: what changed so often is a live blog, and grows by the minute


def judge(draft: Draft, own_id: str, candidates: Candidates) -> Verdict:
    """Return what becomes of a draft that would be stored as ``own_id`` if it is new.

    An address at which an article was met names that article, whatever the text; only a visit made
    to see whether it changed makes a revision: two addresses of one article often differ a little.
    An address that a page only claims counts for less: where the text is another, the draft is
    ``misnamed``, and ``article`` is what it is to be stored under in place of ``own_id``.
    """
    known = candidates.by_url
    if known and not candidates.is_recheck and _is_misnamed(draft, known):
        name, found = _name_of_its_own(draft, known)
        return Verdict(ruling=Ruling.MISNAMED, article=found, story=found, name=name)
    if known:
        return _met_again(draft, known, candidates)
    original = candidates.by_text
    if original and original.id != own_id:
        return Verdict(
            ruling=Ruling.COPY,
            article=own_id,
            story=original.story,
            duplicate_of=original.duplicate_of or original.id,
            relation="copy",
        )
    return Verdict(ruling=Ruling.NEW, article=own_id, story=own_id)


def _is_misnamed(draft: Draft, known: Known) -> bool:
    """A site that names one address on all its pages must not make them one article."""
    if text_hash(draft.text) == known.text_hash:
        return False
    alike = likeness(draft.text, known.text)
    is_retitled = _level(draft.title) != _level(known.title)
    is_another = alike < ALIKE_UNDER_ONE_TITLE and _is_long(draft, known)
    if _has_its_form(draft, known):
        return is_another and is_retitled and _is_spelled_anew(draft, known)
    return alike < ALIKE if is_retitled else is_another


def is_one_article(later: Known, earlier: Known) -> bool:
    """Return whether two articles of one address are one: their texts must say so too.

    Rules that are right for all sites but one must not make that one's articles copies.
    """
    same = later.text_hash == earlier.text_hash
    return same or likeness(later.text, earlier.text) >= ALIKE


def _has_its_form(draft: Draft, known: Known) -> bool:
    return draft.own_url in {name_of(url) for url in known.urls}


def _is_spelled_anew(draft: Draft, known: Known) -> bool:
    """Of two addresses of one form: a site for which the rules are wrong loses nothing."""
    return bool(draft.met_url) and draft.met_url not in known.urls


def _is_long(draft: Draft, known: Known) -> bool:
    return is_telling(draft.text) and is_telling(known.text)


def _name_of_its_own(draft: Draft, known: Known) -> tuple[str, str]:
    """Its own address and the id of that; where an article never met there has that, another."""
    if _has_its_form(draft, known):
        return draft.met_url, article_id(draft.met_url)
    own = article_id(draft.own_url)
    return draft.own_url, own if own != known.id else article_id(f"{draft.own_url}#own")


def _level(title: str | None) -> str:
    return " ".join((title or "").casefold().split())


def _met_again(draft: Draft, known: Known, candidates: Candidates) -> Verdict:
    ruling = _of_visit(draft, known, candidates) if candidates.is_recheck else Ruling.SAME
    return Verdict(
        ruling=ruling,
        article=known.id,
        story=known.story,
        duplicate_of=known.duplicate_of,
        revision=known.revision + (ruling is Ruling.REVISED),
    )


def _of_visit(draft: Draft, known: Known, candidates: Candidates) -> Ruling:
    """Return what a visit found that was made to see whether an article changed."""
    is_same = text_hash(draft.text) == known.text_hash and draft.title == known.title
    if candidates.is_reread:
        # what our rules read otherwise is meant, a clock less too
        return Ruling.SAME if is_same else Ruling.REVISED
    leads_away = not _has_its_form(draft, known) and _is_misnamed(draft, known)
    if candidates.elsewhere or leads_away:
        return Ruling.MOVED
    if draft.access != "open" and len(draft.text) < len(known.text):
        return Ruling.WALLED
    is_retitled = is_significant(known.title or "", draft.title or "", draft.language)
    if is_same or not (is_retitled or is_significant(known.text, draft.text, draft.language)):
        return Ruling.SAME
    earlier = candidates.earlier
    if earlier is None or is_retitled or known.revision < LIVE:
        return Ruling.REVISED
    return Ruling.GROWN if is_kept(known.text, (draft.text, earlier)) else Ruling.REVISED
