"""`dateline status`: how the collection is doing, in words."""

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

    from config.catalogue import Catalogue
    from dateline.history import Run

Document = dict[str, Any]
SHOWN = 20
QUIET = {None, "new", "working"}


@click.command()
@click.option("--json", "is_json", is_flag=True, help="One JSON document.")
def command(is_json: bool) -> None:
    """Say how many articles there are, where addresses stand, which sources are ill and of what.

    Example: dateline status
    """
    from config.catalogue import load as load_catalogue
    from config.settings import load
    from dateline import history, screen
    from dateline.database import opened
    from pipelines.store.figures import Figures
    from pipelines.store.query import Query
    from pipelines.store.visits import Visits

    settings = load()
    catalogue = load_catalogue(settings.sources)
    with opened(settings) as connection:
        holders = Figures(connection.db).holders()
        query = Query(connection.db)
        runs = query.runs(5)
        found = {
            "database": settings.mongodb_database,
            "totals": query.totals(),
            "states": [
                {"state": state, "reason": reason, "addresses": number}
                for state, reason, number in query.states()
            ],
            "runs": runs,
            "sources": list(Visits(connection.db).sources().values()),
            "feeds_in_trouble": _visited(query.feeds_in_trouble(), catalogue),
        }
    if is_json:
        screen.write_json(found)
    else:
        last = history.told(runs[0], holders) if runs else None
        said = (last, history.ended(last, settings.quarantine_bound)) if last else None
        _show(found, said, catalogue, screen.out())


def _visited(feeds: list[Document], catalogue: "Catalogue") -> list[Document]:
    """Return those that the catalogue has, or that a sitemap index of the catalogue names."""
    from pipelines.identify.canonical import ledger_key

    entrances = {ledger_key(url) for source in catalogue.sources for url in source.entrances}
    return [feed for feed in feeds if {feed["_id"], feed.get("parent")} & entrances]


def _said(row: Document) -> str | None:
    word = row.get("word")
    return word and str(word)


def _is_ailing(row: Document) -> bool:
    """Return whether a source is slow or failing: nobody is called for it, but well is more."""
    return row["health"] == "well" and _said(row) not in QUIET


def _word(row: Document) -> str:
    return _said(row) or str(row["health"])


def _show(
    found: Document, last: "tuple[Run, str] | None", catalogue: "Catalogue", console: "Console"
) -> None:
    from dateline.screen import counted

    totals = found["totals"]
    removed = totals["removed"]  # each is an original that has nothing of its own any more
    console.print(
        f"{counted(totals['articles'] - removed, 'article')} in {found['database']}: "
        f"{counted(totals['originals'] - removed, 'original')}, "
        f"{counted(totals['copies'], 'copy', 'copies')}"
        f"{f'; {removed} more removed on request' if removed else ''}"
    )
    for row in found["states"]:
        why = f" ({row['reason']})" if row["reason"] else ""
        console.print(f"  {row['addresses']:>7} {row['state']}{why}")
    _show_run(last, console)
    _show_sources(found, catalogue, console)


def _show_run(last: "tuple[Run, str] | None", console: "Console") -> None:
    from rich.text import Text

    from dateline.screen import age, one_line

    if last is None:
        console.print("no run yet: `dateline crawl`")
        return
    run, said = last
    console.print(Text(one_line(f"last run {age(run.started_at)}: {said}")))


def _show_sources(found: Document, catalogue: "Catalogue", console: "Console") -> None:
    from rich.text import Text

    from dateline.screen import age, counted, one_line
    from dateline.wellness import remedy_of

    # what is known of a source that the catalogue no longer has is history, not an illness
    states = {row["_id"]: row for row in found["sources"] if catalogue.by_id(row["_id"])}
    enabled = {source.id for source in catalogue.sources if source.enabled}
    health = Counter(row["health"] for row in states.values())
    ailing = Counter(row["word"] for row in states.values() if _is_ailing(row))
    partly = "".join(f"{number} {word}, " for word, number in sorted(ailing.items()))
    well = health["well"] - ailing.total()
    console.print(
        f"{counted(len(states | dict.fromkeys(enabled)), 'source')}: {well} well, "
        f"{partly}{health['ill']} ill, {health['new']} never answered, "
        f"{len(enabled - states.keys())} not visited yet"
    )
    ill = [row for row in states.values() if row["health"] == "ill"]
    for row in sorted(ill, key=lambda row: row["since"])[:SHOWN]:
        words = f"  {row['_id']} is {_word(row)} since {age(row['since'])}: {row['cause']}"
        missed = f"; missed: {row['missed']}" if row.get("missed") else ""
        console.print(Text(one_line(f"{words}{missed}"), style="yellow"))
        if remedy := remedy_of(row):
            console.print(Text(f"    to do: {remedy}", style="dim"))
    if len(ill) > SHOWN:
        console.print(f"  and {len(ill) - SHOWN} more that are ill: --json lists all")
    told = [row for row in states.values() if row["health"] != "ill" and _said(row) not in QUIET]
    for row in sorted(told, key=lambda row: row["since"])[:SHOWN]:
        words = f"  {row['_id']} is {row['word']} since {age(row['since'])}: {row['cause']}"
        console.print(Text(one_line(words)))
    named = {row["_id"] for row in (*ill, *told)}
    troubles = [row for row in found["feeds_in_trouble"] if row["source"] not in named]
    for row in troubles[:SHOWN]:
        words = (
            f"  {row['source']}: {row['url']} failed "
            f"{counted(row['failures'], 'time')} in a row: {row['trouble']}, {row['detail']}"
        )
        console.print(Text(one_line(words)))
    if len(troubles) > SHOWN:
        console.print(f"  and {len(troubles) - SHOWN} more feeds in trouble: --json lists all")
