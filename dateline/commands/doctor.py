"""`dateline doctor`: what is wrong with this installation."""

from typing import TYPE_CHECKING

import click

from dateline.exits import Code, Exit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dateline.doctor.finding import Finding

STYLES = {"ok": "green", "warn": "yellow", "bad": "bold red"}


@click.command()
@click.option("--json", "is_json", is_flag=True, help="One JSON array.")
def command(is_json: bool) -> None:
    """Look at this installation: settings, disk, clock, MongoDB, catalogue, runs; changes nothing.

    Each line says ok, warn or bad, what is so, where, and what to do; exit code 1 where one is bad.

    Example: dateline doctor
    """
    from dataclasses import asdict

    from dateline import screen
    from dateline.doctor.examine import examine

    if is_json:
        found = list(examine())
        screen.write_json([asdict(one) for one in found])
    else:
        found = _show(examine())
    if any(one.level == "bad" for one in found):
        raise Exit(Code.LOOK)


def _show(findings: "Iterable[Finding]") -> "list[Finding]":
    """Print each line as soon as it is known; return all."""
    from rich.text import Text

    from dateline import screen

    console = screen.out()
    seen: list[Finding] = []
    for one in findings:
        seen.append(one)
        where = f"  {one.where}" if one.where else ""
        line = Text.assemble(
            (f"{one.level:<6}", STYLES[one.level]),
            f"{one.what:<17}",
            screen.one_line(one.words),
            (screen.one_line(where), "dim"),
        )
        console.print(line)
        if one.to_do:
            console.print(Text(f"{'':<23}to do: {screen.one_line(one.to_do)}", style="dim"))
    return seen
