"""`dateline articles`: find, show, export and correct what was kept."""

import click

from dateline.commands.articles.correct import merge, remove, split
from dateline.commands.articles.export import export
from dateline.commands.articles.find import find
from dateline.commands.articles.show import show


@click.group()
def command() -> None:
    """Find, show and export what was kept, and correct it.

    Example: dateline articles find --region central-asia --since yesterday
    """


for _one in (export, find, merge, remove, show, split):
    command.add_command(_one)
