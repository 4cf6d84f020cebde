"""How long a server calls an answer fresh (RFC 9111): nobody need ask again sooner. Pure."""

import re
from datetime import datetime, timedelta

from crawler.politeness.pace import date

_AGE = re.compile(r"\d{1,10}")
LONGEST = timedelta(days=365)


def fresh_until(
    cache_control: str | None,
    expires: str | None,
    age: str | None,
    sent: str | None,
    now: datetime,
) -> datetime | None:
    """Return until when an answer is fresh, as its headers say; None where they do not.

    ``sent``: its Date, by which Expires is understood, as the server's clock may be wrong. What
    is not to be stored, or always to be asked for again, is never fresh.
    """
    said = _directives(cache_control)
    if {"no-cache", "no-store"} & said.keys():
        return None
    seconds = said.get("max-age")
    if seconds is not None and _AGE.fullmatch(seconds):
        spent = int(age) if age and _AGE.fullmatch(age.strip()) else 0
        return _after(now, timedelta(seconds=int(seconds) - spent))
    until = date(expires) if expires else None
    if until is None:
        return None
    return _after(now, until - ((date(sent) if sent else None) or now))


def _directives(header: str | None) -> dict[str, str]:
    parts = (part.strip().partition("=") for part in (header or "").lower().split(","))
    return {name.strip(): value.strip(' "') for name, _, value in parts if name}


def _after(now: datetime, span: timedelta) -> datetime | None:
    return now + min(span, LONGEST) if span > timedelta(0) else None
