"""`dateline dispatch`: what is due onto the queue, for workers on any machine."""

from dataclasses import asdict

import click


@click.command()
@click.option("--json", "is_json", is_flag=True, help="The batches as one JSON document.")
def command(is_json: bool) -> None:
    """Put sources that have something due on the queue, each once until it is collected.

    For cron, every minute; or let one worker do it: `dateline worker --beat`.

    Example: dateline dispatch --json
    """
    from config.settings import load
    from dateline import fleet, screen
    from dateline.brokered import reached

    settings = load()

    def name(batch: fleet.Batch) -> str:
        return fleet.queue_of(settings, batch.region, batch.kind)

    with reached(settings):
        made = fleet.dispatch(fleet.application(settings), settings)
    if is_json:
        screen.write_json({"batches": [{**asdict(one), "queue": name(one)} for one in made]})
        return
    for batch in made:
        screen.write(f"{name(batch)}: {screen.counted(len(batch.sources), 'source')}")
    if not made:
        screen.write("nothing is due that is not on the queue already")
