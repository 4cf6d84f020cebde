"""`dateline db`: the database in use; the embedded one where MONGODB_URI names none."""

import re
from typing import TYPE_CHECKING

import click

from dateline.exits import Code, Exit
from dateline.options import Words

if TYPE_CHECKING:
    from config.settings import Settings
    from pipelines.store.connect import Connection
    from pipelines.store.health import Finding


@click.group(name="db")
def command() -> None:
    """Start, stop, look at and migrate the database.

    Example: dateline db status
    """


@command.command()
def start() -> None:
    """Start the embedded MongoDB, unless it runs.

    Example: dateline db start
    """
    from dateline import screen
    from pipelines.store import server

    settings = _settings()
    if settings.mongodb_uri:
        screen.say("MONGODB_URI names the server in use; nothing to start")
        return
    running = server.ensure(settings.home)
    word = "started" if running.started else "runs already"
    screen.write(f"MongoDB {running.version} {word} (process {running.pid})")


@command.command()
def stop() -> None:
    """Stop the embedded MongoDB.

    Example: dateline db stop
    """
    from dateline import screen
    from pipelines.store import server

    settings = _settings()
    stopped = server.stop(settings.home)
    screen.write("the embedded MongoDB is stopped" if stopped else "no embedded MongoDB runs")


@command.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def status(as_json: bool) -> None:
    """Say whether the database answers; exit code 69 when it does not.

    Example: dateline db status --json
    """
    from dateline import screen

    settings = _settings()
    facts = _named(settings) if settings.mongodb_uri else _embedded(settings)
    if as_json:
        screen.write_json(facts)
        return
    for name, value in facts.items():
        screen.write(f"{name:<10}{value}")


@command.command()
def url() -> None:
    """Print the address of the database, password included, for other programs.

    Starts the embedded MongoDB unless it runs.

    Example: mongosh "$(dateline db url)"
    """
    from dateline import screen
    from pipelines.store import server

    settings = _settings()
    if settings.mongodb_uri:
        screen.write(settings.mongodb_uri)
        return
    running = server.ensure(settings.home)
    if running.started:
        screen.say(f"started the embedded MongoDB {running.version} ({settings.home / 'mongo'})")
    screen.write(running.uri)


@command.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON array.")
def check(as_json: bool) -> None:
    """Look at server, journal, schema and free space; exit code 1 when something is to be seen to.

    Example: dateline db check
    """
    from pipelines.store import health

    connection = _open(_settings())
    try:
        findings = health.examine(connection.db)
    finally:
        connection.close()
    _show(findings, as_json=as_json)
    if not all(finding.is_fine for finding in findings):
        raise Exit(Code.LOOK)


@command.command()
def migrate() -> None:
    """Bring validators, indexes and documents to this Dateline's schema; safe to stop and repeat.

    Claims the known addresses under its rules and judges what waits too, as the next crawl would.

    Example: dateline db migrate
    """
    from datetime import UTC, datetime

    from dateline import screen
    from pipelines.store import migrate as steps
    from pipelines.store.readdress import readdress
    from pipelines.store.stories import Stories

    connection = _open(_settings())
    try:
        report = steps.migrate(connection.db)
        renewed = list(readdress(connection.db, "migrate", datetime.now(UTC)))
        stories = Stories(connection.db, "migrate")
        with screen.working("comparing texts"):
            stories.settle()
        waiting = stories.waiting()
    finally:
        connection.close()
    for number, count in report.changed.items():
        screen.write(f"step {number}: {count} documents changed")
    before = "no schema" if report.before is None else f"schema {report.before}"
    screen.write(f"{connection.db.name}: {before} before, schema {report.after} now")
    if waiting:
        articles = screen.counted(waiting, "article")
        screen.write(f"{articles} still to be compared: another run is at it, or the next one is")
    if renewed:
        articles = screen.counted(renewed[-1].articles, "article")
        joined = f"{renewed[-1].joined} of them joined to another"
        screen.write(f"addresses of {articles} claimed by today's rules, {joined}")


@command.group()
def grant() -> None:
    """Let others in: each with a user of their own.

    Example: dateline db grant reader alma
    """


@grant.command()
@click.argument("name", metavar="NAME", type=Words())
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def reader(name: str, as_json: bool) -> None:
    """Make a user who may read this database and nothing else, and print their address for it.

    Once more for the same NAME gives them another password. Needs MONGODB_URI with the right to
    make users: the embedded MongoDB knows none, whoever may open its socket may all.

    Example: dateline db grant reader alma
    """
    from dateline import screen
    from pipelines.store.granted import grant_reading, with_login

    settings = _settings()
    if settings.mongodb_uri is None:
        words = "the embedded MongoDB has no users: it is for this machine's user alone"
        raise Exit(
            Code.USAGE, f"{words}; `dateline backup` and `restore` lead to a server of yours"
        )
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", name):
        raise Exit(Code.USAGE, f"{name[:60]!r} is no name; take letters, digits, `.`, `_` and `-`")
    connection = _open(settings)
    try:
        password, is_new = grant_reading(connection.db, name)
    finally:
        connection.close()
    address = with_login(settings.mongodb_uri, name, password, connection.db.name)
    if as_json:
        screen.write_json({"user": name, "is_new": is_new, "url": address})
        return
    screen.say(f"{name} may read {connection.db.name}; the password is shown this once")
    screen.write(address)


def _settings() -> "Settings":
    from config import settings

    return settings.load()


def _open(settings: "Settings") -> "Connection":
    """With collections and indexes left as they are: to look at them is the point."""
    from dateline import screen
    from pipelines.store.connect import connect

    return connect(settings, screen.say, is_prepared=False)


def _embedded(settings: "Settings") -> dict[str, object]:
    from pipelines.store import server

    running = server.status(settings.home)
    if running is None:
        died = server.last_words(settings.home)
        why = f"The last one said: {died}" if died else "It was stopped, or none was needed yet"
        words = f"no embedded MongoDB runs for {settings.home}.\n{why}"
        raise Exit(Code.NO_DATABASE, f"{words}; `dateline db start` starts it")
    return {
        "server": f"MongoDB {running.version}, embedded",
        "process": running.pid,
        "engine": running.engine,
        "home": str(settings.home),
        "url": running.uri,
    }


def _named(settings: "Settings") -> dict[str, object]:
    """A server that answers to MONGODB_URI; its address without the password."""
    from pipelines.store.connect import place

    connection = _open(settings)
    try:
        version = connection.client.server_info()["version"]
    finally:
        connection.close()
    return {"server": f"MongoDB {version}", "place": place(settings.mongodb_uri or "")}


def _show(findings: "list[Finding]", *, as_json: bool) -> None:
    from dateline import screen

    if as_json:
        rows = [{"what": one.what, "fine": one.is_fine, "words": one.words} for one in findings]
        screen.write_json(rows)
        return
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    for one in findings:
        mark = Text("fine", "green") if one.is_fine else Text("look", "bold red")
        table.add_row(mark, one.what, one.words)
    screen.out().print(table, soft_wrap=False)
