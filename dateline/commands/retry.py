"""`dateline retry`: addresses that were given up are tried again."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from dateline.exits import Code, Exit
from dateline.options import Words

if TYPE_CHECKING:
    from config.settings import Settings
    from pipelines.store.connect import Connection


def _known(_context: click.Context, _option: click.Parameter, given: str | None) -> str | None:
    """Return a reason of the ledger's; raise click.BadParameter, which names them, for another."""
    from pipelines.records import Exclusion, Trouble

    reasons = sorted({*map(str, Trouble), *map(str, Exclusion)})
    if given is not None and given not in reasons:
        raise click.BadParameter(f"{given!r} is no reason. Reasons: {', '.join(reasons)}")
    return given


@click.command()
@click.option("--source", type=Words(), help="Only those of one source.")
@click.option(
    "--state",
    type=click.Choice(["quarantined", "gone", "excluded", "retrying", "stored"]),
    default="quarantined",
    show_default=True,
    help="Where they stand; stored: those of which the last visit failed.",
)
@click.option(
    "--reason", type=Words(), callback=_known, help="Only those left out for this reason."
)
def command(source: str | None, state: str, reason: str | None) -> None:
    """Have addresses tried again by the next crawl.

    Example: dateline retry --source astana-times --reason page-time
    """
    from config.settings import load
    from dateline.database import opened
    from dateline.screen import write
    from pipelines.records import Trouble
    from pipelines.store.frontier import Frontier
    from pipelines.store.visits import Visits

    settings = load()
    query: dict[str, Any] = {"state": state}
    if reason or state == "stored":
        query["reason"] = reason or {"$ne": None}
    with opened(settings) as connection:
        if source is not None:
            query["source"] = {"$in": _ids(source, settings, connection)}
        frontier = Frontier(connection.db)
        if state == "quarantined" and reason in {None, Trouble.LAYOUT}:
            # a person has looked: how the pages of these sources read is learned anew
            withheld = frontier.sources_of({**query, "reason": Trouble.LAYOUT})
            Visits(connection.db).save_norms(dict.fromkeys(withheld))
        number = frontier.again(query, datetime.now(UTC))
    write(f"{number} address{'' if number == 1 else 'es'} will be tried again by the next crawl")


def _ids(source: str, settings: "Settings", connection: "Connection") -> list[str]:
    """Return the ids under which the ledger may know a source.

    One that has left the catalogue is known as long as the ledger has an address of it. Raises
    Exit for one that neither knows.
    """
    from config.catalogue import UnknownSource, load
    from pipelines.store.query import Query

    catalogue = load(settings.sources)
    try:
        (known,) = catalogue.select((source,))
    except UnknownSource as error:
        if not Query(connection.db).rows({"source": source}, 1):
            raise Exit(Code.USAGE, str(error)) from error
        return [source]
    return [known.id, *known.aliases]
