"""`dateline canonical`: the form that the addresses of one article share."""

import sys
from collections.abc import Iterable

import click

from dateline.exits import Code, Exit


@click.command()
@click.argument("addresses", nargs=-1, required=True, metavar="URL…|-")
def command(addresses: tuple[str, ...]) -> None:
    """Print the canonical form of each address, one a line; `-` reads them from stdin, one a line.

    What is no address gives an empty line, and exit code 65 at the end.

    Example: dateline canonical 'http://www.paper.example/a/?utm_source=feed'
    """
    from dateline.screen import say, write
    from pipelines.identify.canonical import canonical

    bad = 0
    for address in _all(addresses):
        try:
            write(canonical(address))
        except ValueError as error:
            bad += 1
            write()
            say(str(error) if address.isprintable() else f"not an address: {address!r}")
    if bad:
        raise Exit(Code.BAD_DATA)


def _all(addresses: tuple[str, ...]) -> Iterable[str]:
    for address in addresses:
        if address == "-":
            yield from (line.rstrip("\r\n") for line in sys.stdin)
        else:
            yield address
