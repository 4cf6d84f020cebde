"""`dateline sources test`: the saved pages of papers, read again and compared."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dateline.commands.sources.shared import json_option, load, path_option, select, where
from dateline.exits import Code, Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.source import Source
    from dateline.cases import Change

    Told = tuple[str, Path, list[Change]]

SHOWN = 5  # lines of a text


@click.command("test")
@click.argument("ids", metavar="[ID…]", nargs=-1)
@click.option("--live", is_flag=True, help="Ask for each page again: has its site changed?")
@path_option
@json_option
def prove(ids: tuple[str, ...], live: bool, path: Path | None, as_json: bool) -> None:
    """Read the saved pages of papers again, and name what is not as it was (exit 1).

    A case is made by `sources add`, and by `make case URL=…`; its expected.yaml is corrected by
    hand. Without --live it tells what a change of a rule, or of Dateline, did.

    Example: dateline sources test gazeta-uz --live
    """
    from dateline import cases, screen

    catalogue = load(path)
    sources = {one.id: one for one in select(catalogue, ids, None)}
    places = list(cases.places(cases.of_catalogue(where(path)), sources.values()))
    told = list(_compared(places, sources, is_live=live))
    if as_json:
        screen.write_json([_facts(*one) for one in told], indent=1)
    else:
        for paper, place, changes in told:
            for line in _lines(f"{paper}/{place.name}", changes):
                screen.write(line)
    _sum_up(told, ids, as_json=as_json)


def _sum_up(told: "Sequence[Told]", ids: "Sequence[str]", *, as_json: bool) -> None:
    from dateline import screen

    wrong = sum(bool(changes) for _, _, changes in told)
    papers = screen.counted(len({paper for paper, _, _ in told}), "paper")
    if not told:
        whose = f"of {', '.join(ids)}" if ids else "of the catalogue's papers"
        raise Exit(Code.USAGE, f"there is no case {whose}; save one: make case URL=…")
    if not as_json:
        number = screen.counted(len(told), "case")
        screen.write(f"{number} of {papers}: {len(told) - wrong} as expected, {wrong} not")
    if wrong:
        raise Exit(Code.LOOK, "")


def _compared(
    places: "Sequence[tuple[str, Path]]", sources: "dict[str, Source]", *, is_live: bool
) -> "Iterator[Told]":
    from dateline import cases

    today = _today([place for _, place in places]) if is_live else {}
    for paper, place in places:
        try:
            if is_live:
                yield paper, place, _live(place, sources[paper], today.get(place))
            else:
                yield paper, place, cases.changes(place, sources[paper])
        except cases.CaseError as error:
            yield paper, place, [cases.Change("case", "a case", str(error))]


def _today(places: "Sequence[Path]") -> dict[Path, Any]:
    """Return what the pages of the cases answer now."""
    from config import settings
    from crawler import fetch
    from dateline import cases

    knobs = settings.load()
    urls: dict[Path, str] = {}
    for place in places:
        with suppress(cases.CaseError):  # which is told when its turn comes
            urls[place] = cases.page_of(place).url
    got = fetch.get(list(urls.values()), knobs, knobs.page_max_bytes)
    return dict(zip(urls, got, strict=True))


def _live(place: Path, source: "Source", got: Any) -> "list[Change]":
    """Return what is read otherwise of a page as its site has it now."""
    from datetime import UTC, datetime

    from config.rules import holding
    from crawler.fetch import Failed
    from dateline import cases
    from pipelines.line import prepare

    saved = cases.page_of(place, source)
    if isinstance(got, Failed):
        return [cases.Change("page", "an answer", f"{got.trouble}: {got.detail}")]
    now = datetime.now(UTC)
    page = replace(
        saved,
        body=got.body,
        content_type=got.headers.get("content-type"),
        fetched_at=now,
        rules=holding(source.rules, now.date()),
    )
    found = cases.compared(cases.read(place / cases.EXPECTED), cases.gist(prepare(page)))
    # what is stripped changes with each visit: links to what is new
    return [one for one in found if one.field != "stripped"]


def _lines(name: str, changes: "list[Change]") -> "Iterator[str]":
    for change in changes:
        if isinstance(change.expected, list) and isinstance(change.found, list):
            yield from _lists(name, change)
        else:
            yield f"{name}: {change.field}: was {change.expected!r}, now {change.found!r}"


def _lists(name: str, change: "Change") -> "Iterator[str]":
    lost = [one for one in change.expected if one not in change.found]
    more = [one for one in change.found if one not in change.expected]
    order = "" if lost or more else ": in another order"
    yield f"{name}: {change.field}: {len(lost)} lost, {len(more)} more{order}"
    for sign, lines in (("-", lost), ("+", more)):
        for line in lines[:SHOWN]:
            yield f"  {sign} {line[:120]}"
        if len(lines) > SHOWN:
            yield f"  {sign} and {len(lines) - SHOWN} more"


def _facts(paper: str, place: Path, changes: "list[Change]") -> dict[str, Any]:
    from dataclasses import asdict

    return {"source": paper, "case": str(place), "changes": [asdict(one) for one in changes]}
