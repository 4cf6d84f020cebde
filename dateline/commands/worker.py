"""`dateline worker`: collects what is on the queue, beside workers on other machines."""

import click

from dateline.exits import Code, Exit
from dateline.options import Count, Words

KINDS = ("fresh", "recheck", "backfill")


@click.command()
@click.option("--region", "regions", multiple=True, type=Words(), help="Only these regions' work.")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only this kind.")
@click.option(
    "--concurrency", type=Count(64), default=1, show_default=True, help="Batches at once."
)
@click.option("--beat", is_flag=True, help="Dispatch, too; one worker of a fleet does.")
@click.option(
    "--log-level", type=click.Choice(["DEBUG", "INFO", "WARNING", "ERROR"]), default="INFO"
)
def command(
    regions: tuple[str, ...], kinds: tuple[str, ...], concurrency: int, beat: bool, log_level: str
) -> None:
    """Take batches of due sources from the queue and collect each as `dateline crawl` does.

    Ends with SIGTERM, once the batches in work are done, and with SIGQUIT at once. A batch has
    `workers` processes for its pages: with one a processor, `--concurrency 1` fills a machine.

    Example: dateline worker --region central-asia --beat
    """
    from config.catalogue import UnknownSource
    from config.settings import load
    from dateline import fleet, screen
    from dateline.brokered import reached

    settings = load()
    screen.log_to_stderr(log_level)
    with reached(settings):
        try:
            wanted = fleet.queues(settings, regions, kinds or KINDS)
        except UnknownSource as error:
            raise Exit(Code.USAGE, str(error)) from error
        code = fleet.run(settings, wanted, concurrency=concurrency, is_beating=beat)
    if code:
        raise Exit(Code(code))
