"""What the commands of `dateline sources` share."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.exits import Code, Exit

if TYPE_CHECKING:
    from config.catalogue import Catalogue
    from config.source import Source

LONGEST_NAME = 80  # a region is a file's name

path_option = click.option(
    "--sources",
    "path",
    type=click.Path(path_type=Path, readable=False),
    help="A sources file or a folder of them, in place of the catalogue.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")


def where(path: Path | None) -> Path:
    """Return the file or folder that is meant."""
    from config import settings

    return path or settings.load().sources


def alone(path: Path | None, *, is_new: bool = False) -> "AbstractContextManager[None]":
    """Keep other commands from changing the catalogue meanwhile; ``is_new``: one yet to be made."""
    from config import save

    root = where(path)
    is_file = root.is_file() or (root.suffix == ".yaml" and not root.is_dir())
    folder = root.parent if is_file else root
    if is_new:
        folder.mkdir(parents=True, exist_ok=True)
    return save.alone(folder) if folder.is_dir() else nullcontext()


def checked_id(value: str) -> str:
    """Return an id or a region; raises Exit for what cannot be one."""
    from config.source import EXPECTED, is_id

    if len(value) > LONGEST_NAME or not is_id(value):
        said = f"{EXPECTED['id']}, at most {LONGEST_NAME} of them"
        raise Exit(Code.USAGE, f"{value[:60]!r}; write {said}")
    return value


def load(path: Path | None) -> "Catalogue":
    """Return the catalogue that is meant; raises ConfigError."""
    from config import catalogue

    return catalogue.load(where(path))


def load_or_empty(root: Path) -> "Catalogue":
    """Return the catalogue of a file or folder; one without sources where it is yet to be made."""
    from config.catalogue import Catalogue
    from config.catalogue import load as load_catalogue

    if not root.exists() or (root.is_dir() and not any(root.rglob("*.yaml"))):
        return Catalogue(())
    return load_catalogue(root)


def select(
    catalogue: "Catalogue", ids: tuple[str, ...], region: str | None
) -> "tuple[Source, ...]":
    """Return the sources of these ids or this region; raises Exit for one that nobody knows."""
    from config.catalogue import UnknownSource

    try:
        return catalogue.select(ids, region)
    except UnknownSource as error:
        raise Exit(Code.USAGE, str(error)) from error


def file_of(root: Path, region: str) -> Path:
    """Return the file of a region; raises Exit where it is another's."""
    from config import files

    file = root / f"{region}.yaml" if root.is_dir() or root.suffix != ".yaml" else root
    of = files.yaml(file).get("region") if file.exists() else region
    if of != region:
        raise Exit(Code.USAGE, f"{file} is of region {of}, not of {region}: add --region {of}")
    return file


def with_entries(file: Path, region: str, entries: Sequence[Mapping[str, Any]]) -> str:
    """Return the text of a region's file with more entries; it need not be there yet."""
    from config import edit, files

    if file.exists():
        return edit.add(file, files.text(file), entries)
    return edit.new_file(region, entries)


def saved(file: Path, text: str) -> None:
    """Write a sources file; raises ConfigError where it would be wrong."""
    from config import save

    try:
        save.save(file, text)
    except OSError as error:
        why = error.strerror or str(error)
        raise Exit(Code.BAD_CONFIG, f"{file}: {why}; it is as it was") from error
