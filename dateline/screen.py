"""What commands share of the terminal: consoles, remarks, logs, ages in words."""

import logging
import sys
from datetime import UTC, datetime

from rich.console import Console

OURS = ("config.", "crawler.", "pipelines.", "dateline.")


def out() -> Console:
    """Return the console for what a command answers; colours only on a terminal."""
    return Console(highlight=False, soft_wrap=not sys.stdout.isatty())


def err() -> Console:
    """Return the console for progress and remarks."""
    return Console(stderr=True, highlight=False)


def say(line: str) -> None:
    """Tell a person one thing on stderr."""
    print(f"dateline: {line}", file=sys.stderr, flush=True)


def log_to_stderr(level: str) -> None:
    """Send the log to stderr, one event a line, its facts after it."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Facts("%(asctime)s %(levelname)s %(message)s"))
    if level != "DEBUG":
        handler.addFilter(_is_ours)
    logging.basicConfig(level=level, handlers=[handler], force=True)


def _is_ours(record: logging.LogRecord) -> bool:
    """Libraries speak up from WARNING on; Scrapy sets its own logger to DEBUG."""
    return record.levelno >= logging.WARNING or record.name.startswith(OURS)


class _Facts(logging.Formatter):
    """The event, then its fields; line breaks of a page cannot make a second line."""

    def format(self, record: logging.LogRecord) -> str:
        facts = {k: v for k, v in vars(record).items() if k not in _USUAL}
        line = super().format(record)
        shown = " ".join(f"{name}={_one_line(value)}" for name, value in facts.items())
        return f"{line} {shown}".rstrip()


def _one_line(value: object) -> str:
    return plain(str(value).replace("\n", " "))


_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def plain(words: str) -> str:
    """Return text that can do nothing to a terminal: control characters are left out."""
    return "".join(c for c in words if c.isprintable() or c == "\n")


def age(moment: datetime | None, now: datetime | None = None) -> str:
    """Return how long ago, or in how long, in words for a table; "never" for None."""
    if moment is None:
        return "never"
    seconds = ((now or datetime.now(UTC)) - moment).total_seconds()
    number, unit = _largest(abs(seconds))
    return f"{number} {unit} ago" if seconds >= 0 else f"in {number} {unit}"


def _largest(seconds: float) -> tuple[int, str]:
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return int(seconds // size), unit
    return int(seconds), "s"
