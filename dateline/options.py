"""What several commands take as an option."""

import click


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
