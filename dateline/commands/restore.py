"""`dateline restore`: a backup into a database."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.exits import Code, Exit
from dateline.options import Words, confirm, yes_option

if TYPE_CHECKING:
    from config.settings import Settings
    from pipelines.store.connect import Connection
    from pipelines.store.dump import Reader

Document = dict[str, Any]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--into", type=Words(), help="The name of another database on the same server.")
@click.option("--replace", is_flag=True, help="In place of what the database holds.")
@click.option("--check", is_flag=True, help="Only read the file, and say whether it is whole.")
@yes_option
@click.option("--json", "is_json", is_flag=True, help="One JSON document.")
def command(file: Path, is_json: bool, check: bool, **how: Any) -> None:
    """Put a backup into an empty database: all of it, or nothing.

    It is checked first, brought to this Dateline's schema afterwards, and audited. What was
    removed on request from a database that is replaced stays removed.

    Example: MONGODB_URI=mongodb://db.example/ dateline restore dateline-2026-11-26.zip
    """
    from dateline import screen
    from pipelines.store.dump import DamagedError, Reader

    if not file.is_file():
        what = "not a file" if file.exists() else "No such file"
        raise Exit(Code.BAD_DATA, f"{file}: {what}; nothing was changed")
    try:
        with Reader.open(file) as reader:
            _verify(reader, is_json=is_json)
            told = asdict(reader.manifest) if check else _restored(reader, is_json=is_json, **how)
    except DamagedError as error:
        raise Exit(Code.BAD_DATA, f"{file}: {error}\nNothing was changed") from error
    if is_json:
        screen.write_json(told)
    elif check:
        documents = screen.counted(reader.manifest.documents, "document")
        held = f"{documents} of {reader.manifest.database}"
        screen.write(f"{file} is whole: {held} as of {reader.manifest.made_at}")
    if told.get("faults"):
        faults = screen.counted(told["faults"], "fault")
        raise Exit(Code.LOOK, f"restored, and the audit finds {faults}; see `dateline audit`")


def _verify(reader: "Reader", *, is_json: bool) -> None:
    from dateline import screen
    from dateline.carrying import carried

    total = reader.manifest.documents
    with carried(screen.err(), "checking", total, is_json=is_json) as tell:
        reader.verify(tell)


def _restored(
    reader: "Reader", into: str | None, *, replace: bool, yes: bool, is_json: bool
) -> Document:
    from config.settings import load
    from dateline import screen
    from pipelines.store.connect import connect
    from pipelines.store.restore import OccupiedError, occupied
    from pipelines.store.runs import BusyError

    settings = _named(load(), into)
    connection = connect(settings, screen.say, is_prepared=False)
    try:
        if replace and (number := occupied(connection.db)):
            what = f"the {number} documents of {connection.db.name}"
            confirm(f"Delete {what} for those of the backup?", yes=yes, default=False)
        return _carried(reader, connection, replace=replace, is_json=is_json)
    except OccupiedError as error:
        ways = "--into NAME takes another database of the server, --replace deletes what is there"
        raise Exit(Code.LOOK, f"{error}: nothing was changed\n{ways}") from error
    except BusyError as error:
        raise Exit(Code.BUSY, f"{error}; nothing was changed") from error
    finally:
        connection.close()


def _named(settings: "Settings", into: str | None) -> "Settings":
    from pydantic import ValidationError

    if into is None:
        return settings
    try:
        return settings.model_validate({**settings.model_dump(), "mongodb_database": into})
    except ValidationError as error:
        raise Exit(
            Code.USAGE, f"{into!r} is no name of a database: letters, digits, - and _, at most 38"
        ) from error


def _carried(
    reader: "Reader", connection: "Connection", *, replace: bool, is_json: bool
) -> Document:
    from datetime import UTC, datetime

    from dateline import screen
    from dateline.carrying import carried
    from pipelines.store.audit import audit
    from pipelines.store.readdress import readdress
    from pipelines.store.restore import restore
    from pipelines.store.stories import Stories

    db = connection.db
    total = reader.manifest.documents
    with carried(screen.err(), "restoring", total, is_json=is_json) as tell:
        found = restore(db, reader, tell, is_replaced=replace)
    with screen.working("comparing texts, and auditing"):
        list(readdress(db, "restore", datetime.now(UTC)))
        Stories(db, "restore").settle()
        audited = audit(db)
    held = f"{screen.counted(found.documents, 'document')} of {reader.manifest.database}"
    screen.say(f"{held} restored into {db.name}")
    if found.migration.before != found.migration.after:
        screen.say(f"schema {found.migration.before} before, {found.migration.after} now")
    if found.removed:
        articles = screen.counted(found.removed, "article")
        screen.say(f"{articles} removed since the backup was made, removed again")
    faults = sum(finding.faults for finding in audited.findings)
    if not faults:
        screen.say("audited: it adds up")
    return {
        "database": db.name,
        "documents": found.documents,
        "schema": {"before": found.migration.before, "now": found.migration.after},
        "removed_again": found.removed,
        "faults": faults,
    }
