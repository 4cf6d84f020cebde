"""`dateline sources enable`, `disable`, `rename`, `remove`: an entry of the catalogue changed."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.commands.sources.shared import (
    alone,
    confirm,
    load,
    name,
    path_option,
    saved,
    select,
    yes_option,
)
from dateline.exits import Code, Exit

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

    new = name(new)
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
    from config import edit

    text = edit.set_key(file, _text(file), source.id, "id", new)
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
    from config import edit
    from dateline.screen import write

    with alone(path):
        catalogue = load(path)
        (source,) = select(catalogue, (source_id,), None)
        file = _file(catalogue, source)
        is_last = _is_alone(catalogue, file)
        if is_last and len(catalogue.sources) == 1:
            raise Exit(
                Code.USAGE, f"{source.id} is the only source there is; delete {file} by hand"
            )
        text = "" if is_last else edit.remove(file, _text(file), source.id)
        what = f"{file}, which holds it alone and goes too" if is_last else f"{file}"
        confirm(f"Take {source.name} ({source.id}) out of {what}?", yes=yes, default=False)
        file.unlink() if is_last else saved(file, text)
    write(f"{source.id} is no longer in {file}; its articles stay")


def _is_alone(catalogue: "Catalogue", file: Path) -> bool:
    return [place.rpartition(":")[0] for place in catalogue.places.values()].count(str(file)) == 1


def _switch(catalogue: "Catalogue", ids: tuple[str, ...], *, is_on: bool) -> None:
    from dateline.screen import write

    word = "enabled" if is_on else "disabled"
    for source in select(catalogue, ids, None):
        if source.enabled is is_on:
            write(f"{source.id} is {word} already")
            continue
        _set(catalogue, source, "enabled", is_on)
        write(f"{source.id} is {word}")


def _set(catalogue: "Catalogue", source: "Source", key: str, value: Any) -> None:
    from config import edit

    file = _file(catalogue, source)
    saved(file, edit.set_key(file, _text(file), source.id, key, value))


def _file(catalogue: "Catalogue", source: "Source") -> Path:
    return Path(catalogue.places[source.id].rpartition(":")[0])


def _text(file: Path) -> str:
    from config import files

    return files.text(file)
