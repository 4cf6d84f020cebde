"""`dateline crawl`: one run over what is due."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dateline import remedies
from dateline.exits import Code, Exit
from dateline.options import Count, Duration

if TYPE_CHECKING:
    from crawler.spiders.context import Plan, Report

SIGNALS = {"interrupted": Code.INTERRUPTED, "terminated": Code.TERMINATED}


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
    from dateline import notices, screen
    from dateline.progress import show

    plan = planned(source, options)
    report = collected(plan, log_level, is_json=is_json)
    notices.send(plan.settings)
    with ended(report, plan):
        if is_json:
            screen.write_json(report.document())
        else:
            show(report, screen.out())


def collected(plan: "Plan", log_level: str, *, is_json: bool) -> "Report":
    """Return the report of a run, which a person sees go on. Raises Exit where another runs."""
    from crawler.run import crawl
    from dateline import screen
    from dateline.progress import Progress
    from pipelines.store.runs import BusyError

    screen.log_to_stderr(log_level)
    try:
        with Progress(screen.err(), is_shown=not is_json) as progress:
            return crawl(plan, screen.say, progress.watch)
    except BusyError as error:
        raise Exit(Code.BUSY, f"{error}; this one leaves") from error


@contextmanager
def ended(report: "Report", plan: "Plan") -> "Iterator[None]":
    """Raise Exit with the code of a run once its report is written."""
    code, why = verdict(report, plan.settings.quarantine_bound)
    try:
        yield
    finally:
        if code:  # also where nobody reads the report: `dateline crawl | head`
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


def verdict(report: "Report", quarantine_bound: int) -> tuple[Code, str]:
    """Return what cron is told of a run, and why a person must look."""
    if report.outcome in SIGNALS:
        return SIGNALS[report.outcome], f"{report.outcome}; what is left goes on next time"
    if report.no_room:
        return Code.LOOK, report.no_room
    if report.became_ill:
        return Code.LOOK, f"became ill: {', '.join(report.became_ill[:10])}; see `dateline status`"
    if report.total("quarantined") > quarantine_bound:
        number = report.total("quarantined")
        from dateline.screen import counted

        what = counted(number, "address", "addresses")
        return Code.LOOK, f"{what} quarantined; see `dateline status`"
    # what a stop gave back has not failed
    unread = report.total("retrying") + report.total("quarantined")
    read = report.total("stored") + report.total("excluded")
    if report.pages["fetched"] and unread and not read:
        return (
            Code.LOOK,
            f"none of {report.pages['fetched']} pages could be read; see `dateline status`",
        )
    feeds = report.feeds
    wanted, failed = feeds["visited"] + feeds["held"], feeds["failed"] + feeds["held"]
    is_news = failed > feeds["failed_again"]
    if wanted and failed == wanted and is_news and not report.total("stored"):
        return Code.LOOK, f"nothing succeeded: {_all(failed)} failed{_first(report)}"
    return Code.DONE, ""


def _all(feeds: int) -> str:
    return f"all {feeds} feeds" if feeds > 1 else "the only feed"


def _first(report: "Report") -> str:
    from dateline.screen import one_line

    if not report.troubles:
        return ""
    first = report.troubles[0]
    remedy = remedies.of_trouble(first["trouble"]) or "`dateline read URL` shows what it is now"
    words = f", first {first['url']}: {first['trouble']}, {first['detail']}"
    return f"{one_line(words)}\n{remedy}; `dateline status` lists all"
