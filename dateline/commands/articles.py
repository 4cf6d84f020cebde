"""`dateline articles`: find, show and export what was kept."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.exits import Code, Exit
from dateline.options import Count, Words, confirm, yes_option

if TYPE_CHECKING:
    from rich.console import Console

Document = dict[str, Any]


class Day(click.ParamType[datetime]):
    """`2026-11-02` or `2026-11-02T09:30:00+02:00`; UTC where no offset is given."""

    name = "day"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """Return the moment; fails with what was expected."""
        try:
            moment = datetime.fromisoformat(str(value))
            return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is no date; write 2026-11-02", param, ctx)


WIDE = 200  # columns, where the table goes to a file or a program


@click.group()
def command() -> None:
    """Find, show and export what was kept.

    Example: dateline articles find --region central-asia --since 2026-11-01
    """


def _which(function: Any) -> Any:
    """The options by which articles are chosen."""
    for option in reversed(
        (
            click.option("--source", type=Words(), help="Of one source."),
            click.option("--region", type=Words(), help="Of one region."),
            click.option("--language", type=Words(), help="BCP 47, such as kk."),
            click.option("--since", type=Day(), help="Published at or after."),
            click.option("--unique", "is_unique", is_flag=True, help="Originals only, no copies."),
        )
    ):
        function = option(function)
    return function


@command.command()
@click.argument("words", required=False, type=Words())
@_which
@click.option("--limit", type=Count(), default=20, show_default=True)
@click.option("--json", "is_json", is_flag=True, help="One JSON document a line.")
def find(is_json: bool, limit: int, **which: Any) -> None:
    """List articles, newest first; WORDS are a part of the title.

    Example: dateline articles find bridge --unique
    """
    from config.settings import load
    from dateline import screen
    from dateline.database import opened
    from dateline.known import be_known
    from pipelines.store.query import Query, Search

    search, settings = Search(limit=limit, **which), load()
    with opened(settings) as connection:
        query = Query(connection.db)
        search = be_known(query, settings, search)
        found = list(query.articles(search))
        every = query.count(search)
        is_empty = not (found or query.has_articles({}))
    if is_json:
        for article in found:
            screen.write_json(_shown(article))
        return
    console = screen.out(WIDE)
    _table(found, console)
    if every > len(found):
        console.print(f"{len(found)} of {every}; --limit shows more")
    elif is_empty:
        name = settings.mongodb_database
        console.print(f"no article is in {name} yet; MONGODB_DATABASE names another database")
    elif not found:
        console.print(f"no article in {settings.mongodb_database} matches")


def _table(found: list[Document], console: "Console") -> None:
    from rich.table import Table

    from dateline.screen import one_line

    if not found:
        return
    table = Table(box=None, pad_edge=False)
    for name in ("published", "source", "title", "id"):
        table.add_column(
            name, overflow="fold" if name == "title" else "ellipsis", no_wrap=name != "title"
        )
    for article in found:
        published = article["published_at"]
        marks = ["copy"] * bool(article["duplicate_of"])
        marks += [article["state"]] * (article["state"] != "live")
        mark = f" ({', '.join(marks)})" if marks else ""
        table.add_row(
            f"{published:%Y-%m-%d %H:%M}" if published else "unknown",
            article["source"],
            one_line(f"{article['title'] or 'untitled'}{mark}"),
            article["_id"],
        )
    console.print(table)


@command.command()
@click.argument("name", metavar="ID|URL", type=Words())
@click.option(
    "--stripped", is_flag=True, help="The lines that cleaning took away, with their rules."
)
@click.option(
    "--revisions", is_flag=True, help="Its earlier texts, and what changed; with --json whole."
)
@click.option("--copies", is_flag=True, help="The other articles of its story.")
@click.option("--json", "is_json", is_flag=True, help="The whole document.")
def show(name: str, is_json: bool, **parts: bool) -> None:
    """Show one article.

    Example: dateline articles show https://paper.example/2026/11/a-new-bridge --stripped
    """
    from dateline import screen, story
    from dateline.database import opened
    from dateline.known import the_article
    from dateline.revisions import drawn, with_changes
    from pipelines.store.query import Query

    with opened() as connection:
        query = Query(connection.db)
        article = the_article(query, name)
        copies = story.measured(article, query.copies(article)) if parts["copies"] else []
        earlier = query.revisions(article["_id"]) if parts["revisions"] else []
    revisions = with_changes(earlier, article)
    if is_json:
        asked = {"copies": copies, "revisions": revisions}
        beside = {name: [_shown(one) for one in asked[name]] for name in asked if parts[name]}
        screen.write_json({**_shown(article), **beside})
        return
    console = screen.out()
    _print_article(article, console)
    if parts["stripped"]:
        _print_stripped(article, console)
    for line in story.lines(copies) if parts["copies"] else ():
        _print_line(console, line)
    if parts["revisions"] and not revisions:
        _print_line(console, "no earlier text")
    for before in revisions:
        console.print()
        console.print(drawn(before, is_coloured=console.is_terminal and not console.no_color))


def _print_article(article: Document, console: "Console") -> None:
    from dateline.revisions import state_of, title_of

    published = article["published_at"]
    facts = [
        article["source"],
        f"{published:%Y-%m-%d %H:%M} UTC" if published else "date unknown",
        article["language"] or "language unknown",
        ", ".join(article["authors"]),
        ", ".join(article["agencies"]),
        article["place"],
    ]
    _print_line(console, title_of(article), style="bold")
    _print_line(console, " · ".join(fact for fact in facts if fact))
    _print_line(console, article["url"])
    if article["duplicate_of"]:
        _print_line(console, f"{article['relation']} of {article['duplicate_of']}")
    if article["state"] != "live":
        _print_line(console, state_of(article))
    if article["state"] != "removed":
        console.print()
        _print_text(console, article["text"])


def _print_stripped(article: Document, console: "Console") -> None:
    console.print()
    for line in article["stripped"]:
        words = f"stripped by {line['rule']}, line {line['at'] + 1}: {line['text']}"
        _print_line(console, words, style="dim")
    if not article["stripped"]:
        console.print("nothing was stripped")


def _print_line(console: "Console", words: str, style: str = "") -> None:
    from dateline.screen import one_line

    _print_text(console, one_line(words), style)


def _print_text(console: "Console", words: str, style: str = "") -> None:
    from rich.text import Text

    console.print(Text(words, style=style))


@command.command()
@_which
@click.option("--limit", type=Count())
@click.option(
    "--output", type=click.Path(path_type=Path, dir_okay=False, allow_dash=True), help="A file."
)
def export(output: Path | None, limit: int | None, **which: Any) -> None:
    """Write articles as JSON Lines: one whole document a line, times in ISO 8601.

    A file whose name ends in .gz is packed.

    Example: dateline articles export --unique --output articles.jsonl.gz
    """
    from config.settings import load
    from dateline import remedies, screen
    from dateline.database import opened
    from dateline.known import be_known
    from dateline.whole import written
    from pipelines.store.query import Query, Search

    search, settings = Search(limit=limit, **which), load()
    with opened(settings) as connection:
        query = Query(connection.db)
        search = be_known(query, settings, search)
        articles = query.articles(search, is_whole=True)
        if output in {None, Path("-")}:
            for article in articles:
                screen.write_json(_shown(article))
            return
        packed = gzip.open if output.suffix == ".gz" else open
        try:
            with written(output) as draft, packed(draft, "wt", encoding="utf-8") as file:
                for article in articles:
                    file.write(screen.as_json(_shown(article)) + "\n")
        except OSError as error:
            words = f"cannot write {output}: {error.strerror}"
            todo = remedies.of_error(error) or "name a file in a folder that is there"
            raise Exit(Code.LOOK, remedies.beside(words, todo)) from error


@command.command()
@click.argument("name", metavar="ID|URL", type=Words())
def split(name: str) -> None:
    """Part an article from its story, for good: it is no copy, whatever its text is like.

    Example: dateline articles split https://paper.example/2026/11/a-new-bridge
    """
    from dateline import screen
    from dateline.database import opened
    from dateline.known import the_article
    from pipelines.store import rulings
    from pipelines.store.query import Query
    from pipelines.store.stories import Stories

    with opened() as connection:
        article = the_article(Query(connection.db), name)
        others = rulings.split(connection.db, article)
        Stories(connection.db, "dateline articles split").settle()
    parted = f"is parted from {screen.counted(others, 'article')}"
    alone = "is alone in its story: there is nothing to part it from"
    screen.write(f"{article['_id']} {parted if others else alone}")


@command.command()
@click.argument("names", metavar="A B", type=Words(), nargs=2)
def merge(names: tuple[str, str]) -> None:
    """Make the stories of two articles one, for good, whatever their texts are.

    A and B are ids or addresses. `articles split` undoes it.

    Example: dateline articles merge 5f0c3a… https://other.example/the-new-bridge
    """
    from dateline import screen
    from dateline.database import opened
    from dateline.known import the_article
    from pipelines.store import rulings
    from pipelines.store.query import Query
    from pipelines.store.stories import Stories

    with opened() as connection:
        query = Query(connection.db)
        one, other = (the_article(query, name) for name in names)
        if one["_id"] == other["_id"]:
            raise Exit(Code.USAGE, f"{names[0]} and {names[1]} are one article; name two")
        rulings.merge(connection.db, one, other)
        Stories(connection.db, "dateline articles merge").settle()
        head = the_article(query, one["_id"])["duplicate_of"] or one["_id"]
    screen.write(f"one story, of which {head} is the earliest")


@command.command()
@click.argument("names", metavar="ID|URL...", type=Words(), nargs=-1, required=True)
@click.option("--reason", type=Words(), required=True, help="Why; it is kept, and shown.")
@click.option("--by", type=Words(), help="Who asks for it; else the user of this machine.")
@yes_option
def remove(names: tuple[str, ...], reason: str, by: str | None, yes: bool) -> None:
    """Erase articles for good, on request: nothing brings them back.

    Text, title, earlier texts, raw pages and what feeds said of them go; that it was removed,
    when, by whom and why stays, so that no crawl fetches it again.

    Example: dateline articles remove https://paper.example/the-bridge --reason "court order 12"
    """
    from dateline import removal, screen
    from dateline.database import opened
    from dateline.known import the_article
    from pipelines.store.query import Query
    from pipelines.store.removed import Removals, Request
    from pipelines.store.runs import BusyError
    from pipelines.store.stories import Stories

    request = Request(reason=removal.reason(reason), by=by or removal.user())
    with opened() as connection:
        query, removals = Query(connection.db), Removals(connection.db)
        found = {one["_id"]: one for one in (the_article(query, name) for name in names)}
        here = [one for one in found.values() if one["state"] != "removed"]
        for one in found.values():
            extent = removals.extent(one) if one in here else None
            for line in removal.lines(one, extent):
                screen.say(line)
        if here:
            confirm(removal.question(len(here)), yes=yes, default=False)
        try:
            removals.begin()
        except BusyError as error:
            raise Exit(Code.BUSY, f"{error}; try again once it is over") from error
        for one in here:
            removals.remove(one, request)
        Stories(connection.db, "dateline articles remove").settle()
    for one in here:
        screen.write(f"{one['_id']} is removed")


def _shown(document: Document) -> Document:
    """Everything but the fingerprints, which are not for consumers."""
    return {name: value for name, value in document.items() if name != "fingerprints"}
