"""`dateline sources`: the catalogue, to look at and to change."""

import click

from dateline.commands.sources.add import add
from dateline.commands.sources.change import disable, enable, remove, rename
from dateline.commands.sources.check import check
from dateline.commands.sources.exchange import export, import_
from dateline.commands.sources.look import list_, show
from dateline.commands.sources.prove import prove


@click.group()
def command() -> None:
    """Look at the catalogue, and change it.

    Example: dateline sources list --region central-asia
    """


for _one in (add, check, disable, enable, export, import_, list_, prove, remove, rename, show):
    command.add_command(_one)
