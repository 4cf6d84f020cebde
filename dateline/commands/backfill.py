"""`dateline backfill`: older articles of one source."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from dateline.exits import Code, Exit
from dateline.options import Count, Day, Duration

if TYPE_CHECKING:
    from config.source import Source
    from crawler.older import Wanted
    from crawler.spiders.report import Report


@click.command()
@click.argument("source")
@click.option("--from", "since", type=Day(), help="The first day; without it as `archive` says.")
@click.option("--to", "until", type=Day(), help="The last day; without it today.")
@click.option("--limit", type=Count(), help="Ask for so many pages at the most.")
@click.option("--time-limit", type=Duration(), help="Begin nothing more after this: 90s, 10m, 2h.")
@click.option("--json", "is_json", is_flag=True, help="The report as one JSON document.")
@click.option(
    "--log-level", type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"]), default="WARNING"
)
def command(
    source: str,
    since: date | None,
    until: date | None,
    is_json: bool,
    log_level: str,
    **options: object,
) -> None:
    """Collect older articles of a source: from its sitemaps and archives, when nothing else is due.

    Example: dateline backfill astana-times --from 2026-01-01 --to 2026-03-31
    """
    from dateline.commands.crawl import collected, ended, planned

    plan = planned((source,), options)
    plan = replace(plan, backfill=_wanted(plan.sources[0], since, until))
    report = collected(plan, log_level, is_json=is_json)
    with ended(report, plan):
        _write(report, is_json=is_json)


def _wanted(source: "Source", since: date | None, until: date | None) -> "Wanted":
    """Return the range in the days of the paper. Raises Exit where it is none."""
    from crawler import older

    today = datetime.now(ZoneInfo(source.timezone) if source.timezone else UTC).date()
    first = since or _archived(source, today)
    last = until or today
    if first > min(last, today):
        raise Exit(
            Code.USAGE, f"no day is from {first} to {min(last, today)}; name an earlier --from"
        )
    return older.Wanted(
        source=source.id,
        words=f"{first if since else 'archive'} {until or ''}".strip(),
        span=older.days(first, last, source.timezone),
        zone=source.timezone,
    )


def _archived(source: "Source", today: date) -> date:
    if source.archive_minutes is None:
        raise Exit(
            Code.USAGE,
            f"how far back? Give --from YYYY-MM-DD, or {source.id} an `archive: 90d` in its entry",
        )
    return today - timedelta(minutes=source.archive_minutes)


def _write(report: "Report", *, is_json: bool) -> None:
    from dateline import screen
    from dateline.progress import show

    if is_json:
        screen.write_json(report.document())
        return
    console, entries = screen.out(), report.entries
    show(report, console)
    undated = screen.counted(entries["undated"], "entry", "entries")
    left = f"; {undated} without a date left" if entries["undated"] else ""
    console.print(
        f"{entries['wanted']} of the range, {entries['recalled']} that had been too old{left}"
    )
    if entries["waiting"]:
        console.print(
            f"{screen.counted(entries['waiting'], 'page waits', 'pages wait')}: the same words go "
            "on, or `dateline crawl`, when nothing else is due"
        )
