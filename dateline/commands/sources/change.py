"""`dateline sources enable`, `disable`, `rename`, `remove`: an entry of the catalogue changed."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from dateline.commands.sources.shared import (
    alone,
    checked_id,
    load,
    path_option,
    saved,
    select,
)
from dateline.exits import Code, Exit
from dateline.options import confirm, yes_option

if TYPE_CHECKING:
    from config.catalogue import Catalogue
    from config.source import Source

_ids = click.argument("ids", metavar="ID…", nargs=-1, required=True)


@click.command()
@_ids
@path_option
def enable(ids: tuple[str, ...], path: Path | None) -> None:
    """Have sources visited again.

    Example: dateline sources enable gazeta-uz
    """
    with alone(path):
        _switch(load(path), ids, is_on=True)


@click.command()
@_ids
@path_option
def disable(ids: tuple[str, ...], path: Path | None) -> None:
    """Leave sources alone; their entries and all that came of them stay.

    Example: dateline sources disable gazeta-uz
    """
    with alone(path):
        _switch(load(path), ids, is_on=False)


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@path_option
def rename(old: str, new: str, path: Path | None) -> None:
    """Give a source another id; the old one stays its alias.

    Articles keep the id that they were stored under; later ones have the new one.

    Example: dateline sources rename gazeta-uz gazeta
    """
    from dateline.screen import write

    new = checked_id(new)
    with alone(path):
        catalogue = load(path)
        (source,) = select(catalogue, (old,), None)
        taken = catalogue.by_id(new)
        if taken is not None and (taken is not source or new == source.id):
            raise Exit(Code.USAGE, f"{new!r} is an id of {taken.name} already")
        file = _file(catalogue, source)
        saved(file, _renamed(file, source, new))
    write(f"{source.id} is {new} now, in {file}")


def _renamed(file: Path, source: "Source", new: str) -> str:
    from config import edit, files

    text = edit.set_key(file, files.text(file), source.id, "id", new)
    if new not in source.aliases:
        return edit.append(file, text, new, "aliases", source.id)
    names = [*(one for one in source.aliases if one != new), source.id]
    return edit.set_key(file, text, new, "aliases", names)


@click.command()
@click.argument("source_id", metavar="ID")
@yes_option
@path_option
def remove(source_id: str, yes: bool, path: Path | None) -> None:
    """Take a source out of the catalogue; its articles stay in the database.

    Example: dateline sources remove gazeta-uz
    """
    from config import edit, files
    from dateline.screen import one_line, write

    with alone(path):
        catalogue = load(path)
        (source,) = select(catalogue, (source_id,), None)
        file = _file(catalogue, source)
        if len(catalogue.sources) == 1:
            only = f"{source.id} is the only source there is"
            raise Exit(Code.USAGE, f"{only}; delete {file} by hand")
        text = edit.remove(file, files.text(file), source.id)
        what = f"{file}" if text else f"{file}, which holds it alone and goes too"
        confirm(
            f"Take {one_line(source.name)} ({source.id}) out of {what}?", yes=yes, default=False
        )
        saved(file, text) if text else file.unlink()
    write(f"{source.id} is no longer in {file}; its articles stay")


def _switch(catalogue: "Catalogue", ids: tuple[str, ...], *, is_on: bool) -> None:
    from config import edit, files
    from dateline.screen import write

    word = "enabled" if is_on else "disabled"
    for source in select(catalogue, ids, None):
        if source.enabled is is_on:
            write(f"{source.id} is {word} already")
            continue
        file = _file(catalogue, source)
        saved(file, edit.set_key(file, files.text(file), source.id, "enabled", is_on))
        write(f"{source.id} is {word}")


def _file(catalogue: "Catalogue", source: "Source") -> Path:
    return Path(catalogue.places[source.id].rpartition(":")[0])
