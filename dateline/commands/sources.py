"""`dateline sources`: what is collected, as its files say it; no database is asked."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.exits import Code, Exit

if TYPE_CHECKING:
    from rich.console import Console

    from config.catalogue import Catalogue
    from config.source import Source

WIDE = 160  # where nobody looks at a terminal: no id is cut in a pipe

Column = tuple[str, "Callable[[Source], str]"]

COLUMNS: tuple[Column, ...] = (
    ("id", lambda source: source.id),
    ("name", lambda source: source.name),
    ("region", lambda source: source.region or ""),
    ("country", lambda source: source.country or ""),
    ("language", lambda source: source.language or ""),
    ("feeds", lambda source: str(len(source.feeds) + len(source.sitemaps))),
    ("enabled", lambda source: "yes" if source.enabled else "no"),
)

_path = click.option(
    "--sources",
    "path",
    type=click.Path(path_type=Path),
    help="A sources file or a folder of them, in place of the catalogue.",
)
_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


@click.group()
def command() -> None:
    """Look at the catalogue.

    Example: dateline sources list --region central-asia
    """


@command.command("list")
@click.option("--region", help="Only the sources of this region.")
@_path
@_json
def list_(region: str | None, path: Path | None, as_json: bool) -> None:
    """List the sources.

    Example: dateline sources list --region caucasus --json
    """
    catalogue = _load(path)
    sources = _select(catalogue, (), region)
    if as_json:
        click.echo(json.dumps([_facts(catalogue, source) for source in sources], indent=1))
        return
    _table(sources)
    idle = sum(bool(source.without_effect) for source in sources)
    regions = len({source.region for source in sources})
    click.echo(f"{_count(len(sources), 'source')} in {_count(regions, 'region')}")
    if idle:
        click.echo(f"{idle} of them with keys that have no effect yet: `dateline sources check`")


@command.command()
@click.argument("source_id", metavar="ID")
@_path
@_json
def show(source_id: str, path: Path | None, as_json: bool) -> None:
    """Show what the catalogue says of one source.

    Example: dateline sources show gazeta-uz
    """
    catalogue = _load(path)
    (source,) = _select(catalogue, (source_id,), None)
    facts = _facts(catalogue, source)
    if as_json:
        click.echo(json.dumps(facts, indent=1))
        return
    for key, value in facts.items():
        if value not in (None, []):
            click.echo(f"{key + ':':<16} {_line(key, value, source)}")


@command.command()
@_path
@_json
def check(path: Path | None, as_json: bool) -> None:
    """Say what the sources files could say better; what is wrong in them is an error (exit 78).

    Example: dateline sources check --sources my-papers.yaml
    """
    from dataclasses import asdict

    from config.lint import notes

    catalogue = _load(path)
    found = notes(catalogue)
    if as_json:
        click.echo(json.dumps([asdict(note) for note in found], indent=1))
        return
    for note in found:
        click.echo(f"{note.place}: {note.source}: {note.text}")
    total = _count(len(catalogue.sources), "source")
    click.echo(f"{total}, no mistakes, {_count(len(found), 'note')}")


def _load(path: Path | None) -> "Catalogue":
    from config import catalogue, settings

    return catalogue.load(path or settings.load().sources)


def _select(
    catalogue: "Catalogue", ids: tuple[str, ...], region: str | None
) -> "tuple[Source, ...]":
    from config.catalogue import UnknownSource

    try:
        return catalogue.select(ids, region)
    except UnknownSource as error:
        raise Exit(Code.USAGE, str(error)) from error


def _facts(catalogue: "Catalogue", source: "Source") -> dict[str, Any]:
    return {
        **source.model_dump(mode="json"),
        "without_effect": list(source.without_effect),
        "place": catalogue.places[source.id],
    }


def _line(key: str, value: object, source: "Source") -> str:
    if isinstance(value, list):
        value = ", ".join(str(part) for part in value)
    if isinstance(value, bool):
        value = "yes" if value else "no"
    idle = key.removesuffix("_minutes") in source.without_effect
    return f"{value}{'  (has no effect yet)' if idle else ''}"


def _table(sources: "tuple[Source, ...]") -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, _ in COLUMNS:
        table.add_column(heading, no_wrap=heading == "id", overflow="fold")
    for source in sources:
        table.add_row(*(cell(source) for _, cell in COLUMNS))
    _console().print(table)


def _console() -> "Console":
    from rich.console import Console

    return Console(
        markup=False, emoji=False, highlight=False, width=None if sys.stdout.isatty() else WIDE
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
