"""`dateline sources list` and `show`: what is collected, and what was learned of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.commands.sources.shared import json_option, load, path_option, select

if TYPE_CHECKING:
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
    ("feeds", lambda source: str(len(source.entrances))),
    ("enabled", lambda source: "yes" if source.enabled else "no"),
)


@click.command("list")
@click.option("--region", help="Only the sources of this region.")
@path_option
@json_option
def list_(region: str | None, path: Path | None, as_json: bool) -> None:
    """List the sources.

    Example: dateline sources list --region caucasus --json
    """
    from dateline import screen

    catalogue = load(path)
    sources = select(catalogue, (), region)
    if as_json:
        screen.write_json([_facts(catalogue, source) for source in sources], indent=1)
        return
    _table(sources)
    regions = len({source.region for source in sources})
    screen.write(f"{screen.counted(len(sources), 'source')} in {screen.counted(regions, 'region')}")


@click.command()
@click.argument("source_id", metavar="ID")
@click.option("--template", is_flag=True, help="What was learned of its pages, in words.")
@path_option
@json_option
def show(source_id: str, template: bool, path: Path | None, as_json: bool) -> None:
    """Show what the catalogue says of one source, or what its pages have taught.

    Example: dateline sources show gazeta-uz --template
    """
    from config.source import as_written
    from dateline import screen

    catalogue = load(path)
    (source,) = select(catalogue, (source_id,), None)
    if template:
        _show_learned(source, as_json=as_json)
        return
    facts = _facts(catalogue, source)
    if as_json:
        screen.write_json(facts, indent=1)
        return
    shown = {key.removesuffix("_minutes"): value for key, value in facts.items()}
    for key, value in {**shown, **as_written(source)}.items():
        if value not in (None, [], ()):
            screen.write(f"{key + ':':<16} {_line(value)}")
    for line in _live(source):
        screen.write(line)


def _live(source: "Source") -> "Iterator[str]":
    """Yield how a source is doing and when its feeds are visited; nothing without a database."""
    from crawler.spiders import rows
    from dateline import wellness
    from dateline.database import opened_if_any
    from pipelines.store.visits import Visits

    with opened_if_any() as connection:
        if connection is None:
            return
        visits = Visits(connection.db)
        row = visits.sources([source.id]).get(source.id)
        feeds = [rows.feed(one) for one in visits.feeds([source.id])]
        covered = visits.coverage(source.id, 3)
    yield ""
    yield from wellness.source(row)
    for state in sorted(feeds, key=lambda state: state.url):
        yield from wellness.feed(state)
    for day in covered:
        yield from wellness.coverage(day)


def _show_learned(source: "Source", *, as_json: bool) -> None:
    from dateline import learned, screen
    from dateline.database import opened
    from pipelines.store.sightings import Sightings
    from pipelines.template import learn
    from pipelines.template.pack import unpack

    with opened() as connection:
        shelf = Sightings(connection.db)
        found = {site: shelf.teachers(site) for site in source.sites}
    seen = {site: [unpack(one) for one in packed] for site, packed in found.items() if packed}
    known = [(learn(site, sightings), sightings) for site, sightings in seen.items()]
    if as_json:
        screen.write_json([learned.facts(*one) for one in known], indent=1)
        return
    for one in known:
        for line in learned.told(*one):
            screen.write(line)
    if not known:
        screen.write(f"nothing was seen of {', '.join(source.sites)} yet")


def _facts(catalogue: "Catalogue", source: "Source") -> dict[str, Any]:
    return {
        **source.model_dump(mode="json"),
        "place": catalogue.places[source.id],
    }


def _line(value: object) -> str:
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(_line, value))
    if isinstance(value, dict):
        value = "; ".join(f"{key} {_line(part)}" for key, part in value.items())
    if isinstance(value, bool):
        value = "yes" if value else "no"
    return str(value)


def _table(sources: "tuple[Source, ...]") -> None:
    from rich.table import Table

    from dateline import screen

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, _ in COLUMNS:
        table.add_column(heading, no_wrap=heading == "id", overflow="fold")
    for source in sources:
        table.add_row(*(screen.one_line(cell(source)) for _, cell in COLUMNS))
    screen.out(WIDE).print(table, soft_wrap=False)
