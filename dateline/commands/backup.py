"""`dateline backup`: the database into a file."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from dateline.exits import Code, Exit


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--without-pages", is_flag=True, help="Leave out the raw pages: most of the room.")
@click.option("--json", "is_json", is_flag=True, help="What it holds, as one JSON document.")
def command(file: Path, without_pages: bool, is_json: bool) -> None:
    """Write the whole database into one file, as of one moment; crawls may go on meanwhile.

    `dateline restore` puts it into an empty database, of another server and version too. A
    backup of that name is replaced once the new one is whole.

    Example: dateline backup /srv/backup/dateline-2026-11-26.zip
    """
    from config.settings import load
    from dateline import screen
    from dateline.carrying import carried, size
    from pipelines.store.backup import backup
    from pipelines.store.connect import connect
    from pipelines.store.query import sizes

    settings = load()
    without = frozenset({"pages"} if without_pages else ())
    connection = connect(settings, screen.say, is_prepared=False)
    with closing(connection), _explained(file):
        expected = sizes(connection.db, without)
        if not expected:
            raise Exit(Code.LOOK, f"the database {connection.db.name} is empty: nothing to back up")
        total, is_replaced = sum(expected.values()), file.exists()
        with carried(screen.err(), "backing up", total, is_json=is_json) as tell:
            made = backup(
                connection.db,
                file,
                tell,
                is_embedded=settings.mongodb_uri is None,
                without=without,
            )
    if is_json:
        there = {"file": str(file), "file_bytes": file.stat().st_size, "is_replaced": is_replaced}
        screen.write_json({**asdict(made), **there})
        return
    for part in made.parts:
        if part.documents:
            screen.write(f"{part.name:<12}{part.documents:>10}  {size(part.bytes):>9}")
    screen.write(f"{screen.counted(made.documents, 'document')} as of {made.made_at}")
    before = "; replaced the backup that was there" if is_replaced else ""
    screen.write(f"{file}: {size(file.stat().st_size)}{before}")


@contextmanager
def _explained(file: Path) -> Iterator[None]:
    """Say what to do where no backup is to be had, or its file cannot be written."""
    from pipelines.store.runs import BusyError

    try:
        yield
    except BusyError as error:
        raise Exit(Code.BUSY, f"{error}; try again once it is over") from error
    except OSError as error:
        is_homeless = not file.parent.exists()
        what = "its folder is not there; make it, or" if is_homeless else f"{error.strerror};"
        raise Exit(Code.LOOK, f"{file}: {what} name another file") from error
