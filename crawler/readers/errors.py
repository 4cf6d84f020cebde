"""The errors of this room."""


class NotAFeed(Exception):
    """The document announces no articles. The message says in one line what it is instead."""

    def __init__(self, found: str, help_line: str = "") -> None:
        self.found = found
        """What it is, as a noun: "an HTML page", "a PDF", "an empty answer"."""
        self._help_line = help_line
        # as it was made: on its way from a worker it is made again of these
        super().__init__(found, help_line)

    def __str__(self) -> str:
        return f"{self.found}, not a feed{self._help_line}"


class NotAList(Exception):
    """The document is a feed, and a list of feeds was wanted. The message is for a person."""
