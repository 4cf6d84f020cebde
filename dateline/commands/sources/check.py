"""`dateline sources check`: mistakes in the files, what is not well, and who answers."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dateline.commands.sources.shared import (
    alone,
    json_option,
    load,
    path_option,
    saved,
    select,
)
from dateline.exits import Code, Exit

if TYPE_CHECKING:
    from config.catalogue import Catalogue
    from config.errors import ConfigError
    from config.lint import Note
    from config.source import Source

AT_ONCE = 60  # sources that are asked at the same time


@click.command()
@click.argument("ids", metavar="[ID…]", nargs=-1)
@click.option("--region", help="Visit only the sources of this region.")
@click.option("--offline", is_flag=True, help="Look at the files, and visit nobody.")
@path_option
@json_option
def check(
    ids: tuple[str, ...], region: str | None, offline: bool, path: Path | None, as_json: bool
) -> None:
    """Name each mistake in the sources files (exit 78), or say what they could say better.

    And, where they are collected already, which sources are not well, of what, and what to do.
    Then visit them: who answers with articles gets today's date under `verified`, who does not is
    named. Nobody is visited where a file has a mistake.

    Example: dateline sources check --offline --sources my-papers.yaml
    """
    from config.errors import ConfigError
    from config.lint import Note, notes
    from dateline import screen
    from pipelines.clean import RECORDED

    try:
        catalogue = load(path)
    except ConfigError as error:
        raise _told(error, as_json=as_json) from error
    chosen = select(catalogue, ids, region)
    noted = (*notes(catalogue, RECORDED.values()), *_unread(catalogue))
    ours = {source.id for source in chosen}
    found = [note for note in noted if note.source in ours]
    ill = [
        Note(key, catalogue.places[key], text) for key, text in _unwell(chosen, in_haste=offline)
    ]
    dead, living = ([], []) if offline else _visited(catalogue, chosen)
    if living:
        with alone(path):
            _write_dates(load(path), living)
    if as_json:
        screen.write_json([asdict(note) for note in (*found, *ill, *dead)], indent=1)
        return
    for note in (*found, *ill, *dead):
        screen.write(f"{note.place}: {note.source}: {note.text}")
    screen.write(_summary(chosen, found, ill, None if offline else (len(living), len(dead))))


def _summary(
    chosen: "Sequence[Source]",
    found: "Sequence[Note]",
    ill: "Sequence[Note]",
    answered: tuple[int, int] | None,
) -> str:
    from dateline.screen import counted

    said = [counted(len(chosen), "source"), "no mistakes", counted(len(found), "note")]
    said += [f"{len(ill)} not well"] if ill else []
    said += [f"{answered[0]} answer, {answered[1]} do not"] if answered else []
    return ", ".join(said)


def _unread(catalogue: "Catalogue") -> "Iterator[Note]":
    """Yield which sources ask for a browser that is not to be had here."""
    from config import settings
    from config.lint import Note
    from crawler.browser import find

    wanting = [source for source in catalogue.sources if source.javascript and source.enabled]
    missing = find.missing(settings.load()) if wanting else None
    if missing:
        for source in wanting:
            yield Note(source.id, catalogue.places[source.id], f"javascript: {missing}")


def _unwell(sources: "Sequence[Source]", *, in_haste: bool) -> "Iterator[tuple[str, str]]":
    """Yield what ails sources that are visited; nothing without a database.

    ``in_haste``: a check of files alone waits for no database.
    """
    from dateline import wellness
    from dateline.database import opened_if_any
    from pipelines.store.visits import Visits

    with opened_if_any(in_haste=in_haste) as connection:
        if connection is None:
            return
        rows = Visits(connection.db).sources([source.id for source in sources])
    for key, row in sorted(rows.items()):
        if row.get("word") not in {None, "working", "new"}:
            yield key, "; ".join(wellness.source(row))


def _visited(
    catalogue: "Catalogue", chosen: "Sequence[Source]"
) -> "tuple[list[Note], list[Source]]":
    """Visit the sources that are enabled; return why some give nothing, and those that do."""
    from rich.progress import track

    from config.lint import Note
    from dateline import screen

    dead: list[Note] = []
    living: list[Source] = []
    wanted = [source for source in chosen if source.enabled]
    parts = [wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE)]
    console = screen.err()
    for part in track(parts, "visiting", console=console, disable=not console.is_terminal):
        for source, why in _answers(part):
            if why is None:
                living.append(source)
            else:
                dead.append(Note(source.id, catalogue.places[source.id], why))
    return dead, living


def _answers(sources: "Sequence[Source]") -> "Iterator[tuple[Source, str | None]]":
    """Yield each source with why none of its entrances announces anything; None: one does."""
    from config import settings
    from crawler import fetch

    knobs = settings.load()
    sent, lacking = _headers(sources)
    asked = [(source, url) for source in sources for url in source.entrances]
    asked = [pair for pair in asked if pair[0].id not in lacking]
    visitor = fetch.Visitor(knobs, lambda url: sent.get(_place(url), {}))
    answers = visitor.get([url for _, url in asked], knobs.feed_max_bytes)
    reasons: dict[str, list[str]] = {source.id: [] for source in sources}
    reasons.update({key: [f"headers: {why}"] for key, why in lacking.items()})
    alive = set()
    for (source, url), got in zip(asked, answers, strict=True):
        why = _why_not(source, url, got)
        if why is None:
            alive.add(source.id)
        else:
            reasons[source.id].append(f"{url}: {why}")
    for source in sources:
        yield source, None if source.id in alive else "; ".join(reasons[source.id])


def _headers(
    sources: "Sequence[Source]",
) -> "tuple[dict[str, Mapping[str, str]], dict[str, str]]":
    """Return what goes to the places of entrances, and of which sources a variable is missing."""
    import os

    from config.headers import MissingVariable, filled

    at: dict[str, Mapping[str, str]] = {}
    lacking: dict[str, str] = {}
    for source in sources:
        try:
            own = filled(source.headers or {}, os.environ)
        except MissingVariable as error:
            lacking[source.id] = str(error)
        else:
            at.update({_place(url): own for url in source.entrances})
    return at, lacking


def _place(url: str) -> str:
    from crawler.politeness.robots import origin_of

    return origin_of(url)


def _why_not(source: "Source", url: str, got: object) -> str | None:
    """Return why an answer announces nothing; None where it does."""
    from crawler.fetch import Failed, Fetched
    from crawler.readers import NotAFeed, read, read_section

    if isinstance(got, Failed):
        return f"{got.trouble}: {got.detail}"
    assert isinstance(got, Fetched)
    kind = got.headers.get("content-type")
    try:
        if url in source.sections:
            reading = read_section(got.body, got.url, kind, sites=source.sites)
        else:
            reading = read(got.body, got.url, kind)
    except NotAFeed as error:
        return f"not-a-feed: {error}"
    return None if reading.entries else "it holds no entries"


def _write_dates(catalogue: "Catalogue", living: "Iterable[Source]") -> None:
    """Write today's date into the entries of sources that answer, file by file."""
    from config import edit, files

    today = datetime.now(UTC).date()
    by_file: dict[Path, list[str]] = {}
    for source in living:
        now = catalogue.by_id(source.id)
        if now and now.verified != today:
            file = Path(catalogue.places[now.id].rpartition(":")[0])
            by_file.setdefault(file, []).append(now.id)
    for file, ids in by_file.items():
        text = files.text(file)
        for one in ids:
            text = edit.set_key(file, text, one, "verified", today)
        saved(file, text)


def _told(error: "ConfigError", *, as_json: bool) -> Exit:
    """Answer with every mistake; return what is said of them all."""
    from dateline import screen

    if as_json:
        screen.write_json([asdict(fault) for fault in error.faults], indent=1)
    else:
        for fault in error.faults:
            screen.write(str(fault))
    number = screen.counted(len(error.faults), "mistake")
    return Exit(Code.BAD_CONFIG, f"{number}; mend the files named and check again")
