"""The progress of an ingest on a terminal, and its report at the end."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from dateline import progress

if TYPE_CHECKING:
    from crawler.ingest import Ingested

Document = dict[str, Any]


class Bar:
    """A bar that grows with the files that were read."""

    def __init__(self, console: Console, *, is_shown: bool) -> None:
        self.found: Ingested | None = None
        self._progress = Progress(
            BarColumn(),
            DownloadColumn(),
            TextColumn("{task.fields[words]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not (is_shown and console.is_terminal),
        )
        self._task = self._progress.add_task("", total=None, words="opening the database …")

    def watch(self, found: "Ingested") -> None:
        """Show this from now on."""
        self.found = found
        found.moved = self._move
        self._move()

    def _move(self) -> None:
        found = self.found
        if found is None:
            return
        pages = found.report
        words = f"pages {pages.pages['fetched']} · stored {pages.total('stored')}"
        self._progress.update(self._task, total=found.bytes, completed=found.passed, words=words)

    @contextmanager
    def live(self) -> "Iterator[Bar]":
        """Be on the screen."""
        with self._progress:
            yield self


def document(found: "Ingested") -> Document:
    """Return the report as `--json` prints it."""
    told = found.report.document()
    kept = ("run", "started_at", "ended_at", "outcome", "entries", "pages")
    damage = [
        {"file": str(file), "at": broken.at, "why": broken.why} for file, broken in found.damage
    ]
    return {**{name: told[name] for name in kept}, "damage": damage}


def show(found: "Ingested", console: Console) -> None:
    """Print the report."""
    report, entries = found.report, found.report.entries
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row("run", progress.told(report))
    known = f", {entries['known']} known already" if entries["known"] else ""
    table.add_row("recorded", f"{entries['seen']} answers: {report.pages['fetched']} pages{known}")
    for name, words in progress.ends(report):
        table.add_row(name, words)
    console.print(table)


def place(file: str, at: int, why: str) -> str:
    """Return where a file is damaged, in words."""
    return f"{file}: damaged at byte {at}: {why}"
