"""What a draft is to what is already kept: new, the same, revised or a copy. Decides only."""

from pipelines.identify.exact import text_hash
from pipelines.records import Candidates, Draft, Known, Ruling, Verdict


def judge(draft: Draft, own_id: str, candidates: Candidates) -> Verdict:
    """Return what becomes of a draft that would be stored as ``own_id`` if it is new.

    An address that is known names its article, whatever the text; only a visit made to see whether
    the article changed makes a revision: two addresses of one article often differ a little.
    """
    if candidates.by_url:
        return _met_again(draft, candidates.by_url, is_recheck=candidates.is_recheck)
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


def _met_again(draft: Draft, known: Known, *, is_recheck: bool) -> Verdict:
    is_changed = text_hash(draft.text) != known.text_hash or draft.title != known.title
    is_revised = is_recheck and is_changed
    return Verdict(
        ruling=Ruling.REVISED if is_revised else Ruling.SAME,
        article=known.id,
        story=known.story,
        duplicate_of=known.duplicate_of,
        revision=known.revision + is_revised,
    )
