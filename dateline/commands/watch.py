"""`dateline watch`: what changes, as it changes."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.commands.articles.chosen import followed, which
from dateline.cursors import keep_cursor, read_cursor
from dateline.exits import Code, Exit
from dateline.formats.flat import shown

if TYPE_CHECKING:
    from pipelines.store.changes import Change, Since


@click.command()
@which
@click.option("--after", metavar="CURSOR", help="Go on behind a change; else from now on.")
@click.option(
    "--cursor-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Kept there after each change, and read from there at the start.",
)
@click.option("--once", "is_once", is_flag=True, help="End where there is nothing more.")
@click.option("--json", "is_json", is_flag=True, help="One JSON document a change.")
def command(
    after: str | None, cursor_file: Path | None, is_once: bool, is_json: bool, **asked: Any
) -> None:
    """Follow changes: new articles, revisions, copies found, articles withdrawn or removed.

    Each is told at least once, those of one article in order; a crawl that changes nothing tells
    nothing. Behind the cursor of a change comes all that came after it.

    Example: dateline watch --region central-asia --json --cursor-file followed
    """
    from config.settings import load
    from dateline.database import opened
    from pipelines.store.changes import Changes
    from pipelines.store.search import CursorError

    settings = load()
    try:
        here = _begin(after, cursor_file)
    except CursorError as error:
        raise Exit(Code.USAGE, str(error)) from error
    with opened(settings) as connection:
        changes = Changes(connection.db, followed(connection, settings, asked, "watch"))
        if here is None:
            here = changes.now()
            # what comes until the next start is not missed either
            keep_cursor(str(here), cursor_file)
        for change in changes.follow(here):
            if change is not None:
                _tell(change, is_json=is_json)
                keep_cursor(str(change.cursor), cursor_file)
            elif is_once:
                return


def _begin(after: str | None, file: Path | None) -> "Since | None":
    """Return where to begin; None: now. Raises CursorError, and Exit for a file."""
    from pipelines.store.changes import since

    words = after if after is not None else read_cursor(file)
    return since(words) if words is not None else None


def _tell(change: "Change", *, is_json: bool) -> None:
    from dateline import screen

    article = change.article
    if is_json:
        fields = None if change.fields is None else sorted(change.fields)
        screen.write_json(
            {"article": shown(article), "changed": fields, "cursor": str(change.cursor)}
        )
        return
    marks = [article["state"]] * (article["state"] != "live")
    marks += ["copy"] * bool(article["duplicate_of"])
    marks += [f"revision {article['revision']}"] * (article["revision"] > 1)
    mark = f" ({', '.join(marks)})" if marks else ""
    when = f"{article['changed_at']:%Y-%m-%d %H:%M:%S}"
    screen.write(
        f"{when} {article['source']} {article['title'] or 'untitled'}{mark} {article['_id']}"
    )
