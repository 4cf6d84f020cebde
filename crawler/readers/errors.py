"""The one error of this room."""


class NotAFeed(Exception):
    """The document announces no articles. The message says in one line what it is instead."""

    def __init__(self, found: str, help_line: str = "") -> None:
        self.found = found
        """What it is, as a noun: "an HTML page", "a PDF", "an empty answer"."""
        super().__init__(f"{found}, not a feed{help_line}")
