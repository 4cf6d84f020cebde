"""What a site's robots.txt lets us ask for (RFC 9309): bytes in, yes or no out.

Pure: fetching the file, following its redirects and keeping the record are the spider's.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import urlsplit

from protego import Protego

from config.domains import USUAL_PORTS, one_name

SIZE_MAX = 500 * 1024  # RFC 9309, 2.5: a crawler reads at least this much; the rest is cut off
UNREACHABLE_HOURS = 1.0
SHORTEST = timedelta(minutes=1)  # an answer holds at least for the request that it was fetched for
NO_ANSWERS = frozenset(
    {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NOT_MODIFIED}
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Robots:
    """The robots.txt of one origin, as last asked for."""

    origin: str
    """Scheme, host and port, as ``origin_of`` writes it."""
    status: int | None
    """Of the last answer, after redirects; None where there was no answer."""
    body: bytes | None = field(repr=False)
    """At most SIZE_MAX bytes; None unless the status is 2xx, and the file whole."""
    fetched_at: datetime
    expires_at: datetime
    """Ask again from then on."""


def received(
    origin: str, status: int | None, body: bytes | None, now: datetime, hours: float
) -> Robots:
    """Return what an answer to the request for robots.txt means.

    ``status`` None: no answer, or one that broke off; ``hours``: how long an answer is believed.
    """
    believed = min(hours, UNREACHABLE_HOURS) if is_unknown(status) else hours
    return Robots(
        origin=origin,
        status=status,
        body=None if is_unknown(status) or not _is_success(status) else _cut(body or b""),
        fetched_at=now,
        expires_at=now + max(timedelta(hours=believed), SHORTEST),
    )


def is_unknown(status: int | None) -> bool:
    """Return whether a status leaves open what the file says: then it forbids all."""
    # a part may lack the rule that forbids; nobody asked whether the file has changed
    return status is None or status >= 500 or status in NO_ANSWERS


def allows(robots: Robots, url: str, agent: str) -> bool:
    """Return whether our ``agent`` (the whole User-Agent) may ask for ``url``.

    A file that is not there (4xx) allows all; one that could not be had (429, 5xx, a part of it,
    no answer) nothing.
    """
    if robots.body is None:
        return not is_unknown(robots.status)
    return _rules(robots.body).can_fetch(url, product(agent))


def crawl_delay(robots: Robots, agent: str) -> float | None:
    """Return the seconds between two requests that the file asks of us, None where it has none."""
    return None if robots.body is None else _rules(robots.body).crawl_delay(product(agent))


def origin_of(url: str) -> str:
    """Return scheme, host and port, in one spelling and without a usual port.

    Raises ValueError where the address has no host or its port is none.
    """
    parts = urlsplit(url)
    if not parts.hostname:
        raise ValueError(f"no host in {url}")
    name = one_name(parts.hostname)
    host = f"[{name}]" if ":" in name else name
    port = parts.port
    shown = "" if port is None or port == USUAL_PORTS.get(parts.scheme) else f":{port}"
    return f"{parts.scheme}://{host}{shown}"


def address_of(origin: str) -> str:
    """Return where that origin keeps its robots.txt."""
    return f"{origin}/robots.txt"


def product(agent: str) -> str:
    """Return the product token of a User-Agent, by which a robots.txt names us."""
    names: list[str] = re.findall(r"[A-Za-z_-]+(?=/)", agent) or re.findall(r"[A-Za-z_-]+", agent)
    ours = [name for name in names if name.lower() != "mozilla"]
    return (ours or names or [agent])[0]


def _is_success(status: int | None) -> bool:
    return status is not None and 200 <= status < 300


def _cut(body: bytes) -> bytes:
    if len(body) <= SIZE_MAX:
        return body
    # half a rule would forbid or allow more than the whole one
    return body[:SIZE_MAX].rpartition(b"\n")[0]


@lru_cache(maxsize=128)
def _rules(body: bytes) -> Protego:
    text = body.decode("utf-8-sig", errors="replace")
    # a version is no part of the product token (RFC 9309, 2.2.1), but Protego would compare it
    text = re.sub(r"(?im)^([ \t]*user-agent[ \t]*:[ \t]*[a-z_-]+)/[^\s#]*", r"\1", text)
    return Protego.parse(text)
