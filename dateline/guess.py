"""What can be told of a paper from what was seen of it: its country, language and time zone. Pure.

A guess that nothing speaks for is none: None, and a person writes it.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from config.source import is_country

Moment = tuple[datetime, int]
"""When something was published, and how many minutes from UTC its paper wrote."""

# domains of countries that are sold as words
_WORDS = "ac ai cc co eu fm gg im io la ly me nu su to tv vc ws"
WORDS = frozenset(_WORDS.split())


def country(homepage: str, languages: Iterable[str | None]) -> str | None:
    """Return the country of a home page's domain, or that its languages name (`pt-BR`)."""
    labels = (urlsplit(homepage).hostname or "").split(".")
    last = labels[-1].upper().replace("UK", "GB")
    # `paper.com.co` is of Colombia, `paper.co` of anywhere
    is_plain = last.lower() not in WORDS or (
        len(labels) > 2 and labels[-2] in {"com", "org", "net"}
    )
    if is_country(last) and is_plain:
        return last
    named = (one.rpartition("-")[2] for one in languages if one and "-" in one)
    return next((one for one in named if is_country(one)), None)


def language(read: Sequence[str | None], said: str | None) -> str | None:
    """Return the language of most articles read, with the country that the page says; else that."""
    counted = Counter(one for one in read if one)
    if not counted:
        return said
    most = counted.most_common(1)[0][0]
    return said if said and said.split("-")[0] == most else most


def zones(country_code: str | None, moments: Sequence[Moment]) -> list[str]:
    """Return the zones of a country in which most times are as the paper wrote them.

    In the order of the zone database; of those with one clock the first alone, and that one
    whatever the times where the country has no other.
    """
    names = _zones().get(country_code or "", ())
    alike = {_clock(name): name for name in reversed(names)}
    if len(alike) == 1:
        return list(alike.values())
    local = [moment for moment in moments if moment[1] or country_code in {"GB", "IE", "PT", "IS"}]
    fits = {name: sum(_is_so(name, *moment) for moment in local) for name in names}
    best = max(fits.values(), default=0)
    fitting = [name for name in names if best and fits[name] == best]
    return [name for name in fitting if alike[_clock(name)] == name]


def _is_so(name: str, at: datetime, minutes: int) -> bool:
    return at.astimezone(ZoneInfo(name)).utcoffset() == timedelta(minutes=minutes)


def _clock(name: str) -> tuple[timedelta | None, ...]:
    """Return how far a zone is from UTC in each half of the year."""
    halves = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
    return tuple(at.astimezone(ZoneInfo(name)).utcoffset() for at in halves)


@cache
def _zones() -> dict[str, tuple[str, ...]]:
    """The zones of each country, as the zone database orders them."""
    table = resources.files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8")
    found: dict[str, tuple[str, ...]] = {}
    for line in table.splitlines():
        if line and not line.startswith("#"):
            code, _, name, *_ = line.split("\t")
            found[code] = (*found.get(code, ()), name)
    return found
