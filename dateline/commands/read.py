import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.exits import Code, Exit

if TYPE_CHECKING:
    from pipelines.records import Entry, Reading


@dataclass(frozen=True, slots=True)
class Source:
    """One input with its bytes, or with why there are none."""

    name: str
    """As given on the command line."""
    body: bytes = b""
    base: str = ""
    content_type: str | None = None
    error: str | None = None


@click.command(
    epilog="Example: dateline read https://paper.example/feed/  |  "
    "dateline read --json --base https://paper.example/ feed.xml"
)
@click.argument("inputs", metavar="URL|FILE...", nargs=-1, required=True)
@click.option("--base", metavar="URL", help="What relative addresses count from.")
@click.option("--content-type", metavar="TYPE", help="The Content-Type header it was served with.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line and input.")
def command(
    inputs: tuple[str, ...], base: str | None, content_type: str | None, as_json: bool
) -> None:
    """Show what the readers see in feeds, sitemaps and OPML files.

    The kind is told by the bytes, gzip too.
    Exits with 65 where an input cannot be read as a feed; the others are read all the same.
    """
    failed = 0
    for source in _sources(inputs, base, content_type):
        reading, error = _read(source)
        if as_json:
            _write_row(source.name, reading, error)
        elif reading:
            _show(source.name, reading)
        if error:
            failed += 1
            click.echo(f"dateline: {_printable(source.name)}: {error}", err=True)
    if failed:
        summary = f"{failed} of {len(inputs)} inputs cannot be read as a feed"
        raise Exit(Code.BAD_DATA, summary if len(inputs) > 1 else "")


def _sources(
    inputs: tuple[str, ...], base: str | None, content_type: str | None
) -> Iterator[Source]:
    fetched = _fetch([name for name in inputs if _is_url(name)], base, content_type)
    for name in inputs:
        yield next(fetched) if _is_url(name) else _from_file(name, base, content_type)


def _is_url(name: str) -> bool:
    return name.lower().startswith(("http://", "https://"))


def _fetch(urls: list[str], base: str | None, content_type: str | None) -> Iterator[Source]:
    """Yield the answer of each address; all are asked for at once, when the first is needed."""
    if not urls:
        return
    from config import settings
    from crawler import fetch

    known = settings.load()
    answers = fetch.get(urls, known, max_bytes=known.feed_max_bytes)
    for name, answer in zip(urls, answers, strict=True):
        if isinstance(answer, fetch.Failed):
            detail = f": {answer.detail}" if answer.detail else ""
            yield Source(name, error=f"{answer.trouble}{detail}")
        else:
            served_as = content_type or answer.headers.get("content-type")
            yield Source(name, answer.body, base or answer.url, served_as)


def _from_file(name: str, base: str | None, content_type: str | None) -> Source:
    from crawler.readers.unpack import BYTES_MAX

    try:
        with Path(name).open("rb") as file:
            body = file.read(BYTES_MAX + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return Source(name, error=f"cannot be opened: {reason}")
    return Source(name, body, base or "", content_type)


def _read(source: Source) -> "tuple[Reading | None, str | None]":
    from crawler.readers import NotAFeed, read

    if source.error:
        return None, source.error
    try:
        return read(source.body, source.base, source.content_type), None
    except NotAFeed as error:
        return None, str(error)


def _write_row(name: str, reading: "Reading | None", error: str | None) -> None:
    row: dict[str, Any] = {"file": name}
    if reading:
        row["kind"] = reading.kind
        row["entries"] = [_fields(entry) for entry in reading.entries]
        row["warnings"] = list(reading.warnings)
    else:
        row["error"] = error
    # a file's name need not be UTF-8: its bytes go out as they came in
    click.echo(json.dumps(row, ensure_ascii=False).encode("utf-8", errors="surrogateescape"))


def _fields(entry: "Entry") -> dict[str, str | None]:
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "published": entry.published.isoformat() if entry.published else None,
        "updated": entry.updated.isoformat() if entry.updated else None,
    }


def _show(name: str, reading: "Reading") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=sys.stdout, markup=False, highlight=False, emoji=False)
    number = len(reading.entries)
    heading = f"{_printable(name)}: {reading.kind}, {number} entr{'y' if number == 1 else 'ies'}"
    heading += f", {reading.title}" if reading.title else ""
    console.print(Text(heading, style="bold"), soft_wrap=True)
    if reading.entries:
        table = Table("published", "title", box=None, pad_edge=False)
        table.add_column("address", overflow="fold")
        for cells in _cells(reading.entries):
            table.add_row(*(Text(cell) for cell in cells))
        console.print(table)
    for warning in reading.warnings:
        console.print(Text(f"warning: {warning}", style="yellow"), soft_wrap=True)


def _cells(entries: "Iterable[Entry]") -> Iterator[tuple[str, str, str]]:
    for entry in entries:
        moment = entry.published or entry.updated
        yield (
            moment.strftime("%Y-%m-%d %H:%M") if moment else "",
            entry.title or "",
            entry.url or entry.id or "(no address)",
        )


def _printable(name: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in name)
