"""The progress of a crawl on a terminal, and its report at the end."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from dateline.screen import age, err, one_line

if TYPE_CHECKING:
    from crawler.spiders.report import Report

T = TypeVar("T")
_COLUMNS = (
    *(BarColumn(), MofNCompleteColumn()),
    *(TextColumn("{task.description}"), TimeRemainingColumn()),
)
REFRESH = 4  # times a second
# other numbers of pages, and what is said of them
BESIDE = {
    "told": "by feeds as a whole: no page was asked for",
    "over_budget": "for another day",
    "given_back": "for the next run",
}
ENDS = ("stored", "not_reread", "excluded", "retrying", "gone", "quarantined")


def living(
    line: Callable[[], Text], console: Console, *, is_shown: bool
) -> AbstractContextManager[object]:
    """Return a line that lives while something runs; nothing where stderr is no terminal."""
    if not (is_shown and console.is_terminal):
        return nullcontext()
    return Live(get_renderable=line, console=console, refresh_per_second=REFRESH, transient=True)


class Progress:
    """A line that lives while a crawl runs; nothing where stderr is no terminal."""

    def __init__(self, console: Console, *, is_shown: bool) -> None:
        self._report: Report | None = None
        self._began = time.monotonic()
        self._live = living(self._line, console, is_shown=is_shown)

    def watch(self, report: "Report") -> None:
        """Show this report from now on."""
        self._report = report

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def _line(self) -> Text:
        report = self._report
        if report is None:
            return Text("opening the database …")
        seconds = time.monotonic() - self._began
        settled = sum(report.total(state) for state in ("stored", "excluded", "gone"))
        rate = settled / seconds if seconds else 0.0
        return Text(
            f"feeds {report.feeds['visited']}/{report.feeds['due']}"
            f" · entries {report.entries['new']} new"
            f" · pages {report.pages['fetched']} ({rate:.1f}/s)"
            f" · stored {report.total('stored')}"
            f" · skipped {report.total('excluded') + report.total('gone')}"
            f" · failed {report.total('retrying') + report.total('quarantined')}"
            f" · {seconds:.0f} s"
        )


def counted_off(items: Iterable[T], total: int, of: str) -> Iterator[T]:
    """Yield the items; a person on a terminal sees how many there were, of about how many."""
    console = err()
    if not console.is_terminal:
        yield from items
        return
    with Bar(*_COLUMNS, console=console, transient=True) as bar:
        yield from bar.track(items, total=total, description=of)


def show(report: "Report", console: Console) -> None:
    """Print the report of a run."""
    feeds, entries = report.feeds, report.entries
    table = Table(show_header=False, box=None, pad_edge=False)
    table.add_row("run", told(report))
    table.add_row("sources", str(report.sources))
    if report.outcome == "done" and not feeds["due"] and not _has_pages(report):
        console.print(table)
        console.print(_nothing_due(report.next_at))
        return
    table.add_row(
        "feeds",
        f"{feeds['visited']} visited: {feeds['read']} read, {feeds['unchanged']} unchanged, "
        f"{feeds['failed']} failed" + (f"; {feeds['held']} wait" if feeds["held"] else ""),
    )
    table.add_row(
        "entries",
        f"{entries['seen']} seen: {entries['new']} new, {entries['changed']} changed",
    )
    for name, words in ends(report):
        table.add_row(name, words)
    for name, words in BESIDE.items():
        if number := report.pages[name]:
            table.add_row(name.replace("_", " "), f"{number} {words}")
    console.print(table)
    for trouble in report.troubles[:10]:
        words = f"{trouble['source']}: {trouble['url']}: {trouble['trouble']}, {trouble['detail']}"
        console.print(Text(one_line(words), style="yellow"))
    failed = max(len(report.troubles), report.feeds["failed"])  # of very many some are kept
    if failed > 10:
        console.print(f"and {failed - 10} more feeds failed: `dateline status`")
    _show_health(report, console)


def _has_pages(report: "Report") -> bool:
    return bool(report.pages["requested"] or report.pages["told"])


def told(report: "Report") -> str:
    """Return which run it is, how it ended and how long it took."""
    return f"{report.run} · {report.outcome} · {_seconds(report):.0f} s"


def ends(report: "Report") -> list[tuple[str, str]]:
    """Return what was left out, and in which states pages ended, each with its words."""
    rows = [("left out", _parts(report.entries, "excluded"))]
    rows += [(state.replace("_", " "), _parts(report.pages, state)) for state in ENDS]
    return [
        (name, f"{sum(number for _, number in parts)} ({_listed(parts)})")
        for name, parts in rows
        if parts
    ]


def _listed(parts: list[tuple[str, int]]) -> str:
    return ", ".join(f"{number} {word}" for word, number in parts)


def _show_health(report: "Report", console: Console) -> None:
    """Print which of the sources visited are ill, known or not, and which are well again."""
    if report.ill:
        named = [f"{source} ({word})" for source, word in list(report.ill.items())[:10]]
        more = f" and {len(report.ill) - 10} more" if len(report.ill) > 10 else ""
        console.print(Text(one_line(f"ill: {', '.join(named)}{more}: `dateline status`")))
    if report.became_well:
        console.print(Text(one_line(f"well again: {', '.join(report.became_well[:10])}")))


def _nothing_due(next_at: datetime | None) -> str:
    when = f"{next_at:%Y-%m-%d %H:%M:%S} UTC, {age(next_at)}" if next_at else "no known time"
    return f"nothing due; next at {when}; `dateline crawl --all` visits every feed now"


def _parts(counts: Mapping[str, int], state: str) -> list[tuple[str, int]]:
    """Return what a state is made of, the most frequent first."""
    found = [
        (name.partition(".")[2], number)
        for name, number in counts.items()
        if name.startswith(f"{state}.")
    ]
    return sorted(found, key=lambda part: -part[1])


def _seconds(report: "Report") -> float:
    ended = report.ended_at or report.started_at
    return (ended - report.started_at).total_seconds()
