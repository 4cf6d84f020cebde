"""What several commands take as an option."""

from urllib.parse import urlsplit

import click

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
