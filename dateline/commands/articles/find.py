"""`dateline articles find`: which articles there are."""

from typing import TYPE_CHECKING, Any

import click

from dateline.commands.articles.chosen import fill, placed, searched, which
from dateline.exits import Code, Exit
from dateline.options import Count, Words

if TYPE_CHECKING:
    from rich.console import Console

    from pipelines.store.connect import Connection
    from pipelines.store.search import Search

Document = dict[str, Any]
WIDE = 200  # columns, where the table goes to a file or a program
ORDERS = ("newest", "oldest", "changed")


@click.command()
@click.argument("words", required=False, type=Words())
@which
@click.option(
    "--sort",
    "order",
    type=click.Choice(ORDERS),
    default="newest",
    show_default=True,
    help="By publication, or by what changed last.",
)
@click.option("--after", metavar="CURSOR", help="Go on behind an article that was found before.")
@click.option("--limit", type=Count(), default=20, show_default=True)
@click.option("--json", "is_json", is_flag=True, help="One JSON document a line.")
def find(
    words: str | None, order: str, after: str | None, limit: int, is_json: bool, **asked: Any
) -> None:
    """List articles, newest first; WORDS are in title, summary or text, all of them.

    `bridg*` is found by its beginning, '"the new bridge"' as it stands there. With
    `search = false` WORDS are a part of the title.

    Example: dateline articles find bridge --when yesterday --unique
    """
    from config.settings import load
    from dateline import screen
    from dateline.database import opened
    from pipelines.store.search import Order

    settings, place = load(), placed(after)
    with opened(settings) as connection:
        told = {"order": Order(order), "after": place, "limit": limit + 1}
        search = searched(connection, settings, words, asked | told)
        found = _found(connection, search)
        remark = _remark(connection, search, found, settings.mongodb_database)
    if is_json:
        for article in found[:limit]:
            screen.write_json({**article, "cursor": str(search.order.behind(article))})
        return
    console = screen.out(WIDE)
    _table(found[:limit], console)
    for line in remark:
        console.print(line)


def _found(connection: "Connection", search: "Search") -> list[Document]:
    from pipelines.store.finding import Finding
    from pipelines.store.search import CursorError

    fill(connection, search)
    try:
        return list(Finding(connection.db).articles(search))
    except CursorError as error:
        raise Exit(Code.USAGE, str(error)) from error


def _remark(
    connection: "Connection", search: "Search", found: list[Document], database: str
) -> list[str]:
    """Return what is said below the table: how to go on, or why there is nothing."""
    from pipelines.store.finding import Finding

    finding, limit = Finding(connection.db), (search.limit or 0) - 1
    if len(found) > limit:
        every = finding.count(search)
        of = f" of {every}" if every is not None else ""
        behind = search.order.behind(found[limit - 1])
        return [f"{limit}{of}; --limit shows more, and this the next ones:", f"--after {behind}"]
    if found:
        return []
    if finding.has_any():
        return [f"no article in {database} matches"]
    return [f"no article is in {database} yet; MONGODB_DATABASE names another database"]


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
