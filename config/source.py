"""One paper of the catalogue: the keys of its entry, their form, and what to write for each."""

import re
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from config import patterns
from config.choice import Choice
from config.domains import USUAL_PORTS, one_name, registrable
from config.headers import Headers
from config.phrasebook import fold
from config.rules import Rule
from config.secrets import keep_password

MINUTES = {"m": 1, "h": 60, "d": 24 * 60}
ZONE_LETTERS = 64  # Python imports a package a slash; the longest name of IANA has 32
ENTRANCES = ("feeds", "sitemaps", "sections")

_ADDRESSES = "a list of addresses with http:// or https://, without a password"
_PATTERNS = "a list of regular expressions of RE2: no look-around, no back-reference"
_YES_OR_NO = "true or false"
# what a fault tells a person to write
EXPECTED = {
    "region": "lower-case letters, digits and hyphens, such as central-asia",
    "sources": "a list of sources",
    "id": "lower-case letters, digits and hyphens, such as astana-times",
    "name": "the paper's name, in quotes where it is a number",
    "homepage": "an address with http:// or https://, without a password",
    "feeds": _ADDRESSES,
    "sitemaps": _ADDRESSES,
    "sections": _ADDRESSES,
    "hosts": "a list of host names, such as news.paper.example",
    "aliases": "a list of earlier ids",
    "country": "a country code of ISO 3166 in capitals, such as KZ",
    "language": "a language code of BCP 47, such as kk or sr-Latn",
    "timezone": "a zone of the IANA database, such as Asia/Almaty",
    "every": "a duration such as 30m, 2h or 1d",
    "archive": "a duration such as 30d",
    "follow_patterns": _PATTERNS,
    "ignore_patterns": _PATTERNS,
    "keep_words": "a list of words",
    "ignore_words": "a list of words",
    "keep_sections": "a list of names of sections",
    "ignore_sections": "a list of names of sections",
    "sponsored": _YES_OR_NO,
    "fulltext": "feed or page",
    "javascript": _YES_OR_NO,
    "enabled": _YES_OR_NO,
    "headers": "names of headers with their values, secrets as ${NAME}",
    "budget": "pages a day, a whole number from 1 to 1000000",
    "budget_mb": "megabytes a day, a whole number from 1 to 1000000",
    "rules": "a list of rules, each with one or more of text, drop, strip, keep, off",
    "verified": "a date such as 2026-03-14, or null",
}


def _minutes(value: object) -> int:
    written = re.fullmatch(r"([1-9][0-9]{0,4})([mhd])", value) if isinstance(value, str) else None
    if written is None:
        raise ValueError("not a duration")
    return int(written[1]) * MINUTES[written[2]]


def _address(value: str) -> str:
    parts = urlsplit(value)
    if "@" in parts.netloc:
        keep_password(value)  # what is refused is shown
        raise ValueError("an address with a name or password")
    has_host = bool(one_name(parts.hostname or ""))
    # a `${NAME}` is filled in headers alone
    if parts.scheme not in USUAL_PORTS or not has_host or re.search(r"\s|\$\{", value):
        raise ValueError("not an address")
    _ = parts.port  # raises ValueError where it is no port
    return value


def _words(value: str) -> str:
    if not fold(value):
        raise ValueError("not a word: no letter in it")
    return value


def is_country(value: str) -> bool:
    """Return whether a value is a country's code, two capitals."""
    return value in _countries()


def _country(value: str) -> str:
    if not is_country(value):
        raise ValueError("not a country")
    return value


def _zone(value: str) -> str:
    if len(value) > ZONE_LETTERS:
        raise ValueError("not a zone")
    try:
        ZoneInfo(value)
    except (OSError, ValueError, KeyError) as error:  # a folder, a path outside, an unknown name
        raise ValueError("not a zone") from error
    return value


@cache
def _countries() -> frozenset[str]:
    table = resources.files("tzdata.zoneinfo").joinpath("iso3166.tab").read_text(encoding="utf-8")
    codes = {line[:2] for line in table.splitlines() if line and not line.startswith("#")}
    return frozenset(codes | {"XK"})  # Kosovo has papers, and no code of its own in ISO 3166


Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$")]
_id = TypeAdapter[str](Id)
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Address = Annotated[str, AfterValidator(_address)]
Host = Annotated[str, StringConstraints(to_lower=True, pattern=r"^[^\s/:@]+(:[0-9]+)?$")]
Pattern = Annotated[str, AfterValidator(patterns.checked)]
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_words),
]
Minutes = Annotated[int, BeforeValidator(_minutes)]
Country = Annotated[str, AfterValidator(_country)]
Zone = Annotated[str, AfterValidator(_zone)]
Language = Annotated[
    str,
    StringConstraints(
        pattern=r"^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?(-[a-z0-9]{5,8})*$"
    ),
]


class Source(BaseModel):
    """What an operator says of one paper; nothing that is learned by visiting it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Id
    name: Text
    homepage: Address
    region: Id | None = None
    """Of the file that holds the entry."""
    country: Country | None = None
    """ISO 3166, two capitals."""
    language: Language | None = None
    """BCP 47."""
    timezone: Zone | None = None
    """IANA name."""
    feeds: tuple[Address, ...] = ()
    sitemaps: tuple[Address, ...] = ()
    sections: tuple[Address, ...] = ()
    hosts: tuple[Host, ...] = ()
    """Further hosts of this paper, in lower case; a port where it is not the usual one."""
    aliases: tuple[Id, ...] = ()
    """Its earlier ids."""
    every_minutes: Minutes | None = Field(default=None, alias="every")
    """Between two visits of an entrance; None leaves it to the settings."""
    follow_patterns: tuple[Pattern, ...] = ()
    """Where there are any, an entry is taken only if one is found in its address."""
    ignore_patterns: tuple[Pattern, ...] = ()
    keep_words: tuple[Words, ...] = ()
    ignore_words: tuple[Words, ...] = ()
    keep_sections: tuple[Words, ...] = ()
    ignore_sections: tuple[Words, ...] = ()
    sponsored: bool | None = None
    """False leaves out what somebody paid for."""
    fulltext: Literal["feed", "page"] | None = None
    """Where its articles are read; None: on the page, with the feed's text as evidence."""
    javascript: bool | None = None
    rules: tuple[Rule, ...] = ()
    archive_minutes: Minutes | None = Field(default=None, alias="archive")
    """What a sitemap dates before that is not news; None: as for every source."""
    headers: Headers | None = None
    """Sent to its own hosts, by ``config.headers.filled``."""
    budget: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Pages a day that are asked for afresh."""
    budget_mb: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Of their answers, as they were sent: megabytes a day."""
    verified: date | None = None
    """When it last answered a person who looked."""
    enabled: bool = True

    @model_validator(mode="after")
    def _has_an_entrance(self) -> Self:
        if not any(getattr(self, key) for key in ENTRANCES):
            raise ValueError("no entrance")
        return self

    @property
    def entrances(self) -> tuple[str, ...]:
        """Every address at which it announces articles."""
        return (*self.feeds, *self.sitemaps, *self.sections)

    @property
    def sites(self) -> tuple[str, ...]:
        """The registrable domains of its hosts: what is learned of its pages is kept by these."""
        hosts = [urlsplit(self.homepage).hostname or "", *self.hosts]
        return tuple(dict.fromkeys(registrable(host.partition(":")[0]) for host in hosts))

    @property
    def choice(self) -> Choice:
        """What is wanted of its articles, by what they say."""
        return Choice(
            keep_words=self.keep_words,
            ignore_words=self.ignore_words,
            keep_sections=self.keep_sections,
            ignore_sections=self.ignore_sections,
            has_sponsored=self.sponsored is not False,
        )


def is_id(value: object) -> bool:
    """Return whether a value can be the id of a source, or a region."""
    try:
        _id.validate_python(value)
    except ValidationError:
        return False
    return True


def keys() -> tuple[str, ...]:
    """Return every key that an entry may have, as it is written."""
    return tuple(
        field.alias or name for name, field in Source.model_fields.items() if name != "region"
    )


def as_written(source: Source) -> dict[str, Any]:
    """Return the entry of a source as it would be written in a file, what is as usual left out.

    Days are dates, as YAML has them.
    """
    found = source.model_dump(by_alias=True, exclude_unset=True, exclude={"region"})
    for key in ("every", "archive"):
        if found.get(key) is not None:
            found[key] = _duration(found[key])
    return found


def _duration(minutes: int) -> str:
    """Return minutes in the largest unit that holds them: no more digits than were written."""
    unit = next(name for name in reversed(MINUTES) if minutes % MINUTES[name] == 0)
    return f"{minutes // MINUTES[unit]}{unit}"
