"""`dateline ingest`: recorded pages to articles."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dateline.exits import Code, Exit

if TYPE_CHECKING:
    from crawler.ingest import Ingested


@click.command()
@click.argument("file", nargs=-1, required=True, metavar="FILE.warc.gz...")
@click.option("--json", "is_json", is_flag=True, help="The report as one JSON document.")
@click.option(
    "--log-level", type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"]), default="WARNING"
)
def command(file: tuple[str, ...], is_json: bool, log_level: str) -> None:
    """Store the articles of crawls that were recorded as WARC files; asks no site for anything.

    A page belongs to the source that has its host; what the ledger has settled stays as it is.
    Exits with 65 where a file is damaged; what is whole of it is stored.

    Example: dateline ingest CC-NEWS-20260301000000-00001.warc.gz
    """
    from crawler.ingest import ingest
    from crawler.spiders.context import Plan
    from dateline import screen
    from dateline.ingested import Bar
    from pipelines.store.runs import BusyError

    for name in file:
        _look(name)
    plan = Plan.make()
    screen.log_to_stderr(log_level)
    try:
        with Bar(screen.err(), is_shown=not is_json).live() as bar:
            found = ingest(plan, [Path(name) for name in file], screen.say, bar.watch)
    except BusyError as error:
        raise Exit(Code.BUSY, f"{error}; this one leaves") from error
    try:
        _write(found, is_json=is_json)
    finally:
        _leave(found)


def _look(name: str) -> None:
    """Raise Exit where a file cannot be read, before anything is begun."""
    from dateline import inputs, remedies

    try:
        first = b"" if name == "-" else inputs.packed(name, 1)
    except inputs.Unreadable as error:
        words = f"{name}: cannot be read: {error}"
        raise Exit(Code.BAD_DATA, remedies.beside(words, error.remedy)) from error
    if not first:
        why = "stdin cannot be read from any place" if name == "-" else "an empty file"
        raise Exit(Code.BAD_DATA, f"{name}: cannot be read: {why}; name a WARC file")


def _write(found: "Ingested", *, is_json: bool) -> None:
    from dateline import ingested, screen

    if is_json:
        screen.write_json(ingested.document(found))
    else:
        ingested.show(found, screen.out())


def _leave(found: "Ingested") -> None:
    """Raise Exit where a person must know of something."""
    from dateline.ingested import place
    from dateline.screen import counted
    from dateline.verdict import SIGNALS

    outcome = found.report.outcome
    if outcome in SIGNALS:
        raise Exit(SIGNALS[outcome], f"{outcome}; the same words go on")
    if found.damage:
        file, first = found.damage[0]
        more = len(found.damage) - 1
        others = f"; {counted(more, 'more place')}, which --json names" if more else ""
        words = f"{place(str(file), first.at, first.why)}{others}"
        todo = "what is whole is stored; get the file anew for the rest"
        if not found.report.entries["seen"]:
            todo = "nothing is stored; give WARC files, as crawlers write them"
        raise Exit(Code.BAD_DATA, f"{words}\n{todo}")
