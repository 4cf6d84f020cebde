"""When a host may be asked again. Decides only: the clock is an argument, the spider waits."""

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

HOLD_MAX = timedelta(hours=24)
"""No header and no wrong clock keeps a host waiting for longer."""
TOO_MANY_HOLD = timedelta(seconds=60)
"""A first 429 that names no time; doubled by each one after it."""
UNWELL_HOLD = timedelta(seconds=2)
"""A first 5xx or failed connection; short, since it is often one page's and passes."""
GROWN_HOLD_MAX = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How one host is to be treated now."""

    host: str
    next_at: datetime | None = None
    """The next slot by the ordinary delay; None before the first request."""
    hold_until: datetime | None = None
    """Until then the whole host is left alone."""
    troubles: int = 0
    """Answers in a row by which the host asked for time, or failed to answer."""


def after(
    pace: Pace, *, status: int | None, retry_after: datetime | None, delay: float, now: datetime
) -> Pace:
    """Return the pace after an answer that ended at ``now``; status None: there was no answer.

    429, 5xx, no answer and a Retry-After hold the whole host; any other answer ends the row of
    troubles.
    """
    slot = replace(pace, next_at=now + timedelta(seconds=delay))
    if not _asks_for_time(status, retry_after):
        return replace(slot, troubles=0)
    until = retry_after or now + _grown(status, pace.troubles)
    return replace(
        slot,
        hold_until=max(pace.hold_until or now, min(until, now + HOLD_MAX)),
        troubles=pace.troubles + 1,
    )


def wait(pace: Pace, now: datetime) -> float:
    """Return the seconds until the host may be asked; 0: now."""
    until = max(pace.next_at or now, pace.hold_until or now, now)
    return min(until - now, HOLD_MAX).total_seconds()


def delay_for(setting: float, robots_delay: float | None, cap: float) -> float | None:
    """Return the seconds between two requests to a host: the longer of ours and its robots.txt's.

    None where robots.txt asks for more than ``cap``: such a source is reported and not visited.
    """
    asked = robots_delay or 0.0
    return None if asked > cap else max(setting, asked)


def retry_after(
    header: str | None, now: datetime, date_header: str | None = None
) -> datetime | None:
    """Return until when a Retry-After asks us to wait, at most 24 hours on.

    A date counts from the answer's own Date, as the server's clock may be wrong. None where the
    header is missing, unreadable, or names no time to come: ``0`` of a server that refuses us is no
    invitation.
    """
    waited = _seconds(header.strip(), now, date_header) if header else None
    if waited is None or waited <= timedelta(0):
        return None
    return now + min(waited, HOLD_MAX)


def _asks_for_time(status: int | None, retry_after: datetime | None) -> bool:
    if status is None or status >= 500 or status == HTTPStatus.TOO_MANY_REQUESTS:
        return True
    # on an answer that holds what was asked for, Retry-After has no meaning (RFC 9110, 10.2.3)
    return retry_after is not None and status >= 300 and status != HTTPStatus.NOT_MODIFIED


def _grown(status: int | None, troubles: int) -> timedelta:
    first = TOO_MANY_HOLD if status == HTTPStatus.TOO_MANY_REQUESTS else UNWELL_HOLD
    return min(first * (1 << min(troubles, 20)), GROWN_HOLD_MAX)


def _seconds(header: str, now: datetime, date_header: str | None) -> timedelta | None:
    if re.fullmatch(r"[0-9]+(\.[0-9]*)?", header):
        return timedelta(seconds=min(float(header), HOLD_MAX.total_seconds()))
    until = date(header)
    sent = date(date_header) if date_header else None
    return None if until is None else until - (sent or now)


def date(written: str) -> datetime | None:
    """Return the time that a header writes, None where it is none."""
    try:
        read = parsedate_to_datetime(written)
        return read.replace(tzinfo=UTC) if read.tzinfo is None else read.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
