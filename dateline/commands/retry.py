"""`dateline retry`: addresses that were given up are tried again."""

from datetime import UTC, datetime

import click


@click.command()
@click.option("--source", help="Only those of one source.")
@click.option(
    "--state",
    type=click.Choice(["quarantined", "gone", "excluded", "retrying"]),
    default="quarantined",
    show_default=True,
)
@click.option("--reason", help="Only those left out for this reason.")
def command(source: str | None, state: str, reason: str | None) -> None:
    """Have addresses tried again by the next crawl.

    Example: dateline retry --source astana-times --reason page-time
    """
    from dateline.database import opened
    from dateline.screen import write
    from pipelines.store.frontier import Frontier

    wanted = {"state": state, "source": source, "reason": reason}
    query = {name: value for name, value in wanted.items() if value}
    with opened() as connection:
        number = Frontier(connection.db).again(query, datetime.now(UTC))
    write(f"{number} addresses will be tried again by the next crawl")
