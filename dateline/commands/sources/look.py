"""`dateline sources list`, `show`, `check`: what is collected, and what was learned of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.commands.sources.shared import json_option, load, path_option, select
from dateline.exits import Code, Exit

if TYPE_CHECKING:
    from config.catalogue import Catalogue
    from config.errors import ConfigError
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
    idle = sum(bool(source.without_effect) for source in sources)
    regions = len({source.region for source in sources})
    screen.write(f"{screen.counted(len(sources), 'source')} in {screen.counted(regions, 'region')}")
    if idle:
        screen.write(f"{idle} of them with keys that have no effect yet: `dateline sources check`")


@click.command()
@click.argument("source_id", metavar="ID")
@click.option("--template", is_flag=True, help="What was learned of its pages, in words.")
@path_option
@json_option
def show(source_id: str, template: bool, path: Path | None, as_json: bool) -> None:
    """Show what the catalogue says of one source, or what its pages have taught.

    Example: dateline sources show gazeta-uz --template
    """
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
    for key, value in facts.items():
        if value not in (None, []):
            screen.write(f"{key + ':':<16} {_line(key, value, source)}")
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
    from pipelines.store.sites import Sites
    from pipelines.template import learn
    from pipelines.template.pack import unpack

    with opened() as connection:
        found = Sites(connection.db).load(source.sites)
    seen = {site: [unpack(one) for one in packed] for site, packed in found.items()}
    known = [(learn(site, sightings), sightings) for site, sightings in seen.items()]
    if as_json:
        screen.write_json([learned.facts(*one) for one in known], indent=1)
        return
    for one in known:
        for line in learned.told(*one):
            screen.write(line)
    if not known:
        screen.write(f"nothing was seen of {', '.join(source.sites)} yet")


@click.command()
@path_option
@json_option
def check(path: Path | None, as_json: bool) -> None:
    """Name each mistake in the sources files (exit 78), or say what they could say better.

    And, where they are collected already, which sources are not well, of what, and what to do.

    Example: dateline sources check --sources my-papers.yaml
    """
    from dataclasses import asdict

    from config.errors import ConfigError
    from config.lint import notes
    from dateline import screen
    from pipelines.clean import RECORDED

    try:
        catalogue = load(path)
    except ConfigError as error:
        raise _told(error, as_json=as_json) from error
    found = notes(catalogue, RECORDED.values())
    if as_json:
        screen.write_json([asdict(note) for note in found], indent=1)
        return
    for note in found:
        screen.write(f"{note.place}: {note.source}: {note.text}")
    unwell = list(_unwell(catalogue))
    for line in unwell:
        screen.write(line)
    total = screen.counted(len(catalogue.sources), "source")
    unwell_too = f", {len(unwell)} not well" if unwell else ""
    screen.write(f"{total}, no mistakes, {screen.counted(len(found), 'note')}{unwell_too}")


def _unwell(catalogue: "Catalogue") -> "Iterator[str]":
    """Yield what ails sources that are visited; nothing without a database."""
    from dateline import wellness
    from dateline.database import opened_if_any
    from pipelines.store.visits import Visits

    with opened_if_any() as connection:
        if connection is None:
            return
        rows = Visits(connection.db).sources([source.id for source in catalogue.sources])
    for key, row in sorted(rows.items()):
        if row.get("word") not in {None, "working", "new"}:
            place = catalogue.places[key]
            yield f"{place}: {key}: {'; '.join(wellness.source(row))}"


def _told(error: "ConfigError", *, as_json: bool) -> Exit:
    """Answer with every mistake; return what is said of them all."""
    from dataclasses import asdict

    from dateline import screen

    if as_json:
        screen.write_json([asdict(fault) for fault in error.faults], indent=1)
    else:
        for fault in error.faults:
            screen.write(str(fault))
    number = screen.counted(len(error.faults), "mistake")
    return Exit(Code.BAD_CONFIG, f"{number}; mend the files named and check again")


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

    from dateline import screen

    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading, _ in COLUMNS:
        table.add_column(heading, no_wrap=heading == "id", overflow="fold")
    for source in sources:
        table.add_row(*(screen.one_line(cell(source)) for _, cell in COLUMNS))
    screen.out(WIDE).print(table, soft_wrap=False)
