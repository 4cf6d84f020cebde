"""What is written of an address after a visit: its raw page, and what the visit says of an article.

Pure; the adapter carries it out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from pipelines import ledger
from pipelines.identify.canonical import name_of
from pipelines.identify.change import is_significant
from pipelines.identify.exact import text_hash
from pipelines.records import (
    Arrival,
    Draft,
    Dropped,
    Due,
    Exclusion,
    Failed,
    Gone,
    Kept,
    Outcome,
    Priority,
    Ruling,
    Standing,
    State,
    Trouble,
    Verdict,
)
from pipelines.store import documents
from pipelines.store.articles import Cause, Offer
from pipelines.store.presence import Seen

MAY_EXPIRE = ledger.SETTLED - {State.QUARANTINED}
RULINGS = frozenset(Ruling) - {Ruling.REMOVED}
READ = RULINGS - {Ruling.MOVED, Ruling.WALLED}
CLOSED = frozenset({Exclusion.CONSENT, Exclusion.LOGIN})
CHANGED = frozenset({Ruling.REVISED, Ruling.GROWN, Ruling.MOVED})


@dataclass(frozen=True, slots=True)
class Job:
    """One address about to be settled, and what is stored before it is."""

    due: Due
    outcome: Outcome | None
    """None where the store is to say, by keeping ``offer``."""
    offer: Offer | None = None
    arrival: Arrival | None = None
    body: bytes | None = field(default=None, repr=False)
    """The raw page, zstd; None where nothing was fetched."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A job with where its address stands afterwards."""

    job: Job
    standing: Standing
    word: str
    """The ruling, reason or trouble."""

    @property
    def is_again(self) -> bool:
        """Whether the address was stored before."""
        return self.job.due.standing.article is not None

    @property
    def is_kept(self) -> bool:
        """Whether the visit found an article."""
        return self.word in RULINGS


def after(job: Job, verdict: Verdict | None, now: datetime, attempts_max: int) -> Settled:
    """Return where an address stands; ``verdict``: what became of the job's offer, if any."""
    found = ruled(verdict, job.offer.arrival) if verdict and job.offer else job.outcome
    if found is None:
        raise ValueError("a job without an outcome has an offer, and that a verdict")
    standing = ledger.after(job.due.standing, found, now, attempts_max)
    told = verdict.ruling if verdict and isinstance(found, Kept) else word(found)
    if job.arrival and told == Ruling.MOVED:
        detail = f"it leads to another article, at {job.arrival.page.url[:200]}"
        standing = replace(standing, reason=Trouble.REDIRECTS, detail=detail)
    return Settled(job, standing, told)


def may_be_ours(arrival: Arrival, made: Draft | Dropped) -> bool:
    """Return whether a re-check found another text, which our rules may have made of the page."""
    before = arrival.due.before
    if before is None or isinstance(made, Dropped):
        return False
    return before.text_hash != text_hash(made.text)


def cause(again: Draft | Dropped, made: Draft | Dropped) -> Cause:
    """Return `rules` where the page before, ``again`` read, says what the page says now."""
    if isinstance(again, Dropped) or isinstance(made, Dropped):
        return "page"
    titles, language = (again.title or "", made.title or ""), made.language
    is_other = is_significant(*titles, language) or is_significant(again.text, made.text, language)
    return "page" if is_other else "rules"


def pages(settled: Sequence[Settled], expires_at: datetime) -> list[documents.Document]:
    """Return raw pages of what arrived; one that is not settled stays until it is.

    The page of a stored article stays until there is another one of it.
    """
    return [
        documents.page(
            one.job.arrival,
            one.job.body,
            expires_at if one.standing.state in MAY_EXPIRE else None,
        )
        for one in settled
        if one.job.arrival
        and one.job.body is not None
        and one.word != Exclusion.REMOVED
        and (not one.is_again or one.word in READ)
    ]


def seen(settled: Settled) -> Seen | None:
    """Return what a visit says of whether its article is shown; None where it can't tell."""
    article, address = settled.standing.article, settled.job.due.lease.id
    if article is None:
        return None
    if settled.word == Ruling.MOVED and settled.job.arrival:
        target = settled.job.arrival.page.url
        return Seen(article=article, address=address, state="moved", moved_to=target)
    if settled.is_kept:
        return Seen(article=article, address=address)
    is_missing = ledger.is_missing(settled.standing)
    return Seen(article=article, address=address, state="withdrawn") if is_missing else None


def showed(settled: Sequence[Settled]) -> list[tuple[str, bool]]:
    """Return of each planned visit that told something its source, and whether that was new."""
    return [
        (one.job.due.source, one.word in CHANGED or ledger.is_missing(one.standing))
        for one in settled
        if one.job.due.priority == Priority.RECHECK and seen(one)
    ]


def outcome(dropped: Dropped, arrival: Arrival) -> Dropped | Failed | Gone:
    """Return what a page without article settles; a check for robots is a refusal, for a time.

    A stored address that leads to such a page now has lost its article, unless a door is shut.
    """
    if dropped.reason is Exclusion.BLOCKED:
        return Failed(trouble=Trouble.REFUSED, detail=dropped.detail)
    before, url = arrival.due.before, arrival.page.url
    if before and dropped.reason not in CLOSED and name_of(url) != name_of(before.url):
        return Gone(status=None, detail=f"it redirects to {url[:200]}, where no article is")
    return dropped


def ruled(verdict: Verdict, arrival: Arrival) -> Outcome:
    """Return what a verdict settles: a section that an address leads to now is no other article."""
    url = arrival.page.url
    if verdict.ruling is Ruling.REMOVED:
        detail = f"it is article {verdict.article}, which was removed on request"
        return Dropped(reason=Exclusion.REMOVED, detail=detail)
    if verdict.ruling is Ruling.MOVED and _is_above(url, arrival.due.url):
        return Gone(status=None, detail=f"it redirects to {url[:200]}, a section above it")
    return Kept(article=verdict.article)


def _is_above(url: str, address: str) -> bool:
    upper, lower = urlsplit(url), urlsplit(address)
    folder = upper.path.rstrip("/") + "/"
    return upper.hostname == lower.hostname and lower.path.startswith(folder) and not upper.query


def word(found: Outcome) -> str:
    """Return as what an outcome is counted."""
    match found:
        case Dropped():
            return found.reason
        case Failed():
            return found.trouble
        case Gone():
            return str(found.status or Trouble.REDIRECTS)
        case Kept():
            return Ruling.SAME  # the server says so
