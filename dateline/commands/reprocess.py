"""`dateline reprocess`: stored raw pages through today's rules."""

from typing import Any

import click

from dateline.commands.articles.chosen import Time
from dateline.exits import Code, Exit
from dateline.options import Words


@click.command()
@click.option("--source", "sources", multiple=True, type=Words(), help="Of one source; several.")
@click.option("--region", type=Words(), help="Of the sources of one region.")
@click.option("--since", type=Time(), help="Fetched at or after: 2026-11-02, 30d.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Show the difference, change nothing.")
@click.option("--json", "is_json", is_flag=True, help="One JSON document.")
@click.option(
    "--log-level", type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"]), default="WARNING"
)
def command(
    sources: tuple[str, ...], region: str | None, is_dry: bool, is_json: bool, **how: Any
) -> None:
    """Read what is kept again, by the rules and the template of today.

    Shown is by source how many articles stay as they are, get shorter or longer, and which lines
    come and go; what changes becomes a revision, marked as ours. No site is asked. Who is stopped
    goes on with the same words.

    Example: dateline reprocess --source astana-times --dry-run
    """
    from crawler.reprocess import reprocess
    from crawler.spiders.context import Plan
    from dateline import reprocessed, screen
    from dateline.verdict import SIGNALS
    from pipelines.store.reprocessed import Wanted
    from pipelines.store.runs import BusyError

    plan = Plan.make()
    ids = _ids(sources, region)
    screen.log_to_stderr(how["log_level"])
    since = how["since"]
    wanted = Wanted(ids, since.since if since else None, region)
    try:
        with reprocessed.Bar(screen.err(), is_shown=not is_json) as bar:
            found = reprocess(plan, wanted, is_dry=is_dry, say=screen.say, watch=bar.watch)
    except BusyError as error:
        raise Exit(Code.BUSY, f"{error}; this one leaves") from error
    if is_json:
        screen.write_json(reprocessed.document(found))
    else:
        reprocessed.show(found, screen.out())
    if found.outcome in SIGNALS:
        raise Exit(SIGNALS[found.outcome], f"{found.outcome}; the same words go on")


def _ids(sources: tuple[str, ...], region: str | None) -> tuple[str, ...] | None:
    """Return all ids of some sources; None: of all. Raises Exit for one that nobody knows."""
    from config.settings import load
    from dateline.database import opened
    from dateline.known import be_known
    from pipelines.store.query import Query
    from pipelines.store.search import Search

    settings = load()
    with opened(settings) as connection:
        query = Query(connection.db)
        found = [
            be_known(query, settings, Search(source=source, region=region))
            for source in sources or (None,)
        ]
    ids = [name for one in found if one.source for name in (one.source, *one.earlier)]
    return tuple(ids) if sources else None
