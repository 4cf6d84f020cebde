"""`dateline crawl`: one run over what is due."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dateline.exits import Code, Exit
from dateline.options import Count, Duration

if TYPE_CHECKING:
    from crawler.spiders.context import Plan
    from crawler.spiders.report import Report


@click.command()
@click.argument("source", nargs=-1)
@click.option("--region", help="Only the sources of one region.")
@click.option(
    "--sources", type=click.Path(path_type=Path, readable=False), help="In place of the catalogue."
)
@click.option("--all", "is_all", is_flag=True, help="Every feed now, whatever its schedule.")
@click.option("--limit", type=Count(), help="Ask for so many pages at the most.")
@click.option("--time-limit", type=Duration(), help="Begin nothing more after this: 90s, 10m, 2h.")
@click.option("--json", "is_json", is_flag=True, help="The report as one JSON document.")
@click.option(
    "--log-level", type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"]), default="WARNING"
)
def command(source: tuple[str, ...], is_json: bool, log_level: str, **options: object) -> None:
    """Collect what is due: visit feeds, fetch their articles, keep the clean text.

    Example: dateline crawl --region central-asia --time-limit 10m
    """
    from config.settings import load
    from dateline import notices, ping, screen
    from dateline.metrics import gather
    from dateline.progress import show

    settings = load()
    with ping.around(settings) as begun:
        plan = planned(source, {**options, "settings": settings})
        report = collected(plan, log_level, is_json=is_json, begun=begun)
        notices.send(settings)
        gather.publish(settings)
        with ended(report, plan):
            if is_json:
                screen.write_json(report.document())
            else:
                show(report, screen.out())


def collected(
    plan: "Plan", log_level: str, *, is_json: bool, begun: Callable[[], None] = lambda: None
) -> "Report":
    """Return the report of a run, which a person sees go on. Raises Exit where another runs.

    ``begun`` is called once it holds the lock.
    """
    from crawler.run import crawl
    from dateline import screen
    from dateline.progress import Progress
    from pipelines.store.runs import BusyError

    screen.log_to_stderr(log_level)
    try:
        with Progress(screen.err(), is_shown=not is_json) as progress:

            def watch(report: "Report") -> None:
                progress.watch(report)
                begun()

            return crawl(plan, screen.say, watch)
    except BusyError as error:
        raise Exit(Code.BUSY, f"{error}; this one leaves") from error


@contextmanager
def ended(report: "Report", plan: "Plan") -> "Iterator[None]":
    """Raise Exit with the code of a run once its report is written."""
    from dateline import notices
    from dateline.verdict import tells_who_is_ill, verdict

    code, why = verdict(report, plan.settings.quarantine_bound)
    try:
        yield
    finally:
        if code:  # also where nobody reads the report: `dateline crawl | head`
            if tells_who_is_ill(report):
                notices.said(plan.settings, report.became_ill)
            raise Exit(code, why)


def planned(ids: tuple[str, ...], options: dict[str, object]) -> "Plan":
    """Return the plan of a run. Raises Exit where there is nothing to collect."""
    from config.catalogue import UnknownSource
    from crawler.spiders.context import Plan

    try:
        plan = Plan.make(ids=ids, **options)  # type: ignore[arg-type]  # click has checked them
    except UnknownSource as error:
        raise Exit(Code.USAGE, str(error)) from error
    if not plan.sources:
        raise Exit(
            Code.USAGE, "no enabled source is left to collect: name others, or set `enabled: true`"
        )
    return plan
