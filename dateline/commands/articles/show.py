"""`dateline articles show`: one article, whole."""

from typing import TYPE_CHECKING, Any

import click

from dateline.formats.flat import shown
from dateline.options import Words

if TYPE_CHECKING:
    from rich.console import Console

Document = dict[str, Any]


@click.command()
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
        beside = {name: [shown(one) for one in asked[name]] for name in asked if parts[name]}
        screen.write_json({**shown(article), **beside})
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
