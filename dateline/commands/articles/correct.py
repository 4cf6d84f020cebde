"""`dateline articles split`, `merge`, `remove`: what a person knows better, for good."""

import click

from dateline.exits import Code, Exit
from dateline.options import Words, confirm, yes_option


@click.command()
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


@click.command()
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


@click.command()
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
