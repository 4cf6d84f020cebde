"""What several commands take as an option."""

import re
import sys
from datetime import date, timedelta
from urllib.parse import urlsplit

import click

from dateline.exits import Code, Exit

MOST_SECONDS = 366 * 86_400  # no timer has to hold more
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")
LONGEST = 2_000  # of an address in use; MongoDB takes no expression of more than 32,000


class Count(click.IntRange):
    """A whole number from 1; a mistake says so."""

    name = "number"

    def __init__(self, most: int = 1_000_000_000) -> None:
        super().__init__(1, most)

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the number; fails with what was expected."""
        try:
            number = int(str(value))
        except ValueError:
            number = 0
        if not 1 <= number <= (self.max or number):
            self.fail(f"{value!r}; write a whole number from 1 to {self.max}", param, ctx)
        return number


class Duration(click.ParamType[timedelta]):
    """`90s`, `10m` or `2h`; more than nothing, at most a year."""

    name = "duration"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> timedelta:
        """Return the duration; fails with what was expected."""
        found = re.fullmatch(r"([1-9][0-9]{0,7})([smh])", str(value))
        seconds = int(found[1]) * {"s": 1, "m": 60, "h": 3600}[found[2]] if found else 0
        if not 0 < seconds <= MOST_SECONDS:
            self.fail(f"{value!r} is no duration; write 90s, 10m or 2h", param, ctx)
        return timedelta(seconds=seconds)


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "day"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        """Return the day; fails with what was expected."""
        try:
            if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", str(value)):
                return date.fromisoformat(str(value))
        except ValueError:
            pass
        return self.fail(f"{value!r} is no day; write it as 2026-03-31", param, ctx)


class Words(click.ParamType[str]):
    """A name or a part of a title, as MongoDB can be asked for it."""

    name = "text"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return the words; fails for what is not in UTF-8, and for more than a line."""
        words = str(value)
        if any("\ud800" <= letter <= "\udfff" for letter in words):
            self.fail(f"{words[:60]!r} is not in UTF-8", param, ctx)
        if len(words) > LONGEST:
            self.fail(f"{words[:60]!r}… is longer than {LONGEST} characters", param, ctx)
        return words


class Address(click.ParamType[str]):
    """An address of the web; a mistake says so."""

    name = "URL"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return the address as given; fails with what was expected."""
        address = str(value)
        if not is_address(address):
            self.fail(f"{address[:60]!r}; write http://… or https://…", param, ctx)
        return address


def is_address(words: str) -> bool:
    """Return whether these words can be taken apart as an address with http or https."""
    try:
        parts = urlsplit(words)
        _ = parts.port  # raises ValueError where it is no port
        words.encode()
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def confirm(question: str, *, yes: bool, default: bool = True) -> None:
    """Ask a person; raises Exit where the answer is no, and where there is nobody to ask.

    ``default`` is the answer of who only presses Enter.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise Exit(Code.USAGE, f"{question} Nobody can answer here: give --yes.")
    try:
        is_meant = click.confirm(question, default=default, err=True)
    except click.Abort as error:
        raise Exit(Code.INTERRUPTED, "nothing was changed") from error
    if not is_meant:
        raise Exit(Code.LOOK, "nothing was changed")
