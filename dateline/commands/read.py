from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from dateline import inputs as files
from dateline import remedies
from dateline.exits import Code, Exit
from dateline.options import Address

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
    remedy: str = ""


@click.command(
    epilog="Example: dateline read https://paper.example/feed/  |  "
    "dateline read --json --base https://paper.example/ feed.xml"
)
@click.argument("inputs", metavar="URL|FILE...", nargs=-1, required=True)
@click.option("--base", type=Address(), metavar="URL", help="What relative addresses count from.")
@click.option("--content-type", metavar="TYPE", help="The Content-Type header it was served with.")
@click.option("--section", is_flag=True, help="They are pages: show which links are articles.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line and input.")
def command(
    inputs: tuple[str, ...],
    base: str | None,
    content_type: str | None,
    section: bool,
    as_json: bool,
) -> None:
    """Show what the readers see in feeds, sitemaps, OPML files and, with --section, pages.

    The kind is told by the bytes, gzip too.
    Exits with 65 where an input cannot be read as a feed; the others are read all the same.
    """
    from dateline import screen

    failed = 0
    for source in _sources(inputs, base, content_type):
        reading, error = _read(source, is_section=section)
        if as_json:
            _write_row(source.name, reading, error)
        elif reading:
            _show(source.name, reading)
        if error:
            failed += 1
            words = screen.one_line(f"{source.name}: {error}")
            screen.say(remedies.beside(words, source.remedy))
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
            remedy = remedies.of_trouble(answer.trouble)
            yield Source(name, error=f"{answer.trouble}{detail}", remedy=remedy)
        else:
            served_as = content_type or answer.headers.get("content-type")
            yield Source(name, answer.body, base or answer.url, served_as)


def _from_file(name: str, base: str | None, content_type: str | None) -> Source:
    from crawler.readers.unpack import BYTES_MAX

    try:
        body = files.packed(name, BYTES_MAX + 1)
    except files.Unreadable as error:
        return Source(name, error=f"cannot be opened: {error}", remedy=error.remedy)
    return Source(name, body, base or "", content_type)


def _read(source: Source, *, is_section: bool) -> "tuple[Reading | None, str | None]":
    from crawler.readers import NotAFeed, read, read_section

    if source.error:
        return None, source.error
    try:
        reader = read_section if is_section else read
        return reader(source.body, source.base, source.content_type), None
    except NotAFeed as error:
        return None, str(error)


def _write_row(name: str, reading: "Reading | None", error: str | None) -> None:
    from dateline import screen

    row: dict[str, Any] = {"file": name}
    if reading:
        row["kind"] = reading.kind
        row["entries"] = [_fields(entry) for entry in reading.entries]
        row["warnings"] = list(reading.warnings)
    else:
        row["error"] = error
    screen.write_json(row)


def _fields(entry: "Entry") -> dict[str, str | None]:
    return {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "published": entry.published.isoformat() if entry.published else None,
        "updated": entry.updated.isoformat() if entry.updated else None,
    }


def _show(name: str, reading: "Reading") -> None:
    from rich.table import Table
    from rich.text import Text

    from dateline import screen

    console = screen.out()
    number = len(reading.entries)
    heading = f"{name}: {reading.kind}, {number} entr{'y' if number == 1 else 'ies'}"
    heading += f", {reading.title}" if reading.title else ""
    console.print(Text(screen.one_line(heading), style="bold"), soft_wrap=True)
    if reading.entries:
        table = Table("published", "title", box=None, pad_edge=False)
        table.add_column("address", overflow="fold")
        for cells in _cells(reading.entries):
            table.add_row(*(screen.one_line(cell) for cell in cells))
        console.print(table, soft_wrap=False)
    for warning in reading.warnings:
        words = screen.one_line(f"warning: {warning}")
        console.print(Text(words, style="yellow"), soft_wrap=True)


def _cells(entries: "Iterable[Entry]") -> Iterator[tuple[str, str, str]]:
    for entry in entries:
        moment = entry.published or entry.updated
        yield (
            moment.strftime("%Y-%m-%d %H:%M") if moment else "",
            entry.title or "",
            entry.url or entry.id or "(no address)",
        )
