"""`dateline runs`: what earlier runs reported."""

from typing import TYPE_CHECKING, Any

import click

from dateline.exits import Code, Exit
from dateline.options import Count, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.spiders.report import Report
    from dateline.history import Run

TOLD = {"copy": "copies", "revised": "revised", "grown": "grown", "moved": "moved"}
LIST = 20
ONE = "no run {name!r}; `dateline runs` lists them"
MANY = "{name!r} begins the ids of several runs; write more of it"


@click.command()
@click.argument("name", required=False, metavar="[ID]", type=Words())
@click.option("--limit", type=Count(), default=LIST, help="So many of the last at the most.")
@click.option("--json", "is_json", is_flag=True, help="One JSON document.")
def command(name: str | None, limit: int, is_json: bool) -> None:
    """List the last runs and how each ended, or show the whole report of one.

    ID may be the beginning of one; a run that was killed is told as such.

    Example: dateline runs --limit 5
    """
    from config.settings import load
    from dateline import history, screen
    from dateline.database import opened
    from pipelines.store.figures import Figures
    from pipelines.store.query import Query

    settings = load()
    with opened(settings) as connection:
        figures = Figures(connection.db)
        holders = figures.holders()
        rows = Query(connection.db).runs(limit) if name is None else figures.run(name)
    runs = [history.told(row, holders) for row in rows]
    if name is not None:
        runs = [_only(runs, name)]
    if is_json:
        found = [_document(run, settings.quarantine_bound) for run in runs]
        screen.write_json(found if name is None else found[0])
    elif name is None:
        _list(runs, settings.quarantine_bound)
    else:
        _show(runs[0], settings.quarantine_bound)


def _only(runs: "list[Run]", name: str) -> "Run":
    if len(runs) == 1:
        return runs[0]
    raise Exit(Code.LOOK, (MANY if runs else ONE).format(name=name))


def _document(run: "Run", quarantine_bound: int) -> dict[str, Any]:
    from dateline.history import judged

    code, why = judged(run, quarantine_bound)
    return {
        "run": run.id,
        "by": run.by,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "outcome": run.outcome,
        "exit_code": code,
        "why": why or None,
        "report": run.report.document() if run.report else None,
    }


def _list(runs: "list[Run]", quarantine_bound: int) -> None:
    from rich.table import Table
    from rich.text import Text

    from dateline import screen
    from dateline.history import judged

    if not runs:
        screen.write("no run yet: `dateline crawl`")
        return
    table = Table(box=None, pad_edge=False)
    for head in ("run", "began", "took", "ended", "feeds", "articles", "exit", ""):
        table.add_column(head, justify="right" if head in {"feeds", "articles", "exit"} else "left")
    for run in runs:
        code, why = judged(run, quarantine_bound)
        first = screen.one_line(why.partition("\n")[0])
        row = [run.id, screen.age(run.started_at), _took(run), run.outcome, *_numbers(run)]
        table.add_row(*row, "" if code is None else str(code), Text(first, style="yellow"))
    screen.out(width=150).print(table)


def _numbers(run: "Run") -> "Iterator[str]":
    report = run.report
    yield str(report.feeds["visited"]) if report else ""
    yield _articles(report) if report else ""


def _articles(report: "Report") -> str:
    """Return how many articles came; of a run that stored another thing what that was, too."""
    from dateline.screen import counted

    new = report.pages["stored.new"]
    others = {name: report.pages[f"stored.{name}"] for name in TOLD}
    said = [counted(number, name, TOLD[name]) for name, number in others.items() if number]
    return ", ".join([f"{new} new", *said]) if said else str(new)


def _took(run: "Run") -> str:
    if run.ended_at is None:
        return ""
    seconds = (run.ended_at - run.started_at).total_seconds()
    return f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.0f} min"


def _show(run: "Run", quarantine_bound: int) -> None:
    from dateline import progress, screen
    from dateline.history import KILLED, judged

    console = screen.out()
    console.print(f"began {run.started_at:%Y-%m-%d %H:%M:%S} UTC, {screen.age(run.started_at)}")
    console.print(f"by {screen.one_line(run.by)}")
    if run.report is None:
        console.print(f"{run.id} · {run.outcome}")
        if run.outcome == KILLED:
            console.print(
                "it left no report; what it had kept stays, and what it held goes back to the "
                "ledger when the next run begins"
            )
        return
    progress.show(run.report, console)
    code, why = judged(run, quarantine_bound)
    said = "; ".join(why.splitlines())
    console.print(screen.one_line(f"exit code {code}{f': {said}' if said else ''}"))
