"""The state machine of an address: its standing and what happened in, its new standing out."""

from dataclasses import replace
from datetime import datetime, timedelta

from pipelines.records import (
    Dropped,
    Exclusion,
    Failed,
    Gone,
    Kept,
    Outcome,
    Standing,
    State,
    Trouble,
)

# a passing fault is over in seconds, a restart in minutes, an outage in hours
BACKOFF = (
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(hours=1),
    timedelta(hours=8),
    timedelta(days=1),
)
# the page itself is at fault: another try would cost another worker
AT_ONCE = frozenset({Trouble.PAGE_TIME, Trouble.PAGE_CRASH, Trouble.PAGE_ERROR, Trouble.LAYOUT})
# a page is now and then announced some minutes, and with an embargo hours, before it is there
GONE_AFTER = len(BACKOFF)
# what is stored and not there is looked for a few times more: sites are mended, articles come back
MISSING_WAITS = (timedelta(hours=1), timedelta(days=1), timedelta(days=7))
MISSING_AFTER = 2  # visits in a row: the paper has withdrawn it
# what a page showed, and may not show the next time
SHOWN = frozenset(
    {
        Exclusion.NOT_A_PAGE,
        Exclusion.TOO_LARGE,
        Exclusion.NO_ARTICLE,
        Exclusion.BLOCKED,
        Exclusion.CONSENT,
        Exclusion.LOGIN,
        Exclusion.ERROR_PAGE,
        Exclusion.LIST,
        Exclusion.IGNORED,
    }
)
SETTLED = frozenset({State.STORED, State.EXCLUDED, State.GONE, State.QUARANTINED})


def after(before: Standing, outcome: Outcome, now: datetime, attempts_max: int) -> Standing:
    """Return where an address stands after a visit.

    A stored address stays stored whatever a later visit meets: what was kept is never lost.
    """
    match outcome:
        case Kept():
            return Standing(state=State.STORED, article=outcome.article)
        case Dropped() if before.article is None:
            return Standing(state=State.EXCLUDED, reason=outcome.reason, detail=outcome.detail)
        case Dropped():
            return Standing(state=before.state, detail=outcome.detail, article=before.article)
        case Gone():
            return _gone(before, outcome, now)
        case Failed():
            return _failed(before, outcome, now, attempts_max)


def is_missing(standing: Standing) -> bool:
    """Return whether a stored address has not been there for so long that it is withdrawn."""
    is_away = standing.article is not None and standing.reason == Trouble.NOT_FOUND
    return is_away and standing.attempts >= MISSING_AFTER


def _gone(before: Standing, outcome: Gone, now: datetime) -> Standing:
    if before.article:
        return _missing(before, outcome, now)
    attempts = before.attempts + 1
    is_over = outcome.status == 410 or attempts >= GONE_AFTER
    state = State.GONE if is_over else State.RETRYING
    return Standing(
        state=state,
        reason=Trouble.NOT_FOUND,
        detail=f"the server answered {outcome.status}",
        attempts=attempts,
        next_at=None if is_over else now + _wait(attempts),
    )


def _missing(before: Standing, outcome: Gone, now: datetime) -> Standing:
    attempts = 1 + (before.attempts if before.reason == Trouble.NOT_FOUND else 0)
    is_over = attempts > len(MISSING_WAITS)
    return Standing(
        state=State.STORED,
        reason=Trouble.NOT_FOUND,
        detail=outcome.detail or f"the server answered {outcome.status}",
        article=before.article,
        attempts=attempts,
        next_at=None if is_over else now + MISSING_WAITS[attempts - 1],
    )


def _failed(before: Standing, outcome: Failed, now: datetime, attempts_max: int) -> Standing:
    attempts = before.attempts + 1
    is_last = attempts >= attempts_max or outcome.trouble in AT_ONCE
    next_at = None if is_last else _next(attempts, outcome.retry_at, now)
    state = State.QUARANTINED if is_last else State.RETRYING
    return Standing(
        state=State.STORED if before.article else state,
        reason=outcome.trouble,
        detail=outcome.detail,
        article=before.article,
        attempts=attempts,
        next_at=next_at,
    )


def _next(attempts: int, retry_at: datetime | None, now: datetime) -> datetime:
    """A server that names a time is believed the first time; later our own patience counts too."""
    if retry_at and attempts == 1:
        return max(retry_at, now)
    return max(retry_at or now, now + _wait(attempts))


def _wait(attempts: int) -> timedelta:
    return BACKOFF[min(attempts, len(BACKOFF)) - 1]


def announced(before: Standing, now: datetime) -> Standing | None:
    """Return where an address stands once its feed says something else of it; None: as before.

    What was given up is asked for again, as is what is stored; what waits for its turn keeps it,
    and the article then comes by its new title.
    """
    match before.state:
        case State.STORED | State.GONE | State.QUARANTINED:
            return again(before, now)
        case State.EXCLUDED if before.reason in SHOWN:
            return again(before, now)
        case State.RETRYING if before.reason == Trouble.NOT_FOUND:
            return replace(before, next_at=now)
        case State.PENDING | State.RETRYING:
            return before
    return None


def again(before: Standing, now: datetime) -> Standing:
    """Return where an address stands when a person asks for another try."""
    state = State.STORED if before.article else State.PENDING
    return Standing(state=state, article=before.article, next_at=now)
