"""`dateline sources import` and `export`: the catalogue from and to lists of feeds (OPML)."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dateline.commands.sources.shared import (
    alone,
    checked_id,
    file_of,
    json_option,
    load,
    load_or_empty,
    path_option,
    saved,
    select,
    where,
    with_entries,
)
from dateline.exits import Code, Exit
from dateline.options import confirm, yes_option

if TYPE_CHECKING:
    from crawler.readers import NotAFeed, NotAList
    from dateline.opml import Imported

SHOWN = 20


@click.command("import")
@click.argument("file", metavar="OPML", type=click.Path(path_type=Path))
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
        raise Exit(Code.BAD_DATA, _no_list(file, error)) from error
    root, region = where(path), None if region is None else checked_id(region)
    with alone(path, is_new=True):
        found = opml.imported(listed, load_or_empty(root), region)
        told = [f"{file}: {warning}" for warning in warnings]
        texts = _texts(root, found)
        if not (yes or as_json):
            _tell(found, told)
        if texts:
            files = screen.counted(len(texts), "file")
            confirm(f"Write {screen.counted(found.number, 'source')} to {files}?", yes=yes)
        for target, (text, _) in texts.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            saved(target, text)
    # a reader that has gone away must not keep the work from being done
    if as_json:
        screen.write_json(asdict(found), indent=1)
        return
    if yes:
        _tell(found, told)
    for target, (_, number) in texts.items():
        screen.write(f"{target}: {number} added")


@click.command()
@click.argument("file", metavar="OPML", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--region", help="Only the sources of this region.")
@path_option
def export(file: Path, region: str | None, path: Path | None) -> None:
    """Write the catalogue as a list of feeds; `-`: to stdout. A region is a folder of it.

    Any feed reader takes it; `dateline sources import` makes the same catalogue of it again.

    Example: dateline sources export caucasus.opml --region caucasus
    """
    from dateline import opml, remedies, screen
    from dateline.whole import written

    sources = select(load(path), (), region)
    text = opml.exported(sources, f"Dateline: {region or 'all sources'}")
    if str(file) == "-":
        for line in text.splitlines():
            screen.write(line)
        return
    try:
        with written(file) as draft:
            draft.write_text(text, encoding="utf-8")
    except OSError as error:
        code = Code.LOOK if remedies.is_full(error) else Code.USAGE
        todo = remedies.of_error(error) or "name another file"
        raise Exit(code, f"{file}: {error.strerror}; {todo}") from error
    screen.write(f"{screen.counted(len(sources), 'source')} in {file}")


def _bytes(file: Path) -> bytes:
    from config.settings import load as settings

    try:
        with file.open("rb") as opened:
            return opened.read(settings().feed_max_bytes)
    except OSError as error:
        raise Exit(Code.BAD_DATA, f"{file}: {error.strerror}; name a list of feeds") from error


def _no_list(file: Path, error: "NotAFeed | NotAList") -> str:
    from crawler.readers import NotAList

    if isinstance(error, NotAList):
        return f"{file}: {error}"
    words = f"{file}: {error.found}, not a list of feeds (OPML)"
    if file.suffix in {".yaml", ".yml"}:
        return f"{words}.\nA sources file is put into the catalogue's folder as it is"
    return words


def _tell(found: "Imported", told: Sequence[str]) -> None:
    from dateline import screen

    for line in told:
        screen.say(line)
    for region, entries in sorted(found.added.items()):
        names = ", ".join(screen.one_line(entry["name"]) for entry in entries[:SHOWN])
        more = f" and {len(entries) - SHOWN} more" if len(entries) > SHOWN else ""
        screen.write(f"{region}: {names}{more}")
    for paper, why in found.refused:
        screen.write(f"left out: {screen.one_line(paper)}: {screen.one_line(why)}")
    known = f", {screen.counted(len(found.known), 'feed')} known already" if found.known else ""
    twice = f", {screen.counted(len(found.twice), 'feed')} named twice" if found.twice else ""
    screen.write(f"{screen.counted(found.number, 'source')} to add{known}{twice}")


def _texts(root: Path, found: "Imported") -> dict[Path, tuple[str, int]]:
    """Return what each file would hold, and how many entries more; none is written yet."""
    texts: dict[Path, tuple[str, int]] = {}
    for region, entries in found.added.items():
        file = file_of(root, region)
        if file in texts:
            regions = ", ".join(sorted(found.added))
            todo = f"name a folder, or add --region {region}"
            raise Exit(Code.USAGE, f"{file} is one region's, and the list has {regions}: {todo}")
        texts[file] = (with_entries(file, region, entries), len(entries))
    return texts
