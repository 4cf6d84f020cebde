"""What commands share of the terminal: everything a command writes leaves by here.

What papers, servers and files say goes in as it is; what comes out can neither steer a terminal nor
look like another line of ours.
"""

import json
import logging
import re
import shlex
import shutil
import sys
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from config.secrets import redacted
from dateline.exits import Code, Exit

OURS = ("config.", "crawler.", "pipelines.", "dateline.")

_CONTROLS = {*range(0x20), *range(0x7F, 0xA0)} - {ord("\n"), ord("\t")}
# embeddings, overrides and isolates turn around what follows them; the marks U+200E, U+200F and
# the joiners U+200C, U+200D end with themselves, and languages need them
_TURNING = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
_BREAKS = {0x0B, 0x0C, 0x0D, 0x1C, 0x1D, 0x1E, 0x85, 0x2028, 0x2029}  # as str.splitlines has them
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")
_PLAIN = dict.fromkeys(_CONTROLS | _TURNING, "") | dict.fromkeys(_BREAKS, " ") | _SURROGATES
_ONE_LINE = _PLAIN | {ord("\n"): " ", ord("\t"): " "}
# json escapes the characters below U+0020 itself
_RAW_IN_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(words: str) -> str:
    """Return text that can do nothing to a terminal; its lines and tabs stay.

    Control characters are left out, and those that turn the direction of what follows; other breaks
    of a line are spaces, and half a surrogate pair (a byte of a file's name) is U+FFFD.
    """
    return words.translate(_PLAIN)


def one_line(words: str) -> str:
    """Return the same in one line."""
    return words.translate(_ONE_LINE)


def as_json(value: object, *, indent: int | None = None, is_ascii: bool = False) -> str:
    """Return the JSON of a value, times in ISO 8601, with what a terminal would act on escaped."""
    written = json.dumps(value, ensure_ascii=is_ascii, default=_as_text, indent=indent)
    return _RAW_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def counted(number: int, one: str, more: str = "") -> str:
    """Return a number with its noun: "1 copy", "2 copies"; without ``more`` it takes an s."""
    return f"{number} {one if number == 1 else more or one + 's'}"


def _as_text(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


class _Harmless(Console):
    """Draws styles of its own and nothing that a text brings along."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for text, style, control in super().render(renderable, options):
            yield Segment(text if control else plain(text), style, control)

    def on_broken_pipe(self) -> None:
        raise Exit(Code.DONE)


def out(width: int | None = None) -> Console:
    """Return the console for what a command answers; colours only on a terminal.

    Words are words: neither `[red]` nor `:smile:` means anything. A width counts off a terminal.
    """
    is_terminal = sys.stdout.isatty()
    return _Harmless(
        markup=False,
        emoji=False,
        highlight=False,
        soft_wrap=not is_terminal,
        width=None if is_terminal else width,
    )


def err() -> Console:
    """Return the console for progress."""
    return _Harmless(stderr=True, markup=False, emoji=False, highlight=False)


def working(words: str) -> AbstractContextManager[object]:
    """Show a person on a terminal that something takes a while; nothing elsewhere."""
    console = err()
    return console.status(words) if console.is_terminal else nullcontext()


def write(line: str = "") -> None:
    """Answer with one line on stdout.

    Raises Exit, quietly and with code 0, where nobody reads on: `dateline … | head`.
    """
    _write(f"{one_line(line)}\n")


def write_json(value: object, *, indent: int | None = None) -> None:
    """Answer with one JSON document on stdout; in ASCII where stdout takes no UTF-8."""
    _write(as_json(value, indent=indent, is_ascii=is_ascii()) + "\n")


def is_ascii() -> bool:
    """Return whether stdout takes no more than ASCII."""
    return (sys.stdout.encoding or "").lower() not in {"utf-8", "utf8"}


class Answer:
    """A file for an answer of several lines on stdout, written as it is."""

    def write(self, text: str) -> None:
        """Raises Exit, quietly and with code 0, where nobody reads on."""
        _write(text)


def _write(text: str) -> None:
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError as error:
        raise Exit(Code.DONE) from error


def say(words: str) -> None:
    """Tell a person one thing on stderr, in one line or two.

    A remark that cannot be written is lost: it is no reason to end a run.
    """
    first, *rest = plain(redacted(words)).splitlines() or [""]
    more = f"\n{' '.join(rest)}" if rest else ""
    with suppress(OSError):
        print(f"dateline: {first}{more}", file=sys.stderr, flush=True)


def program() -> str:
    """Return what a person types for `dateline` where they are: its path, unless PATH finds it."""
    ours = Path(sys.executable).with_name("dateline")
    if shutil.which("dateline") == str(ours):
        return "dateline"
    here = Path.cwd()
    return shlex.quote(str(ours.relative_to(here) if ours.is_relative_to(here) else ours))


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
    """The event, then its fields, then a trace; line breaks of a page make no second line."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 logging's name for it
        facts = {k: v for k, v in vars(record).items() if k not in _USUAL}
        shown = " ".join(f"{name}={value}" for name, value in facts.items())
        return one_line(f"{super().formatMessage(record)} {shown}".rstrip())

    def format(self, record: logging.LogRecord) -> str:
        return plain(redacted(super().format(record)))


_USUAL = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


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
