"""`dateline sources`: the catalogue, to look at and to change."""

import click

from dateline.commands.sources.change import disable, enable, remove, rename
from dateline.commands.sources.exchange import export, import_
from dateline.commands.sources.look import check, list_, show


@click.group()
def command() -> None:
    """Look at the catalogue, and change it.

    Example: dateline sources list --region central-asia
    """


for _one in (check, disable, enable, export, import_, list_, remove, rename, show):
    command.add_command(_one)
