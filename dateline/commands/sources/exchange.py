"""`dateline sources import` and `export`: the catalogue from and to lists of feeds (OPML)."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.commands.sources.shared import (
    confirm,
    json_option,
    load,
    load_or_none,
    path_option,
    saved,
    select,
    where,
    yes_option,
)
from dateline.exits import Code, Exit

if TYPE_CHECKING:
    from dateline.opml import Imported

SHOWN = 20


@click.command("import")
@click.argument(
    "file", metavar="OPML", type=click.Path(path_type=Path, exists=True, readable=False)
)
@click.option("--region", help="The region of all of them, whatever their folders say.")
@yes_option
@path_option
@json_option
def import_(file: Path, region: str | None, yes: bool, path: Path | None, as_json: bool) -> None:
    """Add the feeds of a list to the catalogue; a folder of it is a region.

    Nothing is visited: `dateline sources check` and the next crawl tell what answers.

    Example: dateline sources import subscriptions.opml --region caucasus
    """
    from crawler.readers import NotAFeed, NotAList, outlines
    from dateline import opml, screen

    try:
        listed, warnings = outlines(_bytes(file), "")
    except (NotAFeed, NotAList) as error:
        raise Exit(Code.BAD_DATA, f"{file}: {error}") from error
    root = where(path)
    found = opml.imported(listed, load_or_none(root), region)
    for warning in warnings:
        screen.say(f"{file}: {warning}")
    if not as_json:
        _tell(found)
    if found.number:
        into = {_file_of(root, name): (name, entries) for name, entries in found.added.items()}
        files = screen.counted(len(into), "file")
        confirm(f"Write {screen.counted(found.number, 'source')} to {files}?", yes=yes)
        for line in _write(into):
            if not as_json:
                screen.write(line)
    if as_json:
        screen.write_json(
            {"added": found.added, "known": found.known, "refused": found.refused}, indent=1
        )


@click.command()
@click.argument("file", metavar="OPML", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--region", help="Only the sources of this region.")
@path_option
def export(file: Path, region: str | None, path: Path | None) -> None:
    """Write the catalogue as a list of feeds; `-`: to stdout. A region is a folder of it.

    Any feed reader takes it; `dateline sources import` makes the same catalogue of it again.

    Example: dateline sources export caucasus.opml --region caucasus
    """
    from dateline import opml, screen

    sources = select(load(path), (), region)
    text = opml.exported(sources, f"Dateline: {region or 'all sources'}")
    if str(file) == "-":
        for line in text.splitlines():
            screen.write(line)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Exit(Code.USAGE, f"{file}: {error.strerror}; name another file") from error
    screen.write(f"{screen.counted(len(sources), 'source')} in {file}")


def _bytes(file: Path) -> bytes:
    from config.settings import load as settings

    try:
        with file.open("rb") as opened:
            return opened.read(settings().feed_max_bytes)
    except OSError as error:
        raise Exit(Code.BAD_DATA, f"{file}: {error.strerror}; name a list of feeds") from error


def _tell(found: "Imported") -> None:
    from dateline import screen

    for region, entries in sorted(found.added.items()):
        names = ", ".join(screen.one_line(entry["name"]) for entry in entries[:SHOWN])
        more = f" and {len(entries) - SHOWN} more" if len(entries) > SHOWN else ""
        screen.write(f"{region}: {names}{more}")
    for name, why in found.refused:
        screen.write(f"left out: {screen.one_line(name)}: {screen.one_line(why)}")
    known = f", {screen.counted(len(found.known), 'feed')} known already" if found.known else ""
    screen.write(f"{screen.counted(found.number, 'source')} to add{known}")


def _file_of(root: Path, region: str) -> Path:
    """Return the file of a region; raises Exit where it is another's."""
    from config import files

    file = root / f"{region}.yaml" if root.is_dir() or root.suffix != ".yaml" else root
    of = files.yaml(file).get("region") if file.exists() else region
    if of != region:
        raise Exit(Code.USAGE, f"{file} is of region {of}, not of {region}: add --region {of}")
    return file


def _write(into: Mapping[Path, tuple[str, list[dict[str, Any]]]]) -> Iterator[str]:
    """Write entries to their files; yield what is said of each."""
    from config import edit, files

    for file, (region, entries) in into.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        if file.exists():
            text = edit.add(file, files.text(file), entries)
        else:
            text = edit.new_file(region, entries)
        saved(file, text)
        yield f"{file}: {len(entries)} added"
