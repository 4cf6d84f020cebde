"""The commands of `dateline` as click knows them, for documents and their tests."""

from collections.abc import Iterator

import click

from dateline.main import dateline


def every_command(
    group: click.Group = dateline, path: tuple[str, ...] = ("dateline",)
) -> Iterator[tuple[str, click.Command]]:
    """Yield each command with its whole name, `dateline sources list`; groups before theirs."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield " ".join((*path, name)), command
        if isinstance(command, click.Group):
            yield from every_command(command, (*path, name))


def usage_of(name: str, command: click.Command) -> str:
    """Return name and arguments of a command."""
    context = click.Context(command)
    arguments = [p for p in command.params if isinstance(p, click.Argument)]
    return " ".join((name, *(argument.make_metavar(context) for argument in arguments)))


def options_of(command: click.Command) -> list[str]:
    """Return the long names of a command's options."""
    options = (p for p in command.params if isinstance(p, click.Option))
    return [next(name for name in o.opts if name.startswith("--")) for o in options]
